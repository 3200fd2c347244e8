#include "compiler/program/build_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/blocks/cascade.h"
#include "compiler/graph/costs.h"
#include "compiler/lower/conv_weights.h"
#include "compiler/program/order_blocks.h"
#include "compiler/program/plan_tasks.h"
#include "compiler/program/tensor_memory.h"

namespace narrows {

namespace {

class ProgramBuilder {
 public:
  ProgramBuilder(const Graph& graph, const CompileOptions& options, KernelLibrary& kernels)
      : p_{graph, options, {}, {}, {}, {}, {}, {}, 0, {}, {}, {}, {}, {}, {}, {}},
        kernels_(kernels),
        homes_(graph.tensors.size()) {}

  Program build() {
    p_.blocks = join_cascades(p_.graph, partition(p_.graph), p_.options.schedule, p_.options.schedules);
    lower_blocks();
    order_blocks(&p_);
    decide_homes();
    decide_overlaps();
    name_functions();
    place_tensors();
    add_copies();
    plan_arena();
    p_.weights = write_weights_file(p_.sections, p_.payload, p_.options.model_hash);
    return std::move(p_);
  }

 private:
  const Graph& graph() const { return p_.graph; }
  const Op& only_op(const Block& b) const { return graph().ops[b.ops[0]]; }

  LoweringContext context() { return {p_.graph, p_.options, kernels_}; }

  void lower_blocks() {
    for (size_t i = 0; i < graph().tensors.size(); ++i) {
      p_.memory_types.push_back(memory_type(context(), static_cast<int>(i)));
    }
    for (const Block& b : p_.blocks) {
      p_.code.push_back(is_reshape(graph(), b) ? BlockCode{} : lower_block(context(), b));
    }
  }

  /// Equal texts become one function. Weights follow each other in the order of the calls. What is in place already
  /// is listed as a call without a function.
  void name_functions() {
    std::map<std::string, std::string> names;
    for (size_t i = 0; i < p_.blocks.size(); ++i) {
      const BlockCode& code = p_.code[i];
      if (code.kind.empty()) continue;
      Call call;
      call.block = static_cast<int>(i);
      if (!code.function.empty()) {
        auto [found, inserted] = names.try_emplace(code.function);
        if (inserted) found->second = kernels_.unique_name(code.base_name);
        call.function = found->second;
      }
      call.weights = append_weights(fmt::format("block {}", i), code.weights, code.title);
      p_.calls.push_back(call);
    }
  }
  /// Equal bytes are stored once, under the name that comes first.
  int64_t append_weights(const std::string& name, const std::string& bytes, const std::string& what) {
    if (bytes.empty()) return static_cast<int64_t>(p_.payload.size());
    const auto [known, is_new] = packed_.try_emplace(bytes, static_cast<int64_t>(p_.payload.size()));
    const int64_t at = known->second;
    if (!is_new) return at;
    p_.sections.push_back({name, static_cast<uint64_t>(at), bytes.size(), what});
    p_.payload += bytes;
    p_.payload.resize((p_.payload.size() + 63) / 64 * 64);
    return at;
  }

  // ---- where tensors lie -----------------------------------------------------------------------
  /// What has no memory of its own needs no code, or code for a part of it only.
  void decide_homes() {
    homes_ = choose_homes(p_, context());
    for (size_t i = 0; i < p_.blocks.size(); ++i) {
      const Block& b = p_.blocks[i];
      if (b.kind != BlockKind::single) continue;
      if (only_op(b).kind == OpKind::slice && lies_in_input(graph(), homes_, only_op(b))) p_.code[i] = {};
      if (only_op(b).kind == OpKind::concatenation)
        p_.code[i] = lower_concatenation(context(), b, parts_inside(graph(), homes_, only_op(b)));
    }
  }

  /// Which blocks overwrite what they read. Operators on one element take input and output as one then.
  void decide_overlaps() {
    buffers_ = arena_buffers(p_, homes_);
    choose_overlaps(p_, homes_, &buffers_);
    for (size_t i = 0; i < p_.blocks.size(); ++i) {
      const Block& b = p_.blocks[i];
      const int out = b.kind == BlockKind::single ? buffers_.of_tensor[b.output] : -1;
      if (out < 0 || buffers_.list[out].over < 0 || buffers_.list[out].first != static_cast<int>(i)) continue;
      const std::vector<int>& inputs = p_.code[i].inputs;
      for (size_t k = 0; k < inputs.size(); ++k) {
        if (buffers_.of_tensor[inputs[k]] == buffers_.list[out].over) {
          p_.code[i] = lower_single(context(), b, static_cast<int>(k));
          break;
        }
      }
    }
  }

  void place_tensors() {
    const int n = static_cast<int>(graph().tensors.size());
    p_.places.resize(n);
    for (size_t i = 0; i < graph().inputs.size(); ++i)
      p_.places[graph().inputs[i]] = {TensorPlace::Kind::input, static_cast<int>(i), 0};
    std::vector<bool> placed(n, false);
    const auto place_if_constant = [&](int tensor) {
      const int t = homes_.of(tensor).tensor;
      if (!graph().tensors[t].constant() || placed[t]) return;
      place_constant(t);
      placed[t] = true;
    };
    for (const Call& call : p_.calls) {
      for (int t : p_.code[call.block].inputs) place_if_constant(t);
    }
    for (int t : graph().outputs) place_if_constant(t);
    const std::vector<bool> written = written_outputs(p_, homes_);
    for (size_t i = 0; i < written.size(); ++i) {
      const int t = homes_.of(graph().outputs[i]).tensor;
      if (written[i]) p_.places[t] = {TensorPlace::Kind::output, static_cast<int>(i), 0};
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
    const std::vector<bool> written = written_outputs(p_, homes_);
    for (size_t i = 0; i < written.size(); ++i) {
      Call copy;
      copy.copied_output = static_cast<int>(i);
      if (!written[i]) p_.calls.push_back(copy);
    }
  }

  // ---- the arena -------------------------------------------------------------------------------
  void plan_arena() {
    const ArenaBuffers& buffers = buffers_;
    const MemoryPlan plan = plan_memory(buffers.list);
    p_.arena_bytes = std::max<int64_t>(plan.bytes, 64);
    for (size_t t = 0; t < p_.places.size(); ++t) {
      TensorPlace& place = p_.places[t];
      if (buffers.of_tensor[t] >= 0) place.offset = place.parallel_offset = plan.offsets[buffers.of_tensor[t]];
    }
    for (Call& call : p_.calls) {
      if (call.block < 0 || buffers.of_block[call.block] < 0) continue;
      call.scratch = plan.offsets[buffers.of_block[call.block]];
      call.shared = call.scratch + p_.code[call.block].scratch_bytes;
    }
    p_.memory = {buffers.list, plan};
    plan_tasks(buffers, plan, &p_);
    p_.live_bytes = live_bytes(buffers.list);
    p_.live_bytes.resize(p_.blocks.size());  // steps behind the blocks copy outputs
    const std::vector<TensorPlace> own = p_.places;
    for (size_t t = 0; t < own.size(); ++t) {
      const Home home = homes_.of(static_cast<int>(t));
      p_.places[t] = own[home.tensor];
      p_.places[t].offset += home.offset;
      p_.places[t].parallel_offset += home.offset;
      p_.memory_types[t] = p_.memory_types[home.tensor];
    }
  }

  Program p_;
  KernelLibrary& kernels_;
  Homes homes_;
  ArenaBuffers buffers_;
  std::map<std::string, int64_t> packed_;  ///< sections of the payload, by content
};

}  // namespace

Program build_program(const Graph& graph, const CompileOptions& options) {
  KernelLibrary kernels(options.target);
  Program program = build_program(graph, options, kernels);
  program.kernels = kernels.kernels();
  program.sums_wrap = kernels.sums_wrap();
  return program;
}

Program build_program(const Graph& graph, const CompileOptions& options, KernelLibrary& kernels) {
  return ProgramBuilder(graph, options, kernels).build();
}

std::vector<BlockReport> report_blocks(const Program& p) {
  std::vector<BlockReport> reports;
  for (const Call& call : p.calls) {
    if (call.block < 0) continue;
    const Block& block = p.blocks[call.block];
    const BlockCode& code = p.code[call.block];
    BlockReport r;
    r.kind = code.kind, r.title = code.title, r.schedule = code.schedule, r.function = call.function;
    r.key = block_key(p.graph, block);
    r.index = call.block;
    r.output_tensor = block.output;
    r.scratch_bytes = r.arena_bytes = code.scratch_bytes + code.shared_bytes;
    r.live_bytes = p.live_bytes[call.block];
    std::set<int> tensors(code.inputs.begin(), code.inputs.end());
    tensors.insert(block.output);
    r.traffic_bytes = static_cast<int64_t>(code.weights.size());
    for (int t : tensors) {
      r.traffic_bytes += p.graph.tensors[t].bytes();
      if (p.places[t].kind == TensorPlace::Kind::arena) r.arena_bytes += p.graph.tensors[t].bytes();
    }
    r.fused = code.fused;
    for (int i : block.ops) {
      const Op& op = p.graph.ops[i];
      r.origins.insert(r.origins.end(), op.origins.begin(), op.origins.end());
      r.macs += multiply_accumulates(p.graph, op);
      r.parameters += parameter_count(p.graph, op);
      int64_t bytes = p.graph.output(op).bytes();
      for (int t : op.inputs) {
        const Tensor& tensor = p.graph.tensors[t];
        if (!tensor.constant()) bytes += tensor.bytes();
      }
      r.layerwise_bytes = std::max(r.layerwise_bytes, bytes);
    }
    r.executed_macs = code.executed_macs ? code.executed_macs : r.macs;
    reports.push_back(r);
  }
  return reports;
}

int64_t layerwise_bytes(const Graph& graph) {
  // What depends on constants only is computed before any run: dequantized weights, arithmetic on shapes.
  std::vector<bool> known(graph.tensors.size());
  for (size_t t = 0; t < known.size(); ++t) known[t] = graph.tensors[t].constant();
  for (const Op& op : graph.ops)
    known[op.output] = std::all_of(op.inputs.begin(), op.inputs.end(), [&](int t) { return known[t]; });
  // From the step that makes a tensor to the one that reads it for the last time; outputs stay to the end.
  const size_t steps = graph.ops.size();
  std::vector<size_t> last(graph.tensors.size(), 0);
  for (size_t step = 0; step < steps; ++step) {
    last[graph.ops[step].output] = step;
    for (int t : graph.ops[step].inputs) last[t] = step;
  }
  for (int t : graph.outputs) last[t] = steps;
  std::vector<int64_t> freed(steps + 1);  // behind each step
  int64_t alive = 0, peak = 0;
  for (size_t step = 0; step < steps; ++step) {
    const int made = graph.ops[step].output;
    const int64_t bytes = known[made] ? 0 : graph.tensors[made].bytes();
    alive += bytes;
    freed[last[made]] += bytes;
    peak = std::max(peak, alive);
    alive -= freed[step];
  }
  return peak;
}

}  // namespace narrows
