#include "compiler/program/build_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/blocks/cascade.h"
#include "compiler/byte_order.h"
#include "compiler/lower/conv_weights.h"
#include "compiler/program/order_blocks.h"
#include "compiler/program/plan_tasks.h"
#include "compiler/program/tensor_memory.h"

namespace narrows {

namespace {

// ---- lowered -----------------------------------------------------------------------------------

PlannedBlocks plans_of(const Lowered& lowered) {
  PlannedBlocks planned{lowered.graph, lowered.memory_types, lowered.blocks, {}};
  for (const BlockCode& code : lowered.code) planned.plans.push_back(code);
  return planned;
}

Lowered lower_blocks(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const CompileOptions& options = context.options;
  Lowered lowered{graph,
                  options,
                  memory_types_of(context),
                  join_cascades(graph, partition(graph), options.schedule, options.schedules),
                  {}};
  for (const Block& b : lowered.blocks)
    lowered.code.push_back(is_reshape(graph, b) ? BlockCode{} : lower_block(context, b));
  const std::vector<int> order = order_blocks(plans_of(lowered));
  lowered.blocks = reordered(order, lowered.blocks);
  lowered.code = reordered(order, lowered.code);
  return lowered;
}

// ---- placed ------------------------------------------------------------------------------------

/// What has no memory of its own needs no code, or code for a part of it only.
void lower_moved(const LoweringContext& context, Placed* p) {
  for (size_t i = 0; i < p->blocks.size(); ++i) {
    const Block& b = p->blocks[i];
    if (b.kind != BlockKind::single) continue;
    const Op& op = p->graph.ops[b.ops[0]];
    if (op.kind == OpKind::slice && lies_in_input(p->graph, p->homes, op)) p->code[i] = {};
    if (op.kind == OpKind::concatenation)
      p->code[i] = lower_concatenation(context, b, parts_inside(p->graph, p->homes, op));
  }
}

/// Operators on one element take the input that they overwrite and the output as one.
void lower_in_place(const LoweringContext& context, Placed* p) {
  const ArenaBuffers& buffers = p->buffers;
  for (size_t i = 0; i < p->blocks.size(); ++i) {
    const Block& b = p->blocks[i];
    const int out = b.kind == BlockKind::single ? buffers.of_tensor[b.output] : -1;
    if (out < 0 || buffers.list[out].over < 0 || buffers.list[out].first != static_cast<int>(i)) continue;
    const std::vector<int>& inputs = p->code[i].inputs;
    const auto overwritten = std::find_if(
        inputs.begin(), inputs.end(), [&](int input) { return buffers.of_tensor[input] == buffers.list[out].over; });
    if (overwritten != inputs.end())
      p->code[i] = lower_single(context, b, static_cast<size_t>(overwritten - inputs.begin()));
  }
}

/// A call for each block but reshapes and slices that lie in their inputs. Equal texts become one function. What is in
/// place already is listed as a call without a function.
std::vector<Call> calls_of(const Placed& p, KernelLibrary& kernels) {
  std::vector<Call> calls;
  std::map<std::string, std::string> names;
  for (size_t i = 0; i < p.blocks.size(); ++i) {
    const BlockCode& code = p.code[i];
    if (code.kind.empty()) continue;
    Call call;
    call.block = static_cast<int>(i);
    if (code.runs) {
      auto [found, inserted] = names.try_emplace(code.function);
      if (inserted) found->second = kernels.unique_name(code.base_name);
      call.function = found->second;
    }
    calls.push_back(call);
  }
  return calls;
}

/// Inputs and outputs of the graph; offsets in the arena and of constants come later.
void place_tensors(const std::vector<bool>& written, Placed* p) {
  const Graph& graph = p->graph;
  p->places.resize(graph.tensors.size());
  for (size_t i = 0; i < graph.inputs.size(); ++i)
    p->places[graph.inputs[i]] = {TensorPlace::Kind::input, static_cast<int>(i), 0};
  for (size_t i = 0; i < written.size(); ++i) {
    const int t = p->homes.of(graph.outputs[i]).tensor;
    if (written[i]) p->places[t] = {TensorPlace::Kind::output, static_cast<int>(i), 0};
  }
}

Placed place_blocks(const LoweringContext& context, Lowered lowered) {
  Placed p(std::move(lowered));
  p.homes = choose_homes(plans_of(p), context);
  lower_moved(context, &p);
  const PlannedBlocks planned = plans_of(p);
  p.buffers = arena_buffers(planned, p.homes);
  choose_overlaps(planned, p.homes, &p.buffers);
  lower_in_place(context, &p);
  p.calls = calls_of(p, context.kernels);
  const std::vector<bool> written = written_outputs(planned, p.homes);
  place_tensors(written, &p);
  for (size_t i = 0; i < written.size(); ++i) {
    Call copy;
    copy.copied_output = static_cast<int>(i);
    if (!written[i]) p.calls.push_back(copy);
  }
  return p;
}

// ---- planned -----------------------------------------------------------------------------------

Planned plan_arena(Placed placed) {
  Planned p(std::move(placed));
  const ArenaBuffers& buffers = p.buffers;
  const MemoryPlan plan = plan_memory(buffers.list);
  p.arena_bytes = std::max<int64_t>(plan.bytes, 64);
  for (size_t t = 0; t < p.places.size(); ++t) {
    TensorPlace& place = p.places[t];
    if (buffers.of_tensor[t] >= 0) place.offset = place.parallel_offset = plan.offsets[buffers.of_tensor[t]];
  }
  for (Call& call : p.calls) {
    if (call.block < 0 || buffers.of_block[call.block] < 0) continue;
    call.scratch = plan.offsets[buffers.of_block[call.block]];
    call.shared = call.scratch + p.code[call.block].scratch_bytes;
  }
  p.memory = {buffers.list, plan};
  plan_tasks(buffers, plan, &p);
  p.live_bytes = live_bytes(buffers.list);
  p.live_bytes.resize(p.blocks.size());  // steps behind the blocks copy outputs
  return p;
}

// ---- packed ------------------------------------------------------------------------------------

/// The payload of the weights while it is written.
class Payload {
 public:
  /// The offset of `bytes`. Equal bytes are stored once, under the name that comes first.
  int64_t append(const std::string& name, const std::string& bytes, const std::string& what) {
    const int64_t end = static_cast<int64_t>(bytes_.size());
    if (bytes.empty()) return end;
    const auto [known, is_new] = offsets_.try_emplace(bytes, end);
    if (!is_new) return known->second;
    sections_.push_back({name, static_cast<uint64_t>(end), bytes.size(), what});
    bytes_ += bytes;
    bytes_.resize((bytes_.size() + weights_alignment - 1) / weights_alignment * weights_alignment);
    return end;
  }
  const std::string& bytes() const { return bytes_; }
  const std::vector<WeightsSection>& sections() const { return sections_; }

 private:
  std::string bytes_;
  std::vector<WeightsSection> sections_;
  std::map<std::string, int64_t> offsets_;  ///< of sections, by content
};

/// The bytes of a constant as the target stores them.
std::string stored_bytes(const Tensor& tensor, const Target& target) {
  std::string bytes(tensor.data.begin(), tensor.data.end());
  if (stored_shift(tensor.type, target) == 0) return in_byte_order(bytes, size_of(tensor.type), target);
  for (char& c : bytes) c = static_cast<char>(c ^ 0x80);
  return bytes;
}

/// Constants that blocks read or that are outputs, in the order in which they are met.
std::vector<int> constants_of(const Program& p) {
  std::vector<int> list;
  std::vector<bool> known(p.graph.tensors.size(), false);
  const auto add = [&](int tensor) {
    const int t = p.homes.of(tensor).tensor;
    if (!p.graph.tensors[t].constant() || known[t]) return;
    known[t] = true;
    list.push_back(t);
  };
  for (const Call& call : p.calls) {
    if (call.block < 0) continue;
    for (int t : p.code[call.block].inputs) add(t);
  }
  for (int t : p.graph.outputs) add(t);
  return list;
}

/// What lies in the memory of another tensor gets its place from there.
void place_guests(Program* p) {
  const std::vector<TensorPlace> own = p->places;
  for (size_t t = 0; t < own.size(); ++t) {
    const Home home = p->homes.of(static_cast<int>(t));
    p->places[t] = own[home.tensor];
    p->places[t].offset += home.offset;
    p->places[t].parallel_offset += home.offset;
    p->memory_types[t] = p->memory_types[home.tensor];
  }
}

std::vector<std::optional<size_t>> writers_of(const Program& p) {
  std::vector<std::optional<size_t>> writers(p.graph.tensors.size());
  std::vector<bool> known(p.graph.tensors.size(), false);
  for (const Call& call : p.calls) {
    if (call.block < 0 || call.function.empty()) continue;
    const int tensor = p.blocks[call.block].output;
    writers[tensor] = known[tensor] ? std::nullopt : std::optional<size_t>(call.block);
    known[tensor] = true;
  }
  return writers;
}

/// Weights follow each other in the order of the calls; constants stand behind them.
Program pack_weights(Planned planned) {
  Program p(std::move(planned));
  Payload payload;
  for (Call& call : p.calls) {
    if (call.block < 0) continue;
    const BlockCode& code = p.code[call.block];
    call.weights = payload.append(fmt::format("block {}", call.block), code.weights, code.title);
  }
  for (int t : constants_of(p)) {
    const std::string bytes = stored_bytes(p.graph.tensors[t], p.options.target);
    p.places[t] = {TensorPlace::Kind::constant, 0,
                   payload.append(fmt::format("tensor {}", t), bytes, "constant operand")};
  }
  place_guests(&p);
  p.writers = writers_of(p);
  p.sections = payload.sections();
  p.payload = payload.bytes();
  p.weights = write_weights_file(p.sections, p.payload, p.options.model_hash);
  return p;
}

}  // namespace

Program build_program(const Graph& graph, const CompileOptions& options) {
  KernelLibrary kernels(options.target);
  Program program = build_program(graph, options, kernels);
  program.kernels = kernels.kernels();
  program.sums_wrap = kernels.sums_wrap();
  return program;
}

Program build_program(const Graph& graph, const CompileOptions& options, KernelLibrary& kernels) {
  WeightCache weights(graph, options.numerics, options.target);
  const LoweringContext context({graph, options, weights}, kernels);
  return pack_weights(plan_arena(place_blocks(context, lower_blocks(context))));
}

}  // namespace narrows
