// The end of a convolution whose reduction was cut into parts: sums in memory become stored values. Each group of parts
// has added up its own sums; where threads share the groups, nobody but this kernel sees the whole sum.
#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/kernels.h"
#include "schedules/printer/print_kernel.h"

namespace narrows {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::Var;

namespace {

/// What the kernel reads, under the names that it has in the printed text.
struct Inputs {
  explicit Inputs(const FinishRow& s);

  ImageParam start, bias, residual;
  Halide::Param<int32_t> pixels{"pixels"}, pitch{"pitch"};
  FinishInputs finish;

  std::vector<Halide::Argument> arguments() const;
};

Inputs::Inputs(const FinishRow& s)
    : start(halide_type(s.arithmetic().accumulator), 2, "start"),
      bias(halide_type(s.arithmetic().accumulator), 1, "bias"),
      residual(halide_type(s.arithmetic().stored), 2, "residual"),
      finish(s.finish) {}

std::vector<Halide::Argument> Inputs::arguments() const {
  std::vector<Halide::Argument> list{start, bias, pixels, pitch};
  if (finish.finish.residual.added) list.push_back(residual);
  finish.add_arguments(&list);
  return list;
}

/// A pixel at a time: there are no accumulators to fill registers with, so more would be more code and no faster.
std::string print_finish(const FinishRow& s, const Target& target) {
  const int lanes = lanes_of(target), channels = round_up(s.channels, lanes);
  Inputs in(s);
  /// Pixels of the tile, `stride` elements apart.
  const auto set_pixels = [&](Halide::OutputImageParam buffer, const Expr& stride) {
    buffer.dim(0).set_bounds(0, channels).set_stride(1);
    buffer.dim(1).set_bounds(0, in.pixels).set_stride(stride);
  };
  set_dense(in.bias, {channels});
  in.finish.set_shape(channels, 1);
  set_pixels(in.start, channels);
  set_pixels(in.residual, in.pitch);

  // ---- The algorithm ---------------------------------------------------------------------------
  Var c("ci"), x("x");
  Func out("out");
  out(c, x) = finish_stored(in.finish, {in.start(c, x), {c, 0}, in.bias(c), in.residual(c, x)});

  // ---- The schedule ----------------------------------------------------------------------------
  set_pixels(out.output_buffer(), in.pitch);
  out.bound(c, 0, channels).bound(x, 0, in.pixels).vectorize(c, lanes).unroll(c);

  PrintOptions options;
  options.lanes = lanes;
  options.extra_argument = add_argument(s.finish);
  const PartialPixels partial{channels, s.channels};
  if (s.channels % lanes) options.partial = {{"out", partial}, {"residual", partial}};
  return lower_and_print(out, in.arguments(), target, options);
}

std::string signature(const FinishRow& s, const std::string& name) {
  std::string text = "NOINLINE static void " + name + "(";
  if (reads_region(s.finish)) text += "const u8* __restrict weights, ";
  text += fmt::format("const {}* start, ", to_string(s.arithmetic().accumulator));
  if (s.finish.residual.added) text += fmt::format("const {}* residual, ", to_string(s.arithmetic().stored));
  return text + fmt::format("{}* out, i32 pixels, i32 pitch) {{\n", to_string(s.arithmetic().stored));
}

std::string prologue(const FinishRow& s, const RegionLayout& at) {
  std::string text;
  if (s.arithmetic().scales_sums())
    text += fmt::format("  const {0}* bias = (const {0}*)(weights + {1});\n", to_string(s.arithmetic().accumulator),
                        at.bias);
  return text + FinishInputs(s.finish).prologue(at, {});
}

}  // namespace

Kernel finish_row(const FinishRow& s, const std::string& name, const Target& target) {
  const RegionLayout at = region_layout(s.finish, round_up(s.channels, lanes_of(target)), 0);
  return {name, signature(s, name) + prologue(s, at) + print_finish(s, target) + "}\n"};
}

}  // namespace narrows
