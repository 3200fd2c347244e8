// ONNX operators on single elements and reductions: real numbers, quantized ones, and wrong uses.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

constexpr int uint8 = onnx::TensorProto::UINT8, int8 = onnx::TensorProto::INT8;

using F = std::function<float(float)>;

float softplus(float x) { return std::log(1 + std::exp(x)); }

/// With the default attributes.
const std::map<std::string, F> functions = {
    {"Abs", [](float x) { return std::abs(x); }},
    {"Ceil", [](float x) { return std::ceil(x); }},
    {"Celu", [](float x) { return x < 0 ? std::exp(x) - 1 : x; }},
    {"Cos", [](float x) { return std::cos(x); }},
    {"Elu", [](float x) { return x < 0 ? std::exp(x) - 1 : x; }},
    {"Erf", [](float x) { return std::erf(x); }},
    {"Exp", [](float x) { return std::exp(x); }},
    {"Floor", [](float x) { return std::floor(x); }},
    {"Gelu", [](float x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.f))); }},
    {"Mish", [](float x) { return x * std::tanh(softplus(x)); }},
    {"Neg", [](float x) { return -x; }},
    {"Reciprocal", [](float x) { return 1 / x; }},
    {"Round", [](float x) { return std::nearbyint(x); }},
    {"Selu", [](float x) { return 1.0507009873f * (x > 0 ? x : 1.6732632423f * (std::exp(x) - 1)); }},
    {"Sign", [](float x) { return x > 0   ? 1.f
                                  : x < 0 ? -1.f
                                          : 0.f; }},
    {"Sin", [](float x) { return std::sin(x); }},
    {"Softplus", softplus},
    {"Softsign", [](float x) { return x / (1 + std::abs(x)); }},
    {"Tanh", [](float x) { return std::tanh(x); }},
    {"ThresholdedRelu", [](float x) { return x > 1 ? x : 0; }},
    {"com.microsoft.Gelu", [](float x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.f))); }},
};

/// Numbers from about -3 to 3, none of them 0, and where they have to be, above 0.
Array x_values() {
  return apply(numbers({1, 3, 4, 5}), [](float v) { return 3 * v + 0.01f; });
}
Array positive() {
  return apply(numbers({1, 3, 4, 5}), [](float v) { return std::exp(2 * v); });
}

OnnxBuilder::Node& add_op(OnnxBuilder& b, const std::string& type, const std::vector<std::string>& inputs) {
  const size_t dot = type.rfind('.');
  OnnxBuilder::Node& node = b.op(dot == std::string::npos ? type : type.substr(dot + 1), inputs, "y");
  if (dot != std::string::npos) node.set_domain(type.substr(0, dot));
  return node;
}

TEST(OnnxElements, Functions) {
  const Array x = x_values();
  for (const auto& [type, f] : functions) {
    SCOPED_TRACE(type);
    OnnxBuilder b(20);
    b.input("x", x.shape);
    add_op(b, type, {"x"});
    b.output("y");
    expect_near(narrows::apply(x, f), run_onnx(b, {x})[0]);
  }
  for (const char* type : {"Log", "Sqrt"}) {
    OnnxBuilder b(20);
    b.input("x", x.shape);
    b.op(type, {"x"}, "y");
    b.output("y");
    const bool log = std::string(type) == "Log";
    expect_near(apply(positive(), [&](float v) { return log ? std::log(v) : std::sqrt(v); }),
                run_onnx(b, {positive()})[0]);
  }
}

/// An attribute, and the function that goes with it.
struct WithAttribute {
  const char *type, *attribute;
  float value;
  F f;
};

TEST(OnnxElements, Attributes) {
  const Array x = x_values();
  const WithAttribute cases[] = {
      {"Elu", "alpha", 0.3f, [](float v) { return v < 0 ? 0.3f * (std::exp(v) - 1) : v; }},
      {"Celu", "alpha", 2, [](float v) { return v < 0 ? 2 * (std::exp(v / 2) - 1) : v; }},
      {"Selu", "alpha", 1, [](float v) { return 1.0507009873f * (v < 0 ? std::exp(v) - 1 : v); }},
      {"Selu", "gamma", 2, [](float v) { return 2 * (v < 0 ? 1.6732632423f * (std::exp(v) - 1) : v); }},
      {"ThresholdedRelu", "alpha", -0.5f, [](float v) { return v > -0.5f ? v : 0; }},
  };
  for (const WithAttribute& c : cases) {
    SCOPED_TRACE(c.type);
    OnnxBuilder b(20);
    b.input("x", x.shape);
    set(b.op(c.type, {"x"}, "y"), c.attribute, c.value);
    b.output("y");
    expect_near(narrows::apply(x, c.f), run_onnx(b, {x})[0]);
  }
  OnnxBuilder b(20);
  b.input("x", x.shape);
  set(b.op("Gelu", {"x"}, "y"), "approximate", "tanh");
  b.output("y");
  expect_near(apply(x, [](float v) { return v / 2 * (1 + std::tanh(0.7978845608f * (v + 0.044715f * v * v * v))); }),
              run_onnx(b, {x})[0]);
}

/// x -> DequantizeLinear -> `type` -> QuantizeLinear is one operator in the Graph. Halves may be rounded otherwise.
void check_quantized(const std::string& type, const F& f, const Stored& in, const Stored& out) {
  SCOPED_TRACE(type);
  const Shape map = {1, 3, 4, 5};
  OnnxBuilder b(20);
  b.input_of("x", map, in.type);
  add_op(b, type, {b.dequantize("x", in.scale, in.zero, in.type)});
  b.output(b.quantize("y", out.scale, out.zero, out.type), out.type);
  const Array x = stored_numbers(map, in);
  const Graph graph = read_onnx_graph(b, nhwc());
  EXPECT_EQ(graph.ops.size(), 1u) << print(graph);
  expect_within(quantized(narrows::apply(real(x, in), f), out), run_onnx(b, {x})[0], 1);
}

TEST(OnnxElements, QuantizedFunctions) {
  for (const auto& [type, f] : functions) {
    if (type == "Celu" || type == "Selu") continue;  // of several operators
    if (type == "Abs") continue;                     // TFLite's arithmetic for it rounds too often
    check_quantized(type, f, {uint8, 0.03f, 119}, {uint8, 0.02f, 90});
    check_quantized(type, f, {int8, 0.025f, -7}, {int8, 0.03f, 5});
    check_quantized(type, f, {uint8, 0.03f, 120}, {int8, 0.04f, -30});
  }
}

OnnxBuilder power(const std::vector<float>& exponents) {
  OnnxBuilder b;
  b.input("x", {1, 3, 4, 5});
  b.floats("exponent", exponents.size() == 1 ? Shape{} : Shape{static_cast<int>(exponents.size())}, exponents);
  b.op("Pow", {"x", "exponent"}, "y");
  b.output("y");
  return b;
}

TEST(OnnxElements, Powers) {
  for (const float exponent : {2.f, 0.5f, -0.5f, -1.f, 1.f, 3.f, 0.f, 1.7f}) {
    SCOPED_TRACE(exponent);
    const Graph graph = read_onnx_graph(power({exponent}));
    const bool plain = exponent == 0 || exponent == 1.7f;
    EXPECT_EQ(count_ops(graph, OpKind::pow), plain ? 1 : 0) << print(graph);
    expect_near(apply(positive(), [&](float v) { return std::pow(v, exponent); }),
                run_onnx(power({exponent}), {positive()})[0]);
  }
  const std::vector<float> several = {0, 1, 2, -1, 0.3f};
  expect_near(combine(positive(), {{1, 1, 1, 5}, several}, [](float v, float e) { return std::pow(v, e); }),
              run_onnx(power(several), {positive()})[0]);
}

TEST(OnnxElements, TwoAndMoreOperands) {
  const Array x = x_values(), y = apply(numbers({1, 3, 4, 5}, 3), [](float v) { return v < 0 ? v - 0.5f : v + 0.5f; });
  const auto both = [&](const std::string& type, int fmod = 0) {
    OnnxBuilder b;
    b.input("x", x.shape);
    b.input("other", y.shape);
    OnnxBuilder::Node& node = b.op(type, {"x", "other"}, "y");
    if (fmod) set(node, "fmod", fmod);
    b.output("y");
    return run_onnx(b, {x, y})[0];
  };
  expect_near(combine(x, y, [](float a, float c) { return a / c; }), both("Div"));
  expect_near(combine(x, y, [](float a, float c) { return std::fmod(a, c); }), both("Mod", 1));
  expect_near(combine(x, y, [](float a, float c) { return a + c; }), both("Sum"));
  expect_near(combine(x, y, [](float a, float c) { return (a + c) / 2; }), both("Mean"));
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("few", {5}, {1, 2, 0, -1, 0.5f});
  b.op("Div", {"few", "x"}, "y");
  b.op("Div", {"x", "few"}, "z");
  b.op("Sum", {"x", "few", "x"}, "s");
  for (const char* name : {"y", "z", "s"}) b.output(name);
  const Array few{{1, 1, 1, 5}, {1, 2, 0, -1, 0.5f}};
  const std::vector<Array> found = run_onnx(b, {x});
  expect_near(combine(x, few, [](float a, float c) { return c / a; }), found[0]);
  for (size_t i = 0; i < x.values.size(); ++i) EXPECT_FLOAT_EQ(found[1].values[i], x.values[i] / few.values[i % 5]);
  expect_near(combine(x, few, [](float a, float c) { return 2 * a + c; }), found[2]);
}

std::string errors_of(const std::string& type, const std::function<void(OnnxBuilder::Node&)>& spoil) {
  OnnxBuilder b(20);
  b.input("x", {1, 3, 4, 5});
  spoil(b.op(type, {"x"}, "y"));
  b.output("y");
  return errors_of_onnx(b);
}

TEST(OnnxElements, WrongUses) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(errors_of("Elu", [&](auto& node) { set(node, "alpha", infinity); }),
            "m: op 0 Elu 'y': error: alpha is inf; expected a finite number\n");
  EXPECT_EQ(errors_of("Celu", [](auto& node) { set(node, "alpha", 0.f); }),
            "m: op 0 Celu 'y': error: alpha is 0; expected another number than 0\n");
  EXPECT_EQ(errors_of("Gelu", [](auto& node) { set(node, "approximate", "sigmoid"); }),
            "m: op 0 Gelu 'y': error: approximate is 'sigmoid'; supported: none, tanh\n");
  EXPECT_EQ(errors_of("Mod", [](auto& node) { node.add_input("x"); }),
            "m: op 0 Mod 'y': error: fmod 0 is not supported for FLOAT; expected 1\n");
  EXPECT_EQ(errors_of("Sum", [](auto& node) { node.add_input(""); }),
            "m: op 0 Sum 'y': error: input 1 is absent, but is not optional\n");
}

}  // namespace
}  // namespace narrows
