// Depthwise convolution of one row. Each output row reads kernel_h input rows that lie in a ring with border
// columns.
//
// For 8-bit activations the ring can be interleaved by row: four rows in the four bytes of each 32-bit lane.
// Then a tap column of up to four rows is one dot product per vector of channels, instead of one widening
// multiplication per row. Which byte holds which row rotates from output row to output row; the weights are
// packed once per rotation.
#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/printer/print_kernel.h"
#include "schedules/steps.h"

namespace narrows {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::RDom;
using Halide::Var;

namespace {

std::string head(const DepthwiseRow& s, const std::string& name, const RegionLayout& at, const FinishInputs& in) {
  const std::string type = to_string(s.arithmetic().stored);
  std::string text = "NOINLINE static void " + name + "(";
  if (s.ring.interleaved) {
    text += fmt::format("const u32* __restrict ring, i32 slot, const u8* __restrict weights, {}* __restrict out) {{\n",
                        type);
    text += fmt::format("  const {0}* in = (const {0}*)ring;\n", type);
    text += fmt::format("  const {0}* w = (const {0}*)(weights + {1}) + slot * {2};\n",
                        s.ring.wide_weights ? "i16" : "i8", at.weights, 4 * s.kernel_w * at.channels);
    if (s.ring.tap_zero)
      text += fmt::format("  const i8* tap_zero = (const i8*)(weights + {}) + slot * 4;\n", 4 * param::tap_zero);
  } else {
    for (int r = 0; r < s.kernel_h; ++r) text += fmt::format("const {}* __restrict in{}, ", type, r);
    text += fmt::format("const u8* __restrict weights, {}* __restrict out) {{\n", type);
    text += fmt::format("  const {0}* w = (const {0}*)(weights + {1});\n", depthwise_factor(s.arithmetic()).name,
                        at.weights);
  }
  text +=
      fmt::format("  const {0}* bias = (const {0}*)(weights + {1});\n", to_string(s.arithmetic().accumulator), at.bias);
  return text + in.prologue(at);
}

}  // namespace

RegionLayout depthwise_layout(const DepthwiseRow& s, const Target& target) {
  const int channels = round_up(s.channels, lanes_of(target));
  const int per_column =
      s.ring.interleaved ? (s.ring.wide_weights ? 32 : 16) : s.kernel_h * depthwise_factor(s.arithmetic()).bytes;
  RegionLayout at = region_layout(s.finish, channels, int64_t{channels} * s.kernel_w * per_column);
  at.lanes = lanes_of(target);
  return at;
}

namespace {

/// All channels of some of the pixels of the row.
std::string print_steps(const DepthwiseRow& s, const RegionLayout& at, const Steps& steps, int indent,
                        const Target& target) {
  const int lanes = lanes_of(target);
  const int columns = (s.width - 1) * s.stride_w + (s.kernel_w - 1) * s.dilation_w + 1;

  Var c("c"), x("x"), co("c"), ci("ci"), xo("x"), xi("xi");
  Func out("out"), acc("acc");
  FinishInputs in(s.finish);
  std::vector<Halide::Argument> arguments;
  const Halide::Type acc_type = halide_type(s.arithmetic().accumulator);
  ImageParam bias(acc_type, 1, "bias");
  set_dense(bias, {at.channels});
  in.set_shape(at.channels, 1);

  // ---- The algorithm ---------------------------------------------------------------------------
  RDom k(0, s.ring.interleaved ? 4 : 1, 0, s.kernel_w, "k");
  if (s.ring.interleaved) {
    ImageParam ring(halide_type(s.arithmetic().stored), 3, "in"),
        weights(Halide::Int(s.ring.wide_weights ? 16 : 8), 3, "w"), zero(Halide::Int(8), 1, "tap_zero");
    ring.dim(0).set_bounds(0, 4).set_stride(1);
    ring.dim(1).set_bounds(0, at.channels).set_stride(4);
    ring.dim(2).set_bounds(0, columns).set_stride(4 * s.in_stride);
    set_dense(weights, {4, at.channels, s.kernel_w});
    set_dense(zero, {4});
    const Expr a = Halide::cast<int32_t>(ring(k.x, c, x * s.stride_w + k.y * s.dilation_w));
    acc(c, x) = bias(c);
    acc(c, x) += a * Halide::cast<int32_t>(weights(k.x, c, k.y));
    if (s.ring.tap_zero) acc(c, x) += a * Halide::cast<int32_t>(zero(k.x));
    arguments = {ring, weights};
    if (s.ring.tap_zero) arguments.push_back(zero);
  } else {
    const DepthwiseFactor factor = depthwise_factor(s.arithmetic());
    ImageParam weights(factor.weights, 3, "w");
    set_dense(weights, {at.channels, s.kernel_w, s.kernel_h});
    acc(c, x) = initial_value(s.finish, bias(c));
    for (int r = 0; r < s.kernel_h; ++r) {
      ImageParam row(halide_type(s.arithmetic().stored), 2, "in" + std::to_string(r));
      row.dim(0).set_bounds(0, at.channels).set_stride(1);
      row.dim(1).set_bounds(0, columns).set_stride(s.in_stride);
      const Expr a = Halide::cast(factor.type, row(c, x * s.stride_w + k.y * s.dilation_w));
      acc(c, x) += Halide::cast(acc_type, a) * Halide::cast(acc_type, weights(c, k.y, r));
      arguments.push_back(row);
    }
    arguments.push_back(weights);
  }
  out(c, x) = finish_stored(in, {acc(c, x), {c, 0}, bias(c), Expr()});
  arguments.push_back(bias);
  in.add_arguments(&arguments);

  // ---- The schedule: all channels of a few pixels, then the next pixels ------------------------
  // Rows are then read from one end to the other, each cache line once. One vector of channels along the whole row
  // could keep its weights in registers, but a vector is a half or a quarter of a line, and the lines of a row are more
  // than the first-level cache keeps until the next vector.
  out.output_buffer().dim(0).set_bounds(0, at.channels).set_stride(1);
  out.output_buffer().dim(1).set_bounds(0, s.width).set_stride(s.out_stride);
  out.bound(c, 0, at.channels).bound(x, steps.first, steps.count * steps.pixels);
  out.split(c, co, ci, lanes).split(x, xo, xi, steps.pixels).reorder(ci, xi, co, xo);
  out.vectorize(ci).unroll(xi);
  acc.compute_at(out, co).store_in(Halide::MemoryType::Stack).vectorize(c, lanes).unroll(c).unroll(x);
  for (int u = 0; u < acc.num_update_definitions(); ++u) {
    Halide::Stage update = acc.update(u);
    update.reorder(k.x, c, x, k.y);
    if (s.ring.interleaved) update.atomic().vectorize(k.x);
    update.vectorize(c, lanes).unroll(c).unroll(x).unroll(k.y);
  }

  PrintOptions options;
  options.lanes = lanes;
  options.indent = indent;
  if (s.channels % lanes) options.partial = {{"out", PartialPixels{s.out_stride, s.channels}}};
  return lower_and_print(out, arguments, target, options);
}

}  // namespace

Kernel depthwise_row(const DepthwiseRow& s, const std::string& name, const Target& target) {
  const RegionLayout at = depthwise_layout(s, target);
  const std::string body = print_parts(cover(s.width, s.pixels), 2, [&](const Steps& steps, int indent) {
    return print_steps(s, at, steps, indent, target);
  });
  return {name, head(s, name, at, FinishInputs(s.finish)) + body + "}\n"};
}

Kernel pool_sum(const PoolSum& s, const std::string& name, const Target& target) {
  const int lanes = lanes_of(target);
  Var c("c");
  Func out("out"), sum("sum");
  const Halide::Type type = halide_type(s.arithmetic.accumulator);
  ImageParam in(halide_type(s.arithmetic.stored), 2, "in");
  in.dim(0).set_bounds(0, round_up(s.channels, lanes)).set_stride(1);
  in.dim(1).set_bounds(0, s.pixels).set_stride(s.pixel_stride);

  // ---- The algorithm ---------------------------------------------------------------------------
  RDom p(0, s.pixels, "p");
  sum(c) = Halide::cast(type, 0);
  sum(c) += Halide::cast(type, in(c, p));
  out(c) = sum(c);

  // ---- The schedule ----------------------------------------------------------------------------
  out.output_buffer().dim(0).set_bounds(0, round_up(s.channels, lanes)).set_stride(1);
  out.bound(c, 0, round_up(s.channels, lanes)).vectorize(c, lanes);
  sum.compute_at(out, c).store_in(Halide::MemoryType::Stack).vectorize(c, lanes);
  sum.update().reorder(c, p).vectorize(c, lanes);

  PrintOptions options;
  options.lanes = lanes;
  const char *in_type = to_string(s.arithmetic.stored), *out_type = to_string(s.arithmetic.accumulator);
  return {name, fmt::format("NOINLINE static void {}(const {}* __restrict in, {}* __restrict out) {{\n", name, in_type,
                            out_type) +
                    lower_and_print(out, {in}, target, options) + "}\n"};
}

}  // namespace narrows
