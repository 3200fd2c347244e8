#include "schedules/describe.h"

#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/steps.h"
#include "schedules/unary.h"

namespace narrows {

namespace {

std::string count(int n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

/// "5 pixels x 2 vectors of 8 channels"
std::string tile_text(int pixels, int vectors, const Target& target) {
  return fmt::format("{} x {} of {} channels", count(pixels, "pixel"), count(vectors, "vector"), lanes_of(target));
}

/// What is computed behind the convolution: ", prelu, plus a residual"
std::string finish_text(const Finish& finish) {
  const std::string unary = finish.unary.applied() ? fmt::format(", {}", unary_code(finish.unary).name) : "";
  return unary + (finish.residual.added ? ", plus a residual" : "");
}

/// Where everything stands in a packed region: byte offsets, in their order.
std::string layout_text(const Finish& finish, const RegionLayout& at, const std::string& weights) {
  const UnaryCode& unary = unary_code(finish.unary);
  std::string text = fmt::format("// weights + 0: parameters[{}]", param::count);
  const auto part = [&](const char* name, int64_t begin, int64_t end) {
    if (begin != end) text += fmt::format(", {}: {}[{}]", begin, name, at.channels);
  };
  part("bias", at.bias, at.multiplier);
  part("multiplier", at.multiplier, at.shift);
  part("shift", at.shift, at.left_shift);
  part("left_shift", at.left_shift, at.unary_channels);
  part(unary.channels, at.unary_channels, at.unary_parameters);
  if (const int n = unary_parameter_count(finish))
    text += fmt::format(", {}: {}[{}]", at.unary_parameters, unary.name, n);
  return text + fmt::format(", {}: {}\n", at.weights, weights);
}

std::string operation(const ConvRow& s) {
  const Reduction& r = s.reduction;
  const std::string channels = count(s.out.channels, "channel");
  const bool pointwise = r.rows * r.taps == 1 && (r.pixel_stride == r.depth || s.out.width == 1);
  if (pointwise) return fmt::format("1x1 convolution, {} -> {}", r.depth, channels);
  return fmt::format("Convolution of {}, {} elements of each -> {}", count(r.rows, "row"), r.depth * r.taps, channels);
}

const char* output_text(const ConvRow& s) {
  if (s.out.form == Output::Form::interleaved) return "; to byte `slot` of a ring of four rows";
  switch (s.start.from) {
    case Start::From::bias:
      return s.out.form == Output::Form::sums ? "; unfinished sums" : "";
    case Start::From::sums:
      return s.out.form == Output::Form::sums ? "; adds to sums" : "; adds to sums and finishes them";
    case Start::From::either:
      break;
  }
  return "; unfinished sums: from the bias if `first`, else added to what `out` holds";
}

std::string weights_text(const ConvRow& s, const ConvLayout& at) {
  const Reduction& r = s.reduction;
  const int tiles = at.channels / at.tile, quad = s.arithmetic().quad;
  std::string text = fmt::format("{} w[{}]", to_string(s.arithmetic().weights), tiles);
  if (r.rows > 1) text += fmt::format("[{}]", r.rows);
  if (r.taps > 1) text += fmt::format("[{}]", r.taps);
  if (quad > 1 && at.plane)
    text += fmt::format("[{}][{}][{}][{}]", at.depth / quad, at.tile / at.plane, quad, at.plane);
  else
    text += fmt::format("[{}][{}]{}", at.depth / quad, at.tile, quad > 1 ? fmt::format("[{}]", quad) : "");
  if (at.order) text += fmt::format(", {}: order[{}][{}]", at.order, tiles, at.order_stride());
  return text;
}

}  // namespace

std::string describe(const ConvRow& s, const Target& target) {
  const std::string rows = s.map.count > 1 ? fmt::format(" in each of {} rows", s.map.count) : "";
  const ConvLayout at = conv_layout(s, target);
  return fmt::format("// {}, {}{}{}{}.\n", operation(s), count(s.out.width, "pixel"), rows, finish_text(s.finish),
                     output_text(s)) +
         fmt::format("// A step computes {}; {} of channels.\n",
                     tile_text(cover(s.out.width, s.tile.pixels)[0].pixels, s.tile.vectors, target),
                     count(at.channels / at.tile, "tile")) +
         layout_text(s.finish, at, weights_text(s, at));
}

std::string describe(const FinishRow& s, const Target& target) {
  const int lanes = lanes_of(target), channels = round_up(s.channels, lanes);
  const char* const buffers = s.finish.residual.added ? "`residual` and `out`" : "`out`";
  return fmt::format("// Finishes the sums of {}{}, for `pixels` pixels, `pitch` elements apart in {}.\n",
                     count(s.channels, "channel"), finish_text(s.finish), buffers) +
         fmt::format("// A step computes {}.\n", tile_text(1, channels / lanes, target)) +
         (reads_region(s.finish)
              ? layout_text(s.finish, region_layout(s.finish, channels, 0), "w, which it does not read")
              : "// It takes no weights.\n");
}

std::string describe(const DepthwiseRow& s, const Target& target) {
  std::string text =
      fmt::format("// {}x{} depthwise convolution, stride {}, {}, {}{}{}.\n", s.kernel_h, s.kernel_w, s.stride_w,
                  count(s.channels, "channel"), count(s.width, "pixel"), finish_text(s.finish),
                  s.ring.interleaved ? "; from a ring of four rows, the first one in byte `slot`" : "");
  text += fmt::format("// A step computes {}.\n", tile_text(cover(s.width, s.pixels)[0].pixels, 1, target));
  const RegionLayout at = depthwise_layout(s, target);
  if (!s.ring.interleaved) {
    const std::string type = depthwise_factor(s.arithmetic()).name;
    return text + layout_text(s.finish, at, fmt::format("{} w[{}][{}][{}]", type, s.kernel_h, s.kernel_w, at.channels));
  }
  if (!s.ring.wide_weights)
    return text + layout_text(s.finish, at, fmt::format("i8 w[slot][{}][{}][4]", s.kernel_w, at.channels));
  return text + layout_text(s.finish, at,
                            fmt::format("i16 w[slot][{}][{}][2][{}][2]", s.kernel_w, at.channels / lanes_of(target),
                                        lanes_of(target)));
}

std::string describe(const PoolSum& s, const Target& target) {
  return fmt::format("// Sums of {}, {}.\n// A step computes {}. It takes no weights.\n", count(s.pixels, "pixel"),
                     count(s.channels, "channel"), tile_text(1, 1, target));
}

}  // namespace narrows
