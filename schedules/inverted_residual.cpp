// The inverted residual block as one Halide pipeline: the `halide` variant. Halide's own storage folding
// makes the ring of expanded rows and its sliding window decides which rows are computed when; compare with
// the row programs of compiler/lower, which do the same with kernels of one row each and loops of ours.
#include "schedules/inverted_residual.h"

#include <fmt/format.h>

#include "schedules/printer/print_kernel.h"

namespace narrows {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::RDom;
using Halide::Var;

namespace {

/// How the channels of a tensor are cut: Funcs have the dimensions (channel in tile, x, y, tile), because
/// Halide cannot see that c % tile of vectors of a flat channel index is dense.
struct Tiles {
  int size = 0, count = 0;
};

/// One of the two 1x1 convolutions.
struct Pointwise {
  Pointwise(const Finish& finish, const ConvLayout& at, Tiles from, const std::string& prefix)
      : quad(finish.arithmetic.quad),
        to{at.tile, at.channels / at.tile},
        weights(halide_type(finish.arithmetic.weights), 5, prefix + "w"),
        bias(halide_type(finish.arithmetic.accumulator), 2, prefix + "bias"),
        weight_zero(prefix + "weight_zero"),
        in(finish, prefix),
        acc(prefix + "acc"),
        sums(prefix + "sums"),
        k(0, quad, 0, from.size / quad, 0, from.count, prefix + "k") {
    set_dense(weights, {quad, to.size, from.size / quad, from.count, to.count});
    set_dense(bias, {to.size, to.count});
    in.set_shape(to.size, to.count);
    all = RDom(0, from.size, 0, from.count, prefix + "all");
    acc_type = halide_type(finish.arithmetic.accumulator);
  }

  /// acc = bias + sum over k of input * weights; the zero point of the weights goes through the sums of the
  /// inputs.
  void define(bool with_sums, const std::function<Expr(Expr in_tile, Expr tile, Var x, Var y)>& input, Var c, Var x,
              Var y, Var tile) {
    Expr initial = initial_value(in.finish, bias(c, tile));
    if (with_sums) {
      sums(x, y) = 0;
      sums(x, y) += Halide::cast<int32_t>(input(all.x, all.y, x, y));
      initial = sum_of(in.finish, initial, sums(x, y) * weight_zero);
    }
    acc(c, x, y, tile) = initial;
    acc(c, x, y, tile) += Halide::cast(acc_type, input(k.y * quad + k.x, k.z, x, y)) *
                          Halide::cast(acc_type, weights(k.x, c, k.y, k.z, tile));
  }

  /// `f` finishes acc; both in register tiles of all channels of a tile by `pixels` pixels.
  void schedule(Func f, int lanes, int pixels, Var c, Var x, Var y, Var tile) {
    Var xo("x"), xi("xi");
    f.split(x, xo, xi, pixels, Halide::TailStrategy::ShiftInwards).reorder(c, xi, xo, tile, y);
    f.vectorize(c, lanes).unroll(c).unroll(xi);
    acc.compute_at(f, xo).store_in(Halide::MemoryType::Stack).vectorize(c, lanes).unroll(c).unroll(x);
    Halide::Stage update = acc.update();
    update.reorder({k.x, c, x, k.y, k.z, y, tile});
    if (quad > 1) update.atomic().vectorize(k.x);
    update.vectorize(c, lanes).unroll(c).unroll(x);
  }

  int quad;
  Tiles to;
  ImageParam weights, bias;
  Halide::Param<int32_t> weight_zero;
  FinishInputs in;
  Func acc, sums;
  RDom k, all;
  Halide::Type acc_type;
};

std::string pointers(const ConvLayout& at, bool sums, const FinishInputs& in, const std::string& region) {
  const Arithmetic& arithmetic = in.finish.arithmetic;
  const std::string p = in.prefix;
  std::string text = fmt::format("  const {0}* {1}bias = (const {0}*)({2} + {3});\n", to_string(arithmetic.accumulator),
                                 p, region, at.bias);
  text += fmt::format("  const {0}* {1}w = (const {0}*)({2} + {3});\n", to_string(arithmetic.weights), p, region,
                      at.weights);
  if (sums) text += fmt::format("  const i32 {}weight_zero = ((const i32*)({}))[{}];\n", p, region, param::weight_zero);
  return text + in.prologue(at, region);
}

}  // namespace

ConvRow expand_region(const WholeBlock& s) {
  ConvRow r;
  r.reduction.depth = r.reduction.pixel_stride = s.channels;
  r.reduction.sorting = Sorting::never;
  r.out.channels = r.out.stride = s.expanded;
  r.out.width = s.width;
  r.finish = s.expand;
  r.tile = {s.expand_vectors, s.expand_pixels};
  return r;
}

DepthwiseRow depthwise_region(const WholeBlock& s) {
  DepthwiseRow r;
  r.kernel_h = s.kernel_h, r.kernel_w = s.kernel_w;
  r.channels = r.in_stride = r.out_stride = s.expanded;
  r.width = s.out_width;
  r.finish = s.depthwise;
  return r;
}

ConvRow project_region(const WholeBlock& s, const Target& target) {
  ConvRow r;
  r.reduction.depth = r.reduction.pixel_stride = s.expanded;
  r.reduction.sorting = Sorting::never;
  // The packed channels are whole tiles: Halide walks them in one loop, without a rest.
  r.out.channels = round_up(s.out_channels, s.project_vectors * lanes_of(target));
  r.out.stride = s.out_channels;
  r.out.width = s.out_width;
  r.finish = s.project;
  r.tile = {s.project_vectors, s.project_pixels};
  return r;
}

std::string block_parameters(const WholeBlock& s, const std::string& scratch) {
  const std::string element = to_string(s.project.arithmetic.stored);
  std::string text = fmt::format("(const {0}* __restrict in, ", element);
  if (s.project.residual.added) text += fmt::format("const {}* __restrict residual, ", element);
  return text + fmt::format("{}* __restrict out, {}const u8* __restrict weights)", element, scratch);
}

BlockPipeline block_pipeline(const WholeBlock& s, const Target& target, const ResidualSum& residual_sum,
                             int filter_lanes) {
  const int lanes = lanes_of(target);
  const ConvLayout expand_at = conv_layout(expand_region(s), target);
  const RegionLayout depthwise_at = depthwise_layout(depthwise_region(s), target);
  const ConvLayout project_at = conv_layout(project_region(s, target), target);
  const Arithmetic& arithmetic = s.depthwise.arithmetic;
  const Halide::Type acc_type = halide_type(arithmetic.accumulator), type = halide_type(arithmetic.stored);
  const DepthwiseFactor factor = depthwise_factor(arithmetic);

  Var c("c"), x("x"), y("y"), tile("tile");
  Var co("c"), ci("ci");
  Func expanded("expanded"), filtered("filtered"), out("out");
  Pointwise expand(s.expand, expand_at, {round_up(s.channels, arithmetic.quad), 1}, "e_");
  Finish project_finish = s.project;
  if (residual_sum) project_finish.residual = {};
  Pointwise project(project_finish, project_at, expand.to, "p_");
  FinishInputs depthwise(s.depthwise, "d_");
  ImageParam in(type, 3, "in"), taps(factor.weights, 4, "d_w"), depthwise_bias(acc_type, 2, "d_bias");
  const int size = expand.to.size, tiles = expand.to.count;
  set_dense(in, {s.channels, s.width, s.height});
  set_dense(taps, {size, tiles, s.kernel_w, s.kernel_h});
  set_dense(depthwise_bias, {size, tiles});
  depthwise.set_shape(size, tiles);
  ImageParam residual(type, 4, "residual");

  // ---- The algorithm ---------------------------------------------------------------------------
  auto input = [&](Expr k, Expr, Var px, Var py) { return in(k, px, py); };
  expand.define(s.expand_sums, input, c, x, y, tile);
  expanded(c, x, y, tile) =
      Halide::cast(type, finish_value(expand.in, {expand.acc(c, x, y, tile), {c, tile}, expand.bias(c, tile), Expr()}));
  Expr sum = initial_value(s.depthwise, depthwise_bias(c, tile));
  for (int r = 0; r < s.kernel_h; ++r) {
    for (int j = 0; j < s.kernel_w; ++j) {
      const Expr column = x * s.stride_w + j * s.dilation_w - s.pad_left;
      const Expr row = y * s.stride_h + r * s.dilation_h - s.pad_top;
      const Expr inside = column >= 0 && column < s.width && row >= 0 && row < s.height;
      const Expr value = expanded(c, Halide::clamp(column, 0, s.width - 1), Halide::clamp(row, 0, s.height - 1), tile);
      const Expr a = Halide::select(Halide::likely(inside), value, Halide::cast(type, s.border_value));
      sum += Halide::cast(acc_type, Halide::cast(factor.type, a)) * Halide::cast(acc_type, taps(c, tile, j, r));
    }
  }
  filtered(c, x, y, tile) =
      Halide::cast(type, finish_value(depthwise, {sum, {c, tile}, depthwise_bias(c, tile), Expr()}));
  auto wide = [&](Expr k, Expr t, Var px, Var py) { return filtered(k, px, py, t); };
  project.define(s.project_sums, wide, c, x, y, tile);
  const Expr added = residual(c, x, y, tile);
  Expr result = finish_value(project.in, {project.acc(c, x, y, tile), {c, tile}, project.bias(c, tile), added});
  if (residual_sum) result = residual_sum(result, added);
  out(c, x, y, tile) = Halide::cast(type, result);

  // ---- The schedule ----------------------------------------------------------------------------
  // Output row by output row; the ring of expanded rows is a power of two, as folding wants it.
  auto set_pixels = [&](Halide::OutputImageParam buffer) {
    buffer.dim(0).set_bounds(0, project.to.size).set_stride(1);
    buffer.dim(1).set_bounds(0, s.out_width).set_stride(s.out_channels);
    buffer.dim(2).set_bounds(0, s.out_height).set_stride(s.out_channels * s.out_width);
    buffer.dim(3).set_bounds(0, project.to.count).set_stride(project.to.size);
  };
  set_pixels(out.output_buffer());
  set_pixels(residual);
  out.bound(c, 0, project.to.size).bound(x, 0, s.out_width).bound(y, 0, s.out_height).bound(tile, 0, project.to.count);
  project.schedule(out, lanes, s.project_pixels, c, x, y, tile);
  filtered.compute_at(out, y).reorder_storage(c, tile, x, y).bound_storage(c, size).bound_storage(tile, tiles);
  filtered.split(c, co, ci, filter_lanes).reorder(ci, x, co, tile, y).vectorize(ci);
  int ring = 1;
  while (ring < (s.kernel_h - 1) * s.dilation_h + s.stride_h) ring *= 2;
  expanded.store_root().compute_at(out, y).fold_storage(y, ring);
  expanded.reorder_storage(c, tile, x, y).bound_storage(c, size).bound_storage(tile, tiles);
  expand.schedule(expanded, lanes, s.expand_pixels, c, x, y, tile);
  if (s.expand_sums) expand.sums.compute_at(expanded, y);
  if (s.project_sums) project.sums.compute_at(out, y);

  BlockPipeline pipeline;
  pipeline.out = out;
  std::vector<Halide::Argument>& arguments = pipeline.arguments;
  arguments = {in, expand.weights, expand.bias, taps, depthwise_bias, project.weights, project.bias};
  if (s.expand_sums) arguments.push_back(expand.weight_zero);
  if (s.project_sums) arguments.push_back(project.weight_zero);
  expand.in.add_arguments(&arguments);
  depthwise.add_arguments(&arguments);
  project.in.add_arguments(&arguments);
  if (s.project.residual.added) arguments.push_back(residual);

  // Where the arguments stand in the packed regions.
  const std::string acc = to_string(arithmetic.accumulator);
  const std::string depthwise_weights = fmt::format("weights + {}", expand_at.bytes);
  std::string& text = pipeline.pointers;
  text += pointers(expand_at, s.expand_sums, expand.in, "weights");
  text += fmt::format("  const {0}* d_bias = (const {0}*)({1} + {2});\n", acc, depthwise_weights, depthwise_at.bias);
  text += fmt::format("  const {0}* d_w = (const {0}*)({1} + {2});\n", factor.name, depthwise_weights,
                      depthwise_at.weights);
  text += depthwise.prologue(depthwise_at, depthwise_weights);
  text += pointers(project_at, s.project_sums, project.in,
                   fmt::format("weights + {}", expand_at.bytes + depthwise_at.bytes));
  return pipeline;
}

Kernel whole_block(const WholeBlock& s, const Target& target, int64_t* scratch_bytes) {
  const BlockPipeline pipeline = block_pipeline(s, target, nullptr, lanes_of(target));
  PrintOptions options;
  options.lanes = lanes_of(target);
  options.extra_argument = add_argument(s.project);
  const PartialPixels partial{s.out_channels, s.out_channels};
  if (s.out_channels % options.lanes) {
    NARROWS_CHECK(s.project_vectors * options.lanes > s.out_channels, "a partial vector in one of several tiles");
    options.partial = {{"out", partial}, {"residual", partial}};
  }
  const std::string body = lower_and_print(pipeline.out, pipeline.arguments, target, options, scratch_bytes);
  const std::string scratch = *scratch_bytes > 0 ? "u8* __restrict scratch, " : "";
  return {"", block_parameters(s, scratch) + " {\n" + pipeline.pointers + body + "}\n"};
}

}  // namespace narrows
