#include "tests/support/onnx_builder.h"

#include "compiler/graph/narrow_weights.h"

namespace narrows {
namespace {

onnx::AttributeProto& attribute(OnnxBuilder::Node& node, const std::string& name,
                                onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& added = *node.add_attribute();
  added.set_name(name);
  added.set_type(type);
  return added;
}

onnx::TensorProto& tensor(onnx::GraphProto& graph, const std::string& name, const Shape& shape, int type) {
  onnx::TensorProto& added = *graph.add_initializer();
  added.set_name(name);
  added.set_data_type(type);
  for (const int size : shape) added.add_dims(size);
  return added;
}

}  // namespace

OnnxBuilder::OnnxBuilder(int opset) {
  model.set_ir_version(8);
  model.add_opset_import()->set_version(opset);
  graph().set_name("test");
}

std::string OnnxBuilder::input(const std::string& name, const Shape& shape) { return input(name, shape, {}); }

std::string OnnxBuilder::input(const std::string& name, const Shape& shape, const std::vector<std::string>& symbols) {
  onnx::ValueInfoProto& added = *graph().add_input();
  added.set_name(name);
  auto& type = *added.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape();
  for (size_t i = 0; i < shape.size(); ++i) {
    auto& dimension = *type.mutable_shape()->add_dim();
    if (shape[i] > 0) {
      dimension.set_dim_value(shape[i]);
    } else if (i < symbols.size() && !symbols[i].empty()) {
      dimension.set_dim_param(symbols[i]);
    }
  }
  return name;
}

std::string OnnxBuilder::input_of(const std::string& name, const Shape& shape, int type) {
  input(name, shape);
  graph().mutable_input(graph().input_size() - 1)->mutable_type()->mutable_tensor_type()->set_elem_type(type);
  return name;
}

std::string OnnxBuilder::floats(const std::string& name, const Shape& shape, const std::vector<float>& values) {
  onnx::TensorProto& added = tensor(graph(), name, shape, onnx::TensorProto::FLOAT);
  added.set_raw_data(values.data(), values.size() * sizeof(float));
  return name;
}

std::string OnnxBuilder::stored(const std::string& name, const Shape& shape, int type, const std::vector<int>& values) {
  onnx::TensorProto& added = tensor(graph(), name, shape, type);
  for (const int value : values) added.add_int32_data(value);
  return name;
}

std::string OnnxBuilder::quantize(const std::string& x, float scale, int zero_point, int type) {
  const std::string name = x + "_q";
  op("QuantizeLinear", {x, scalar(name + "_scale", scale), stored(name + "_zero", {}, type, {zero_point})}, name);
  return name;
}

std::string OnnxBuilder::dequantize(const std::string& x, float scale, int zero_point, int type) {
  const std::string name = x + "_d";
  op("DequantizeLinear", {x, scalar(name + "_scale", scale), stored(name + "_zero", {}, type, {zero_point})}, name);
  return name;
}

std::string OnnxBuilder::dequantized(const std::string& name, const Quantized& q) {
  const auto count = static_cast<int>(q.scales.size());
  const Shape parameters = count == 1 ? Shape{} : Shape{count};
  std::vector<int> zeros = q.zero_points;
  zeros.resize(q.scales.size(), q.zero_points.back());
  stored(name + "_stored", q.shape, q.type, q.values);
  floats(name + "_scale", parameters, q.scales);
  stored(name + "_zero", parameters, q.type, zeros);
  Node& node = op("DequantizeLinear", {name + "_stored", name + "_scale", name + "_zero"}, name);
  if (count > 1) set(node, "axis", q.axis);
  return name;
}

std::string OnnxBuilder::integers(const std::string& name, const std::vector<int64_t>& values) {
  onnx::TensorProto& added = tensor(graph(), name, {static_cast<int>(values.size())}, onnx::TensorProto::INT64);
  for (const int64_t value : values) added.add_int64_data(value);
  return name;
}

std::string OnnxBuilder::scalar(const std::string& name, float value) {
  tensor(graph(), name, {}, onnx::TensorProto::FLOAT).add_float_data(value);
  return name;
}

OnnxBuilder::Node& OnnxBuilder::op(const std::string& type, const std::vector<std::string>& inputs,
                                   const std::string& output) {
  Node& added = *graph().add_node();
  added.set_op_type(type);
  for (const std::string& name : inputs) added.add_input(name);
  added.add_output(output);
  return added;
}

void OnnxBuilder::output(const std::string& name, int type) {
  onnx::ValueInfoProto& added = *graph().add_output();
  added.set_name(name);
  added.mutable_type()->mutable_tensor_type()->set_elem_type(type);
}

std::vector<uint8_t> OnnxBuilder::finish() const {
  const std::string text = model.SerializeAsString();
  return {text.begin(), text.end()};
}

void set(OnnxBuilder::Node& node, const std::string& name, int value) {
  attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void set(OnnxBuilder::Node& node, const std::string& name, float value) {
  attribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}

void set(OnnxBuilder::Node& node, const std::string& name, const char* value) {
  attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}

void set(OnnxBuilder::Node& node, const std::string& name, const std::vector<int64_t>& values) {
  onnx::AttributeProto& added = attribute(node, name, onnx::AttributeProto::INTS);
  for (const int64_t value : values) added.add_ints(value);
}

std::vector<int> small_integers(int64_t count, int least, int span, int seed) {
  std::vector<int> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(least + static_cast<int>((i * 61 + seed * 17 + i * i * 7) % span));
  return values;
}

std::vector<float> small_numbers(int64_t count, int seed) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>((i * 37 + seed * 11) % 23 - 11) / 8);
  return values;
}

void set_branch(OnnxBuilder::Node& node, const std::string& name, const OnnxBuilder& body) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::GRAPH);
  *attribute.mutable_g() = body.model.graph();
}

std::string halves(OnnxBuilder& b, const std::string& name, const Shape& shape, const std::vector<float>& values,
                   bool raw) {
  b.floats(name, shape, values);
  onnx::TensorProto& tensor = b.initializer(b.graph().initializer_size() - 1);
  tensor.set_data_type(onnx::TensorProto::FLOAT16);
  tensor.clear_raw_data();
  std::string bytes;
  for (float value : values) {
    const uint16_t bits = to_half(value);
    if (raw) {
      bytes += {static_cast<char>(bits), static_cast<char>(bits >> 8)};
    } else {
      tensor.add_int32_data(bits);
    }
  }
  if (raw) tensor.set_raw_data(bytes);
  return name;
}

OnnxBuilder small_onnx_conv() {
  OnnxBuilder b;
  b.input("x", {1, 2, 4, 5});
  b.floats("w", {3, 2, 3, 3}, small_numbers(54));
  b.floats("b", {3}, small_numbers(3));
  OnnxBuilder::Node& conv = b.op("Conv", {"x", "w", "b"}, "y");
  set(conv, "pads", std::vector<int64_t>{1, 1, 1, 1});
  b.output("y");
  return b;
}

}  // namespace narrows
