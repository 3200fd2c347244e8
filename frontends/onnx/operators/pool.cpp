// ONNX front end: pools.
#include <algorithm>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// The map with zeros around it.
Result padded(NodeReader& r, const Padding& pad) {
  const Value& map = r.input(0);
  const std::optional<int> input = in_order(r, map, channels_last());
  if (!input) return std::nullopt;
  Attributes attr;
  attr.pads = {{0, 0}, {pad.top, pad.bottom}, {pad.left, pad.right}, {0, 0}};
  Shape shape = map.shape;
  shape[2] += pad.top + pad.bottom;
  shape[3] += pad.left + pad.right;
  return emit(r, {OpKind::pad, attr, {*input}, shape, channels_last(), "/padded"});
}

/// Padding that counts in the mean is a part of the map. What rounding up adds behind it does not count.
Result read_counted(NodeReader& r, const Padding& stated, Window* w) {
  if (!stated.any() || r.integer("count_include_pad", 0) == 0) return r.input(0);
  w->pad = {0, w->pad.bottom - stated.bottom, 0, w->pad.right - stated.right};
  return padded(r, stated);
}

Result read_pool(NodeReader& r, OpKind kind) {
  if (!check_map(r)) return std::nullopt;
  if (!r.has("kernel_shape")) return r.refuse("has no kernel_shape");
  const Shape map = r.input(0).shape;
  Attributes attr;
  Window& w = attr.window;
  Padding stated;
  const std::optional<MapSize> size = read_window(r, {map[2], map[3]}, w, &stated);
  if (!size) return std::nullopt;
  if (w.dilation_h != 1 || w.dilation_w != 1)
    return r.refuse(fmt::format("dilations are [{},{}]; supported: [1,1]", w.dilation_h, w.dilation_w));
  if (std::max(w.pad.top, w.pad.bottom) >= w.kernel_h || std::max(w.pad.left, w.pad.right) >= w.kernel_w) {
    return r.refuse(fmt::format("pads are as large as the kernel of {}x{}; expected less", w.kernel_h, w.kernel_w));
  }
  const Result counted = read_counted(r, stated, &w);
  const std::optional<int> input = counted ? in_order(r, *counted, channels_last()) : std::nullopt;
  if (!input) return std::nullopt;
  return emit(r, {kind, attr, {*input}, {map[0], map[1], size->height, size->width}, channels_last()});
}

}  // namespace

Result read_average_pool(NodeReader& r) {
  return is_line(r) ? read_line(r, read_average_pool) : read_pool(r, OpKind::average_pool);
}

namespace {

Result read_max_pool(NodeReader& r) {
  if (is_line(r)) return read_line(r, read_max_pool);
  if (r.integer("storage_order", 0) != 0) return r.refuse("storage_order 1 is not supported; expected 0");
  return read_pool(r, OpKind::max_pool);
}

}  // namespace

Result read_global_average_pool(NodeReader& r) {
  if (is_line(r)) return emit_reduction(r, OpKind::mean, r.input(0), {{2}, Dimensions::kept});
  if (!check_map(r)) return std::nullopt;
  return emit_reduction(r, OpKind::mean, r.input(0), {{2, 3}, Dimensions::kept});
}

namespace {

Result read_global_max_pool(NodeReader& r) {
  if (is_line(r)) return read_line(r, read_global_max_pool);
  if (!check_map(r)) return std::nullopt;
  const Shape map = r.input(0).shape;
  Attributes attr;
  attr.window.kernel_h = map[2];
  attr.window.kernel_w = map[3];
  constexpr int most = 4096;
  if (std::max(map[2], map[3]) > most)
    return r.refuse(fmt::format("the map has {}x{} pixels; supported: up to {}x{}", map[2], map[3], most, most));
  const std::optional<int> input = in_order(r, r.input(0), channels_last());
  if (!input) return std::nullopt;
  return emit(r, {OpKind::max_pool, attr, {*input}, {map[0], map[1], 1, 1}, channels_last()});
}

constexpr Row rows[] = {
    {"AveragePool",
     1,
     1,
     1,
     read_average_pool,
     nullptr,
     nullptr,
     {{"auto_pad", type::text},
      {"ceil_mode", type::integer},
      {"count_include_pad", type::integer},
      {"dilations", type::integers},
      {"kernel_shape", type::integers},
      {"pads", type::integers},
      {"strides", type::integers}}},
    {"GlobalAveragePool", 1, 1, 1, read_global_average_pool, nullptr, nullptr, {}},
    {"GlobalMaxPool", 1, 1, 1, read_global_max_pool, nullptr, read_global_max_pool, {}},
    {"MaxPool",
     1,
     1,
     2,
     read_max_pool,
     nullptr,
     read_max_pool,
     {{"auto_pad", type::text},
      {"ceil_mode", type::integer},
      {"dilations", type::integers},
      {"kernel_shape", type::integers},
      {"pads", type::integers},
      {"storage_order", type::integer},
      {"strides", type::integers}}},
};

}  // namespace

const Table<Row> pool_rows = rows;

}  // namespace narrows::onnx_format
