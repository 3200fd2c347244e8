#include "schedules/pointwise.h"

namespace narrows {

using Halide::Expr;
using Halide::Func;
using Halide::Var;

Pointwise::Pointwise(const ConvRow& r, const ConvLayout& at, Tiles from, const std::string& prefix)
    : region(r),
      layout(at),
      to{at.tile, at.channels / at.tile},
      weights(halide_type(r.arithmetic().weights), 5, prefix + "w"),
      bias(halide_type(r.arithmetic().accumulator), 2, prefix + "bias"),
      weight_zero(prefix + "weight_zero"),
      in(r.finish, prefix),
      sum(prefix + "acc"),
      input_sums(prefix + "sums"),
      k(0, r.arithmetic().quad, 0, from.size / r.arithmetic().quad, 0, from.count, prefix + "k"),
      all(0, from.size, 0, from.count, prefix + "all") {
  const int quad = r.arithmetic().quad;
  set_dense(weights, {quad, to.size, from.size / quad, from.count, to.count});
  set_dense(bias, {to.size, to.count});
  in.set_shape(to.size, to.count);
}

void Pointwise::define(const Input& input, const Axes& at) {
  const auto& [c, x, y, tile] = at;
  const Halide::Type type = halide_type(region.arithmetic().accumulator);
  Expr initial = initial_value(region.finish, bias(c, tile));
  if (region.reduction.row_sums) {
    input_sums(x, y) = 0;
    input_sums(x, y) += Halide::cast<int32_t>(input(all.x, all.y, at));
    initial = sum_of(region.finish, initial, input_sums(x, y) * weight_zero);
  }
  sum(c, x, y, tile) = initial;
  sum(c, x, y, tile) += Halide::cast(type, input(k.y * region.arithmetic().quad + k.x, k.z, at)) *
                        Halide::cast(type, weights(k.x, c, k.y, k.z, tile));
}

void Pointwise::schedule(Func f, int lanes, const Axes& at) {
  const auto& [c, x, y, tile] = at;
  Var step("x"), in_step("xi");
  f.split(x, step, in_step, region.tile.pixels, Halide::TailStrategy::ShiftInwards);
  f.reorder(c, in_step, step, tile, y).vectorize(c, lanes).unroll(c).unroll(in_step);
  sum.compute_at(f, step).store_in(Halide::MemoryType::Stack).vectorize(c, lanes).unroll(c).unroll(x);
  Halide::Stage update = sum.update();
  update.reorder({k.x, c, x, k.y, k.z, y, tile});
  if (region.arithmetic().quad > 1) update.atomic().vectorize(k.x);
  update.vectorize(c, lanes).unroll(c).unroll(x);
  if (region.reduction.row_sums) input_sums.compute_at(f, y);
}

}  // namespace narrows
