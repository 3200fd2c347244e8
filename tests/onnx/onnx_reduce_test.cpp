// ONNX operators that make one element of many, and normalizations, which are made of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

/// `f` of the elements along `axes`, which stay with size 1.
Array reduced(const Array& x, const std::vector<int>& axes, const std::function<float(const std::vector<float>&)>& f) {
  Shape shape = x.shape;
  for (const int axis : axes) shape[axis] = 1;
  std::vector<std::vector<float>> lists(element_count(shape));
  for (size_t i = 0; i < x.values.size(); ++i) {
    size_t rest = i, at = 0, step = 1;
    for (size_t d = x.shape.size(); d-- > 0; rest /= x.shape[d]) {
      if (shape[d] != 1) at += rest % x.shape[d] * step;
      step *= shape[d];
    }
    lists[at].push_back(x.values[i]);
  }
  Array result{shape, {}};
  for (const std::vector<float>& list : lists) result.values.push_back(f(list));
  return result;
}

using List = std::vector<float>;

float total(const List& list, const std::function<float(float)>& f) {
  double sum = 0;
  for (const float v : list) sum += f(v);
  return static_cast<float>(sum);
}

struct Reduction {
  const char* type;
  std::function<float(const List&)> f;
};
const Reduction reductions[] = {
    {"ReduceMax", [](const List& v) { return *std::max_element(v.begin(), v.end()); }},
    {"ReduceMin", [](const List& v) { return *std::min_element(v.begin(), v.end()); }},
    {"ReduceSum", [](const List& v) { return total(v, [](float a) { return a; }); }},
    {"ReduceMean", [](const List& v) { return total(v, [](float a) { return a; }) / v.size(); }},
    {"ReduceL1", [](const List& v) { return total(v, [](float a) { return std::abs(a); }); }},
    {"ReduceL2", [](const List& v) { return std::sqrt(total(v, [](float a) { return a * a; })); }},
    {"ReduceSumSquare", [](const List& v) { return total(v, [](float a) { return a * a; }); }},
    {"ReduceProd",
     [](const List& v) {
       float product = 1;
       for (const float a : v) product *= a;
       return product;
     }},
};

/// Axes are an attribute, or an input.
OnnxBuilder reduction(const std::string& type, const std::vector<int64_t>& axes, bool keep, bool as_input) {
  OnnxBuilder b(as_input ? 18 : 11);
  b.input("x", {1, 3, 4, 5});
  if (as_input && !axes.empty()) b.integers("axes", axes);
  OnnxBuilder::Node& node = b.op(
      type, as_input && !axes.empty() ? std::vector<std::string>{"x", "axes"} : std::vector<std::string>{"x"}, "y");
  if (!as_input && !axes.empty()) set(node, "axes", axes);
  set(node, "keepdims", keep ? 1 : 0);
  b.output("y");
  return b;
}

TEST(OnnxReduce, AnyAxes) {
  const Array x = numbers({1, 3, 4, 5});
  const std::vector<std::vector<int64_t>> lists = {{2, 3}, {-1}, {1}, {0, 1, 2, 3}, {1, -1}, {}};
  for (const Reduction& r : reductions) {
    for (const auto& axes : lists) {
      for (int variant = 0; variant < 4; ++variant) {
        SCOPED_TRACE(testing::Message() << r.type << " " << axes.size() << " axes, variant " << variant);
        const bool keep = variant & 1;
        std::vector<int> places;
        for (const int64_t axis : axes) places.push_back(static_cast<int>(axis < 0 ? axis + 4 : axis));
        if (axes.empty()) places = {0, 1, 2, 3};
        Array expected = reduced(x, places, r.f);
        if (!keep) {
          Shape dropped;
          for (int d = 0; d < 4; ++d) {
            if (!std::count(places.begin(), places.end(), d)) dropped.push_back(x.shape[d]);
          }
          expected.shape = dropped;
        }
        expect_near(expected, run_onnx(reduction(r.type, axes, keep, variant & 2), {x})[0]);
      }
    }
  }
}

Array normalized(const Array& x, const std::vector<int>& axes, float epsilon) {
  const Array mean = reduced(x, axes, [](const List& v) { return total(v, [](float a) { return a; }) / v.size(); });
  const Array centered = combine(x, mean, [](float a, float m) { return a - m; });
  const Array deviation = reduced(centered, axes, [&](const List& v) {
    return std::sqrt(total(v, [](float a) { return a * a; }) / v.size() + epsilon);
  });
  return combine(centered, deviation, [](float a, float d) { return a / d; });
}

Array times(const Array& x, const Array& y) {
  return combine(x, y, [](float a, float b) { return a * b; });
}
Array plus(const Array& x, const Array& y) {
  return combine(x, y, [](float a, float b) { return a + b; });
}

TEST(OnnxReduce, InstanceNormalization) {
  const Array x = numbers({1, 6, 4, 5}), scale{{1, 6, 1, 1}, small_numbers(6)}, bias{{1, 6, 1, 1}, small_numbers(6, 2)};
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("scale", {6}, scale.values);
  b.floats("bias", {6}, bias.values);
  set(b.op("InstanceNormalization", {"x", "scale", "bias"}, "y"), "epsilon", 0.01f);
  b.output("y");
  expect_near(plus(times(normalized(x, {2, 3}, 0.01f), scale), bias), run_onnx(b, {x})[0]);
  b.graph().mutable_initializer(0)->set_dims(0, 5);
  b.graph().mutable_initializer(0)->mutable_raw_data()->resize(20);
  if (b.graph().initializer(0).float_data_size() > 0)
    b.graph().mutable_initializer(0)->mutable_float_data()->RemoveLast();
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 InstanceNormalization 'y': error: scale 'scale' has shape [5], expected [6]\n");
}

TEST(OnnxReduce, LayerNormalization) {
  const Array x = numbers({1, 6, 4, 5});
  for (const int axis : {-1, 2, 1}) {
    SCOPED_TRACE(axis);
    const Shape shape(x.shape.begin() + (axis < 0 ? 3 : axis), x.shape.end());
    Shape broadcast(4 - shape.size(), 1);
    broadcast.insert(broadcast.end(), shape.begin(), shape.end());
    const Array scale{broadcast, small_numbers(element_count(shape))},
        bias{broadcast, small_numbers(element_count(shape), 2)};
    OnnxBuilder b(17);
    b.input("x", x.shape);
    b.floats("scale", shape, scale.values);
    b.floats("bias", shape, bias.values);
    set(b.op("LayerNormalization", {"x", "scale", "bias"}, "y"), "axis", axis);
    set(b.op("LayerNormalization", {"x", "scale"}, "z"), "axis", axis);
    b.output("y");
    b.output("z");
    std::vector<int> axes;
    for (int d = axis < 0 ? 3 : axis; d < 4; ++d) axes.push_back(d);
    const std::vector<Array> found = run_onnx(b, {x});
    const Array unit = normalized(x, axes, 1e-5f);
    expect_near(plus(times(unit, scale), bias), found[0]);
    expect_near(times(unit, scale), found[1]);
  }
}

/// [1,c,h,w] in groups of channels, whose numbers stand one behind the other.
TEST(OnnxReduce, GroupNormalization) {
  const Array x = numbers({1, 6, 4, 5});
  for (const int opset : {18, 21}) {
    SCOPED_TRACE(opset);
    const int count = opset < 21 ? 2 : 6;
    OnnxBuilder b(opset);
    b.input("x", x.shape);
    const std::vector<float> scale = small_numbers(count), bias = small_numbers(count, 2);
    b.floats("scale", {count}, scale);
    b.floats("bias", {count}, bias);
    set(b.op("GroupNormalization", {"x", "scale", "bias"}, "y"), "num_groups", 2);
    b.output("y");
    Array expected = normalized({{1, 2, 3, 4, 5}, x.values}, {2, 3, 4}, 1e-5f);
    expected.shape = x.shape;
    std::vector<float> scales, biases;
    for (int c = 0; c < 6; ++c) {
      scales.push_back(scale[count == 2 ? c / 3 : c]);
      biases.push_back(bias[count == 2 ? c / 3 : c]);
    }
    expect_near(plus(times(expected, {{1, 6, 1, 1}, scales}), {{1, 6, 1, 1}, biases}), run_onnx(b, {x})[0]);
    set(b.node(0), "epsilon", 0.5f);
    b.node(0).mutable_attribute(0)->set_i(4);
    EXPECT_EQ(errors_of_onnx(b),
              "m: op 0 GroupNormalization 'y': error: num_groups is 4; expected a divisor of 6 channels\n");
  }
}

TEST(OnnxReduce, LpNormalization) {
  Array x = numbers({1, 6, 4, 5});
  for (size_t i = 0; i < 5; ++i) x.values[i] = 0;  // a row of zeros stays one
  for (const int p : {1, 2}) {
    OnnxBuilder b;
    b.input("x", x.shape);
    set(b.op("LpNormalization", {"x"}, "y"), "p", p);
    b.output("y");
    const Array length = reduced(x, {3}, [&](const List& v) {
      const float sum = total(v, [&](float a) { return p == 1 ? std::abs(a) : a * a; });
      return std::max(p == 1 ? sum : std::sqrt(sum), std::numeric_limits<float>::min());
    });
    expect_near(combine(x, length, [](float a, float l) { return a / l; }), run_onnx(b, {x})[0]);
  }
}

TEST(OnnxReduce, WrongUses) {
  EXPECT_EQ(errors_of_onnx(reduction("ReduceMax", {4}, true, true)),
            "m: op 0 ReduceMax 'y': error: axis 4 is out of range; expected -4 to 3\n");
  EXPECT_EQ(errors_of_onnx(reduction("ReduceL2", {1, 1}, true, false)),
            "m: op 0 ReduceL2 'y': error: axes [1,1] name a dimension twice\n");
  OnnxBuilder b;
  b.input("x", {1, 3, 4, 5});
  set(b.op("LpNormalization", {"x"}, "y"), "p", 3);
  b.output("y");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 LpNormalization 'y': error: p is 3; supported: 1, 2\n");
}

}  // namespace
}  // namespace narrows
