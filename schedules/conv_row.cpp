// Convolution of one row: a small matrix product per row, pixels x channels x (rows x taps x depth). The 1x1
// convolutions of inverted residual blocks (expand, project), the stem, the classifier and fully connected
// layers are all this kernel.
//
// The register tile is `vectors` vectors of channels by `pixels` pixels: each step of the reduction loads
// `vectors` vectors of weights, broadcasts `pixels` inputs and issues vectors x pixels multiply-adds (or dot
// products of four 8-bit values). Without an instruction for those, steps with small weights come first (kernels.h).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "schedules/finish.h"
#include "schedules/prefetch.h"
#include "schedules/printer/print_kernel.h"
#include "schedules/steps.h"

namespace narrows {

using Halide::Expr;
using Halide::Func;
using Halide::ImageParam;
using Halide::RDom;
using Halide::Var;

namespace {

// Reductions up to this many steps per row (the stem's 3 x 3 channels in 8 bit) are unrolled completely. Longer ones
// would be too long for GCC to keep all accumulators in registers.
constexpr int kUnrolledSteps = 4;
// Float ones are otherwise unrolled by this on x86: a loop's end is predicted wrongly more often than not. On ARM, GCC
// would then load so far ahead that accumulators are spilled.
constexpr int kUnroll = 4;

const Arithmetic& arithmetic_of(const ConvRow& s) { return s.finish.arithmetic; }

bool straight(const ConvRow& s, const ConvLayout& at, const Target& target) {
  // Taking bytes apart needs registers too; and for ARM, GCC loads everything that stands in a straight run at its
  // start.
  if (arithmetic_of(s).requantizes() && (target.pairs() || target.arm())) return false;
  return at.depth / (arithmetic_of(s).quad) * s.taps <= kUnrolledSteps;
}
/// A tile with one step reads its weights once, from memory. A core reads faster from several places at once than from
/// one: each page that is read from end to end is fetched ahead on its own. So the reduction walks through so many
/// equal parts of its weights side by side.
constexpr int kStreams = 4;

int streams(const ConvRow& s, const ConvLayout& at, const Target& target) {
  const bool once = s.streams && s.width == 1 && s.taps == 1;
  return !arithmetic_of(s).requantizes() && !target.arm() && once && at.depth % kStreams == 0 ? kStreams : 1;
}

int unroll(const ConvRow& s, const ConvLayout& at, const Target& target) {
  const bool long_enough = !straight(s, at, target) && at.depth % kUnroll == 0;
  return !arithmetic_of(s).requantizes() && !target.arm() && long_enough && streams(s, at, target) == 1 ? kUnroll : 1;
}

std::string output_type(const ConvRow& s) {
  if (s.output == Output::interleaved) return "u32";
  if (s.output == Output::accumulators) return to_string(arithmetic_of(s).accumulator);
  return to_string(arithmetic_of(s).stored);
}

/// The bias comes first, or behind the scale.
bool reads_bias(const ConvRow& s) {
  return arithmetic_of(s).scales_sums() ? s.output != Output::accumulators : !s.from_accumulators;
}

/// Signature and the lines that find everything in the packed region.
std::string head(const ConvRow& s, const std::string& name, const ConvLayout& at, const FinishInputs& in) {
  const std::string type = to_string(arithmetic_of(s).stored), acc = to_string(arithmetic_of(s).accumulator);
  std::string text = "NOINLINE static void " + name + "(";
  for (int r = 0; r < s.rows; ++r) text += fmt::format("const {}* __restrict in{}, ", type, r);
  if (reads_region(s)) text += "const u8* __restrict weights, ";
  if (s.row_sums) text += "const i32* __restrict sums, ";
  if (s.from_accumulators) text += fmt::format("const {}* start, ", acc);
  if (s.finish.residual.added) text += fmt::format("const {}* residual, ", type);
  text += fmt::format("{}* out", output_type(s));
  if (s.output == Output::interleaved) text += ", i32 slot";
  text += ") {\n";
  if (reads_bias(s)) text += fmt::format("  const {0}* bias = (const {0}*)(weights + {1});\n", acc, at.bias);
  if (s.rows > 0)
    text +=
        fmt::format("  const {0}* w = (const {0}*)(weights + {1});\n", to_string(arithmetic_of(s).weights), at.weights);
  if (at.order) text += fmt::format("  const u16* order = (const u16*)(weights + {});\n", at.order);
  if (s.row_sums) text += fmt::format("  const i32 weight_zero = ((const i32*)weights)[{}];\n", param::weight_zero);
  if (s.output != Output::accumulators) text += in.prologue(at);
  if (s.output == Output::interleaved) text += "  const u32 shift_left = 8 * slot, keep = ~(255u << shift_left);\n";
  return text;
}

}  // namespace

bool reads_region(const ConvRow& s) {
  return s.rows > 0 || arithmetic_of(s).requantizes() || arithmetic_of(s).scales_sums();
}

bool sorts_steps(const ConvRow& s, const Target& target) {
  return arithmetic_of(s).requantizes() && target.pairs() && s.rows * s.taps == 1 && s.depth < 65536 && !s.in_order;
}

ConvLayout conv_layout(const ConvRow& s, const Target& target) {
  const int channels = round_up(s.channels, lanes_of(target));
  const int depth = !arithmetic_of(s).requantizes() ? s.depth : round_up(s.depth, 4);
  const int64_t weights = int64_t{channels} * s.rows * s.taps * depth;
  ConvLayout at{region_layout(s.finish, channels, weights * size_of(arithmetic_of(s).weights)),
                s.vectors * lanes_of(target), depth};
  if (sorts_steps(s, target)) {
    at.order = at.bytes;
    at.bytes += round_up(2 * channels / at.tile * at.order_stride(), 64);
  }
  return at;
}

std::vector<int> reduction_loops(const ConvRow& s, const Target& target) {
  const ConvLayout at = conv_layout(s, target);
  const int iterations = at.depth / (arithmetic_of(s).quad) / unroll(s, at, target) / streams(s, at, target);
  if (straight(s, at, target) || iterations == 1) return {};
  return std::vector<int>(static_cast<size_t>(s.rows), iterations);
}

namespace {

/// What a tile of channels does for some of the pixels of the row.
std::string print_steps(const ConvRow& s, const ConvLayout& at, const Steps& steps, const Prefetch& prefetch,
                        int indent, const Target& target) {
  const int lanes = lanes_of(target), quad = arithmetic_of(s).quad;
  Var ci("ci"), x("x"), xo("x"), xi("xi");
  Func out("out"), acc("acc");
  FinishInputs in(s.finish);
  std::vector<Halide::Argument> arguments;
  const Halide::Type acc_type = halide_type(arithmetic_of(s).accumulator);

  ImageParam weights(halide_type(arithmetic_of(s).weights), 5, "w");
  set_dense(weights, {quad, at.tile, at.depth / quad, s.taps, s.rows});
  ImageParam small_weights(Halide::Int(8), 5, "small_w"), order(Halide::UInt(16), 1, "order");
  set_dense(small_weights, {quad, at.tile, at.depth / quad, s.taps, s.rows});
  set_dense(order, {at.order_stride()});
  ImageParam bias(acc_type, 1, "bias"), start(acc_type, 2, "start"), sums(Halide::Int(32), 1, "sums");
  ImageParam ring(Halide::UInt(32), 2, "ring"), residual(halide_type(arithmetic_of(s).stored), 2, "residual");
  Halide::Param<int32_t> weight_zero("weight_zero"), joined("joined"), small("small"), large("large");
  Halide::Param<int32_t> behind_joined("first_small"), behind_small("first_large");
  const Expr first_small = s.joins ? Expr(behind_joined) : Expr(0),
             first_large = s.joins ? Expr(behind_small) : Expr(small);
  Halide::Param<uint32_t> keep("keep"), shift_left("shift_left");
  set_dense(bias, {at.tile});
  in.set_shape(at.tile, 1);
  auto set_pixels = [&](Halide::OutputImageParam buffer) {
    buffer.dim(0).set_bounds(0, at.tile).set_stride(1);
    buffer.dim(1).set_bounds(0, s.width).set_stride(s.out_stride);
  };
  set_pixels(start);
  if (s.start_stride) start.dim(1).set_stride(s.start_stride);
  set_pixels(ring);
  set_pixels(residual);
  if (s.residual_stride) residual.dim(1).set_stride(s.residual_stride);

  // ---- The algorithm ---------------------------------------------------------------------------
  Expr initial = s.from_accumulators ? start(ci, x) : initial_value(s.finish, bias(ci));
  if (s.row_sums) initial = sum_of(s.finish, initial, sums(x) * weight_zero);
  acc(ci, x) = initial;
  const int steps_of_depth = at.depth / quad, parts = streams(s, at, target), part = steps_of_depth / parts;
  const RDom k(0, quad, 0, part, 0, s.taps, 0, parts, "k"), k_joined(0, quad, 0, joined, "pair"),
      k_small(0, quad, 0, small, "k"), k_large(0, quad, 0, large, "rest");
  for (int r = 0; r < s.rows; ++r) {
    ImageParam row(halide_type(arithmetic_of(s).stored), 1, "in" + std::to_string(r));
    set_dense(row, {s.pixel_stride * (s.width - 1) + s.tap_stride * (s.taps - 1) + at.depth});
    arguments.push_back(row);
    auto product = [&](const Expr& element, const ImageParam& w, const std::vector<Expr>& index) {
      return Halide::cast(acc_type, row(x * s.pixel_stride + element)) * Halide::cast(acc_type, w(index));
    };
    auto sorted = [&](const Expr& step, const ImageParam& w, const RDom& domain) {
      return product(Halide::cast<int>(order(step + 2)) + domain.x, w, {domain.x, ci, step, 0, 0});
    };
    if (at.order) {
      const Expr pair = 2 * k_joined.y;
      if (s.joins) acc(ci, x) += sorted(pair, small_weights, k_joined) + sorted(pair + 1, small_weights, k_joined);
      acc(ci, x) += sorted(first_small + k_small.y, small_weights, k_small);
      acc(ci, x) += sorted(first_large + k_large.y, weights, k_large);
    } else {
      const Expr step = k.w * part + k.y;
      acc(ci, x) += product(k.z * s.tap_stride + step * quad + k.x, weights, {k.x, ci, step, k.z, r});
    }
  }
  Expr value = acc(ci, x);
  const std::vector<Expr> channel{ci, 0};
  if (s.output == Output::interleaved) value = finish_value(in, {value, channel, bias(ci), residual(ci, x)});
  if (s.output == Output::pixels) value = finish_stored(in, {value, channel, bias(ci), residual(ci, x)});
  if (s.output == Output::interleaved) {
    Expr byte = Halide::cast<uint32_t>(value);
    if (arithmetic_of(s).stored == DType::i8) byte = byte & Expr(255u);
    value = (ring(ci, x) & keep) | (byte << shift_left);
    arguments.insert(arguments.end(), {ring, keep, shift_left});
  }
  out(ci, x) = value;
  arguments.insert(arguments.end(), {weights, bias});
  if (at.order)
    arguments.insert(arguments.end(), {small_weights, order, joined, small, large, behind_joined, behind_small});
  if (s.row_sums) arguments.insert(arguments.end(), {sums, weight_zero});
  if (s.from_accumulators) arguments.push_back(start);
  if (s.finish.residual.added) arguments.push_back(residual);
  if (s.output != Output::accumulators) in.add_arguments(&arguments);

  // ---- The schedule ----------------------------------------------------------------------------
  set_pixels(out.output_buffer());
  out.bound(ci, 0, at.tile).bound(x, steps.first, steps.count * steps.pixels);
  out.split(x, xo, xi, steps.pixels).reorder(ci, xi, xo);
  out.vectorize(ci, lanes).unroll(ci).unroll(xi);
  acc.compute_at(out, xo).store_in(Halide::MemoryType::Stack).vectorize(ci, lanes).unroll(ci).unroll(x);
  for (int u = 0; u < acc.num_update_definitions(); ++u) {
    Halide::Stage update = acc.update(u);
    if (at.order) {
      const RDom& part = u == 0 && s.joins ? k_joined : u + 1 < acc.num_update_definitions() ? k_small : k_large;
      update.reorder(part.x, ci, x, part.y).atomic().vectorize(part.x);
    } else {
      update.reorder(k.x, ci, x, k.w, k.y, k.z).unroll(k.w);
      if (arithmetic_of(s).requantizes()) update.atomic().vectorize(k.x);
    }
    update.vectorize(ci, lanes).unroll(ci).unroll(x);
    if (straight(s, at, target)) update.unroll(k.y).unroll(k.z);
    if (unroll(s, at, target) > 1) update.unroll(k.y, unroll(s, at, target));
  }

  PrintOptions options;
  options.lanes = lanes;
  options.indent = indent;
  // The steps before these, if there are any, are a pixel longer.
  const int first_step = steps.first / (steps.pixels + 1);
  std::string text;
  if (steps.count == 1) {
    const std::string statement = prefetch.at_step(std::to_string(first_step));
    if (!statement.empty()) text = std::string(indent, ' ') + statement + "\n";
  } else {
    options.at_loop_start["x"] = prefetch.at_step(first_step ? fmt::format("(x + {})", first_step) : "x");
  }
  const bool several = steps.count > 1;
  if (at.order) {
    options.at_loop_start["pair"] = prefetch.at_iteration("pair", 2, first_step, several);
    options.at_loop_start["k"] = prefetch.at_iteration(s.joins ? "(first_small + k)" : "k", 1, first_step, several);
    options.at_loop_start["rest"] =
        prefetch.at_iteration(s.joins ? "(first_large + rest)" : "(small + rest)", 1, first_step, several);
  } else {
    options.at_loop_start["k"] = prefetch.at_iteration("k", 1, first_step, several);
  }
  options.alias = {{"ring", "out"}, {"small_w", "w"}};
  options.small_weights = "small_w";
  options.extra_argument = add_argument(s.finish);
  if (s.output != Output::accumulators && s.channels % lanes) {
    // A ring has whole vectors.
    if (s.output == Output::pixels) options.partial["out"] = {s.out_stride, s.channels};
    options.partial["residual"] = {s.residual_stride ? s.residual_stride : s.out_stride, s.channels};
  }
  return text + lower_and_print(out, arguments, target, options);
}

/// The statement that moves all pointers by `tiles` tiles of channels, `pixels` pixels and `rows` rows, any of which
/// may be negative.
std::string advance(const ConvRow& s, const ConvLayout& at, const FinishInputs& in, int tiles, int pixels,
                    int rows = 0) {
  std::vector<std::string> list;
  const auto move = [&](const std::string& name, int64_t by) {
    if (by) list.push_back(fmt::format("{} {}= {}", name, by < 0 ? "-" : "+", std::abs(by)));
  };
  move("w", int64_t{tiles} * at.tile * s.rows * s.taps * at.depth);
  if (at.order) move("order", tiles * at.order_stride());
  const int channels = tiles * at.tile;
  if (reads_bias(s)) move("bias", channels);
  if (s.output != Output::accumulators) {
    for (const std::string& name : in.arrays()) move(name, channels);
  }
  if (s.from_accumulators) move("start", channels + pixels * (s.start_stride ? s.start_stride : s.out_stride));
  if (s.finish.residual.added)
    move("residual", channels + pixels * (s.residual_stride ? s.residual_stride : s.out_stride));
  move("out", channels + pixels * s.out_stride + rows * s.out_row);
  for (int r = 0; r < s.rows; ++r) move("in" + std::to_string(r), int64_t{pixels} * s.pixel_stride + rows * s.in_row);
  if (s.row_sums) move("sums", pixels);
  return fmt::format("{}", fmt::join(list, ", "));
}

/// The numbers of steps of each kind, of a tile whose steps are sorted, and where they begin.
std::string print_counts(const ConvRow& s, const ConvLayout& at, int indent) {
  const char* const counts = s.joins ? "{0}const i32 joined = order[0], first_small = 2 * joined, small = order[1];\n"
                                       "{0}const i32 first_large = first_small + small, large = {1} - first_large;\n"
                                     : "{0}const i32 small = order[1], large = {1} - small;\n";
  return fmt::format(fmt::runtime(counts), std::string(indent, ' '), at.depth / 4);
}

std::string loop(const std::string& variable, int count, int indent, const std::string& body, const std::string& last) {
  const std::string spaces(indent, ' ');
  return fmt::format("{0}for (i32 {1} = 0; {1} < {2}; ++{1}) {{\n{3}{0}  {4};\n{0}}}\n", spaces, variable, count, body,
                     last);
}

}  // namespace

Kernel conv_row(const ConvRow& s, const std::string& name, const Target& target) {
  const ConvLayout at = conv_layout(s, target);
  const int tiles = at.channels / at.tile;
  NARROWS_CHECK(at.channels % at.tile == 0, "the tile does not divide the channels of " + name);
  NARROWS_CHECK(tiles == 1 || s.channels % lanes_of(target) == 0, "several tiles and channels left over in " + name);
  const FinishInputs in(s.finish);
  const std::vector<Steps> parts = cover(s.width, s.pixels);
  int all_steps = 0;
  for (const Steps& steps : parts) all_steps += steps.count;
  const int unrolled = unroll(s, at, target);
  const Prefetch prefetch(s, at, all_steps, at.depth / (arithmetic_of(s).quad) / unrolled, unrolled);
  NARROWS_CHECK(s.map_rows == 1 || !(s.from_accumulators || s.finish.residual.added || s.row_sums),
                "rows of a map in " + name);
  const bool rows = s.map_rows > 1;
  const auto next_tile = advance(s, at, in, 1, 0, rows ? -s.map_rows : 0);
  if (!arithmetic_of(s).requantizes() && tiles > 1 && all_steps > 1 && !rows && resident(s, at)) {
    // All tiles of a step before the next step: what it writes is then whole cache lines that lie together. In 8 bit a
    // tile has too much to load for its own, and no gain was measured.
    std::string body;
    for (const Steps& steps : parts) {
      const std::string tile = print_steps(s, at, {0, 1, steps.pixels}, prefetch, 6, target);
      body += loop("step", steps.count, 2, loop("tile", tiles, 4, tile, next_tile),
                   advance(s, at, in, -tiles, steps.pixels));
    }
    return {name, head(s, name, at, in) + body + "}\n"};
  }
  const int tile_indent = tiles > 1 ? 4 : 2;
  std::string body = print_parts(parts, tile_indent + (rows ? 2 : 0), [&](const Steps& steps, int indent) {
    return print_steps(s, at, steps, prefetch, indent, target);
  });
  if (rows) body = loop("row", s.map_rows, tile_indent, body, advance(s, at, in, 0, 0, 1));
  if (at.order) body = print_counts(s, at, tile_indent) + body;
  if (tiles > 1) body = loop("tile", tiles, 2, body, next_tile);
  return {name, head(s, name, at, in) + body + "}\n"};
}

}  // namespace narrows
