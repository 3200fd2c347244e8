// Padding in front of a convolution becomes part of its window, so that no padded copy of the map exists.
// TensorFlow writes explicit PAD operators for strides of 2 with padding on all sides, as Keras and PyTorch
// models have them.
#include <algorithm>
#include <array>
#include <optional>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

/// verify() allows no more in a window.
constexpr int max_window_padding = (1 << 15) - 1;

/// Pads only height and width, with what stands for zero in its input.
bool is_spatial_zero_padding(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::pad || op.attr.pads.size() != 4 || op.attr.fill != 0) return false;
  const std::array<int, 2> none = {0, 0};
  return op.attr.pads[0] == none && op.attr.pads[3] == none &&
         same_representation(graph.input(op, 0), graph.output(op));
}

/// The window's padding with the padding of a PAD operator around it; nothing where it becomes too large.
std::optional<Padding> add(Padding window, const std::vector<std::array<int, 2>>& pads) {
  for (int d : {1, 2}) {
    if (std::max(pads[d][0], pads[d][1]) > max_window_padding) return std::nullopt;
  }
  window.top += pads[1][0];
  window.bottom += pads[1][1];
  window.left += pads[2][0];
  window.right += pads[2][1];
  int largest = std::max({window.top, window.bottom, window.left, window.right});
  return largest <= max_window_padding ? std::optional<Padding>(window) : std::nullopt;
}

// conv2d(pad(x, p), w, window)  =>  conv2d(x, w, window with padding + p); likewise depthwise_conv2d
//
// Not average_pool: it divides by the number of pixels that are not padding.
bool fold_pad(Graph* graph, int conv_index) {
  Op& conv = graph->ops[conv_index];
  if (conv.kind != OpKind::conv2d && conv.kind != OpKind::depthwise_conv2d) return false;
  int pad_index = graph->producer(conv.inputs[0]);
  if (pad_index < 0 || !is_spatial_zero_padding(*graph, graph->ops[pad_index])) return false;
  // A padded map may also be the weights of the same operator, where it has to stay as it is.
  for (size_t i = 1; i < conv.inputs.size(); ++i) {
    if (conv.inputs[i] == conv.inputs[0]) return false;
  }
  std::optional<Padding> sum = add(conv.attr.window.pad, graph->ops[pad_index].attr.pads);
  if (!sum) return false;
  conv.attr.window.pad = *sum;
  bypass(graph, pad_index, conv_index);
  remove_if_unused(graph, pad_index);
  return true;
}

/// Rows or columns that `slice` takes off before and after dimension `d` of its input.
std::array<int64_t, 2> crop_of(const Graph& graph, const Op& slice, size_t d) {
  const int64_t begin = slice.attr.begin[d];
  return {begin, graph.input(slice, 0).shape[d] - begin - graph.output(slice).shape[d]};
}

bool only_crops_maps(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::slice || op.attr.begin.size() != 4) return false;
  const std::array<int64_t, 2> none = {0, 0};
  return std::all_of(op.attr.steps.begin(), op.attr.steps.end(), [](int step) { return step == 1; }) &&
         crop_of(graph, op, 0) == none && crop_of(graph, op, 3) == none;
}

// slice(conv2d(x, window with padding))  =>  conv2d(x, window with less padding), where the slice takes off no more
// rows and columns than the padding adds; likewise depthwise_conv2d
//
// Converters pad maps to whole blocks for SPACE_TO_BATCH_ND, and take off what comes of that behind BATCH_TO_SPACE_ND.
bool fold_crop(Graph* graph, int slice_index) {
  const Op& slice = graph->ops[slice_index];
  if (!only_crops_maps(*graph, slice)) return false;
  const int conv_index = graph->producer(slice.inputs[0]);
  if (conv_index < 0 || !has_single_use(*graph, slice.inputs[0])) return false;
  Op& conv = graph->ops[conv_index];
  if (conv.kind != OpKind::conv2d && conv.kind != OpKind::depthwise_conv2d) return false;
  Window& window = conv.attr.window;
  const std::array<int64_t, 2> rows = crop_of(*graph, slice, 1), columns = crop_of(*graph, slice, 2);
  const int64_t top = window.pad.top - rows[0] * window.stride_h,
                bottom = window.pad.bottom - rows[1] * window.stride_h;
  const int64_t left = window.pad.left - columns[0] * window.stride_w,
                right = window.pad.right - columns[1] * window.stride_w;
  if (std::min({top, bottom, left, right}) < 0) return false;
  window.pad = {static_cast<int>(top), static_cast<int>(bottom), static_cast<int>(left), static_cast<int>(right)};
  merge_into_producer(graph, conv_index, slice_index);
  return true;
}

}  // namespace

Graph fold_padding(Graph graph) {
  // A fold may remove the padding in front of op i, which then stands at i - 1. The same op is visited again:
  // there may be a second padding in front of the first.
  for (int i = 0; i < static_cast<int>(graph.ops.size());) {
    size_t ops_before = graph.ops.size();
    bool folded = fold_pad(&graph, i);
    if (!folded) ++i;
    if (graph.ops.size() < ops_before) --i;
  }
  for (int i = 0; i < static_cast<int>(graph.ops.size());) {
    if (!fold_crop(&graph, i)) ++i;
  }
  return graph;
}

}  // namespace narrows
