#include "compiler/lower/conv_calls.h"

#include "compiler/lower/chain/chain_code.h"
#include "compiler/lower/lower.h"

namespace narrows {

namespace {

/// The kernels of a piece whose parts are summed up. The last part finishes the sums too where threads share rows;
/// elsewhere that is a call for itself.
void add_sum_calls(const SumSpecs& sums, const Parts& parts, int64_t units, std::vector<ConvCalls>* list) {
  list->push_back({sums.sums, units * (parts.count - (parts.strips ? 1 : 0))});
  if (const auto* last = std::get_if<ConvRow>(&sums.last)) list->push_back({*last, units});
}

}  // namespace

std::vector<ConvCalls> conv_calls(const Graph& graph, const Block& block, size_t i, const CompileOptions& options) {
  WeightCache weights(graph, options.numerics, options.target);
  const PlanContext context{graph, options, weights};
  if (block.kind == BlockKind::pooled_conv) return pooled_conv_calls(context, block);
  const ChainSource source(context, block);
  const ChainSchedule schedule = resolve_schedule(source);
  if (schedule.variant == Variant::halide) return {};
  const Chain chain = plan_chain(source, schedule);
  WeightedChain weighted{source, chain, {}};
  for (const ChainConv& c : source.convs) weighted.weights.push_back(c.weights);
  const Stage& stage = chain.stages.at(chain.loads() + i);
  std::vector<ConvCalls> list;
  for (const PieceSpec& piece : conv_specs(weighted, i, Sorting::small_first)) {
    const int64_t units = stage.unit_pixels() ? int64_t{piece.cut.calls} * stage.groups() : stage.out.map.height;
    if (piece.sums)
      add_sum_calls(*piece.sums, *chain.parts, units, &list);
    else
      list.push_back({piece.row, units * (chain.parts ? chain.parts->count : 1)});
  }
  return list;
}

}  // namespace narrows
