#include "compiler/emit/conv_calls.h"

#include <cstring>

#include "compiler/emit/chain.h"

namespace narrows {

namespace {

/// A kernel of a piece, called as often as its work has units for each of `parts`.
void add_calls(const std::string& name, const Stage& stage, const Piece& piece, int parts, const Chain& chain,
               const LoweringContext& context, std::vector<ConvCalls>* list) {
  if (name.empty() || parts == 0) return;
  const ConvRow* kernel = context.kernels.conv(name);
  NARROWS_CHECK(kernel, "a stage calls a kernel that is none of a convolution: " + name);
  const int64_t units = stage.unit_pixels ? int64_t{piece.tiles} * stage.groups() : stage.out.map.height;
  list->push_back({*kernel, units * parts, small_steps(*kernel, chain.weights, piece.weights, context.options.target)});
}

}  // namespace

double small_steps(const ConvRow& kernel, const std::string& weights, int64_t region, const Target& target) {
  const ConvLayout at = conv_layout(kernel, target);
  if (!at.order || weights.empty()) return 0;
  const int tiles = at.channels / at.tile;
  double small = 0;
  for (int t = 0; t < tiles; ++t) {
    uint16_t count = 0;
    std::memcpy(&count, weights.data() + region + at.order + size_t{2} * t * at.order_stride(), sizeof count);
    small += count;
  }
  return small / tiles / (at.depth / 4);
}

std::vector<ConvCalls> conv_calls(const Graph& graph, const Block& block, size_t i, const CompileOptions& options) {
  const Target& target = options.target;
  // Only packed weights say how many steps are small, and only some targets ask.
  const bool sorts = target.pairs() && graph.tensors[block.output].type != DType::f32;
  KernelLibrary kernels(target, !sorts);
  const LoweringContext context{graph, options, kernels};
  if (block.kind == BlockKind::pooled_conv) return pooled_conv_calls(context, block);
  const Chain chain = build_chain(context, block);
  if (chain.schedule.variant == Variant::halide) return {};
  std::vector<ConvCalls> list;
  const size_t loads = chain.stages[0].kind == Stage::Kind::load ? 1 : 0;
  const Stage& stage = chain.stages.at(loads + i);
  // The first part makes accumulators, the last one adds to them and finishes.
  const int parts = chain.schedule.variant == Variant::channels ? chain.schedule.parts : 1;
  for (const Piece& piece : stage.pieces) {
    const bool accumulates = !piece.last_kernel.empty();
    add_calls(piece.kernel, stage, piece, accumulates ? 1 : parts, chain, context, &list);
    add_calls(piece.more_kernel, stage, piece, parts - 2, chain, context, &list);
    add_calls(piece.last_kernel, stage, piece, 1, chain, context, &list);
  }
  return list;
}

}  // namespace narrows
