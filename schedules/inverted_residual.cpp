// The inverted residual block as one Halide pipeline: the `halide` variant.
//
//   expanded = finish(in * expansion)            1x1, to `expanded` channels
//   filtered = finish(depthwise of expanded)     with borders of the zero point
//   out      = finish(filtered * projection)     1x1, and the residual
//
// Halide's own storage folding makes the ring of expanded rows, and its sliding window decides which rows are computed
// when. The row programs of compiler/lower do the same with kernels of one row each and loops of our own.
#include "schedules/inverted_residual.h"

#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/pointwise.h"
#include "schedules/printer/print_kernel.h"

namespace narrows {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Var;

namespace {

/// Everything that the pipeline is made of: what it reads, and the functions that it computes.
struct Pipeline {
  Pipeline(const WholeBlock& spec, const Target& target, const ResidualSum& residual_sum);

  WholeBlock spec;
  ResidualSum residual_sum;  ///< null: the finishing arithmetic adds the residual
  RegionLayout filter_layout;
  Pointwise expand, project;
  FinishInputs depthwise;
  ImageParam in, taps, depthwise_bias, residual;
  Axes at;
  Func expanded{"expanded"}, filtered{"filtered"}, out{"out"};
};

/// The projection's region; where the caller adds the residual, its finish does not.
ConvRow without_residual(ConvRow region, bool removed) {
  if (removed) region.finish.residual = {};
  return region;
}

Tiles expanded_tiles(const WholeBlock& s, const Target& target) {
  const ConvLayout at = conv_layout(expand_region(s), target);
  return {at.tile, at.channels / at.tile};
}

// ---- Inputs ------------------------------------------------------------------------------------

void set_pixels(Halide::OutputImageParam buffer, const WholeBlock& s, Tiles tiles) {
  buffer.dim(0).set_bounds(0, tiles.size).set_stride(1);
  buffer.dim(1).set_bounds(0, s.out.width).set_stride(s.out.channels);
  buffer.dim(2).set_bounds(0, s.out.height).set_stride(s.out.channels * s.out.width);
  buffer.dim(3).set_bounds(0, tiles.count).set_stride(tiles.size);
}

Pipeline::Pipeline(const WholeBlock& s, const Target& target, const ResidualSum& sum)
    : spec(s),
      residual_sum(sum),
      filter_layout(depthwise_layout(depthwise_region(s), target)),
      expand(expand_region(s), conv_layout(expand_region(s), target),
             {round_up(s.in.channels, s.depthwise.arithmetic.quad), 1}, "e_"),
      project(without_residual(project_region(s, target), sum != nullptr),
              conv_layout(project_region(s, target), target), expanded_tiles(s, target), "p_"),
      depthwise(s.depthwise, "d_"),
      in(halide_type(s.depthwise.arithmetic.stored), 3, "in"),
      taps(depthwise_factor(s.depthwise.arithmetic).weights, 4, "d_w"),
      depthwise_bias(halide_type(s.depthwise.arithmetic.accumulator), 2, "d_bias"),
      residual(halide_type(s.depthwise.arithmetic.stored), 4, "residual") {
  set_dense(in, {s.in.channels, s.in.width, s.in.height});
  set_dense(taps, {expand.to.size, expand.to.count, s.window.kernel_w, s.window.kernel_h});
  set_dense(depthwise_bias, {expand.to.size, expand.to.count});
  depthwise.set_shape(expand.to.size, expand.to.count);
  set_pixels(residual, s, project.to);
}

std::vector<Halide::Argument> arguments_of(const Pipeline& p) {
  std::vector<Halide::Argument> list = {
      p.in, p.expand.weights, p.expand.bias, p.taps, p.depthwise_bias, p.project.weights, p.project.bias};
  if (p.spec.expand.row_sums) list.push_back(p.expand.weight_zero);
  if (p.spec.project.row_sums) list.push_back(p.project.weight_zero);
  p.expand.in.add_arguments(&list);
  p.depthwise.add_arguments(&list);
  p.project.in.add_arguments(&list);
  if (p.spec.project.finish.residual.added) list.push_back(p.residual);
  return list;
}

/// The lines that find the inputs of a pointwise convolution in its packed region.
std::string pointers(const Pointwise& conv, const std::string& region) {
  const std::string& prefix = conv.in.prefix;
  std::string text;
  const auto pointer = [&](DType type, const char* name, int64_t at) {
    text += fmt::format("  const {0}* {1}{2} = (const {0}*)({3} + {4});\n", to_string(type), prefix, name, region, at);
  };
  pointer(conv.region.arithmetic().accumulator, "bias", conv.layout.bias);
  pointer(conv.region.arithmetic().weights, "w", conv.layout.weights);
  return text + conv.in.prologue(conv.layout, {region, conv.region.reduction.row_sums});
}

/// The lines that find all inputs in the packed weights: three regions, one behind the other.
std::string pointers(const Pipeline& p) {
  const Arithmetic& arithmetic = p.spec.depthwise.arithmetic;
  const std::string region = fmt::format("weights + {}", p.expand.layout.bytes);
  std::string text = pointers(p.expand, "weights");
  text += fmt::format("  const {0}* d_bias = (const {0}*)({1} + {2});\n", to_string(arithmetic.accumulator), region,
                      p.filter_layout.bias);
  text += fmt::format("  const {0}* d_w = (const {0}*)({1} + {2});\n", depthwise_factor(arithmetic).name, region,
                      p.filter_layout.weights);
  text += p.depthwise.prologue(p.filter_layout, {region});
  return text + pointers(p.project, fmt::format("weights + {}", p.expand.layout.bytes + p.filter_layout.bytes));
}

// ---- The algorithm -----------------------------------------------------------------------------

/// The sum of a window of the expanded map, which is surrounded by its zero point.
Expr window_sum(const Pipeline& p) {
  const auto& [c, x, y, tile] = p.at;
  const Window& w = p.spec.window;
  const int width = p.spec.in.width, height = p.spec.in.height;
  const Arithmetic& arithmetic = p.spec.depthwise.arithmetic;
  const Halide::Type type = halide_type(arithmetic.accumulator), factor = depthwise_factor(arithmetic).type;
  const Expr border = Halide::cast(halide_type(arithmetic.stored), p.spec.border_value);
  Expr sum = initial_value(p.spec.depthwise, p.depthwise_bias(c, tile));
  for (int r = 0; r < w.kernel_h; ++r) {
    for (int j = 0; j < w.kernel_w; ++j) {
      const Expr column = x * w.stride_w + j * w.dilation_w - w.pad.left;
      const Expr row = y * w.stride_h + r * w.dilation_h - w.pad.top;
      const Expr inside = column >= 0 && column < width && row >= 0 && row < height;
      const Expr value = p.expanded(c, Halide::clamp(column, 0, width - 1), Halide::clamp(row, 0, height - 1), tile);
      const Expr a = Halide::select(Halide::likely(inside), value, border);
      sum += Halide::cast(type, Halide::cast(factor, a)) * Halide::cast(type, p.taps(c, tile, j, r));
    }
  }
  return sum;
}

void define(Pipeline* p) {
  const auto& [c, x, y, tile] = p->at;
  const Halide::Type stored = halide_type(p->spec.depthwise.arithmetic.stored);
  p->expand.define([p](Expr k, Expr, const Axes& at) { return p->in(k, at.x, at.y); }, p->at);
  p->expanded(c, x, y, tile) = Halide::cast(stored, p->expand.finished(p->at, Expr()));
  const Sum filtered{window_sum(*p), {c, tile}, p->depthwise_bias(c, tile), Expr()};
  p->filtered(c, x, y, tile) = Halide::cast(stored, finish_value(p->depthwise, filtered));
  p->project.define([p](Expr k, Expr t, const Axes& at) { return p->filtered(k, at.x, at.y, t); }, p->at);
  const Expr added = p->residual(c, x, y, tile);
  const Expr result = p->project.finished(p->at, added);
  p->out(c, x, y, tile) = Halide::cast(stored, p->residual_sum ? p->residual_sum(result, added) : result);
}

// ---- The schedule ------------------------------------------------------------------------------

/// Output row by output row. The filtered row is computed whole, in vectors of `filter_lanes` channels; expanded rows
/// are kept in a ring, whose size is a power of two, as folding wants it.
void schedule(Pipeline* p, int lanes, int filter_lanes) {
  const auto& [c, x, y, tile] = p->at;
  const WholeBlock& s = p->spec;
  const Tiles wide = p->expand.to, narrow = p->project.to;
  set_pixels(p->out.output_buffer(), s, narrow);
  p->out.bound(c, 0, narrow.size).bound(x, 0, s.out.width).bound(y, 0, s.out.height).bound(tile, 0, narrow.count);
  p->project.schedule(p->out, lanes, p->at);

  Var co("c"), ci("ci");
  p->filtered.compute_at(p->out, y);
  p->filtered.reorder_storage(c, tile, x, y).bound_storage(c, wide.size).bound_storage(tile, wide.count);
  p->filtered.split(c, co, ci, filter_lanes).reorder(ci, x, co, tile, y).vectorize(ci);

  int ring = 1;
  while (ring < (s.window.kernel_h - 1) * s.window.dilation_h + s.window.stride_h) ring *= 2;
  p->expanded.store_root().compute_at(p->out, y).fold_storage(y, ring);
  p->expanded.reorder_storage(c, tile, x, y).bound_storage(c, wide.size).bound_storage(tile, wide.count);
  p->expand.schedule(p->expanded, lanes, p->at);
}

}  // namespace

ConvRow expand_region(const WholeBlock& s) {
  ConvRow r;
  r.reduction.depth = r.reduction.pixel_stride = s.in.channels;
  r.reduction.row_sums = s.expand.row_sums;
  r.reduction.sorting = Sorting::never;
  r.out.channels = r.out.stride = s.expanded;
  r.out.width = s.in.width;
  r.finish = s.expand.finish;
  r.tile = s.expand.tile;
  return r;
}

DepthwiseRow depthwise_region(const WholeBlock& s) {
  DepthwiseRow r;
  r.kernel_h = s.window.kernel_h, r.kernel_w = s.window.kernel_w;
  r.channels = r.in_stride = r.out_stride = s.expanded;
  r.width = s.out.width;
  r.finish = s.depthwise;
  return r;
}

ConvRow project_region(const WholeBlock& s, const Target& target) {
  ConvRow r;
  r.reduction.depth = r.reduction.pixel_stride = s.expanded;
  r.reduction.row_sums = s.project.row_sums;
  r.reduction.sorting = Sorting::never;
  // The packed channels are whole tiles: Halide walks them in one loop, without a rest.
  r.out.channels = round_up(s.out.channels, s.project.tile.vectors * lanes_of(target));
  r.out.stride = s.out.channels;
  r.out.width = s.out.width;
  r.finish = s.project.finish;
  r.tile = s.project.tile;
  return r;
}

std::string block_parameters(const WholeBlock& s, const std::string& scratch) {
  const std::string element = to_string(s.depthwise.arithmetic.stored);
  std::string text = fmt::format("(const {0}* __restrict in, ", element);
  if (s.project.finish.residual.added) text += fmt::format("const {}* __restrict residual, ", element);
  return text + fmt::format("{}* __restrict out, {}const u8* __restrict weights)", element, scratch);
}

BlockPipeline block_pipeline(const WholeBlock& s, const Target& target, const ResidualSum& residual_sum,
                             int filter_lanes) {
  Pipeline p(s, target, residual_sum);
  define(&p);
  schedule(&p, lanes_of(target), filter_lanes);
  return {p.out, arguments_of(p), pointers(p)};
}

Kernel whole_block(const WholeBlock& s, const Target& target, int64_t* scratch_bytes) {
  const BlockPipeline pipeline = block_pipeline(s, target, nullptr, lanes_of(target));
  PrintOptions options;
  options.lanes = lanes_of(target);
  options.extra_argument = add_argument(s.project.finish);
  const PartialPixels partial{s.out.channels, s.out.channels};
  if (s.out.channels % options.lanes) {
    NARROWS_CHECK(s.project.tile.vectors * options.lanes > s.out.channels, "a partial vector in one of several tiles");
    options.partial = {{"out", partial}, {"residual", partial}};
  }
  const std::string body = lower_and_print(pipeline.out, pipeline.arguments, target, options, scratch_bytes);
  const std::string scratch = *scratch_bytes > 0 ? "u8* __restrict scratch, " : "";
  return {"", block_parameters(s, scratch) + " {\n" + pipeline.pointers + body + "}\n"};
}

}  // namespace narrows
