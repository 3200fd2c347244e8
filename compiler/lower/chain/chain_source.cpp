#include "compiler/lower/chain/chain_source.h"

#include <algorithm>

#include "compiler/blocks/cascade.h"
#include "compiler/blocks/cost_model.h"
#include "compiler/graph/ops.h"
#include "compiler/lower/lower.h"

namespace narrows {

namespace {

/// Maps with as many rows are shared in strips where channels are cut into parts: what strips compute twice is little,
/// and the sums of groups are large. Where memory counts more than time, that begins at few_rows.
constexpr int many_rows = 16;

/// Appends the convolutions of a block, or of a link of a cascade.
void add_convs(const PlanContext& context, const Block& link, size_t index, std::vector<ChainConv>* convs) {
  const Schedule& asked = asked_schedule(context, link);
  size_t i = 0;
  for (const FinishedConv& conv : convolutions_of(context.graph, link)) {
    const bool has_tile = i < asked.tiles.size() && asked.tiles[i].pixels > 0;
    convs->push_back({conv, *conv.conv, index, i == 0, context.weights.of(conv),
                      has_tile ? std::optional(asked.tiles[i]) : std::nullopt, asked.plain});
    ++i;
  }
}

/// The first convolution reads the tensor itself unless it needs borders, whole vectors, another type, or the last quad
/// of its reduction would reach beyond the tensor. Rows from a callback are loaded.
bool must_load(const ChainSource& source) {
  const ChainConv& first = source.convs[0];
  const Block& block = source.block;
  const Window& w = first.op.attr.window;
  if (source.row_source || !block.sources.empty() || block.conversions > 0 || first.depthwise()) return true;
  if (w.pad.any() || w.kernel_h > 1 || w.kernel_w > 1) return true;
  if (memory_type(source.context, block.input) != source.arithmetic().stored) return true;
  return map_of(source.graph(), first.op, block.input).channels % source.arithmetic().quad != 0;
}

/// Strips of columns that the schedule asks for, as far as there are columns; maps only.
int columns_of(const ChainSource& source) {
  const Shape& out = source.graph().tensors[source.block.output].shape;
  const bool map = out.size() == 4 && streams_rows(source.graph(), source.block);
  return map ? std::clamp(source.asked.columns, 1, out[2]) : 1;
}

bool starts_with_expansion(const ChainSource& source) {
  if (source.convs.size() != 3 || source.needs_load || source.block.padded_residual >= 0) return false;
  const Window& w = source.convs[0].op.attr.window;
  return w.kernel_h == 1 && w.kernel_w == 1 && !w.pad.any();
}

PartsSchedule cut_parts(const ChainSource& source, int parts, int expanded, int rows) {
  PartsSchedule s;
  s.strips = rows >= (allowed_slowdown(source.context.options) > 0 ? few_rows : many_rows);
  // Two threads share an even number best.
  const bool chosen = source.asked.parts == 0;
  if (chosen && !s.strips && parts > 1) parts += parts % 2;
  s.channels = round_up((expanded + parts - 1) / parts, source.lanes());
  s.count = (expanded + s.channels - 1) / s.channels;
  return s;
}

}  // namespace

ConvMap map_of(const Graph& graph, const Op& op, int tensor) {
  const Shape& s = graph.tensors[tensor].shape;
  if (op.kind == OpKind::fully_connected) {
    const Shape& w = graph.input(op, 1).shape;
    const int channels = tensor == op.output ? w[0] : w[1];
    return {1, static_cast<int>(element_count(s) / channels), channels};
  }
  return {s[1], s[2], s[3]};
}

ChainSource::ChainSource(const PlanContext& plan, const Block& chain)
    : context(plan), block(chain), asked(asked_schedule(plan, chain)), row_source(reads_rows(plan, chain)) {
  if (block.links.empty()) add_convs(context, block, 0, &convs);
  for (size_t i = 0; i < block.links.size(); ++i) add_convs(context, block.links[i], i, &convs);
  needs_load = must_load(*this);
}

ChainSchedule resolve_schedule(const ChainSource& source) {
  const int columns = columns_of(source);
  if (!source.block.links.empty()) return {Variant::cascade, columns, {}};
  const Op& last = source.convs.back().op;
  const ConvMap out = map_of(source.graph(), last, last.output);
  ChainShape shape;
  shape.map = int64_t{out.height} * out.width;
  shape.arithmetic = source.arithmetic();
  if (columns == 1 && starts_with_expansion(source)) shape.expanded = source.convs[0].weights.channels;
  const Schedule chosen = choose_schedule(source.asked, shape, source.target());
  ChainSchedule schedule{chosen.variant, columns, {}};
  if (chosen.variant == Variant::channels) schedule.parts = cut_parts(source, chosen.parts, shape.expanded, out.height);
  return schedule;
}

}  // namespace narrows
