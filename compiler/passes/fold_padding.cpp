// Padding in front of a convolution becomes part of its window, so that no padded copy of the map exists.
// TensorFlow writes explicit PAD operators for strides of 2 with padding on all sides, as Keras and PyTorch
// models have them.
#include <algorithm>
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
  return graph;
}

}  // namespace narrows
