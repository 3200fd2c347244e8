#include "compiler/program/tensor_memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/program/tries.h"

namespace narrows {

namespace {

bool is_graph_input(const Graph& graph, int tensor) {
  return std::find(graph.inputs.begin(), graph.inputs.end(), tensor) != graph.inputs.end();
}

/// Elements between two neighbours along `axis`.
int64_t inner_count(const Shape& shape, int axis) {
  return element_count(Shape(shape.begin() + axis + 1, shape.end()));
}

/// Elements from the start of the input at which a slice begins, where it takes one piece of memory; otherwise -1.
int64_t contiguous_begin(const Graph& graph, const Op& slice) {
  const Shape &in = graph.input(slice, 0).shape, &out = graph.output(slice).shape;
  int64_t begin = 0;
  bool whole = true;  // all dimensions behind this one are taken whole
  for (int d = static_cast<int>(in.size()) - 1; d >= 0; --d) {
    if (out[d] > 1 && (!whole || slice.attr.steps[d] != 1)) return -1;
    whole = whole && out[d] == in[d];
    begin += slice.attr.begin[d] * inner_count(in, d);
  }
  return begin;
}

/// Offsets in bytes of the inputs in the output of a concatenation along its outermost dimension; otherwise none.
std::vector<int64_t> part_offsets(const Graph& graph, const Op& op) {
  const Shape& out = graph.output(op).shape;
  std::vector<int64_t> offsets;
  if (element_count(Shape(out.begin(), out.begin() + op.attr.axis)) != 1) return offsets;
  int64_t at = 0;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    offsets.push_back(at);
    at += graph.input(op, static_cast<int>(i)).bytes();
  }
  return offsets;
}

class HomeChooser {
 public:
  HomeChooser(const PlannedBlocks& p, const PlanContext& context)
      : p_(p),
        graph_(p.graph),
        context_(context),
        homes_(p.graph.tensors.size()),
        tries_(Tries::of_homes(static_cast<int64_t>(p.blocks.size()))) {}

  Homes choose() {
    homes_ = reshape_homes(p_);
    arena_ = arena_with(homes_);
    for_each_single([&](const Op& op) {
      if (op.kind == OpKind::slice) try_slice(op);
    });
    for_each_single([&](const Op& op) {
      if (op.kind == OpKind::concatenation) try_parts(op);
    });
    return homes_;
  }

 private:
  template <typename F>
  void for_each_single(const F& f) {
    for (const Block& b : p_.blocks) {
      if (b.kind == BlockKind::single) f(graph_.ops[b.ops[0]]);
    }
  }

  int64_t arena_with(const Homes& homes) const {
    ArenaBuffers buffers = arena_buffers(p_, homes);
    put_over(p_, homes, &buffers);
    return plan_memory(buffers.list, 0).bytes;
  }

  void try_move(int tensor, Home into) {
    if (!tries_.take()) return;
    Homes changed = homes_;
    changed.move(tensor, into);
    const int64_t arena = arena_with(changed);
    if (arena > arena_) return;
    homes_ = changed;
    arena_ = arena;
  }

  void try_slice(const Op& op) {
    const int64_t begin = contiguous_begin(graph_, op);
    if (begin < 0 || p_.memory_types[op.inputs[0]] != p_.memory_types[op.output]) return;
    try_move(op.output, {op.inputs[0], begin * size_of(graph_.output(op).type)});
  }

  void try_parts(const Op& op) {
    const std::vector<int64_t> offsets = part_offsets(graph_, op);
    for (size_t i = 0; i < offsets.size(); ++i) {
      const Home home = homes_.of(op.inputs[i]);
      if (may_move(home, op.inputs[i], op.output) && is_plain_copy(context_, op, static_cast<int>(i)))
        try_move(home.tensor, {op.output, offsets[i]});
    }
  }

  /// `part` is the whole of its home, some block writes it, and nobody but the blocks sees it.
  bool may_move(const Home& home, int part, int into) const {
    const int t = home.tensor;
    const bool whole = home.offset == 0 && graph_.tensors[t].bytes() == graph_.tensors[part].bytes();
    if (!whole || graph_.tensors[t].constant() || is_graph_input(graph_, t)) return false;
    if (p_.memory_types[t] != p_.memory_types[into] || homes_.of(into).tensor == t) return false;
    return std::none_of(graph_.outputs.begin(), graph_.outputs.end(),
                        [&](int output) { return homes_.of(output).tensor == t; });
  }

  const PlannedBlocks& p_;
  const Graph& graph_;
  const PlanContext& context_;
  Homes homes_;
  int64_t arena_ = 0;
  Tries tries_;
};

}  // namespace

Homes::Homes(size_t tensors) {
  for (size_t t = 0; t < tensors; ++t) into_.push_back({static_cast<int>(t), 0});
}

Home Homes::of(int tensor) const {
  int64_t offset = 0;
  for (; into_[tensor].tensor != tensor; tensor = into_[tensor].tensor) offset += into_[tensor].offset;
  return {tensor, offset};
}

Homes reshape_homes(const PlannedBlocks& p) {
  Homes homes(p.graph.tensors.size());
  for (const Block& b : p.blocks) {
    if (is_reshape(p.graph, b)) homes.move(b.output, {b.input, 0});
  }
  return homes;
}

Homes choose_homes(const PlannedBlocks& planned, const PlanContext& context) {
  return HomeChooser(planned, context).choose();
}

bool lies_in_input(const Graph& graph, const Homes& homes, const Op& slice) {
  const int64_t begin = contiguous_begin(graph, slice);
  const Home in = homes.of(slice.inputs[0]), out = homes.of(slice.output);
  return begin >= 0 && in.tensor == out.tensor && out.offset == in.offset + begin * size_of(graph.output(slice).type);
}

std::vector<std::optional<int64_t>> parts_inside(const Graph& graph, const Homes& homes, const Op& op) {
  std::vector<std::optional<int64_t>> inside;
  const Home out = homes.of(op.output);
  for (int t : op.inputs) {
    const Home part = homes.of(t);
    const int64_t at = part.offset - out.offset;
    const bool within = part.tensor == out.tensor && at >= 0 && at < graph.output(op).bytes();
    inside.push_back(within ? std::optional(at) : std::nullopt);
  }
  return inside;
}

std::vector<bool> written_outputs(const PlannedBlocks& p, const Homes& homes) {
  std::vector<bool> written, taken(p.graph.tensors.size(), false);
  for (int t : p.graph.outputs) {
    const Home home = homes.of(t);
    const Tensor& holder = p.graph.tensors[home.tensor];
    const bool whole = home.offset == 0 && holder.bytes() == p.graph.tensors[t].bytes();
    written.push_back(whole && !holder.constant() && !is_graph_input(p.graph, home.tensor) && !taken[home.tensor] &&
                      p.memory_types[home.tensor] == p.graph.tensors[t].type);
    if (written.back()) taken[home.tensor] = true;
  }
  return written;
}

ArenaBuffers arena_buffers(const PlannedBlocks& p, const Homes& homes) {
  ArenaBuffers buffers;
  buffers.of_tensor.assign(p.graph.tensors.size(), -1);
  buffers.of_block.assign(p.blocks.size(), -1);
  const std::vector<bool> written = written_outputs(p, homes);
  std::vector<bool> elsewhere(p.graph.tensors.size(), false);
  for (size_t t = 0; t < elsewhere.size(); ++t) elsewhere[t] = p.graph.tensors[t].constant();
  for (int t : p.graph.inputs) elsewhere[t] = true;
  for (size_t i = 0; i < written.size(); ++i) {
    if (written[i]) elsewhere[homes.of(p.graph.outputs[i]).tensor] = true;
  }
  const auto add = [&](const std::string& name, int64_t bytes, int step) {
    buffers.list.push_back({name, bytes, step, step, -1, 0, -1});
    return static_cast<int>(buffers.list.size()) - 1;
  };
  const auto use = [&](int tensor, int step) {
    const int t = homes.of(tensor).tensor;
    int& buffer = buffers.of_tensor[t];
    if (elsewhere[t]) return;
    if (buffer < 0) buffer = add(p.graph.tensors[t].name, p.graph.tensors[t].bytes(), step);
    buffers.list[buffer].last = step;
  };
  int step = 0;
  for (size_t i = 0; i < p.blocks.size(); ++i, ++step) {
    if (!p.plans[i].runs) continue;  // a reshape
    for (int t : p.plans[i].inputs) use(t, step);
    use(p.blocks[i].output, step);
    const int64_t scratch = p.plans[i].scratch_bytes + p.plans[i].shared_bytes;
    if (scratch) buffers.of_block[i] = add(fmt::format("scratch {}", i), scratch, step);
  }
  for (size_t i = 0; i < written.size(); ++i) {
    if (!written[i]) use(p.graph.outputs[i], step++);
  }
  return buffers;
}

namespace {

/// The buffer of an input that the block's output may lie over: nothing else of it is alive, and nobody reads it later.
int overwritten(const PlannedBlocks& p, const Homes& homes, const ArenaBuffers& buffers, int block, size_t input) {
  const BlockPlan& plan = p.plans[block];
  const int tensor = plan.inputs[input], out = p.blocks[block].output;
  if (!homes.has_own_memory(tensor) || !homes.has_own_memory(out)) return -1;
  // Other inputs can be parts of the same memory; the same tensor as another input must stand the same overlap.
  for (size_t j = 0; j < plan.inputs.size(); ++j) {
    if (homes.of(plan.inputs[j]).tensor != tensor) continue;
    if (plan.inputs[j] != tensor || plan.overlaps[j] != plan.overlaps[input]) return -1;
  }
  const int from = buffers.of_tensor[tensor], to = buffers.of_tensor[out];
  if (from < 0 || to < 0 || buffers.list[to].over >= 0) return -1;
  const bool hands_over = buffers.list[from].last == buffers.list[to].first;
  return hands_over && buffers.list[from].bytes == p.graph.tensors[tensor].bytes() ? from : -1;
}

/// Tries one way after the other; `keep` says whether it stays.
template <class Keep>
void try_overlaps(const PlannedBlocks& p, const Homes& homes, ArenaBuffers* buffers, const Keep& keep) {
  for (size_t block = 0; block < p.blocks.size(); ++block) {
    const BlockPlan& plan = p.plans[block];
    for (size_t input = 0; input < plan.overlaps.size() && input < plan.inputs.size(); ++input) {
      if (plan.overlaps[input] == kApart) continue;
      const int from = overwritten(p, homes, *buffers, static_cast<int>(block), input);
      if (from < 0) continue;
      ArenaBuffer& out = buffers->list[buffers->of_tensor[p.blocks[block].output]];
      out.over = from, out.over_shift = plan.overlaps[input];
      if (keep()) break;
      out.over = -1, out.over_shift = 0;
    }
  }
}

}  // namespace

void put_over(const PlannedBlocks& p, const Homes& homes, ArenaBuffers* buffers) {
  try_overlaps(p, homes, buffers, [] { return true; });
}

ArenaBuffers buffers_over_inputs(const PlannedBlocks& p) {
  const Homes homes = reshape_homes(p);
  ArenaBuffers buffers = arena_buffers(p, homes);
  put_over(p, homes, &buffers);
  return buffers;
}

void choose_overlaps(const PlannedBlocks& p, const Homes& homes, ArenaBuffers* buffers) {
  ArenaBuffers all = *buffers;
  put_over(p, homes, &all);
  int64_t arena = plan_memory(buffers->list, 0).bytes;
  Tries tries = Tries::of_overlaps(buffers->list);
  try_overlaps(p, homes, buffers, [&] {
    if (!tries.take()) return false;
    const int64_t changed = plan_memory(buffers->list, 0).bytes;
    if (changed > arena) return false;
    arena = changed;
    return true;
  });
  if (plan_memory(all.list).bytes < plan_memory(buffers->list).bytes) *buffers = all;
}

}  // namespace narrows
