// The end of a convolution whose reduction was cut into parts: sums in memory become stored values. Each group of parts
// has added up its own sums; where threads share the groups, nobody but this kernel sees the whole sum.
#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/kernels.h"
#include "schedules/printer/print_kernel.h"
#include "schedules/steps.h"

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
  FinishInputs finish;

  std::vector<Halide::Argument> arguments() const;
};

Inputs::Inputs(const FinishRow& s)
    : start(halide_type(s.arithmetic().accumulator), 2, "start"),
      bias(halide_type(s.arithmetic().accumulator), 1, "bias"),
      residual(halide_type(s.arithmetic().stored), 2, "residual"),
      finish(s.finish) {}

std::vector<Halide::Argument> Inputs::arguments() const {
  std::vector<Halide::Argument> list{start, bias};
  if (finish.finish.residual.added) list.push_back(residual);
  finish.add_arguments(&list);
  return list;
}

/// Pixels of a tile of `channels`, `stride` elements apart.
void set_pixels(Halide::OutputImageParam buffer, const FinishRow& s, int channels, int stride) {
  buffer.dim(0).set_bounds(0, channels).set_stride(1);
  buffer.dim(1).set_bounds(0, s.width).set_stride(stride);
}

std::string print_finish_steps(const FinishRow& s, const Steps& steps, int indent, const Target& target) {
  const int lanes = lanes_of(target), channels = s.tile.vectors * lanes;
  Inputs in(s);
  set_dense(in.bias, {channels});
  in.finish.set_shape(channels, 1);
  set_pixels(in.start, s, channels, s.sums_stride);
  set_pixels(in.residual, s, channels, s.residual_stride);

  // ---- The algorithm ---------------------------------------------------------------------------
  Var c("ci"), x("x"), step("x"), in_step("xi");
  Func sum("acc"), out("out");
  sum(c, x) = in.start(c, x);
  out(c, x) = finish_stored(in.finish, {sum(c, x), {c, 0}, in.bias(c), in.residual(c, x)});

  // ---- The schedule ----------------------------------------------------------------------------
  set_pixels(out.output_buffer(), s, channels, s.out_stride);
  out.bound(c, 0, channels).bound(x, steps.first, steps.count * steps.pixels);
  out.split(x, step, in_step, steps.pixels).reorder(c, in_step, step);
  out.vectorize(c, lanes).unroll(c).unroll(in_step);
  sum.compute_at(out, step).store_in(Halide::MemoryType::Stack).vectorize(c, lanes).unroll(c).unroll(x);

  PrintOptions options;
  options.lanes = lanes;
  options.indent = indent;
  options.extra_argument = add_argument(s.finish);
  if (s.channels % lanes)
    options.partial = {{"out", PartialPixels{s.out_stride, s.channels}},
                       {"residual", PartialPixels{s.residual_stride, s.channels}}};
  return lower_and_print(out, in.arguments(), target, options);
}

std::string signature(const FinishRow& s, const std::string& name) {
  std::string text = "NOINLINE static void " + name + "(";
  if (reads_region(s.finish)) text += "const u8* __restrict weights, ";
  text += fmt::format("const {}* start, ", to_string(s.arithmetic().accumulator));
  if (s.finish.residual.added) text += fmt::format("const {}* residual, ", to_string(s.arithmetic().stored));
  return text + fmt::format("{}* out) {{\n", to_string(s.arithmetic().stored));
}

std::string prologue(const FinishRow& s, const RegionLayout& at) {
  std::string text;
  if (s.arithmetic().scales_sums())
    text += fmt::format("  const {0}* bias = (const {0}*)(weights + {1});\n", to_string(s.arithmetic().accumulator),
                        at.bias);
  return text + FinishInputs(s.finish).prologue(at);
}

}  // namespace

Kernel finish_row(const FinishRow& s, const std::string& name, const Target& target) {
  const int channels = round_up(s.channels, lanes_of(target));
  NARROWS_CHECK(channels == s.tile.vectors * lanes_of(target), "several tiles in " + name);
  const RegionLayout at = region_layout(s.finish, channels, 0);
  const std::string body = print_parts(cover(s.width, s.tile.pixels), 2, [&](const Steps& steps, int indent) {
    return print_finish_steps(s, steps, indent, target);
  });
  return {name, signature(s, name) + prologue(s, at) + body + "}\n"};
}

}  // namespace narrows
