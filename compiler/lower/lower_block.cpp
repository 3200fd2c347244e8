#include <algorithm>

#include "compiler/blocks/cost_model.h"
#include "compiler/lower/conv_weights.h"
#include "compiler/lower/lower.h"

namespace narrows {

DType memory_type(const LoweringContext& context, int tensor) {
  const Graph& g = context.graph;
  const DType own = g.tensors[tensor].type;
  for (int input : g.inputs) {
    if (input == tensor) return own;
  }
  // A reshape is its input under another name.
  const int producer = g.producer(tensor);
  if (producer >= 0 && g.ops[producer].kind == OpKind::reshape) return memory_type(context, g.ops[producer].inputs[0]);
  return stored_dtype(own, context.options.target);
}

BlockCode sketch_of(BlockCode code) {
  code.function.resize(std::min<size_t>(code.function.size(), 1));
  code.weights.clear();
  return code;
}

bool reads_rows(const LoweringContext& context, const Block& block) {
  return context.options.input_rows && block.input == context.graph.inputs[0];
}

const Schedule& asked_schedule(const LoweringContext& context, const Block& block) {
  const Schedules& schedules = context.options.schedules;
  const auto found = schedules.empty() ? schedules.end() : schedules.find(block_key(context.graph, block));
  return found == schedules.end() ? context.options.schedule : found->second;
}

Tile tile_for(const LoweringContext& context, const Block& block, size_t i, int vectors, int width, bool quantized) {
  const Target& target = context.options.target;
  const std::vector<Tile>& tiles = asked_schedule(context, block).tiles;
  if (i >= tiles.size() || !tiles[i].pixels) return choose_conv_tile(vectors, width, quantized, target);
  return {std::min(tiles[i].vectors, vectors), std::min(tiles[i].pixels, width)};
}

BlockCode lower_block(const LoweringContext& context, const Block& block) {
  switch (block.kind) {
    case BlockKind::chain:
      return lower_chain(context, block);
    case BlockKind::pooled_conv:
      return lower_pooled_conv(context, block);
    case BlockKind::resize_argmax:
      return lower_resize_argmax(context, block);
    case BlockKind::single:
      break;
  }
  return lower_single(context, block);
}

}  // namespace narrows
