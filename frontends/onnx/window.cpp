// ONNX front end: sliding windows, and those of transposed convolutions.
#include <algorithm>

#include "compiler/graph/rules/op_rules.h"
#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

// These keep all arithmetic on windows in range.
constexpr int64_t max_extent = 4096;    ///< of kernel, stride, dilation and padding
constexpr int64_t max_covered = 32767;  ///< pixels between the first and the last tap of a dilated kernel

/// A pair (height, width) of sizes of a window, which stay as they are where the node does not say.
bool read_pair(const NodeReader& r, const char* name, int& height, int& width) {
  const std::vector<int64_t> values = r.integers(name);
  if (!r.has(name)) return true;
  const auto legal = [](int64_t v) { return v >= 1 && v <= max_extent; };
  const size_t count = r.line ? 1 : 2;
  if (values.size() != count || !std::all_of(values.begin(), values.end(), legal)) {
    return r.fail(fmt::format("{} is [{}]; expected {} from 1 to {}", name, fmt::join(values, ","),
                              r.line ? "1 value" : "2 values", max_extent));
  }
  if (!r.line) height = static_cast<int>(values[0]);
  width = static_cast<int>(values.back());
  return true;
}

}  // namespace

bool read_extents(const NodeReader& r, Window& w) {
  const bool kernel = read_pair(r, "kernel_shape", w.kernel_h, w.kernel_w);
  const bool strides = read_pair(r, "strides", w.stride_h, w.stride_w);
  const bool dilations = read_pair(r, "dilations", w.dilation_h, w.dilation_w);
  if (!kernel || !strides || !dilations) return false;
  const int covered_h = (w.kernel_h - 1) * w.dilation_h + 1, covered_w = (w.kernel_w - 1) * w.dilation_w + 1;
  if (covered_h <= max_covered && covered_w <= max_covered) return true;
  return r.fail(fmt::format("the dilated kernel covers {}x{} pixels, more than the limit of {}", covered_h, covered_w,
                            max_covered));
}

/// `pads` as the file has them: top, left, bottom, right; of a line: left, right.
bool read_explicit_pads(const NodeReader& r, Padding& pad) {
  if (!r.has("pads")) return true;
  const std::vector<int64_t> values = r.integers("pads");
  const auto legal = [](int64_t v) { return v >= 0 && v <= max_extent; };
  const size_t count = r.line ? 2 : 4;
  if (values.size() != count || !std::all_of(values.begin(), values.end(), legal)) {
    return r.fail(
        fmt::format("pads is [{}]; expected {} values from 0 to {}", fmt::join(values, ","), count, max_extent));
  }
  if (r.line) {
    pad = {0, 0, static_cast<int>(values[0]), static_cast<int>(values[1])};
    return true;
  }
  pad = {static_cast<int>(values[0]), static_cast<int>(values[2]), static_cast<int>(values[1]),
         static_cast<int>(values[3])};
  return true;
}

namespace {

/// Padding in front of the pixels of one dimension and behind them.
struct Ends {
  int before = 0, after = 0;
};

/// Padding of one dimension such that there are ceil(size / stride) windows; the odd pixel goes to the end, or for
/// SAME_LOWER to the beginning.
Ends place_same(int size, int covered, int stride, bool lower) {
  const int64_t windows = (size - 1) / stride + 1;
  const int total = static_cast<int>(std::max<int64_t>(0, (windows - 1) * stride + covered - size));
  const int before = lower ? total - total / 2 : total / 2;
  return {before, total - before};
}

bool read_padding(const NodeReader& r, const MapSize& map, Window& w) {
  const std::string rule = r.text("auto_pad", "NOTSET");
  if (rule != "NOTSET" && rule != "VALID" && rule != "SAME_UPPER" && rule != "SAME_LOWER") {
    return r.fail(
        fmt::format("auto_pad '{}' is not known; expected NOTSET, VALID, SAME_UPPER or SAME_LOWER", printable(rule)));
  }
  if (rule == "NOTSET") return read_explicit_pads(r, w.pad);
  if (rule == "VALID") return true;
  const bool lower = rule == "SAME_LOWER";
  const Ends rows = place_same(map.height, (w.kernel_h - 1) * w.dilation_h + 1, w.stride_h, lower);
  const Ends columns = place_same(map.width, (w.kernel_w - 1) * w.dilation_w + 1, w.stride_w, lower);
  w.pad = {rows.before, rows.after, columns.before, columns.after};
  return true;
}

/// Padding behind a dimension of `size` such that there is one more window, where rounding up asks for one: it begins
/// in front of the padding, and ends behind what there is of it.
int ceil_padding(int size, int before, int after, int covered, int stride) {
  const int rest = (size + before + after - covered) % stride;
  const int start = size + before + after - covered - rest + stride;
  return rest == 0 || start >= size + before ? after : after + stride - rest;
}

/// Operator set 22 says for auto_pad VALID that rounding up changes nothing, implementations differ.
bool round_up(const NodeReader& r, const MapSize& map, Window& w) {
  const int covered_h = (w.kernel_h - 1) * w.dilation_h + 1, covered_w = (w.kernel_w - 1) * w.dilation_w + 1;
  if (r.integer("ceil_mode", 0) == 0 || covered_h > map.height + w.pad.top + w.pad.bottom ||
      covered_w > map.width + w.pad.left + w.pad.right)
    return true;
  const Padding before = w.pad;
  w.pad.bottom = ceil_padding(map.height, w.pad.top, w.pad.bottom, covered_h, w.stride_h);
  w.pad.right = ceil_padding(map.width, w.pad.left, w.pad.right, covered_w, w.stride_w);
  return w.pad == before || r.text("auto_pad", "NOTSET") != "VALID" ||
         r.fail("ceil_mode 1 is not supported with auto_pad VALID where windows reach beyond the map; expected 0");
}

}  // namespace

std::optional<MapSize> read_window(const NodeReader& r, const MapSize& map, Window& w, Padding* stated) {
  if (!read_extents(r, w)) return std::nullopt;
  const int covered_h = (w.kernel_h - 1) * w.dilation_h + 1, covered_w = (w.kernel_w - 1) * w.dilation_w + 1;
  if (!read_padding(r, map, w)) return std::nullopt;
  if (stated) *stated = w.pad;
  if (!round_up(r, map, w)) return std::nullopt;
  const MapSize size = window_positions(map, w);
  if (size.height < 1 || size.width < 1) {
    r.fail(fmt::format("a window of {}x{} does not fit into a map of {}x{} with its padding", covered_h, covered_w,
                       map.height, map.width));
    return std::nullopt;
  }
  return size;
}

// ---- transposed convolutions ---------------------------------------------------------------------

namespace {

constexpr int max_size = 1 << 20;  ///< of the output of a transposed convolution

/// An optional attribute with a value for height and one for width; of a line, one for its width.
std::optional<std::vector<int64_t>> read_sizes(const NodeReader& r, const char* name, int64_t least) {
  std::vector<int64_t> values = r.integers(name);
  if (!r.has(name) || values.empty()) return std::vector<int64_t>();
  // The output's shape may be the whole one, with batch and channels.
  const size_t count = r.line ? 1 : 2;
  if (values.size() == count + 2) values.erase(values.begin(), values.begin() + 2);
  const bool legal = std::all_of(values.begin(), values.end(), [&](int64_t v) { return v >= least && v <= max_size; });
  if (values.size() != count || !legal)
    return r.refuse(fmt::format("{} is [{}]; expected {} from {} to {}", name, fmt::join(r.integers(name), ","),
                                r.line ? "1 value" : "2 values", least, max_size));
  if (r.line) values.insert(values.begin(), least);
  return values;
}

/// How much of a dimension is cut off in front, as in core/providers/cpu/nn/conv_transpose_attributes.h of onnxruntime.
int padding_in_front(const NodeReader& r, int64_t total) {
  if (total < 0) total = 0;
  return static_cast<int>(r.text("auto_pad", "NOTSET") == "SAME_UPPER" ? total / 2 : total - total / 2);
}

/// Fills output and padding of a dimension, whose kernel is placed at `in` pixels.
bool place(const NodeReader& r, const char* what, int64_t wanted, std::array<int, 3> ends, TransposedSize& size) {
  const auto [before, after, more] = ends;
  const int64_t full = (int64_t{size.in} - 1) * size.stride + more + (int64_t{size.kernel} - 1) * size.dilation + 1;
  const std::string rule = r.text("auto_pad", "NOTSET");
  const bool same = rule == "SAME_UPPER" || rule == "SAME_LOWER";
  int64_t out = full - before - after;
  size.pad = before;
  if (wanted > 0 || same) {
    out = wanted > 0 ? wanted : int64_t{size.in} * size.stride;
    size.pad = padding_in_front(r, full - out);
  }
  if (!(wanted > 0) && same) out = full - std::max<int64_t>(0, full - out);
  size.out = static_cast<int>(std::clamp<int64_t>(out, 0, max_size + 1));
  return (size.out >= 1 && size.out <= max_size) ||
         r.fail(fmt::format("the output would have {} {}; expected 1 to {}", out, what, max_size));
}

}  // namespace

std::optional<Transposed> read_transposed(const NodeReader& r, const Shape& map, const Shape& weights) {
  Window w;
  w.kernel_h = weights[2], w.kernel_w = weights[3];
  const std::string rule = r.text("auto_pad", "NOTSET");
  if (rule != "NOTSET" && rule != "VALID" && rule != "SAME_UPPER" && rule != "SAME_LOWER") {
    return r.refuse(
        fmt::format("auto_pad '{}' is not known; expected NOTSET, VALID, SAME_UPPER or SAME_LOWER", printable(rule)));
  }
  if (!read_extents(r, w) || (rule == "NOTSET" && !read_explicit_pads(r, w.pad))) return std::nullopt;
  if (w.kernel_h != weights[2] || w.kernel_w != weights[3]) {
    return r.refuse(fmt::format("kernel_shape is [{}], but weights '{}' have shape {}",
                                fmt::join(r.integers("kernel_shape"), ","), r.name(1), to_string(weights)));
  }
  auto more = read_sizes(r, "output_padding", 0), shape = read_sizes(r, "output_shape", 1);
  if (!more || !shape) return std::nullopt;
  if (more->empty()) *more = {0, 0};
  if (shape->empty()) *shape = {0, 0};
  Transposed t{{map[2], 0, w.kernel_h, w.stride_h, w.dilation_h, 0},
               {map[3], 0, w.kernel_w, w.stride_w, w.dilation_w, 0}};
  const auto extra = [&](int i) { return static_cast<int>((*more)[i]); };
  if (!place(r, "rows", (*shape)[0], {w.pad.top, w.pad.bottom, extra(0)}, t.height)) return std::nullopt;
  if (!place(r, "columns", (*shape)[1], {w.pad.left, w.pad.right, extra(1)}, t.width)) return std::nullopt;
  return t;
}

}  // namespace narrows::onnx_format
