// ONNX front end: Conv.
#include "frontends/onnx_op.h"

namespace narrows::onnx_format {
namespace {

/// The file's kernel_shape only repeats what the weights say.
bool check_kernel_shape(const NodeReader& r, const Shape& weights) {
  const std::vector<int64_t> given = r.integers("kernel_shape");
  if (!r.has("kernel_shape") || given == std::vector<int64_t>{weights[2], weights[3]}) return true;
  return r.fail(fmt::format("kernel_shape is [{}], but weights '{}' have shape {}", fmt::join(given, ","),
                            r.name(1), to_string(weights)));
}

/// conv2d for one group, depthwise_conv2d for as many groups as channels.
bool check_groups(const NodeReader& r, int channels, const Shape& weights) {
  const int64_t group = r.integer("group", 1);
  if (group != 1 && group != channels) {
    return r.fail(
        fmt::format("group is {} for {} channels; supported: 1, and one group per channel", group, channels));
  }
  const int expected = group == 1 ? channels : 1;
  if (weights[1] != expected || weights[0] % group != 0) {
    return r.fail(
        fmt::format("weights '{}' with shape {} do not fit input '{}' with {} channels and group {}",
                    r.name(1), to_string(weights), r.name(0), channels, group));
  }
  return true;
}

bool check_bias(const NodeReader& r, int channels) {
  if (!r.has_input(2)) return true;
  if (!check_constant(r, 2, "bias")) return false;
  if (r.tensor(2).type == DType::f32 && r.input(2).shape == Shape{channels}) return true;
  return r.fail(fmt::format("bias '{}' is {}{}, expected FLOAT[{}]", r.name(2), type_name(r.tensor(2).type),
                            to_string(r.input(2).shape), channels));
}

}  // namespace

Result read_conv(NodeReader& r) {
  if (!check_map(r) || !check_rank(r, 1, "weights", 4)) return std::nullopt;
  if (!check_constant(r, 1, "weights")) return std::nullopt;
  const Shape map = r.input(0).shape, weights = r.input(1).shape;
  if (r.tensor(1).type != DType::f32)
    return r.refuse(
        fmt::format("weights '{}' have type {}, expected FLOAT", r.name(1), type_name(r.tensor(1).type)));
  const bool kernel = check_kernel_shape(r, weights);
  const bool groups = check_groups(r, map[1], weights);
  const bool bias = check_bias(r, weights[0]);
  Attributes attr;
  attr.window.kernel_h = weights[2];
  attr.window.kernel_w = weights[3];
  int height = 0, width = 0;
  if (!kernel || !groups || !bias || !read_window(r, map[2], map[3], attr.window, height, width))
    return std::nullopt;

  const bool depthwise = r.integer("group", 1) != 1;
  // Depthwise weights are [out,1,h,w] and become [1,h,w,out].
  const Order weights_order = depthwise ? Order{1, 2, 3, 0} : channels_last();
  const std::optional<int> input = in_order(r, r.input(0), channels_last());
  const std::optional<int> kernels = in_order(r, r.input(1), weights_order);
  if (!input || !kernels) return std::nullopt;
  std::vector<int> inputs = {*input, *kernels};
  if (r.has_input(2)) inputs.push_back(r.input(2).tensor);
  return emit(r, depthwise ? OpKind::depthwise_conv2d : OpKind::conv2d, attr, inputs,
              {map[0], weights[0], height, width}, channels_last());
}

}  // namespace narrows::onnx_format
