#include "compiler/emit/build_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/emit/conv_weights.h"
#include "compiler/plan_memory.h"

namespace narrows {

namespace {

class ProgramBuilder {
 public:
  ProgramBuilder(const Graph& graph, const CompileOptions& options)
      : p_{graph, options, {}, {}, {}, {}, {}, {}, 0, {}, {}, {}}, kernels_(options.target) {}

  Program build() {
    p_.blocks = partition(p_.graph);
    lower_blocks();
    name_functions();
    place_tensors();
    add_copies();
    plan_arena();
    p_.kernels = kernels_.kernels();
    p_.weights = write_weights_file(p_.sections, p_.payload, p_.options.model_hash);
    return std::move(p_);
  }

 private:
  const Graph& graph() const { return p_.graph; }
  const Op& only_op(const Block& b) const { return graph().ops[b.ops[0]]; }
  /// A reshape changes nothing in memory: its output is its input.
  bool is_alias(const Block& b) const {
    return b.kind == BlockKind::single && only_op(b).kind == OpKind::reshape;
  }

  void lower_blocks() {
    const LoweringContext context{p_.graph, p_.options, kernels_};
    for (size_t i = 0; i < graph().tensors.size(); ++i) {
      p_.memory_types.push_back(memory_type(context, static_cast<int>(i)));
    }
    for (const Block& b : p_.blocks) {
      p_.code.push_back(is_alias(b) ? BlockCode{} : lower_block(context, b));
    }
  }

  /// Equal texts become one function. Weights follow each other in the order of the calls.
  void name_functions() {
    std::map<std::string, std::string> names;
    for (size_t i = 0; i < p_.blocks.size(); ++i) {
      if (is_alias(p_.blocks[i])) continue;
      const BlockCode& code = p_.code[i];
      auto [found, inserted] = names.try_emplace(code.function);
      if (inserted) found->second = kernels_.unique_name(code.base_name);
      Call call;
      call.block = static_cast<int>(i);
      call.function = found->second;
      call.weights = append_weights(fmt::format("block {}", i), code.weights, code.title);
      p_.calls.push_back(call);
    }
  }
  int64_t append_weights(const std::string& name, const std::string& bytes, const std::string& what) {
    const int64_t at = static_cast<int64_t>(p_.payload.size());
    if (bytes.empty()) return at;
    p_.sections.push_back({name, static_cast<uint64_t>(at), bytes.size(), what});
    p_.payload += bytes;
    p_.payload.resize((p_.payload.size() + 63) / 64 * 64);
    return at;
  }

  // ---- where tensors lie -----------------------------------------------------------------------
  /// The tensor whose memory `tensor` is: itself, or what it is a reshape of.
  int root(int tensor) const {
    for (const Block& b : p_.blocks) {
      if (b.output == tensor && is_alias(b)) return root(b.input);
    }
    return tensor;
  }

  void place_tensors() {
    const int n = static_cast<int>(graph().tensors.size());
    roots_.resize(n);
    for (int t = 0; t < n; ++t) roots_[t] = root(t);
    p_.places.resize(n);
    std::vector<bool> placed(n, false);
    for (size_t i = 0; i < graph().inputs.size(); ++i) {
      p_.places[graph().inputs[i]] = {TensorPlace::Kind::input, static_cast<int>(i), 0};
      placed[graph().inputs[i]] = true;
    }
    for (const Call& call : p_.calls) {
      for (int t : p_.code[call.block].inputs) {
        if (graph().tensors[t].constant() && !placed[t]) place_constant(t), placed[t] = true;
      }
    }
    for (int t : graph().outputs) {
      if (graph().tensors[roots_[t]].constant() && !placed[roots_[t]])
        place_constant(roots_[t]), placed[roots_[t]] = true;
    }
    // A graph output is written in place if it is the first that its memory stands for, and of the type that
    // blocks write.
    for (size_t i = 0; i < graph().outputs.size(); ++i) {
      const int t = graph().outputs[i], r = roots_[t];
      if (placed[r] || p_.memory_types[r] != graph().tensors[t].type) continue;
      p_.places[r] = {TensorPlace::Kind::output, static_cast<int>(i), 0};
      placed[r] = true;
    }
    for (int t = 0; t < n; ++t) {
      p_.places[t] = p_.places[roots_[t]];
      p_.memory_types[t] = p_.memory_types[roots_[t]];
    }
  }

  void place_constant(int t) {
    const Tensor& tensor = graph().tensors[t];
    std::string bytes(tensor.data.begin(), tensor.data.end());
    if (stored_shift(tensor.type, p_.options.target) != 0) {
      for (char& c : bytes) c = static_cast<char>(c ^ 0x80);
    }
    const int64_t at = append_weights(fmt::format("tensor {}", t), bytes, "constant operand");
    p_.places[t] = {TensorPlace::Kind::constant, 0, at};
  }

  void add_copies() {
    for (size_t i = 0; i < graph().outputs.size(); ++i) {
      const TensorPlace& place = p_.places[graph().outputs[i]];
      if (place.kind == TensorPlace::Kind::output && place.index == static_cast<int>(i)) continue;
      Call copy;
      copy.copied_output = static_cast<int>(i);
      p_.calls.push_back(copy);
    }
  }

  // ---- the arena -------------------------------------------------------------------------------
  void plan_arena() {
    std::vector<ArenaBuffer> buffers;
    std::map<int, size_t> of_tensor;
    auto use = [&](int tensor, int step) {
      const int r = roots_[tensor];
      if (p_.places[r].kind != TensorPlace::Kind::arena) return;
      auto [found, inserted] = of_tensor.try_emplace(r, buffers.size());
      if (inserted)
        buffers.push_back({fmt::format("tensor {}", r), graph().tensors[r].bytes(), step, step, -1, 0, -1});
      buffers[found->second].last = step;
    };
    std::map<size_t, size_t> scratch;  // call -> buffer
    for (size_t i = 0; i < p_.calls.size(); ++i) {
      const Call& call = p_.calls[i];
      const int step = static_cast<int>(i);
      if (call.block < 0) {
        use(graph().outputs[call.copied_output], step);
        continue;
      }
      for (int t : p_.code[call.block].inputs) use(t, step);
      use(p_.blocks[call.block].output, step);
      if (p_.code[call.block].scratch_bytes) {
        scratch[i] = buffers.size();
        buffers.push_back(
            {fmt::format("scratch {}", i), p_.code[call.block].scratch_bytes, step, step, -1, 0, -1});
      }
    }
    const MemoryPlan plan = plan_memory(buffers);
    p_.arena_bytes = std::max<int64_t>(plan.bytes, 64);
    for (size_t t = 0; t < roots_.size(); ++t) {
      auto found = of_tensor.find(roots_[t]);
      if (found != of_tensor.end()) p_.places[t].offset = plan.offsets[found->second];
    }
    for (auto [call, buffer] : scratch) p_.calls[call].scratch = plan.offsets[buffer];
  }

  Program p_;
  KernelLibrary kernels_;
  std::vector<int> roots_;
};

int64_t op_macs(const Graph& graph, const Op& op) {
  if (!is_convolution(op)) return 0;
  const int64_t out = element_count(graph.output(op).shape);
  const Shape& w = graph.input(op, 1).shape;
  if (op.kind == OpKind::fully_connected) return out * w[1];
  return op.kind == OpKind::depthwise_conv2d ? out * w[1] * w[2] : out * w[1] * w[2] * w[3];
}

}  // namespace

Program build_program(const Graph& graph, const CompileOptions& options) {
  return ProgramBuilder(graph, options).build();
}

std::vector<BlockReport> report_blocks(const Program& p) {
  std::vector<BlockReport> reports;
  for (const Call& call : p.calls) {
    if (call.block < 0) continue;
    const Block& block = p.blocks[call.block];
    const BlockCode& code = p.code[call.block];
    BlockReport r;
    r.kind = code.kind, r.title = code.title, r.schedule = code.schedule, r.function = call.function;
    r.index = call.block;
    r.output_tensor = block.output;
    r.scratch_bytes = code.scratch_bytes;
    r.arena_bytes = code.scratch_bytes;
    std::set<int> tensors(code.inputs.begin(), code.inputs.end());
    tensors.insert(block.output);
    for (int t : tensors) {
      if (p.places[t].kind == TensorPlace::Kind::arena) r.arena_bytes += p.graph.tensors[t].bytes();
    }
    r.fused = code.fused;
    for (int i : block.ops) {
      const Op& op = p.graph.ops[i];
      r.origins.insert(r.origins.end(), op.origins.begin(), op.origins.end());
      r.macs += op_macs(p.graph, op);
      int64_t bytes = p.graph.output(op).bytes();
      for (int t : op.inputs) {
        const Tensor& tensor = p.graph.tensors[t];
        if (tensor.constant())
          r.parameters += element_count(tensor.shape);
        else
          bytes += tensor.bytes();
      }
      r.layerwise_bytes = std::max(r.layerwise_bytes, bytes);
    }
    reports.push_back(r);
  }
  return reports;
}

int64_t layerwise_bytes(const Graph& graph) {
  int64_t peak = 0;
  for (size_t step = 0; step < graph.ops.size(); ++step) {
    int64_t alive = 0;
    for (size_t t = 0; t < graph.tensors.size(); ++t) {
      const int producer = graph.producer(static_cast<int>(t));
      if (producer < 0 || producer > static_cast<int>(step)) continue;
      const std::vector<int> consumers = graph.consumers(static_cast<int>(t));
      const bool needed = graph.is_output(static_cast<int>(t)) || producer == static_cast<int>(step) ||
                          (!consumers.empty() && consumers.back() >= static_cast<int>(step));
      if (needed) alive += graph.tensors[t].bytes();
    }
    peak = std::max(peak, alive);
  }
  return peak;
}

}  // namespace narrows
