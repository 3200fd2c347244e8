// TFLite front end: sliding windows, and the two pooling operators.
#include <algorithm>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

// These keep all arithmetic on windows in range.
constexpr int max_extent = 4096;    ///< of kernel, stride and dilation
constexpr int max_covered = 32767;  ///< pixels between the first and the last tap of a dilated kernel

bool check_extent(OpReader& r, const char* what, int height, int width) {
  if (height >= 1 && width >= 1 && height <= max_extent && width <= max_extent) return true;
  return r.fail(fmt::format("{} {}x{} is out of range; expected 1 to {}", what, height, width, max_extent));
}

/// One dimension of a window: size of the output, and padding before and after.
struct Extent {
  int out, before, after;
};

/// SAME gives ceil(in / stride) outputs and centres the window, with the odd pixel of padding at the end;
/// VALID has no padding. `kernel` counts the holes of a dilated window.
Extent place(format::Padding padding, int in, int kernel, int stride) {
  if (padding == format::Padding::VALID) return {in < kernel ? 0 : (in - kernel) / stride + 1, 0, 0};
  const int out = (in - 1) / stride + 1;
  const int64_t needed = int64_t{out - 1} * stride + kernel;
  const int total = static_cast<int>(std::max<int64_t>(0, needed - in));
  return {out, total / 2, total - total / 2};
}

bool read_pool(OpReader& r, OpKind kind) {
  const auto* options = required_options<format::Pool2DOptions>(r);
  if (!options) return false;
  if (!check_rank(r, 0, "input", 4) || !check_activations(r, 1)) return false;
  const WindowSource window{options->padding(),
                            options->filter_height(),
                            options->filter_width(),
                            options->stride_h(),
                            options->stride_w(),
                            1,
                            1};
  const Shape& in = r.input(0).shape;
  r.op.kind = kind;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  if (!read_activation(r, options->fused_activation_function())) return false;
  const std::optional<MapSize> size = read_window(r, window, {in[1], in[2]});
  return size && check_output_shape(r, {in[0], size->height, size->width, in[3]});
}

}  // namespace

std::optional<MapSize> read_window(OpReader& r, const WindowSource& source, const MapSize& map) {
  if (source.padding != format::Padding::SAME && source.padding != format::Padding::VALID) {
    r.fail(fmt::format("padding {} is not supported; supported: SAME, VALID", static_cast<int>(source.padding)));
    return std::nullopt;
  }
  const bool kernel_ok = check_extent(r, "kernel", source.kernel_h, source.kernel_w);
  const bool stride_ok = check_extent(r, "stride", source.stride_h, source.stride_w);
  const bool dilation_ok = check_extent(r, "dilation", source.dilation_h, source.dilation_w);
  if (!kernel_ok || !stride_ok || !dilation_ok) return std::nullopt;

  const int kernel_h = (source.kernel_h - 1) * source.dilation_h + 1;
  const int kernel_w = (source.kernel_w - 1) * source.dilation_w + 1;
  if (kernel_h > max_covered || kernel_w > max_covered) {
    r.fail(fmt::format("the dilated kernel covers {}x{} pixels, more than the limit of {}", kernel_h, kernel_w,
                       max_covered));
    return std::nullopt;
  }
  const Extent vertical = place(source.padding, map.height, kernel_h, source.stride_h);
  const Extent horizontal = place(source.padding, map.width, kernel_w, source.stride_w);
  if (vertical.out == 0 || horizontal.out == 0) {
    r.fail(fmt::format("a window of {}x{} does not fit into an input of {}x{} with padding VALID", kernel_h, kernel_w,
                       map.height, map.width));
    return std::nullopt;
  }
  Window& window = r.op.attr.window;
  window.kernel_h = source.kernel_h;
  window.kernel_w = source.kernel_w;
  window.stride_h = source.stride_h;
  window.stride_w = source.stride_w;
  window.dilation_h = source.dilation_h;
  window.dilation_w = source.dilation_w;
  window.pad = {vertical.before, vertical.after, horizontal.before, horizontal.after};
  return MapSize{vertical.out, horizontal.out};
}

namespace {

bool read_average_pool_2d(OpReader& r) { return read_pool(r, OpKind::average_pool); }
bool read_max_pool_2d(OpReader& r) { return read_pool(r, OpKind::max_pool); }

constexpr Row rows[] = {
    {Code::AVERAGE_POOL_2D, 3, 1, 1, -1, read_average_pool_2d},
    {Code::MAX_POOL_2D, 3, 1, 1, -1, read_max_pool_2d},
};

}  // namespace

const Table<Row> window_rows = rows;

}  // namespace narrows::tflite
