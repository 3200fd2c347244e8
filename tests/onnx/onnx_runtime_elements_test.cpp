// Operators on single elements, reductions and normalizations against onnxruntime, in float and between
// DequantizeLinear and QuantizeLinear.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/onnx_reference.h"
#include "tests/support/onnx_runtime.h"

namespace narrows {
namespace {

constexpr int uint8 = onnx::TensorProto::UINT8, int8 = onnx::TensorProto::INT8;
const Shape map = {1, 6, 4, 5};

struct NamedNode {
  std::string type;
  int opset = 20;
  std::vector<std::pair<std::string, int>> integers = {};
  std::vector<std::pair<std::string, float>> reals = {};
  std::vector<int64_t> axes = {};
};

/// Those that are defined for all numbers, and those that are not.
const std::vector<NamedNode> anywhere = {
    {"Abs"},
    {"Ceil"},
    {"Cos"},
    {"Erf"},
    {"Exp"},
    {"Floor"},
    {"Neg"},
    {"Reciprocal"},
    {"Round"},
    {"Sign"},
    {"Sin"},
    {"Tanh"},
    {"Gelu"},
    {"Mish"},
    {"Softplus"},
    {"Softsign"},
    {"Elu", 20, {}, {{"alpha", 0.4f}}},
    {"Celu", 20, {}, {{"alpha", 1.5f}}},
    {"Selu"},
    {"ThresholdedRelu", 20, {}, {{"alpha", 0.3f}}},
};
const std::vector<NamedNode> above_zero = {{"Log"}, {"Sqrt"}};

const std::vector<NamedNode> of_many = {
    {"ReduceL1", 18},
    {"ReduceL2", 18, {{"keepdims", 0}}},
    {"ReduceMax", 18, {}, {}, {2, 3}},
    {"ReduceMax", 11, {{"keepdims", 0}}, {}, {1}},
    {"ReduceMin", 18, {}, {}, {-1}},
    {"ReduceProd", 18, {{"keepdims", 0}}, {}, {1, 2}},
    {"ReduceSum", 13, {{"keepdims", 0}}, {}, {2}},
    {"ReduceSum", 11, {}, {}, {1, 3}},
    {"ReduceSumSquare", 18, {}, {}, {1, 2, 3}},
    {"ReduceMean", 18, {{"keepdims", 0}}, {}, {1}},
    {"LpNormalization", 13, {{"axis", 1}, {"p", 1}}},
    {"LpNormalization", 13, {{"axis", -1}, {"p", 2}}},
};

OnnxBuilder::Node& add_node(OnnxBuilder& b, const NamedNode& n, const std::string& x) {
  std::vector<std::string> inputs = {x};
  const bool as_input = n.opset >= 18 || (n.type == "ReduceSum" && n.opset >= 13);
  if (!n.axes.empty() && as_input) inputs.push_back(b.integers("axes", n.axes));
  OnnxBuilder::Node& node = b.op(n.type, inputs, "y");
  if (!n.axes.empty() && !as_input) set(node, "axes", n.axes);
  for (const auto& [name, value] : n.integers) set(node, name, value);
  for (const auto& [name, value] : n.reals) set(node, name, value);
  return node;
}

struct ElementsRuntime : OnnxRuntime {
  std::vector<OnnxRuntimeCase> all;
  std::vector<std::vector<Bytes>> inputs;

  void push(const std::string& name, const OnnxBuilder& net, const std::vector<Bytes>& in) {
    all.push_back({std::to_string(all.size()) + name, net});
    inputs.push_back(in);
  }
  /// Floats within 1e-5 of the range, stored numbers within one step.
  void expect_all() {
    for (size_t i = 0; i < all.size(); ++i) add(all[i], inputs[i]);
    run_all();
    for (size_t i = 0; i < all.size(); ++i) {
      SCOPED_TRACE(all[i].name);
      const Graph graph = read_onnx_graph(all[i].net);
      const int id = graph.outputs[0];
      const Bytes expected = output(all[i], 0), actual = interpret(graph, inputs[i])[id];
      ASSERT_EQ(expected.size(), actual.size());
      if (graph.tensors[id].type == DType::f32) {
        EXPECT_LE(difference_f32(expected, actual).relative(), 1e-5);
        continue;
      }
      const Mismatch mismatch = mismatch_8bit(graph.tensors[id].type, expected, actual);
      EXPECT_LE(mismatch.largest, 1);
      EXPECT_LE(mismatch.count, 2);
    }
  }
};

Bytes real_numbers(bool positive) {
  std::vector<float> values = numbers(map).values;
  for (float& v : values) v = positive ? std::exp(2 * v) : 3 * v + 0.01f;
  return bytes_of(values);
}

TEST_F(ElementsRuntime, Floats) {
  for (const auto* list : {&anywhere, &above_zero, &of_many}) {
    for (const NamedNode& n : *list) {
      OnnxBuilder b(n.opset);
      b.input("x", map);
      add_node(b, n, "x");
      b.output("y");
      push(n.type, b, {real_numbers(list == &above_zero)});
    }
  }
  expect_all();
}

TEST_F(ElementsRuntime, StoredNumbers) {
  const std::vector<int> values = small_integers(element_count(map), 0, 256);
  for (const auto* list : {&anywhere, &above_zero, &of_many}) {
    for (const NamedNode& n : *list) {
      for (const int type : {uint8, int8}) {
        const int zero = list == &above_zero ? 0 : 119, shift = type == uint8 ? 0 : -128;
        OnnxBuilder b(n.opset);
        b.input_of("x", map, type);
        add_node(b, n, b.dequantize("x", 0.02f, zero + shift, type));
        const bool picks = n.type == "ReduceMax" || n.type == "ReduceMin";  // rescaled as TFLite does
        b.output(b.quantize("y", picks ? 0.02f : 0.05f, 100 + shift, type), type);
        if (n.type == "Log") continue;  // of 0
        push(n.type, b, {Bytes(values.begin(), values.end())});
      }
    }
  }
  expect_all();
}

TEST_F(ElementsRuntime, SeveralOperands) {
  const Bytes x = real_numbers(false), y = real_numbers(true);
  for (const char* type : {"Div", "Mod", "Pow", "Sum", "Mean", "Max", "Min"}) {
    OnnxBuilder b(13);
    b.input("x", map);
    b.input("other", map);
    const bool power = std::string(type) == "Pow";
    OnnxBuilder::Node& node = b.op(type, {power ? "other" : "x", power ? "x" : "other"}, "y");
    if (std::string(type) == "Mod") set(node, "fmod", 1);
    b.output("y");
    push(type, b, {x, y});
  }
  for (const float exponent : {2.f, 0.5f, 3.f, -1.f, 0.3f}) {
    OnnxBuilder b(13);
    b.input("x", map);
    b.op("Pow", {"x", b.scalar("exponent", exponent)}, "y");
    b.output("y");
    push("Pow", b, {y});
  }
  expect_all();
}

TEST_F(ElementsRuntime, Normalizations) {
  for (const char* type : {"InstanceNormalization", "LayerNormalization", "GroupNormalization"}) {
    const bool layer = type[0] == 'L', group = type[0] == 'G';
    OnnxBuilder b(group ? 21 : 17);
    b.input("x", map);
    const int count = layer ? map[3] : map[1];
    b.floats("scale", {count}, small_numbers(count));
    b.floats("bias", {count}, small_numbers(count, 2));
    OnnxBuilder::Node& node = b.op(type, {"x", "scale", "bias"}, "y");
    if (group) set(node, "num_groups", 3);
    b.output("y");
    push(type, b, {real_numbers(false)});
  }
  expect_all();
}

}  // namespace
}  // namespace narrows
