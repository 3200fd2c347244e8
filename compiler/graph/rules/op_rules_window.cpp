// Rules of the operators that multiply with weights or slide a window.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/graph/narrow_weights.h"
#include "compiler/graph/rules/op_rules.h"

namespace narrows {
namespace {

std::string check_window(const Window& w) {
  const int least = std::min({w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w});
  if (least < 1) return "kernel, stride and dilation must be positive";
  if (std::min({w.pad.top, w.pad.bottom, w.pad.left, w.pad.right}) < 0) return "padding must not be negative";
  const int limit = 1 << 15;  // keeps all arithmetic on windows within 31 bits
  if (std::max({w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad.top, w.pad.bottom,
                w.pad.left, w.pad.right}) >= limit) {
    return fmt::format("kernel, stride, dilation and padding must be below {}", limit);
  }
  return "";
}

/// Positions of a window along `size` pixels.
int positions(int64_t size, int kernel, int dilation, int stride) {
  const int64_t room = size - (static_cast<int64_t>(kernel - 1) * dilation + 1);
  return room < 0 ? 0 : static_cast<int>(room / stride) + 1;
}

/// Rank, batch, window and output size of whatever slides a window over an image.
std::string check_sliding(const Graph& graph, const Op& op, int channels) {
  const Shape& in = graph.input(op, 0).shape;
  const Window& w = op.attr.window;
  if (in.size() != 4 || in[0] != 1) return fmt::format("input shape {} is not [1,h,w,c]", to_string(in));
  if (std::string e = check_window(w); !e.empty()) return e;
  const MapSize size = window_positions({in[1], in[2]}, w);
  if (size.height < 1 || size.width < 1) return fmt::format("the window does not fit into {}", to_string(in));
  return wrong_output(graph.output(op), {1, size.height, size.width, channels});
}

/// Types and scales of weights and bias; `axis` is the weights' dimension of output channels.
std::string check_weights(const Graph& graph, const Op& op, int channels, int axis) {
  if (std::string e = check_types(graph, op, 1); !e.empty()) return e;
  const Tensor& weights = graph.input(op, 1);
  const bool quantized = is_8bit(graph.output(op).type), narrow = is_narrow(weights.type);
  if (quantized ? !is_8bit(weights.type) : weights.type != DType::f32 && !narrow) {
    return fmt::format("weights have type {}", to_string(weights.type));
  }
  if (is_8bit(weights.type) && !per_tensor(weights) && weights.quant.axis != axis) {
    return fmt::format("weights are quantized along dimension {}, expected {}", weights.quant.axis, axis);
  }
  if (!quantized && weights.type == DType::i8 && !is_symmetric(weights)) {
    return "8-bit weights of a float operator must have zero point 0";
  }
  if (op.inputs.size() < 3) return "";
  const Tensor& bias = graph.input(op, 2);
  const DType expected = quantized ? DType::i32 : DType::f32;
  if (bias.type != expected || element_count(bias.shape) != channels) {
    return fmt::format("bias is {}{}, expected {}[{}]", to_string(bias.type), to_string(bias.shape),
                       to_string(expected), channels);
  }
  return "";
}

}  // namespace

MapSize window_positions(const MapSize& map, const Window& w) {
  const Padding& pad = w.pad;
  return {positions(int64_t{map.height} + pad.top + pad.bottom, w.kernel_h, w.dilation_h, w.stride_h),
          positions(int64_t{map.width} + pad.left + pad.right, w.kernel_w, w.dilation_w, w.stride_w)};
}

std::string check_conv(const Graph& graph, const Op& op) {
  const bool depthwise = op.kind == OpKind::depthwise_conv2d;
  const Shape &in = graph.input(op, 0).shape, &weights = graph.input(op, 1).shape;
  const Window& w = op.attr.window;
  if (in.size() != 4) return fmt::format("input shape {} is not [1,h,w,c]", to_string(in));
  const bool fits =
      weights.size() == 4 && (depthwise ? weights[0] == 1 && weights[3] % in[3] == 0 : weights[3] == in[3]);
  if (!fits) return fmt::format("weights {} do not fit input {}", to_string(weights), to_string(in));
  if (weights[1] != w.kernel_h || weights[2] != w.kernel_w) {
    return fmt::format("kernel {} {} does not fit weights {}", w.kernel_h, w.kernel_w, to_string(weights));
  }
  const int axis = depthwise ? 3 : 0;
  if (std::string e = check_weights(graph, op, weights[axis], axis); !e.empty()) return e;
  return check_sliding(graph, op, weights[axis]);
}

std::string check_fully_connected(const Graph& graph, const Op& op) {
  const Shape &in = graph.input(op, 0).shape, &weights = graph.input(op, 1).shape, &out = graph.output(op).shape;
  if (weights.size() != 2 || element_count(in) % weights[1] != 0) {
    return fmt::format("weights {} do not fit input {}", to_string(weights), to_string(in));
  }
  const int64_t batch = element_count(in) / weights[1];
  if (out.empty() || out.back() != weights[0] || element_count(out) != batch * weights[0]) {
    return fmt::format("output shape is {}, expected [{},{}]", to_string(out), batch, weights[0]);
  }
  return check_weights(graph, op, weights[0], 0);
}

std::string check_pool(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  const Window& w = op.attr.window;
  if (std::string e = check_types(graph, op, 1); !e.empty()) return e;
  if (std::string e = same_type(input, output); !e.empty()) return e;
  if (is_8bit(input.type) &&
      (input.zero_point() != output.zero_point() || std::fabs(input.scale() - output.scale()) > 1e-6f)) {
    return "input and output must have the same scale and zero point";
  }
  if (w.dilation_h != 1 || w.dilation_w != 1) return "a pool has no dilation";
  if (std::max(w.pad.top, w.pad.bottom) >= w.kernel_h || std::max(w.pad.left, w.pad.right) >= w.kernel_w) {
    return "padding must be smaller than the window";
  }
  return check_sliding(graph, op, input.shape.empty() ? 0 : input.shape.back());
}

}  // namespace narrows
