#include "tests/fuzz/seeds.h"
#include "tests/support/onnx_nets.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

OnnxBuilder started(int opset = 13) {
  OnnxBuilder b(opset);
  b.input("x", {1, 4, 6, 5});
  b.input("y", {1, 4, 6, 5});
  return b;
}

/// Appends an operator whose result is an output.
Node& keep(OnnxBuilder& b, const std::string& type, const std::vector<std::string>& inputs) {
  const std::string name = "out" + std::to_string(b.graph().node_size());
  b.output(name);
  return b.op(type, inputs, name);
}

OnnxBuilder elementwise() {
  OnnxBuilder b = started();
  for (const char* type : {"Add", "Sub", "Mul", "Max", "Min"}) keep(b, type, {"x", "y"});
  b.floats("divisor", {4, 1, 1}, {1, 2, 3, 4});
  keep(b, "Div", {"x", "divisor"});
  for (const char* type : {"Relu", "Sigmoid", "HardSigmoid", "Identity"}) keep(b, type, {"x"});
  b.scalar("low", -0.5f);
  b.scalar("high", 2);
  keep(b, "Clip", {"x", "low", "high"});
  b.floats("slopes", {4, 1, 1}, small_numbers(4));
  keep(b, "PRelu", {"x", "slopes"});
  set(keep(b, "LeakyRelu", {"x"}), "alpha", 0.1f);
  set(b.op("Cast", {"x"}, "whole"), "to", static_cast<int>(onnx::TensorProto::INT32));
  b.output("whole", onnx::TensorProto::INT32);
  set(keep(b, "Softmax", {"x"}), "axis", 1);
  for (const char* name : {"scale", "shift", "mean"}) b.floats(name, {4}, small_numbers(4, 3));
  b.floats("variance", {4}, {1, 2, 3, 4});
  keep(b, "BatchNormalization", {"x", "scale", "shift", "mean", "variance"});
  return b;
}

OnnxBuilder windows() {
  OnnxBuilder b = started();
  b.floats("w", {3, 4, 3, 3}, small_numbers(108));
  b.floats("b", {3}, small_numbers(3));
  Node& conv = keep(b, "Conv", {"x", "w", "b"});
  set(conv, "kernel_shape", Ints{3, 3});
  set(conv, "strides", Ints{2, 1});
  set(conv, "pads", Ints{1, 0, 1, 2});
  set(conv, "dilations", Ints{1, 1});
  b.floats("d", {4, 1, 3, 2}, small_numbers(24));
  Node& depthwise = keep(b, "Conv", {"x", "d"});
  set(depthwise, "group", 4);
  set(depthwise, "auto_pad", "SAME_UPPER");
  for (const char* type : {"AveragePool", "MaxPool"}) {
    Node& pool = keep(b, type, {"x"});
    set(pool, "kernel_shape", Ints{2, 3});
    set(pool, "strides", Ints{2, 2});
    set(pool, "pads", Ints{0, 1, 1, 0});
    set(pool, "ceil_mode", 1);
  }
  keep(b, "GlobalAveragePool", {"x"});
  Node& mean = keep(b, "ReduceMean", {"x"});
  set(mean, "axes", Ints{2, 3});
  set(mean, "keepdims", 0);
  b.floats("scales", {4}, {1, 1, 2, 3});
  Node& resize = keep(b, "Resize", {"x", "", "scales"});
  set(resize, "mode", "linear");
  set(resize, "coordinate_transformation_mode", "half_pixel");
  set(b.op("ArgMax", {"x"}, "best"), "axis", 1);
  b.output("best", onnx::TensorProto::INT64);
  return b;
}

OnnxBuilder moves() {
  OnnxBuilder b = started();
  set(keep(b, "Transpose", {"x"}), "perm", Ints{0, 2, 3, 1});
  set(keep(b, "Concat", {"x", "y"}), "axis", 1);
  set(keep(b, "Flatten", {"x"}), "axis", 1);
  b.integers("shape", {1, -1, 10});
  keep(b, "Reshape", {"x", "shape"});
  b.integers("starts", {1, 0});
  b.integers("ends", {3, 100});
  b.integers("axes", {1, 2});
  b.integers("steps", {1, 2});
  keep(b, "Slice", {"x", "starts", "ends", "axes", "steps"});
  b.integers("parts", {1, 3});
  Node& split = keep(b, "Split", {"x", "parts"});
  set(split, "axis", 1);
  split.add_output("rest");
  b.output("rest");
  b.integers("zero", {0});
  keep(b, "Squeeze", {"x", "zero"});
  keep(b, "Unsqueeze", {"x", "zero"});
  b.integers("pads", {0, 0, 1, 2, 0, 0, 0, 1});
  keep(b, "Pad", {"x", "pads"});
  b.integers("picked", {2});
  set(keep(b, "Gather", {"x", "picked"}), "axis", 1);
  b.integers("wide", {2, 4, 6, 5});
  b.op("Shape", {"x"}, "size");
  b.op("Gather", {"size", "picked"}, "height");
  b.op("Concat", {"zero", "zero", "height", "zero"}, "computed");
  set(b.node(b.graph().node_size() - 1), "axis", 0);
  keep(b, "Reshape", {"x", "computed"});
  return b;
}

OnnxBuilder dense() {
  OnnxBuilder b(13);
  b.input("x", {1, 8});
  b.floats("w", {8, 6}, small_numbers(48));
  b.floats("v", {5, 6}, small_numbers(30));
  b.floats("c", {5}, small_numbers(5));
  b.op("MatMul", {"x", "w"}, "m");
  Node& gemm = keep(b, "Gemm", {"m", "v", "c"});
  set(gemm, "transB", 1);
  set(gemm, "alpha", 0.5f);
  return b;
}

OnnxBuilder branches() {
  OnnxBuilder b = started();
  OnnxBuilder then, other;
  then.op("Relu", {"x"}, "t");
  then.output("t");
  other.op("Sigmoid", {"x"}, "e");
  other.output("e");
  onnx::TensorProto& condition = *b.graph().add_initializer();
  condition.set_name("yes");
  condition.set_data_type(onnx::TensorProto::BOOL);
  condition.add_int32_data(1);
  Node& node = keep(b, "If", {"yes"});
  set_branch(node, "then_branch", then);
  set_branch(node, "else_branch", other);
  return b;
}

}  // namespace

std::vector<onnx::ModelProto> onnx_seeds() {
  std::vector<onnx::ModelProto> seeds;
  for (const OnnxBuilder& b : {small_onnx_conv(), qdq_classifier(), qdq_segmenter(), qlinear_classifier(),
                               dynamic_classifier(onnx::TensorProto::UINT8, 100), model_in_halves(), elementwise(),
                               windows(), moves(), dense(), branches()})
    seeds.push_back(b.model);
  OnnxNetOptions per_tensor;
  per_tensor.activations = onnx::TensorProto::INT8;
  per_tensor.per_channel = false;
  seeds.push_back(qdq_classifier(per_tensor).model);
  return seeds;
}

std::vector<std::string> description_seeds() {
  return {
      R"({"resolution": 32, "width": 0.25, "stem": 8, "rows": [{"t": 1, "c": 8}, {"t": 2, "c": 16, "n": 2, "s": 2}],
 "last": 16, "head": {"classes": 4}, "seed": 3})",
      R"({"resolution": 32, "width": 0.5, "stem": 8, "rows": [{"t": 2, "c": 8, "s": 2}], "last": 16, "type": "int8",
 "head": {"kind": "classifier", "classes": 3}})",
      R"({"resolution": 64, "width": 0.25,
 "rows": [{"t": 1, "c": 8, "s": 2}, {"t": 2, "c": 8, "s": 2}, {"t": 2, "c": 16, "s": 2}, {"t": 2, "c": 16, "s": 2}],
 "last": 16, "head": {"kind": "ssdlite", "classes": 2, "extra": [8], "anchors": [3, 3, 3]}})",
      R"({"resolution": 32, "width": 0.25, "rows": [{"t": 1, "c": 8, "s": 2}, {"t": 2, "c": 8, "s": 2}], "last": 0,
 "type": "uint8", "head": {"kind": "deeplab", "classes": 3, "output_stride": 8, "aspp": true, "rates": [1, 2, 3],
 "output": "classes"}})",
  };
}

}  // namespace narrows
