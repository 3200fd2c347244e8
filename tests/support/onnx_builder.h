// Makes ONNX models in memory. The model under construction is public: a test that needs a broken model
// builds a sound one and then spoils a field of it. Nothing here checks anything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "onnx/onnx_pb.h"

namespace narrows {

class OnnxBuilder {
 public:
  using Node = onnx::NodeProto;

  onnx::ModelProto model;

  explicit OnnxBuilder(int opset = 13);

  onnx::GraphProto& graph() { return *model.mutable_graph(); }
  Node& node(int index) { return *graph().mutable_node(index); }
  onnx::TensorProto& initializer(int index) { return *graph().mutable_initializer(index); }

  // Each returns the name of what it adds.
  std::string input(const std::string& name, const Shape& shape);
  /// A size below 1 stands for a dimension without one; `symbols` names those that are not empty.
  std::string input(const std::string& name, const Shape& shape, const std::vector<std::string>& symbols);
  std::string input_of(const std::string& name, const Shape& shape, int type);
  std::string floats(const std::string& name, const Shape& shape, const std::vector<float>& values);
  /// Numbers of UINT8, INT8 or INT32.
  std::string stored(const std::string& name, const Shape& shape, int type, const std::vector<int>& values);
  std::string integers(const std::string& name, const std::vector<int64_t>& values);
  std::string scalar(const std::string& name, float value);

  /// Appends a node with the outputs `output`.
  Node& op(const std::string& type, const std::vector<std::string>& inputs, const std::string& output);
  void output(const std::string& name, int type = onnx::TensorProto::FLOAT);

  // QuantizeLinear and DequantizeLinear with parameters of their own; each returns the name of its output.
  std::string quantize(const std::string& x, float scale, int zero_point, int type);
  std::string dequantize(const std::string& x, float scale, int zero_point, int type);
  /// What a constant behind DequantizeLinear stores; several scales are those of dimension `axis`, and then there may
  /// be several zero points.
  struct Quantized {
    Shape shape;
    int type;
    std::vector<int> values;
    std::vector<float> scales;
    std::vector<int> zero_points = {0};
    int axis = 0;
  };
  std::string dequantized(const std::string& name, const Quantized& stored);

  std::vector<uint8_t> finish() const;
};

// Attributes of a node.
void set(OnnxBuilder::Node& node, const std::string& name, int value);
void set(OnnxBuilder::Node& node, const std::string& name, float value);
void set(OnnxBuilder::Node& node, const std::string& name, const char* value);
void set(OnnxBuilder::Node& node, const std::string& name, const std::vector<int64_t>& values);

/// `count` numbers from `least` on, of a range of `span`.
std::vector<int> small_integers(int64_t count, int least, int span, int seed = 0);
/// `count` small numbers of both signs, other ones for another seed.
std::vector<float> small_numbers(int64_t count, int seed = 0);

/// The nodes, constants and outputs of another builder as an attribute of `node`.
void set_branch(OnnxBuilder::Node& node, const std::string& name, const OnnxBuilder& body);

/// A FLOAT16 initializer, as raw bytes or in the field that ONNX has for it; returns its name.
std::string halves(OnnxBuilder& b, const std::string& name, const Shape& shape, const std::vector<float>& values,
                   bool raw = true);

/// Conv, 3x3, pads 1: x [1,2,4,5], w [3,2,3,3], b [3] -> y [1,3,4,5].
OnnxBuilder small_onnx_conv();

}  // namespace narrows
