// RESIZE_BILINEAR and ARG_MAX over the channels: one resized row at a time becomes one row of the class map,
// so that the resized scores, the largest tensor of a segmentation network, never exist.
#include <fmt/format.h>

#include "compiler/emit/single_resize.h"

namespace narrows {

BlockCode lower_resize_argmax(const LoweringContext& context, const Block& block) {
  const Graph& graph = context.graph;
  const Op &resize = graph.ops[block.ops[0]], &arg_max = graph.ops[block.ops[1]];
  const Tensor& scores = graph.output(resize);
  SingleCode s = start_single(context, resize, block.output);
  // The row is private to the function: its values are the model's own.
  const ResizeNames names = declare_resize(s, resize, /*out_shift=*/0);
  s.body.line("index_largest_of_resized(in, out, resize, taps, {}, ({}*)(scratch + {}));", names.rows,
              to_string(scores.type), s.scratch_bytes);
  s.scratch_bytes += (int64_t{1} * scores.shape[2] * scores.shape[3] * size_of(scores.type) + 63) / 64 * 64;

  BlockCode code = finish_single(s, "resize and arg max");
  code.base_name = to_string(arg_max.kind) + std::string("_of_resized");
  code.schedule = "row by row";
  code.fused = true;
  return code;
}

}  // namespace narrows
