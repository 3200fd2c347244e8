// ONNX front end: operators on single elements, and Softmax.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

Result unary(NodeReader& r, OpKind kind, Activation activation) {
  Attributes attr;
  attr.activation = activation;
  return emit_unary(r, {}, {kind, attr}, r.input(0));
}

/// minimum(maximum(x, low), high); a bound that is not finite or as large as a float can be is none.
Result clamp(NodeReader& r, const Value& value, float low, float high) {
  constexpr float most = std::numeric_limits<float>::max();
  Result result = value;
  if (low > -most) {
    const Result bound = floats_value(r, "/min", {}, {low});
    if (!bound) return std::nullopt;
    result = emit_binary(r, OpKind::maximum, *result, *bound, high < most ? "/at_least" : "");
  }
  if (result && high < most) {
    const Result bound = floats_value(r, "/max", {}, {high});
    if (!bound) return std::nullopt;
    result = emit_binary(r, OpKind::minimum, *result, *bound);
  }
  return result;
}

/// A bound of Clip: input `i`, in old files an attribute.
bool read_bound(const NodeReader& r, int i, const char* name, float& bound) {
  if (!r.has_input(i)) {
    bound = r.real(name, bound);
    return true;
  }
  if (r.has(name)) return r.fail(fmt::format("has {} both as an attribute and as input '{}'", name, r.name(i)));
  const auto values = constant_floats(r, i, name);
  if (!values) return false;
  if (values->size() != 1)
    return r.fail(fmt::format("{} '{}' has {} values, expected 1", name, r.name(i), values->size()));
  bound = values->front();
  return true;
}

Result read_relu(NodeReader& r) { return unary(r, OpKind::relu, Activation::relu); }

}  // namespace

Result read_sigmoid(NodeReader& r) { return unary(r, OpKind::logistic, Activation::none); }

namespace {

Result read_clip(NodeReader& r) {
  constexpr float most = std::numeric_limits<float>::max();
  float low = -most, high = most;
  if (!read_bound(r, 1, "min", low) || !read_bound(r, 2, "max", high)) return std::nullopt;
  if (low <= -most && high >= most) return r.input(0);
  if (low == 0 && high >= most) return unary(r, OpKind::relu, Activation::relu);
  if (low == 0 && high == 6) return unary(r, OpKind::relu, Activation::relu6);
  if (low == -1 && high == 1) return unary(r, OpKind::relu, Activation::relu_n1_to_1);
  if (!(low <= high))
    return r.refuse(fmt::format("the bounds are {} and {}; expected the smaller one first", low, high));
  return clamp(r, r.input(0), low, high);
}

Result read_prelu(NodeReader& r) {
  if (!check_constant(r, 1, "slope") || !check_float(r, 1, "slope")) return std::nullopt;
  const Result result = emit_binary(r, OpKind::prelu, r.input(0), r.input(1));
  if (!result || result->shape == r.input(0).shape) return result;
  return r.refuse(fmt::format("slope '{}' with shape {} cannot be broadcast to the shape {} of input '{}'", r.name(1),
                              to_string(r.input(1).shape), to_string(r.input(0).shape), r.name(0)));
}

Result read_hard_swish(NodeReader& r) { return unary(r, OpKind::hard_swish, Activation::none); }

// min(max(alpha * x + beta, 0), 1), which is relu6(x + 3) / 6 for the usual parameters
Result read_hard_sigmoid(NodeReader& r) {
  if (std::abs(r.real("alpha", 0.2f) - 1.0f / 6.0f) < 5e-8f && r.real("beta", 0.5f) == 0.5f)
    return unary(r, OpKind::hard_sigmoid, Activation::none);
  const Result alpha = floats_value(r, "/alpha", {}, {r.real("alpha", 0.2f)});
  const Result beta = floats_value(r, "/beta", {}, {r.real("beta", 0.5f)});
  if (!alpha || !beta) return std::nullopt;
  const Result scaled = emit_binary(r, OpKind::mul, r.input(0), *alpha, "/scaled");
  const Result shifted = scaled ? emit_binary(r, OpKind::add, *scaled, *beta, "/shifted") : std::nullopt;
  return shifted ? clamp(r, *shifted, 0, 1) : std::nullopt;
}

}  // namespace

/// A slope for all elements. It is stored without a loss, as 1 or -1 with its magnitude as the scale, so that an
/// operator on 8-bit numbers can be made of this one.
Result read_leaky_relu(NodeReader& r) {
  const float alpha = r.real("alpha", 0.01f);
  if (!std::isfinite(alpha)) return r.refuse(fmt::format("alpha is {}; expected a finite number", alpha));
  Tensor slope;
  slope.name = r.output_name() + "/alpha";
  slope.type = DType::i8;
  slope.shape = {1};
  slope.quant = {{alpha == 0 ? 1 : std::abs(alpha)}, {0}, 0};
  slope.data = {static_cast<uint8_t>(alpha == 0 ? 0 : alpha > 0 ? 1 : -1)};
  const Quant quant = slope.quant;
  const Result real = emit_dequantize(r, plain_value(r.reader, std::move(slope)), quant, "/real_alpha");
  return real ? emit_binary(r, OpKind::prelu, r.input(0), *real) : std::nullopt;
}

Result read_softmax(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  if (!value) return std::nullopt;
  const Shape& shape = value->shape;
  // Before version 13 all dimensions from the axis on are one. QLinearSoftmax says which version it follows.
  const bool flattens = r.integer("opset", r.reader.opset) < 13;
  int axis = 0;
  if (!normalise_axis(r, r.integer("axis", flattens ? 1 : -1), shape.size(), axis)) return std::nullopt;
  const bool last = std::all_of(shape.begin() + axis + 1, shape.end(), [](int size) { return size == 1; });
  if (flattens && !last) {
    return r.refuse(
        fmt::format("axis {} of input '{}' with shape {} is followed by others; before operator set 13 only "
                    "the last one is supported",
                    axis, r.name(0), to_string(shape)));
  }
  Order order = value->order;
  if (order.back() != axis) {
    order.erase(std::find(order.begin(), order.end(), axis));
    order.push_back(axis);
  }
  const std::optional<int> input = in_order(r, *value, order);
  if (!input) return std::nullopt;
  return emit(r, {OpKind::softmax, {}, {*input}, shape, order});
}

namespace {

constexpr Row rows[] = {
    {"Clip", 1, 3, 1, read_clip, nullptr, nullptr, {{"max", type::real}, {"min", type::real}}},
    {"HardSigmoid", 1, 1, 1, read_hard_sigmoid, nullptr, nullptr, {{"alpha", type::real}, {"beta", type::real}}},
    {"HardSwish", 1, 1, 1, read_hard_swish, nullptr, nullptr, {}},
    {"LeakyRelu", 1, 1, 1, read_leaky_relu, nullptr, nullptr, {{"alpha", type::real}}},
    {"PRelu", 2, 2, 1, read_prelu, nullptr, nullptr, {}},
    {"Relu", 1, 1, 1, read_relu, nullptr, nullptr, {}},
    {"Sigmoid", 1, 1, 1, read_sigmoid, nullptr, nullptr, {}},
    {"Softmax", 1, 1, 1, read_softmax, nullptr, nullptr, {{"axis", type::integer}}},
};

}  // namespace

const Table<Row> activation_rows = rows;

}  // namespace narrows::onnx_format
