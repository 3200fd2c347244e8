// ONNX front end: sliding windows.
#include <algorithm>

#include "compiler/graph/op_rules.h"
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

/// `pads` as the file has them: top, left, bottom, right; of a line: left, right.
bool read_explicit(const NodeReader& r, Padding& pad) {
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
  if (rule == "NOTSET") return read_explicit(r, w.pad);
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
  const bool kernel = read_pair(r, "kernel_shape", w.kernel_h, w.kernel_w);
  const bool strides = read_pair(r, "strides", w.stride_h, w.stride_w);
  const bool dilations = read_pair(r, "dilations", w.dilation_h, w.dilation_w);
  if (!kernel || !strides || !dilations) return std::nullopt;
  const int covered_h = (w.kernel_h - 1) * w.dilation_h + 1, covered_w = (w.kernel_w - 1) * w.dilation_w + 1;
  if (covered_h > max_covered || covered_w > max_covered) {
    r.fail(fmt::format("the dilated kernel covers {}x{} pixels, more than the limit of {}", covered_h, covered_w,
                       max_covered));
    return std::nullopt;
  }
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

}  // namespace narrows::onnx_format
