// Sums of all pixels of a map, one for each channel: what an average over the map divides.
#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/kernels.h"
#include "schedules/printer/print_kernel.h"

namespace narrows {

Kernel pool_sum(const PoolSum& s, const std::string& name, const Target& target) {
  const int lanes = lanes_of(target);
  const Halide::Var c("c");
  Halide::Func out("out"), sum("sum");
  const Halide::Type type = halide_type(s.arithmetic.accumulator);
  Halide::ImageParam in(halide_type(s.arithmetic.stored), 2, "in");
  in.dim(0).set_bounds(0, round_up(s.channels, lanes)).set_stride(1);
  in.dim(1).set_bounds(0, s.pixels).set_stride(s.pixel_stride);

  // ---- The algorithm ---------------------------------------------------------------------------
  const Halide::RDom p(0, s.pixels, "p");
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
