// ONNX front end: operators on single elements, and Softmax.
#include <algorithm>
#include <cmath>
#include <limits>

#include "frontends/onnx_op.h"

namespace narrows::onnx_format {
namespace {

/// Elements stay where they are, whatever the order; a reshape that waits goes on waiting.
Result unary(NodeReader& r, OpKind kind, Activation activation) {
  const Value value = r.input(0);
  Attributes attr;
  attr.activation = activation;
  const Result result = emit(r, kind, attr, {value.tensor}, value.map, value.order);
  if (!result) return std::nullopt;
  return Value{result->tensor, value.shape, value.map, value.order};
}

/// A bound of Clip: input `i`, in old files an attribute.
bool read_bound(const NodeReader& r, int i, const char* name, float& bound) {
  if (!r.has_input(i)) {
    bound = r.real(name, bound);
    return true;
  }
  if (r.has(name))
    return r.fail(fmt::format("has {} both as an attribute and as input '{}'", name, r.name(i)));
  const auto values = constant_floats(r, i, name);
  if (!values) return false;
  if (values->size() != 1)
    return r.fail(fmt::format("{} '{}' has {} values, expected 1", name, r.name(i), values->size()));
  bound = values->front();
  return true;
}

}  // namespace

Result read_relu(NodeReader& r) { return unary(r, OpKind::relu, Activation::relu); }
Result read_sigmoid(NodeReader& r) { return unary(r, OpKind::logistic, Activation::none); }

Result read_clip(NodeReader& r) {
  constexpr float most = std::numeric_limits<float>::max();
  float low = -most, high = most;
  if (!read_bound(r, 1, "min", low) || !read_bound(r, 2, "max", high)) return std::nullopt;
  if (low <= -most && high >= most) return r.input(0);
  if (low == 0 && high >= most) return unary(r, OpKind::relu, Activation::relu);
  if (low == 0 && high == 6) return unary(r, OpKind::relu, Activation::relu6);
  if (low == -1 && high == 1) return unary(r, OpKind::relu, Activation::relu_n1_to_1);
  return r.refuse(
      fmt::format("the bounds are {} and {}; supported: 0 and 6, 0 and none, -1 and 1", low, high));
}

Result read_softmax(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  if (!value) return std::nullopt;
  const Shape& shape = value->shape;
  const bool flattens = r.reader.opset < 13;  // all dimensions from the axis on are one
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
  return emit(r, OpKind::softmax, {}, {*input}, shape, order);
}

}  // namespace narrows::onnx_format
