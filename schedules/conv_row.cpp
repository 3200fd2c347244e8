// Convolution of one row: a small matrix product per row, pixels x channels x (rows x taps x depth). The 1x1
// convolutions of inverted residual blocks (expand, project), the stem, the classifier and fully connected
// layers are all this kernel.
//
// The register tile is `vectors` vectors of channels by `pixels` pixels: each step of the reduction loads
// `vectors` vectors of weights, broadcasts `pixels` inputs and issues vectors x pixels multiply-adds (or dot
// products of four 8-bit values).
#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/print_kernel.h"

namespace narrows {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::RDom;
using Halide::Var;

namespace {

// Reductions up to this many steps per row (the stem's 3 x 3 channels) are unrolled completely.
constexpr int kUnrolledSteps = 12;

bool is_f32(const ConvRow& s) { return s.finish.type == DType::f32; }

std::string output_type(const ConvRow& s) {
  if (s.output == Output::interleaved) return "u32";
  if (s.output == Output::accumulators) return is_f32(s) ? "f32" : "i32";
  return stored_name(s.finish.type);
}

/// The bias comes first, or behind the scale.
bool reads_bias(const ConvRow& s) {
  return scaled(s.finish) ? s.output != Output::accumulators : !s.from_accumulators;
}

/// Signature and the lines that find everything in the packed region.
std::string head(const ConvRow& s, const std::string& name, const ConvLayout& at, const FinishInputs& in) {
  const std::string type = stored_name(s.finish.type), acc = is_f32(s) ? "f32" : "i32";
  std::string text = "NOINLINE static void " + name + "(";
  for (int r = 0; r < s.rows; ++r) text += fmt::format("const {}* __restrict in{}, ", type, r);
  text += "const u8* __restrict weights";
  if (s.row_sums) text += ", const i32* __restrict sums";
  if (s.from_accumulators) text += fmt::format(", const {}* start", acc);
  if (s.finish.residual) text += fmt::format(", const {}* residual", type);
  text += fmt::format(", {}* out", output_type(s));
  if (s.output == Output::interleaved) text += ", i32 slot";
  text += ") {\n";
  if (reads_bias(s)) text += fmt::format("  const {0}* bias = (const {0}*)(weights + {1});\n", acc, at.bias);
  text +=
      fmt::format("  const {0}* w = (const {0}*)(weights + {1});\n", to_string(weights_type(s.finish)), at.weights);
  if (s.row_sums)
    text += fmt::format("  const i32 weight_zero = ((const i32*)weights)[{}];\n", param::weight_zero);
  if (s.output != Output::accumulators) text += in.prologue(s.finish, at.multiplier, at.shift, at.left_shift);
  if (s.output == Output::interleaved)
    text += "  const u32 shift_left = 8 * slot, keep = ~(255u << shift_left);\n";
  return text;
}

}  // namespace

ConvLayout conv_layout(const ConvRow& s, const Target& target) {
  const int channels = round_up(s.channels, lanes_of(target));
  const int depth = is_f32(s) ? s.depth : round_up(s.depth, 4);
  const int64_t weights = int64_t{channels} * s.rows * s.taps * depth;
  return {region_layout(s.finish, channels, weights * size_of(weights_type(s.finish))), s.vectors * lanes_of(target),
          depth};
}

Kernel conv_row(const ConvRow& s, const std::string& name, const Target& target) {
  const ConvLayout at = conv_layout(s, target);
  const int lanes = lanes_of(target), tiles = at.channels / at.tile, quad = is_f32(s) ? 1 : 4;
  NARROWS_CHECK(at.channels % at.tile == 0, "the tile does not divide the channels of " + name);

  Var ci("ci"), x("x"), tile("tile"), v("v"), xo("x"), xi("xi");
  Func out("out"), acc("acc");
  FinishInputs in(s.finish);
  std::vector<Halide::Argument> arguments;
  const Halide::Type acc_type = accumulator_type(s.finish);

  ImageParam weights(stored_type(weights_type(s.finish)), 6, "w");
  set_dense(weights, {quad, at.tile, at.depth / quad, s.taps, s.rows, tiles});
  ImageParam bias(acc_type, 2, "bias"), start(acc_type, 3, "start"), sums(Halide::Int(32), 1, "sums");
  ImageParam ring(Halide::UInt(32), 3, "ring"), residual(stored_type(s.finish.type), 3, "residual");
  Halide::Param<int32_t> weight_zero("weight_zero");
  Halide::Param<uint32_t> keep("keep"), shift_left("shift_left");
  set_dense(bias, {at.tile, tiles});
  set_dense(in.multiplier, {at.tile, tiles});
  set_dense(in.shift, {at.tile, tiles});
  set_dense(in.left_shift, {at.tile, tiles});
  auto set_pixels = [&](Halide::OutputImageParam buffer) {
    buffer.dim(0).set_bounds(0, at.tile).set_stride(1);
    buffer.dim(1).set_bounds(0, s.width).set_stride(s.out_stride);
    buffer.dim(2).set_bounds(0, tiles).set_stride(at.tile);
  };
  set_pixels(start);
  if (s.start_stride) start.dim(1).set_stride(s.start_stride);
  set_pixels(ring);
  set_pixels(residual);

  // ---- The algorithm ---------------------------------------------------------------------------
  Expr initial = s.from_accumulators ? start(ci, x, tile) : initial_value(s.finish, bias(ci, tile));
  if (s.row_sums) initial = initial + sums(x) * weight_zero;
  acc(ci, x, tile) = initial;
  RDom k(0, quad, 0, at.depth / quad, 0, s.taps, "k");
  std::vector<ImageParam> rows;
  for (int r = 0; r < s.rows; ++r) {
    rows.emplace_back(stored_type(s.finish.type), 1, "in" + std::to_string(r));
    set_dense(rows.back(), {s.pixel_stride * (s.width - 1) + s.tap_stride * (s.taps - 1) + at.depth});
    const Expr a = rows.back()(x * s.pixel_stride + k.z * s.tap_stride + k.y * quad + k.x);
    acc(ci, x, tile) +=
        Halide::cast(acc_type, a) * Halide::cast(acc_type, weights(k.x, ci, k.y, k.z, r, tile));
    arguments.push_back(rows.back());
  }
  Expr value = acc(ci, x, tile);
  if (s.output != Output::accumulators)
    value = finish_value(s.finish, in, value, {ci, tile}, bias(ci, tile), residual(ci, x, tile));
  if (s.output == Output::interleaved) {
    Expr byte = Halide::cast<uint32_t>(value);
    if (s.finish.type == DType::i8) byte = byte & Expr(255u);
    value = (ring(ci, x, tile) & keep) | (byte << shift_left);
    arguments.insert(arguments.end(), {ring, keep, shift_left});
  } else if (s.output == Output::pixels) {
    value = Halide::cast(stored_type(s.finish.type), value);
  }
  out(ci, x, tile) = value;
  arguments.insert(arguments.end(), {weights, bias});
  if (s.row_sums) arguments.insert(arguments.end(), {sums, weight_zero});
  if (s.from_accumulators) arguments.push_back(start);
  if (s.finish.residual) arguments.push_back(residual);
  if (s.output != Output::accumulators) in.add_arguments(s.finish, &arguments);

  // ---- The schedule ----------------------------------------------------------------------------
  set_pixels(out.output_buffer());
  out.bound(ci, 0, at.tile).bound(x, 0, s.width).bound(tile, 0, tiles);
  out.split(x, xo, xi, s.pixels, Halide::TailStrategy::ShiftInwards).reorder(ci, xi, xo, tile);
  out.vectorize(ci, lanes).unroll(ci).unroll(xi);
  acc.compute_at(out, xo).store_in(Halide::MemoryType::Stack).vectorize(ci, lanes).unroll(ci).unroll(x);
  const bool unroll = at.depth / quad * s.taps <= kUnrolledSteps;
  for (int r = 0; r < s.rows; ++r) {
    Halide::Stage update = acc.update(r);
    update.reorder(k.x, ci, x, k.y, k.z, tile);
    if (!is_f32(s)) update.atomic().vectorize(k.x);
    update.vectorize(ci, lanes).unroll(ci).unroll(x);
    if (unroll) update.unroll(k.y).unroll(k.z);
  }

  PrintOptions options;
  options.lanes = lanes;
  options.alias = {{"ring", "out"}};
  options.extra_argument = add_argument(s.finish);
  if (s.output == Output::pixels && s.channels % lanes) {
    const PartialPixels partial{s.out_stride, s.channels};
    options.partial = {{"out", partial}, {"residual", partial}};
  }
  return {name, head(s, name, at, in) + lower_and_print(out, arguments, target, options) + "}\n"};
}

}  // namespace narrows
