// TFLite front end: operators that work on single elements, and SOFTMAX.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// numpy's rule: shapes are aligned at the end; a dimension of 1 is repeated.
std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (size_t i = 1; i <= result.size(); ++i) {
    const int in_a = i <= a.size() ? a[a.size() - i] : 1;
    const int in_b = i <= b.size() ? b[b.size() - i] : 1;
    if (in_a != in_b && in_a != 1 && in_b != 1) return std::nullopt;
    result[result.size() - i] = std::max(in_a, in_b);
  }
  return result;
}

}  // namespace

bool read_operands(OpReader& r, OpKind kind) {
  if (!check_numbers(r, 2)) return false;
  r.op.kind = kind;
  r.op.inputs = {r.input_id(0), r.input_id(1)};
  const std::optional<Shape> shape = broadcast(r.input(0).shape, r.input(1).shape);
  if (shape) return check_output_shape(r, *shape);
  return r.fail(fmt::format("inputs '{}' with shape {} and '{}' with shape {} cannot be broadcast", r.input(0).name,
                            to_string(r.input(0).shape), r.input(1).name, to_string(r.input(1).shape)));
}

namespace {

template <class Options>
bool read_binary(OpReader& r, OpKind kind) {
  const Options* options = optional_options<Options>(r);
  if (options && !read_activation(r, options->fused_activation_function())) return false;
  return read_operands(r, kind);
}

/// MAXIMUM and MINIMUM compare stored values, whatever their scales (TFLiteOperation() in kernels/maximum_minimum.cc).
bool read_choice(OpReader& r, OpKind kind) {
  if (!read_operands(r, kind)) return false;
  for (int& input : r.op.inputs) input = read_as_output(r, input);
  return true;
}

bool read_unary(OpReader& r, OpKind kind) {
  r.op.kind = kind;
  r.op.inputs = {r.input_id(0)};
  return check_activations(r, 1) && check_output_shape(r, r.input(0).shape);
}

bool read_clamp(OpReader& r, Activation activation) {
  r.op.attr.activation = activation;
  return read_unary(r, OpKind::relu);
}

/// The fixed-point arithmetic of PRELU has room for the scales; `slope` is LEAKY_RELU's alpha, or the scale of PRELU's.
bool check_slope_scale(OpReader& r, float slope) {
  if (!is_8bit(r.output().type)) return true;
  const float same = r.input(0).scale() / r.output().scale();
  const float sloped = r.input(0).scale() * slope / r.output().scale();
  if (same < 0x1p30f && sloped < 0x1p30f) return true;
  return r.fail(fmt::format("input scale {} / output scale {} is {}, and {} with alpha's scale {}; below 2^30 is legal",
                            r.input(0).scale(), r.output().scale(), same, sloped, slope));
}

/// One slope: alpha, or what stands for it in 8 bits without a loss, 1 or -1 with alpha's magnitude as its scale.
Tensor slope_tensor(const Tensor& like, float alpha) {
  Tensor slope;
  slope.name = like.name + "/alpha";
  slope.shape = {1};
  if (is_8bit(like.type)) {
    slope.type = DType::i8;
    slope.quant = {{alpha == 0 ? 1 : std::abs(alpha)}, {0}, 0};
    slope.data = {static_cast<uint8_t>(alpha == 0 ? 0 : alpha > 0 ? 1 : -1)};
  } else {
    slope.data.resize(sizeof(float));
    std::memcpy(slope.data.data(), &alpha, sizeof(float));
  }
  return slope;
}

bool read_leaky_relu(OpReader& r) {
  const auto* options = required_options<format::LeakyReluOptions>(r);
  if (!options) return false;
  const float alpha = options->alpha();
  if (!std::isfinite(alpha)) return r.fail(fmt::format("alpha {} is not supported; expected a finite number", alpha));
  if (!check_activations(r, 1) || !check_slope_scale(r, std::abs(alpha))) return false;
  r.op.kind = OpKind::prelu;
  r.op.inputs = {r.input_id(0), r.add(slope_tensor(r.output(), alpha))};
  return check_output_shape(r, r.input(0).shape);
}

bool read_prelu(OpReader& r) {
  if (!check_constant(r, 1, "alpha") || !check_activations(r, 2)) return false;
  const Tensor &input = r.input(0), &alpha = r.input(1);
  if (broadcast(input.shape, alpha.shape) != input.shape)
    return r.fail(fmt::format("alpha '{}' with shape {} cannot be broadcast to the shape {} of input '{}'", alpha.name,
                              to_string(alpha.shape), to_string(input.shape), input.name));
  if (is_8bit(alpha.type) && !check_slope_scale(r, alpha.scale())) return false;
  r.op.kind = OpKind::prelu;
  r.op.inputs = {r.input_id(0), r.input_id(1)};
  return check_output_shape(r, input.shape);
}

bool check_one_scale(OpReader& r, const Tensor& tensor, const char* what) {
  if (tensor.quant.scale.size() == 1) return true;
  return r.fail(fmt::format("{} '{}' has {} scales, expected 1", what, tensor.name, tensor.quant.scale.size()));
}

bool read_add(OpReader& r) { return read_binary<format::AddOptions>(r, OpKind::add); }
bool read_sub(OpReader& r) { return read_binary<format::SubOptions>(r, OpKind::sub); }
bool read_mul(OpReader& r) { return read_binary<format::MulOptions>(r, OpKind::mul); }

bool read_maximum(OpReader& r) { return read_choice(r, OpKind::maximum); }
bool read_minimum(OpReader& r) { return read_choice(r, OpKind::minimum); }

bool read_relu(OpReader& r) { return read_clamp(r, Activation::relu); }
bool read_relu6(OpReader& r) { return read_clamp(r, Activation::relu6); }
bool read_relu_n1_to_1(OpReader& r) { return read_clamp(r, Activation::relu_n1_to_1); }

/// TFLite insists on the scale, but takes any zero point (SigmoidPrepare() in kernels/activations.cc).
bool read_logistic(OpReader& r) { return read_unary(r, OpKind::logistic) && check_unit_scale(r); }

bool read_hard_swish(OpReader& r) {
  if (!read_unary(r, OpKind::hard_swish)) return false;
  // The quantized form has no left shift at its end.
  const float scale = is_8bit(r.output().type) ? r.input(0).scale() / 128 / r.output().scale() : 0;
  if (scale < 1) return true;
  return r.fail(fmt::format("scales {} of input '{}' and {} of output '{}' are too far apart", r.input(0).scale(),
                            r.input(0).name, r.output().scale(), r.output().name));
}

bool read_softmax(OpReader& r) {
  const auto* options = required_options<format::SoftmaxOptions>(r);
  if (!options) return false;
  if (!std::isnormal(options->beta()) || options->beta() < 0) {
    return r.fail(fmt::format("beta {} is not supported; expected a positive number", options->beta()));
  }
  if (r.input(0).shape.empty())
    return r.fail(fmt::format("input '{}' has no dimensions, expected at least 1", r.input(0).name));
  r.op.attr.beta = options->beta();
  if (!read_unary(r, OpKind::softmax)) return false;
  // SoftmaxPrepare() in kernels/activations.cc insists on parameters for INT8 only.
  const Tensor& out = r.output();
  // QuantizeSoftmaxOutput() in kernels/internal/optimized/optimized_ops.h adds no zero point to UINT8.
  if (out.type == DType::u8) write_with_zero_point(r, 0, r.input(0).shape);
  if (out.type != DType::i8) return true;
  if (out.zero_point() == -128) return check_unit_scale(r);
  return r.fail(fmt::format("output '{}' has zero point {}, expected -128", out.name, out.zero_point()));
}

bool read_quantize(OpReader& r) {
  const Tensor& in = r.input(0);
  const Tensor& out = r.output();
  r.op.kind = OpKind::quantize;
  r.op.inputs = {r.input_id(0)};
  if (in.type != DType::f32 && !is_8bit(in.type)) {
    return r.fail(fmt::format("input '{}' has type {}; supported: FLOAT32, UINT8, INT8", in.name, type_name(in.type)));
  }
  if (!is_8bit(out.type)) {
    return r.fail(fmt::format("output '{}' has type {}; supported: UINT8, INT8", out.name, type_name(out.type)));
  }
  if (is_8bit(in.type) && !check_one_scale(r, in, "input")) return false;
  return check_one_scale(r, out, "output") && check_output_shape(r, in.shape);
}

bool read_dequantize(OpReader& r) {
  const Tensor& in = r.input(0);
  const Tensor& out = r.output();
  r.op.kind = OpKind::dequantize;
  r.op.inputs = {r.input_id(0)};
  if (!is_8bit(in.type) && in.type != DType::f16) {
    return r.fail(fmt::format("input '{}' has type {}; supported: UINT8, INT8, FLOAT16", in.name, type_name(in.type)));
  }
  if (out.type != DType::f32) {
    return r.fail(fmt::format("output '{}' has type {}, expected FLOAT32", out.name, type_name(out.type)));
  }
  // Weights may have a scale per channel.
  const bool scales = !is_8bit(in.type) || in.constant() || check_one_scale(r, in, "input");
  return scales && check_output_shape(r, in.shape);
}

constexpr Row rows[] = {
    {Code::ADD, 5, 2, 2, -1, read_add},
    {Code::DEQUANTIZE, 6, 1, 1, -1, read_dequantize},
    {Code::HARD_SWISH, 1, 1, 1, -1, read_hard_swish},
    {Code::LEAKY_RELU, 2, 1, 1, -1, read_leaky_relu},
    {Code::LOGISTIC, 3, 1, 1, -1, read_logistic},
    {Code::MAXIMUM, 5, 2, 2, -1, read_maximum},
    {Code::MINIMUM, 5, 2, 2, -1, read_minimum},
    {Code::MUL, 7, 2, 2, -1, read_mul},
    {Code::PRELU, 1, 2, 2, -1, read_prelu},
    {Code::QUANTIZE, 4, 1, 1, -1, read_quantize},
    {Code::RELU, 3, 1, 1, -1, read_relu},
    {Code::RELU6, 3, 1, 1, -1, read_relu6},
    {Code::RELU_N1_TO_1, 2, 1, 1, -1, read_relu_n1_to_1},
    {Code::SOFTMAX, 4, 1, 1, -1, read_softmax},
    {Code::SUB, 5, 2, 2, -1, read_sub},
};

}  // namespace

const Table<Row> elementwise_rows = rows;

}  // namespace narrows::tflite
