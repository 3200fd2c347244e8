// Depthwise convolution of one row. Each output row reads kernel_h input rows that lie in a ring with border
// columns.
//
// For 8-bit activations the ring can be interleaved by row: four rows in the four bytes of each 32-bit lane.
// Then a tap column of up to four rows is one dot product per vector of channels, instead of one widening
// multiplication per row. Which byte holds which row rotates from output row to output row; the weights are
// packed once per rotation.
#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/kernels.h"
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
  return text + in.prologue(at, {});
}

}  // namespace

RegionLayout depthwise_layout(const DepthwiseRow& s, const Target& target) {
  const int channels = round_up(s.channels, lanes_of(target));
  const int per_column =
      s.ring.interleaved ? (s.ring.wide_weights ? 32 : 16) : s.kernel_h * depthwise_factor(s.arithmetic()).bytes;
  RegionLayout at = region_layout(s.finish, channels, int64_t{channels} * s.kernel_w * per_column);
  at.lanes = lanes_of(target);
  at.big_endian = target.big_endian;
  return at;
}

namespace {

// ---- Inputs ------------------------------------------------------------------------------------

/// Input columns that the row's windows reach.
int columns_of(const DepthwiseRow& s) { return (s.width - 1) * s.stride_w + (s.kernel_w - 1) * s.dilation_w + 1; }

/// What the kernel reads, under the names that it has in the printed text.
struct Inputs {
  Inputs(const DepthwiseRow& s, const RegionLayout& at);
  void set_ring(const DepthwiseRow& s, const RegionLayout& at);
  void set_rows(const DepthwiseRow& s, const RegionLayout& at);

  std::vector<Halide::Argument> arguments(const DepthwiseRow& s) const;

  std::vector<ImageParam> rows;  ///< [column][channel]; of a ring there is one: [column][channel][slot]
  ImageParam weights;            ///< [row][column][channel]; of a ring: [column][channel][slot]
  ImageParam tap_zero;           ///< ring: the zero point of the weights, or 0, by slot
  ImageParam bias;
  FinishInputs finish;
};

Inputs::Inputs(const DepthwiseRow& s, const RegionLayout& at)
    : tap_zero(Halide::Int(8), 1, "tap_zero"),
      bias(halide_type(s.arithmetic().accumulator), 1, "bias"),
      finish(s.finish) {
  s.ring.interleaved ? set_ring(s, at) : set_rows(s, at);
  set_dense(tap_zero, {4});
  set_dense(bias, {at.channels});
  finish.set_shape(at.channels, 1);
}

void Inputs::set_ring(const DepthwiseRow& s, const RegionLayout& at) {
  ImageParam ring(halide_type(s.arithmetic().stored), 3, "in");
  ring.dim(0).set_bounds(0, 4).set_stride(1);
  ring.dim(1).set_bounds(0, at.channels).set_stride(4);
  ring.dim(2).set_bounds(0, columns_of(s)).set_stride(4 * s.in_stride);
  rows = {ring};
  weights = ImageParam(Halide::Int(s.ring.wide_weights ? 16 : 8), 3, "w");
  set_dense(weights, {4, at.channels, s.kernel_w});
}

void Inputs::set_rows(const DepthwiseRow& s, const RegionLayout& at) {
  for (int r = 0; r < s.kernel_h; ++r) {
    ImageParam row(halide_type(s.arithmetic().stored), 2, "in" + std::to_string(r));
    row.dim(0).set_bounds(0, at.channels).set_stride(1);
    row.dim(1).set_bounds(0, columns_of(s)).set_stride(s.in_stride);
    rows.push_back(row);
  }
  weights = ImageParam(depthwise_factor(s.arithmetic()).weights, 3, "w");
  set_dense(weights, {at.channels, s.kernel_w, s.kernel_h});
}

std::vector<Halide::Argument> Inputs::arguments(const DepthwiseRow& s) const {
  std::vector<Halide::Argument> list(rows.begin(), rows.end());
  list.insert(list.end(), {weights, bias});
  if (s.ring.tap_zero) list.push_back(tap_zero);
  finish.add_arguments(&list);
  return list;
}

// ---- The algorithm -----------------------------------------------------------------------------

struct Algorithm {
  explicit Algorithm(const DepthwiseRow& s) : k(0, s.ring.interleaved ? 4 : 1, 0, s.kernel_w, "k") {}

  Var c{"c"}, x{"x"};
  Func sum{"acc"}, out{"out"};
  RDom k;  ///< (slot of a ring, column of the window)
};

/// sum = bias + the products of a column's four slots, one of which may hold no row of the window: its weight is 0. Two
/// products with weights of 8 bits make one with weights that need nine: the second one is the zero point's.
void define_ring_sum(const DepthwiseRow& s, const Inputs& in, Algorithm* a) {
  const Var &c = a->c, &x = a->x;
  const RDom& k = a->k;
  const Expr value = Halide::cast<int32_t>(in.rows[0](k.x, c, x * s.stride_w + k.y * s.dilation_w));
  a->sum(c, x) = in.bias(c);
  a->sum(c, x) += value * Halide::cast<int32_t>(in.weights(k.x, c, k.y));
  if (s.ring.tap_zero) a->sum(c, x) += value * Halide::cast<int32_t>(in.tap_zero(k.x));
}

/// sum = bias + the products of each row's window.
void define_row_sum(const DepthwiseRow& s, const Inputs& in, Algorithm* a) {
  const Var &c = a->c, &x = a->x;
  const Halide::Type type = halide_type(s.arithmetic().accumulator), factor = depthwise_factor(s.arithmetic()).type;
  a->sum(c, x) = initial_value(s.finish, in.bias(c));
  for (int r = 0; r < s.kernel_h; ++r) {
    const Expr value = Halide::cast(factor, in.rows[static_cast<size_t>(r)](c, x * s.stride_w + a->k.y * s.dilation_w));
    a->sum(c, x) += Halide::cast(type, value) * Halide::cast(type, in.weights(c, a->k.y, r));
  }
}

Algorithm define(const DepthwiseRow& s, const Inputs& in) {
  Algorithm a(s);
  s.ring.interleaved ? define_ring_sum(s, in, &a) : define_row_sum(s, in, &a);
  a.out(a.c, a.x) = finish_stored(in.finish, {a.sum(a.c, a.x), {a.c, 0}, in.bias(a.c), Expr()});
  return a;
}

// ---- The schedule ------------------------------------------------------------------------------

/// All channels of a few pixels, then the next pixels. Rows are then read from one end to the other, each cache line
/// once. One vector of channels along the whole row could keep its weights in registers, but a vector is a half or a
/// quarter of a line, and the lines of a row are more than the first-level cache keeps until the next vector.
void schedule(const DepthwiseRow& s, const RegionLayout& at, const Steps& steps, Algorithm* a) {
  const Var &c = a->c, &x = a->x;
  const Var co("c"), ci("ci"), step("x"), in_step("xi");
  a->out.output_buffer().dim(0).set_bounds(0, at.channels).set_stride(1);
  a->out.output_buffer().dim(1).set_bounds(0, s.width).set_stride(s.out_stride);
  a->out.bound(c, 0, at.channels).bound(x, steps.first, steps.count * steps.pixels);
  a->out.split(c, co, ci, at.lanes).split(x, step, in_step, steps.pixels).reorder(ci, in_step, co, step);
  a->out.vectorize(ci).unroll(in_step);
  a->sum.compute_at(a->out, co).store_in(Halide::MemoryType::Stack).vectorize(c, at.lanes).unroll(c).unroll(x);
  for (int u = 0; u < a->sum.num_update_definitions(); ++u) {
    Halide::Stage update = a->sum.update(u);
    update.reorder(a->k.x, c, x, a->k.y);
    if (s.ring.interleaved) update.atomic().vectorize(a->k.x);
    update.vectorize(c, at.lanes).unroll(c).unroll(x).unroll(a->k.y);
  }
}

/// All channels of some of the pixels of the row.
std::string print_steps(const DepthwiseRow& s, const Steps& steps, int indent, const Target& target) {
  const RegionLayout at = depthwise_layout(s, target);
  const Inputs in(s, at);
  Algorithm algorithm = define(s, in);
  schedule(s, at, steps, &algorithm);
  PrintOptions options;
  options.lanes = at.lanes;
  options.indent = indent;
  if (s.channels % at.lanes) options.partial = {{"out", PartialPixels{s.out_stride, s.channels}}};
  return lower_and_print(algorithm.out, in.arguments(s), target, options);
}

}  // namespace

Kernel depthwise_row(const DepthwiseRow& s, const std::string& name, const Target& target) {
  const RegionLayout at = depthwise_layout(s, target);
  const std::string body = print_parts(cover(s.width, s.pixels), 2, [&](const Steps& steps, int indent) {
    return print_steps(s, steps, indent, target);
  });
  return {name, head(s, name, at, FinishInputs(s.finish)) + body + "}\n"};
}

}  // namespace narrows
