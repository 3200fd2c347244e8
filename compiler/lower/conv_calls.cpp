#include "compiler/lower/conv_calls.h"

#include "compiler/lower/chain.h"

namespace narrows {

namespace {

/// A kernel of a piece, called as often as its work has units for each of `parts`.
void add_calls(const std::string& name, const Stage& stage, const Piece& piece, int parts, const KernelLibrary& kernels,
               std::vector<ConvCalls>* list) {
  if (name.empty() || parts == 0) return;
  const ConvRow* kernel = kernels.conv(name);
  NARROWS_CHECK(kernel, "a stage calls a kernel that is none of a convolution: " + name);
  const int64_t units = stage.unit_pixels ? int64_t{piece.tiles} * stage.groups() : stage.out.map.height;
  list->push_back({*kernel, units * parts});
}

}  // namespace

std::vector<ConvCalls> conv_calls(const Graph& graph, const Block& block, size_t i, const CompileOptions& options) {
  KernelLibrary kernels(options.target, true);
  const LoweringContext context{graph, options, kernels};
  if (block.kind == BlockKind::pooled_conv) return pooled_conv_calls(context, block);
  const Chain chain = build_chain(context, block);
  if (chain.schedule.variant == Variant::halide) return {};
  std::vector<ConvCalls> list;
  const size_t loads = chain.stages[0].kind == Stage::Kind::load ? 1 : 0;
  const Stage& stage = chain.stages.at(loads + i);
  // The first part makes accumulators, to which the others add. The last one finishes too where threads share rows;
  // elsewhere that is a call for itself.
  const int parts = chain.schedule.variant == Variant::channels ? chain.schedule.parts : 1;
  for (const Piece& piece : stage.pieces) {
    const bool accumulates = !piece.last_kernel.empty();
    add_calls(piece.kernel, stage, piece, accumulates ? 1 : parts, kernels, &list);
    add_calls(piece.more_kernel, stage, piece, parts - (chain.strips ? 2 : 1), kernels, &list);
    if (chain.strips) add_calls(piece.last_kernel, stage, piece, 1, kernels, &list);
  }
  return list;
}

}  // namespace narrows
