// TFLite front end: TRANSPOSE_CONV, which becomes a convolution and a rearrangement of its results
// (frontends/phases.h). Source: tensorflow/lite/kernels/transpose_conv.cc. Operands are the output's shape, weights
// [out,h,w,in], the input, and a bias.
#include <algorithm>
#include <optional>

#include "frontends/phases.h"
#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

constexpr int weights_at = 1, input_at = 2, bias_at = 3;

/// What is behind DEQUANTIZE, or the tensor itself.
const Tensor& stored_constant(const OpReader& r, int i) {
  const int producer = r.graph.producer(r.input_id(i));
  const bool widened = producer >= 0 && r.graph.ops[producer].kind == OpKind::dequantize;
  return widened ? r.graph.input(r.graph.ops[producer], 0) : r.input(i);
}

bool check_known(OpReader& r, int i, const char* what) {
  return stored_constant(r, i).constant() || check_constant(r, i, what);
}

bool check_type(OpReader& r, const Tensor& tensor, const char* what, DType expected) {
  if (tensor.type == expected) return true;
  return r.fail(fmt::format("{} '{}' has type {}, expected {} with input '{}' of type {}", what, tensor.name,
                            type_name(tensor.type), type_name(expected), r.input(input_at).name,
                            type_name(r.input(input_at).type)));
}

bool check_activations_of(OpReader& r) {
  const Tensor& in = r.input(input_at);
  if (in.type != DType::f32 && !is_8bit(in.type))
    return r.fail(fmt::format("input '{}' has type {}; supported: FLOAT32, UINT8, INT8", in.name, type_name(in.type)));
  if (!check_type(r, r.output(), "output", in.type) || !check_rank(r, input_at, "input", 4)) return false;
  for (const Tensor* tensor : {&in, &r.output()}) {
    if (is_8bit(in.type) && tensor->quant.scale.size() != 1)
      return r.fail(fmt::format("'{}' has {} scales, expected 1", tensor->name, tensor->quant.scale.size()));
  }
  return true;
}

bool check_weights_of(OpReader& r) {
  const Tensor &in = r.input(input_at), &weights = r.input(weights_at);
  if (!check_type(r, weights, "weights", in.type) || !check_rank(r, weights_at, "weights", 4)) return false;
  if (!check_known(r, weights_at, "weights")) return false;
  if (weights.shape[3] != in.shape[3]) {
    return r.fail(fmt::format(
        "weights '{}' with shape {} have {} input channels, expected {} as in input '{}' with "
        "shape {}",
        weights.name, to_string(weights.shape), weights.shape[3], in.shape[3], in.name, to_string(in.shape)));
  }
  if (weights.quant.scale.size() > 1 && is_8bit(weights.type) && weights.quant.axis != 0) {
    return r.fail(
        fmt::format("weights '{}' have scales along dimension {}, expected 0", weights.name, weights.quant.axis));
  }
  if (weights.type != DType::i8 || weights.zero_point() == 0) return true;
  return r.fail(
      fmt::format("weights '{}' have zero point {}, expected 0 with type INT8", weights.name, weights.zero_point()));
}

bool check_bias_of(OpReader& r) {
  if (!r.has_input(bias_at)) return true;
  const Tensor& bias = r.input(bias_at);
  const int channels = r.input(weights_at).shape[0];
  if (!check_type(r, bias, "bias", r.input(input_at).type == DType::f32 ? DType::f32 : DType::i32)) return false;
  if (element_count(bias.shape) == channels) return check_known(r, bias_at, "bias");
  return r.fail(fmt::format("bias '{}' has shape {}, expected one value for each of {} output channels", bias.name,
                            to_string(bias.shape), channels));
}

/// Height and width; nothing after an error. TFLite pads as the convolution would that leads from the output back.
struct Sizes {
  TransposedSize height, width;
};
std::optional<Sizes> read_sizes(OpReader& r, const format::TransposeConvOptions& options) {
  const auto shape = constant_integers(r, 0, "output shape");
  if (!shape) return std::nullopt;
  const Shape &in = r.input(input_at).shape, &weights = r.input(weights_at).shape;
  const bool fits = shape->size() == 4 && (*shape)[0] == in[0] && (*shape)[3] == weights[0] &&
                    std::all_of(shape->begin(), shape->end(), [](int64_t n) { return n >= 1 && n < 1 << 20; });
  if (!fits) {
    r.fail(fmt::format("output shape '{}' is [{}], expected [{},h,w,{}]", r.input(0).name, fmt::join(*shape, ","),
                       in[0], weights[0]));
    return std::nullopt;
  }
  const WindowSource window{options.padding(), weights[1], weights[2], options.stride_h(), options.stride_w(), 1, 1};
  const MapSize out = {static_cast<int>((*shape)[1]), static_cast<int>((*shape)[2])};
  if (options.padding() == format::Padding::VALID && (out.height < weights[1] || out.width < weights[2])) {
    r.fail(fmt::format("output shape '{}' is [{}], smaller than weights '{}' with shape {}", r.input(0).name,
                       fmt::join(*shape, ","), r.input(weights_at).name, to_string(weights)));
    return std::nullopt;
  }
  if (!read_window(r, window, out)) return std::nullopt;
  const Window& w = r.op.attr.window;
  return Sizes{{in[1], out.height, w.kernel_h, w.stride_h, 1, w.pad.top},
               {in[2], out.width, w.kernel_w, w.stride_w, 1, w.pad.left}};
}

/// A constant, behind DEQUANTIZE where `source` is.
int add_like(OpReader& r, int source, Tensor made) {
  Tensor widened = r.input(source);
  const bool narrow = made.type != widened.type;
  widened.name = made.name + "/widened";
  widened.shape = made.shape;
  Op dequantize;
  dequantize.kind = OpKind::dequantize;
  dequantize.inputs = {r.add(std::move(made))};
  return narrow ? put_before(r, dequantize, std::move(widened)) : dequantize.inputs[0];
}

bool read_transpose_conv(OpReader& r) {
  const auto* options = required_options<format::TransposeConvOptions>(r);
  if (!options || !check_activations_of(r) || !check_weights_of(r) || !check_bias_of(r)) return false;
  const auto sizes = read_sizes(r, *options);
  if (!sizes || !read_activation(r, options->fused_activation_function())) return false;
  const auto& [height, width] = *sizes;
  const Tensor& weights = stored_constant(r, weights_at);
  if (std::string problem = check_phases(weights, height, width); !problem.empty()) return r.fail(std::move(problem));
  const int phases = height.stride * width.stride, channels = weights.shape[0];
  Op conv;
  conv.kind = OpKind::conv2d;
  conv.attr.window = phase_window(height, width);
  conv.attr.activation = r.op.attr.activation;
  conv.inputs = {r.input_id(input_at), add_like(r, weights_at, phase_weights(weights, height, width))};
  if (r.has_input(bias_at))
    conv.inputs.push_back(add_like(r, bias_at, repeated_for_phases(stored_constant(r, bias_at), phases)));
  const Shape parts = {1, phase_size(height).blocks, phase_size(width).blocks, phases * channels};
  r.op.attr = {};
  r.op.attr.window = block_window(height, width);
  r.op.kind = OpKind::depth_to_space;
  const Shape shape = {r.input(input_at).shape[0], height.out, width.out, channels};
  if (phases > 1 || r.op.attr.window.pad.any()) {
    r.op.inputs = {put_before(r, conv, like_output(r, parts, "/phases"))};
  } else {
    conv.output = r.op.output;
    conv.origins = r.op.origins;
    r.op = conv;
  }
  return check_output_shape(r, shape);
}

constexpr Row rows[] = {
    {Code::TRANSPOSE_CONV, 4, 3, 4, 3, read_transpose_conv},
};

}  // namespace

const Table<Row> transpose_conv_rows = rows;

}  // namespace narrows::tflite
