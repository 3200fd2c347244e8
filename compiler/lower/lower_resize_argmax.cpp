// One or two RESIZE_BILINEAR and an ARG_MAX over the channels: one resized row at a time becomes one row of
// the class map, so that the resized scores, the largest tensor of a segmentation network, never exist.
#include <fmt/format.h>

#include "compiler/arena.h"
#include "compiler/lower/single/single_resize.h"

namespace narrows {
namespace {

/// Adds two rows of the resized image to the scratch memory; an expression that points to them. They are
/// private to the function: their values are the model's own.
std::string add_rows(SingleCode& s, const Tensor& image) {
  const std::string pointer = fmt::format("({}*)(scratch + {})", to_string(image.type), s.scratch_bytes);
  s.scratch_bytes += aligned(int64_t{2} * image.shape[2] * image.shape[3] * size_of(image.type));
  return pointer;
}

/// The struct of runtime/arg_max_resized.h for scores of a type.
const char* scores_of(DType type) {
  return type == DType::f32 ? "F32Scores" : type == DType::i8 ? "IntegerScores" : "ByteScores";
}

}  // namespace

BlockCode lower_resize_argmax(const PlanContext& context, const Block& block) {
  const Graph& graph = context.graph;
  const Op &first = graph.ops[block.ops[0]], &second = graph.ops[block.ops[block.ops.size() - 2]];
  const bool twice = block.ops.size() == 3;
  SingleCode s = start_single(context, first, block.output);
  s.share("part", graph.output(second).shape[1]);
  const ResizeNames names = declare_resize(s, first, twice ? "1" : "", s.in[0].shift, 0);
  if (twice) {
    const ResizeNames behind = declare_resize(s, second, "2", 0, 0);
    const std::string middle = add_rows(s, graph.output(first));
    s.body.line("index_largest_of_resized_twice<{}>(in, out, {}, {}, {}, part, {}, {}, {});",
                scores_of(graph.output(second).type), names.sizes, names.taps, behind.sizes, behind.taps, names.rows,
                middle);
  } else {
    s.body.line("index_largest_of_resized<{}>(in, out, {}, part, {}, {});", scores_of(graph.output(first).type),
                names.sizes, names.taps, names.rows);
  }
  BlockCode code = finish_single(s, twice ? "two resizes and arg max" : "resize and arg max");
  code.base_name = twice ? "arg_max_of_resized_twice" : "arg_max_of_resized";
  code.schedule = "row by row";
  code.fused = true;
  return code;
}

}  // namespace narrows
