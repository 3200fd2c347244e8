// Convolution of one row: a small matrix product per row, pixels x channels x (rows x taps x depth). The 1x1
// convolutions of inverted residual blocks (expand, project), the stem, the classifier and fully connected layers are
// all this kernel.
//
// A kernel is two loops, over tiles of channels and along the row, around the steps of conv_steps.cpp. Pointers move
// with the loops, so that the text of a step holds constant offsets only.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "schedules/conv_plan.h"
#include "schedules/conv_steps.h"
#include "schedules/finish.h"

namespace narrows {

bool sorts_steps(const ConvRow& s, const Target& target) {
  const Reduction& r = s.reduction;
  const bool in_pairs = s.arithmetic().requantizes() && target.products == ByteProducts::pairs;
  return in_pairs && r.rows * r.taps == 1 && r.depth < 65536 && r.sorting != Sorting::never;
}

ConvLayout conv_layout(const ConvRow& s, const Target& target) {
  const Reduction& r = s.reduction;
  const int channels = round_up(s.out.channels, lanes_of(target));
  const int depth = round_up(r.depth, s.arithmetic().quad);
  const int64_t weights = int64_t{channels} * r.rows * r.taps * depth;
  ConvLayout at{region_layout(s.finish, channels, weights * size_of(s.arithmetic().weights)),
                s.tile.vectors * lanes_of(target), depth, target.quads_in_planes ? lanes_of(target) : 0};
  at.big_endian = target.big_endian;
  if (sorts_steps(s, target)) {
    at.order = at.bytes;
    at.bytes += round_up(2 * channels / at.tile * at.order_stride(), 64);
  }
  return at;
}

std::vector<int> reduction_loops(const ConvRow& s, const Target& target) {
  const ConvLayout at = conv_layout(s, target);
  const Unrolling unrolling = unrolling_of(s, at, target);
  const int iterations = at.depth / s.arithmetic().quad / unrolling.steps / unrolling.streams;
  if (unrolling.completely || iterations == 1) return {};
  return std::vector<int>(static_cast<size_t>(s.reduction.rows), iterations);
}

namespace {

std::string output_type(const ConvRow& s) {
  if (s.out.form == Output::Form::interleaved) return "u32";
  return to_string(s.out.form == Output::Form::sums ? s.arithmetic().accumulator : s.arithmetic().stored);
}

std::string signature(const ConvRow& s, const std::string& name) {
  const char *stored = to_string(s.arithmetic().stored), *sums = to_string(s.arithmetic().accumulator);
  std::string text = "NOINLINE static void " + name + "(";
  for (int r = 0; r < s.reduction.rows; ++r) text += fmt::format("const {}* __restrict in{}, ", stored, r);
  text += "const u8* __restrict weights, ";
  if (s.reduction.row_sums) text += "const i32* __restrict sums, ";
  if (s.start.from == Start::From::sums) text += fmt::format("const {}* start, ", sums);
  if (s.finish.residual.added) text += fmt::format("const {}* residual, ", stored);
  if (s.start.from == Start::From::either) text += "bool first, ";
  text += fmt::format("{}* out", output_type(s));
  if (s.out.form == Output::Form::interleaved) text += ", i32 slot";
  return text + ") {\n";
}

/// The lines that choose between the bias, which all pixels share, and the sums in the output.
std::string print_start(const ConvPlan& p) {
  const char* const type = to_string(p.spec.arithmetic().accumulator);
  std::string text, bias = fmt::format("(const {}*)(weights + {})", type, p.at.bias);
  if (p.spec.arithmetic().scales_sums()) {
    text = fmt::format("  static const {} zeros[{}] = {{}};  // the bias comes when the sums are scaled\n", type,
                       p.at.channels);
    bias = "zeros";
  }
  text += fmt::format("  const {}* start = first ? {} : out;\n", type, bias);
  if (p.spec.out.width == 1) return text;
  return text + fmt::format("  const i32 start_pitch = first ? 0 : {};\n", p.spec.out.stride);
}

/// The lines that find everything in the packed region.
std::string prologue(const ConvPlan& p) {
  const ConvRow& s = p.spec;
  std::string text;
  const auto pointer = [&](const std::string& type, const char* variable, int64_t at) {
    text += fmt::format("  const {0}* {1} = (const {0}*)(weights + {2});\n", type, variable, at);
  };
  if (reads_bias(s)) pointer(to_string(s.arithmetic().accumulator), "bias", p.at.bias);
  if (s.start.from == Start::From::either) text += print_start(p);
  pointer(to_string(s.arithmetic().weights), "w", p.at.weights);
  if (p.at.order) pointer("u16", "order", p.at.order);
  return text +
         FinishInputs(s.finish).prologue(p.at, {"weights", s.reduction.row_sums, s.out.form != Output::Form::sums});
}

/// How far a loop has gone: all members may be negative, to go back.
struct Distance {
  int tiles = 0;  ///< of channels
  int pixels = 0;
  int rows = 0;  ///< of the map
};

/// The statement that moves all pointers by a distance.
std::string advance(const ConvPlan& p, const Distance& by) {
  const ConvRow& s = p.spec;
  const Reduction& r = s.reduction;
  std::vector<std::string> list;
  const auto move = [&](const std::string& name, int64_t elements) {
    if (elements) list.push_back(fmt::format("{} {}= {}", name, elements < 0 ? "-" : "+", std::abs(elements)));
  };
  move("w", int64_t{by.tiles} * p.at.tile * r.rows * r.taps * p.at.depth);
  if (p.at.order) move("order", by.tiles * p.at.order_stride());
  const int channels = by.tiles * p.at.tile;
  if (reads_bias(s)) move("bias", channels);
  if (s.out.form != Output::Form::sums) {
    for (const std::string& name : FinishInputs(s.finish).arrays()) move(name, channels);
  }
  if (starts_from_memory(s)) move("start", channels + by.pixels * s.start.stride);
  if (s.finish.residual.added) move("residual", channels + by.pixels * s.out.residual_stride);
  move("out", channels + by.pixels * s.out.stride + by.rows * s.map.out_stride);
  for (int i = 0; i < r.rows; ++i)
    move("in" + std::to_string(i), int64_t{by.pixels} * r.pixel_stride + by.rows * s.map.in_stride);
  if (r.row_sums) move("sums", by.pixels);
  return fmt::format("{}", fmt::join(list, ", "));
}

/// The number of a tile's sorted steps of each kind, and where they begin.
std::string print_counts(const ConvPlan& p, int indent) {
  const char* const counts = p.spec.reduction.sorting == Sorting::joined_first
                                 ? "{0}const i32 joined = order[0], first_small = 2 * joined, small = order[1];\n"
                                   "{0}const i32 first_large = first_small + small, large = {1} - first_large;\n"
                                 : "{0}const i32 small = order[1], large = {1} - small;\n";
  return fmt::format(fmt::runtime(counts), std::string(static_cast<size_t>(indent), ' '), p.steps_of_depth());
}

struct Loop {
  const char* variable;
  int count;
  int indent;
};

std::string print_loop(const Loop& loop, const std::string& body, const std::string& last) {
  return fmt::format("{0}for (i32 {1} = 0; {1} < {2}; ++{1}) {{\n{3}{0}  {4};\n{0}}}\n",
                     std::string(static_cast<size_t>(loop.indent), ' '), loop.variable, loop.count, body, last);
}

/// True if a kernel takes all tiles of a step before the next step: what it writes is then whole cache lines that lie
/// together. In 8 bit a tile has too much to load for its own, and no gain was measured.
bool goes_step_by_step(const ConvPlan& p) {
  const bool several = p.tiles() > 1 && (p.parts.size() > 1 || p.parts[0].count > 1);
  return several && !p.spec.arithmetic().requantizes() && p.spec.map.count == 1 && resident(p.spec, p.at);
}

std::string print_step_by_step(const ConvPlan& p) {
  std::string body;
  for (const Steps& steps : p.parts) {
    const std::string tile = print_conv_steps(p, {0, 1, steps.pixels}, 6);
    body += print_loop({"step", steps.count, 2}, print_loop({"tile", p.tiles(), 4}, tile, advance(p, {1, 0, 0})),
                       advance(p, {-p.tiles(), steps.pixels, 0}));
  }
  return body;
}

/// A tile of channels goes along the row, or through all rows of the map, before the next tile.
std::string print_tile_by_tile(const ConvPlan& p) {
  const bool map = p.spec.map.count > 1;
  const int tile_indent = p.tiles() > 1 ? 4 : 2;
  std::string body = print_parts(p.parts, tile_indent + (map ? 2 : 0),
                                 [&](const Steps& steps, int indent) { return print_conv_steps(p, steps, indent); });
  if (map) body = print_loop({"row", p.spec.map.count, tile_indent}, body, advance(p, {0, 0, 1}));
  if (p.at.order) body = print_counts(p, tile_indent) + body;
  if (p.tiles() > 1) body = print_loop({"tile", p.tiles(), 2}, body, advance(p, {1, 0, map ? -p.spec.map.count : 0}));
  return body;
}

}  // namespace

Kernel conv_row(const ConvRow& s, const std::string& name, const Target& target) {
  const ConvPlan p(s, target);
  NARROWS_CHECK(p.at.channels % p.at.tile == 0, "the tile does not divide the channels of " + name);
  NARROWS_CHECK(p.tiles() == 1 || s.out.channels % lanes_of(target) == 0,
                "several tiles and channels left over in " + name);
  NARROWS_CHECK(s.start.from != Start::From::either || (s.out.form == Output::Form::sums && !goes_step_by_step(p)),
                "a start that only tiles of sums can have in " + name);
  NARROWS_CHECK(s.map.count == 1 || !(starts_from_memory(s) || s.finish.residual.added || s.reduction.row_sums),
                "rows of a map in " + name);
  const std::string body = goes_step_by_step(p) ? print_step_by_step(p) : print_tile_by_tile(p);
  return {name, signature(s, name) + prologue(p) + body + "}\n"};
}

}  // namespace narrows
