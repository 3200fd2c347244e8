// The sum that a convolution of stored values needs, for inputs a with zero point az and weights w, of which the
// model's zero point is taken off already, is
//     sum of (a - az) w  =  sum of a w  -  az (sum of w)
// The second term is a constant of each output channel: it is in the bias (compiler/lower/conv_weights.cpp). Bytes hold
// weights from -128 to 127. Where w goes beyond, the packed weights are p = w - c, with one c for all of them:
//     sum of a w  =  sum of a p  +  c (sum of a)
// The sum of a is one number for each pixel, which the caller computes (`sums`); c is `weight_zero`. So what is left
// for the loops here is the sum of a p, products of bytes as they are stored, or of floats.
//
// Each step of the reduction multiplies `quad` elements of the depth for a tile of `vectors` vectors of channels by
// `pixels` pixels: it loads `vectors` vectors of weights, broadcasts `pixels` inputs and issues vectors x pixels
// multiply-adds, or dot products of four 8-bit values.
#include "schedules/conv_steps.h"

#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/printer/print_kernel.h"

namespace narrows {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Param;
using Halide::RDom;
using Halide::Var;

namespace {

// ---- Inputs ------------------------------------------------------------------------------------

/// Pixels of `width` pixels that are `stride` elements apart, a tile of channels of each.
void set_pixels(Halide::OutputImageParam buffer, const ConvPlan& p, int stride) {
  buffer.dim(0).set_bounds(0, p.at.tile).set_stride(1);
  buffer.dim(1).set_bounds(0, p.spec.out.width).set_stride(stride);
}

/// What the kernel reads, under the names that it has in the printed text.
struct Inputs {
  explicit Inputs(const ConvPlan& p);

  /// Those that the kernel takes.
  std::vector<Halide::Argument> arguments(const ConvPlan& p) const;

  std::vector<ImageParam> rows;  ///< elements of an input row, its pixels one behind the other
  ImageParam weights;            ///< [row][tap][step][channel of the tile][quad]
  ImageParam small_weights;      ///< the bytes of `weights`, read by steps whose products are added in 16 bits
  ImageParam order;              ///< two counts, then the offset of every sorted step's inputs
  Param<int32_t> joined{"joined"}, small{"small"}, large{"large"};  ///< sorted steps of each kind, joined ones in pairs
  Param<int32_t> first_small{"first_small"}, first_large{"first_large"};  ///< where they begin behind joined ones
  ImageParam bias;                                                        ///< one for each channel of the tile
  ImageParam start;                                                       ///< sums to add to, or the bias
  Param<int32_t> start_pitch{"start_pitch"};  ///< elements between pixels of `start`: 0 for the bias
  ImageParam sums;                            ///< sum of each pixel's inputs
  Param<int32_t> weight_zero{"weight_zero"};  ///< the factor of `sums`
  ImageParam residual;
  FinishInputs finish;
};

Inputs::Inputs(const ConvPlan& p)
    : weights(halide_type(p.spec.arithmetic().weights), 5, "w"),
      small_weights(Halide::Int(8), 5, "small_w"),
      order(Halide::UInt(16), 1, "order"),
      bias(halide_type(p.spec.arithmetic().accumulator), 1, "bias"),
      start(halide_type(p.spec.arithmetic().accumulator), 2, "start"),
      sums(Halide::Int(32), 1, "sums"),
      residual(halide_type(p.spec.arithmetic().stored), 2, "residual"),
      finish(p.spec.finish) {
  const Reduction& r = p.spec.reduction;
  for (int i = 0; i < r.rows; ++i) {
    rows.emplace_back(halide_type(p.spec.arithmetic().stored), 1, "in" + std::to_string(i));
    set_dense(rows.back(), {r.pixel_stride * (p.spec.out.width - 1) + r.tap_stride * (r.taps - 1) + p.at.depth});
  }
  for (ImageParam* w : {&weights, &small_weights})
    set_dense(*w, {p.spec.arithmetic().quad, p.at.tile, p.steps_of_depth(), r.taps, r.rows});
  set_dense(order, {p.at.order_stride()});
  set_dense(bias, {p.at.tile});
  set_dense(sums, {p.spec.out.width});
  finish.set_shape(p.at.tile, 1);
  set_pixels(start, p, p.spec.start.stride);
  if (p.spec.start.from == Start::From::either) start.dim(1).set_stride(start_pitch);
  set_pixels(residual, p, p.spec.out.residual_stride);
}

std::vector<Halide::Argument> Inputs::arguments(const ConvPlan& p) const {
  std::vector<Halide::Argument> list(rows.begin(), rows.end());
  const auto add = [&](const std::vector<Halide::Argument>& more) {
    list.insert(list.end(), more.begin(), more.end());
  };
  add({weights, bias});
  if (p.at.order) add({small_weights, order, joined, small, large, first_small, first_large});
  if (p.spec.reduction.row_sums) add({sums, weight_zero});
  if (starts_from_memory(p.spec)) add({start});
  if (p.spec.start.from == Start::From::either) add({start_pitch});
  if (p.spec.finish.residual.added) add({residual});
  if (p.spec.out.form != Output::Form::sums) finish.add_arguments(&list);
  return list;
}

// ---- The algorithm -----------------------------------------------------------------------------

struct Algorithm {
  Var channel{"ci"}, pixel{"x"};
  Func sum{"acc"}, out{"out"};
  std::vector<RDom> domains;  ///< of each update of `sum`: (quad, step, tap, stream), or (quad, step) of sorted steps
};

/// The product of the input at `element` of a pixel's window and the weight at `index`.
Expr product(const ConvPlan& p, const Algorithm& a, const ImageParam& row, const Expr& element, const Expr& weight) {
  const Halide::Type type = halide_type(p.spec.arithmetic().accumulator);
  const Expr input = row(a.pixel * p.spec.reduction.pixel_stride + element);
  return Halide::cast(type, input) * Halide::cast(type, weight);
}

/// sum += the products of a row's taps, step by step as they lie in memory.
void add_row(const ConvPlan& p, const Inputs& in, int r, Algorithm* a) {
  const int quad = p.spec.arithmetic().quad, streams = p.unrolling.streams, part = p.steps_of_depth() / streams;
  const RDom k(0, quad, 0, part, 0, p.spec.reduction.taps, 0, streams, "k");
  const Expr step = k.w * part + k.y;
  const Expr element = k.z * p.spec.reduction.tap_stride + step * quad + k.x;
  a->sum(a->channel, a->pixel) +=
      product(p, *a, in.rows[static_cast<size_t>(r)], element, in.weights(k.x, a->channel, step, k.z, r));
  a->domains.push_back(k);
}

/// sum += the products of the one row, in sorted order. Joined steps are added in pairs; steps of both of the first
/// kinds read weights that are known to be small.
void add_sorted(const ConvPlan& p, const Inputs& in, Algorithm* a) {
  const auto at_step = [&](const RDom& k, const Expr& step, const ImageParam& w) {
    const Expr element = Halide::cast<int>(in.order(step + 2)) + k.x;
    return product(p, *a, in.rows[0], element, w(k.x, a->channel, step, 0, 0));
  };
  const bool joins = p.spec.reduction.sorting == Sorting::joined_first;
  const int quad = p.spec.arithmetic().quad;
  const RDom pairs(0, quad, 0, in.joined, "pair"), small(0, quad, 0, in.small, "k"), rest(0, quad, 0, in.large, "rest");
  const Expr first_small = joins ? Expr(in.first_small) : Expr(0);
  const Expr first_large = joins ? Expr(in.first_large) : Expr(in.small);
  const auto add = [&](const RDom& k, const Expr& products) {
    a->sum(a->channel, a->pixel) += products;
    a->domains.push_back(k);
  };
  const Expr pair = 2 * pairs.y;
  if (joins) add(pairs, at_step(pairs, pair, in.small_weights) + at_step(pairs, pair + 1, in.small_weights));
  add(small, at_step(small, first_small + small.y, in.small_weights));
  add(rest, at_step(rest, first_large + rest.y, in.weights));
}

/// What the kernel writes of a sum.
Expr output_of(const ConvPlan& p, const Inputs& in, const Algorithm& a) {
  const Var &c = a.channel, &x = a.pixel;
  const Sum sum{a.sum(c, x), {c, 0}, in.bias(c), in.residual(c, x)};
  if (p.spec.out.form == Output::Form::sums) return sum.accumulator;
  if (p.spec.out.form == Output::Form::pixels) return finish_stored(in.finish, sum);
  Expr byte = finish_value(in.finish, sum);
  if (p.spec.arithmetic().stored == DType::i8) byte = byte & Expr(255);
  return Halide::Internal::Call::make(Halide::UInt(32), "store_byte", {byte}, Halide::Internal::Call::PureExtern);
}

Algorithm define(const ConvPlan& p, const Inputs& in) {
  const ConvRow& s = p.spec;
  Algorithm a;
  const Var &c = a.channel, &x = a.pixel;
  const Expr first = starts_from_memory(s) ? in.start(c, x) : initial_value(s.finish, in.bias(c));
  a.sum(c, x) = s.reduction.row_sums ? sum_of(s.finish, first, in.sums(x) * in.weight_zero) : first;
  if (p.at.order) {
    add_sorted(p, in, &a);
  } else {
    for (int r = 0; r < s.reduction.rows; ++r) add_row(p, in, r, &a);
  }
  a.out(c, x) = output_of(p, in, a);
  return a;
}

// ---- The schedule ------------------------------------------------------------------------------

/// A step keeps its sums in registers: vectors of channels by pixels, all unrolled. Updates go through the reduction
/// outside of them.
void schedule(const ConvPlan& p, const Steps& steps, Algorithm* a) {
  const int lanes = lanes_of(p.target);
  const Var &c = a->channel, &x = a->pixel;
  const Var step("x"), in_step("xi");
  set_pixels(a->out.output_buffer(), p, p.spec.out.stride);
  a->out.bound(c, 0, p.at.tile).bound(x, steps.first, steps.count * steps.pixels);
  a->out.split(x, step, in_step, steps.pixels).reorder(c, in_step, step);
  a->out.vectorize(c, lanes).unroll(c).unroll(in_step);
  a->sum.compute_at(a->out, step).store_in(Halide::MemoryType::Stack).vectorize(c, lanes).unroll(c).unroll(x);
  for (size_t u = 0; u < a->domains.size(); ++u) {
    const RDom& k = a->domains[u];
    Halide::Stage update = a->sum.update(static_cast<int>(u));
    if (p.at.order)
      update.reorder(k.x, c, x, k.y);
    else
      update.reorder(k.x, c, x, k.w, k.y, k.z).unroll(k.w);
    if (p.spec.arithmetic().quad > 1) update.atomic().vectorize(k.x);
    update.vectorize(c, lanes).unroll(c).unroll(x);
    if (p.unrolling.completely) update.unroll(k.y).unroll(k.z);
    if (p.unrolling.steps > 1) update.unroll(k.y, p.unrolling.steps);
  }
}

// ---- How it is printed -------------------------------------------------------------------------

/// Statements that fetch weights ahead, at the head of the loops.
std::map<std::string, std::string> prefetches(const ConvPlan& p, const Steps& steps) {
  std::map<std::string, std::string> at;
  if (steps.count > 1) at["x"] = p.prefetch.at_step(Index("x") + steps.before());
  at["k"] = p.prefetch.at_iteration("k", 1, steps);
  if (!p.at.order) return at;
  const bool joins = p.spec.reduction.sorting == Sorting::joined_first;
  at["pair"] = p.prefetch.at_iteration("pair", 2, steps);
  at["k"] = p.prefetch.at_iteration(joins ? "(first_small + k)" : "k", 1, steps);
  at["rest"] = p.prefetch.at_iteration(joins ? "(first_large + rest)" : "(small + rest)", 1, steps);
  return at;
}

PrintOptions options_of(const ConvPlan& p, const Steps& steps, int indent) {
  const Output& out = p.spec.out;
  PrintOptions options;
  options.lanes = lanes_of(p.target);
  options.indent = indent;
  options.at_loop_start = prefetches(p, steps);
  options.alias = {{"small_w", "w"}};
  options.small_weights = "small_w";
  options.extra_argument = add_argument(p.spec.finish);
  options.extra_argument["store_byte"] = "slot";
  if (out.form != Output::Form::sums && out.channels % options.lanes) {
    // A ring has whole vectors.
    if (out.form == Output::Form::pixels) options.partial["out"] = {out.stride, out.channels};
    options.partial["residual"] = {out.residual_stride, out.channels};
  }
  return options;
}

}  // namespace

std::string print_conv_steps(const ConvPlan& p, const Steps& steps, int indent) {
  const Inputs in(p);
  Algorithm algorithm = define(p, in);
  schedule(p, steps, &algorithm);
  std::string text;
  if (steps.count == 1) {
    const std::string statement = p.prefetch.at_step(Index::number(steps.before()));
    if (!statement.empty()) text = std::string(static_cast<size_t>(indent), ' ') + statement + "\n";
  }
  return text + lower_and_print(algorithm.out, in.arguments(p), p.target, options_of(p, steps, indent));
}

}  // namespace narrows
