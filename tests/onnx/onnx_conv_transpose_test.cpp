// ConvTranspose against recorded runs of onnxruntime, in float and in 8 bits; and what is refused of it.
#include <gtest/gtest.h>

#include "compiler/interpret/interpret.h"
#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/onnx_runs.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;

struct Params {
  Ints kernel, strides, pads = {0, 0, 0, 0}, dilations = {1, 1}, output_padding = {0, 0};
  int group = 1, per_group = 3;
  const char* auto_pad = "NOTSET";
  Ints output_shape = {};
};

OnnxBuilder transposed(const Params& p) {
  OnnxBuilder b(13);
  b.input("x", {1, 6, 4, 5});
  const Shape shape = {6, p.per_group, static_cast<int>(p.kernel[0]), static_cast<int>(p.kernel[1])};
  b.floats("w", shape, small_numbers(element_count(shape), 1));
  b.floats("b", {p.per_group * p.group}, small_numbers(p.per_group * p.group, 2));
  OnnxBuilder::Node& node = b.op("ConvTranspose", {"x", "w", "b"}, "y");
  set(node, "strides", p.strides);
  set(node, "dilations", p.dilations);
  set(node, "output_padding", p.output_padding);
  set(node, "group", p.group);
  if (std::string(p.auto_pad) != "NOTSET") set(node, "auto_pad", p.auto_pad);
  if (std::string(p.auto_pad) == "NOTSET" && p.output_shape.empty()) set(node, "pads", p.pads);
  if (!p.output_shape.empty()) set(node, "output_shape", p.output_shape);
  b.output("y");
  return b;
}

/// Remainders of all kinds between kernel, stride and padding.
std::vector<OnnxCase> cases() {
  std::vector<OnnxCase> all;
  const auto add = [&all](const Params& p) { all.push_back({"t" + std::to_string(100 + all.size()), transposed(p)}); };
  for (const int kernel : {1, 2, 3, 4, 5}) {
    for (const int stride : {1, 2, 3}) {
      const int pad = kernel / 3, more = kernel % 2 == 1 && stride > 1 ? stride - 1 : 0;
      add({{kernel, kernel}, {stride, stride}, {pad, 0, pad, pad}, {1, 1}, {more, 0}});
    }
  }
  add({{3, 3}, {2, 1}, {1, 1, 1, 1}, {1, 2}});
  add({{2, 3}, {2, 3}, {1, 2, 3, 1}, {3, 2}, {1, 2}});
  add({{6, 6}, {2, 2}, {2, 2, 2, 2}});
  add({{6, 6}, {2, 2}, {5, 4, 3, 2}});
  for (const int group : {2, 3, 6}) {
    for (const int per_group : {1, 2}) add({{4, 4}, {2, 2}, {1, 1, 1, 1}, {1, 1}, {0, 0}, group, per_group});
  }
  add({{3, 3}, {2, 2}, {0, 1, 1, 0}, {1, 1}, {1, 1}, 6, 1});
  for (const char* rule : {"SAME_UPPER", "SAME_LOWER", "VALID"}) add({{3, 4}, {2, 3}, {}, {1, 1}, {0, 0}, 1, 3, rule});
  add({{3, 4}, {2, 3}, {}, {1, 1}, {0, 0}, 1, 3, "NOTSET", {8, 14}});
  add({{3, 4}, {2, 3}, {}, {1, 1}, {0, 0}, 1, 3, "SAME_UPPER", {8, 15}});
  return all;
}

const Bytes& input() {
  static const Bytes bytes = bytes_of(numbers({1, 6, 4, 5}).values);
  return bytes;
}

TEST(OnnxConvTranspose, EqualsRecordedRuns) { expect_as_onnxruntime("conv_transpose", cases(), input()); }
TEST(OnnxRuntimeConvTranspose, IsAsRecorded) { expect_recorded_run("conv_transpose", cases(), input()); }

/// Between DequantizeLinear and QuantizeLinear.
std::vector<OnnxCase> quantized_cases() {
  std::vector<OnnxCase> all;
  for (const int type : {onnx::TensorProto::UINT8, onnx::TensorProto::INT8}) {
    for (const bool per_channel : {false, true}) {
      const bool wide = type == onnx::TensorProto::UINT8;
      OnnxBuilder b(13);
      b.input_of("x", {1, 6, 4, 5}, type);
      const std::string x = b.dequantize("x", 0.04f, wide ? 121 : -7, type);
      const Shape shape = {6, 3, 4, 3};
      std::vector<float> scales = {0.02f, 0.015f, 0.01f};
      std::vector<int> zeros = {0, 0, 0};
      if (!per_channel) scales.resize(1), zeros.resize(1);
      b.dequantized(
          "w", {shape, onnx::TensorProto::INT8, small_integers(element_count(shape), -100, 200), scales, zeros, 1});
      b.floats("b", {3}, {0.25f, -0.5f, 0.75f});
      OnnxBuilder::Node& node = b.op("ConvTranspose", {x, "w", "b"}, "y");
      set(node, "strides", Ints{2, 2});
      set(node, "pads", Ints{1, 1, 1, 0});
      b.output(b.quantize("y", 0.3f, wide ? 118 : 5, type), type);
      all.push_back({"q" + std::to_string(all.size()), b});
    }
  }
  return all;
}

Bytes stored_input() {
  const std::vector<int> values = small_integers(120, 0, 256);
  return Bytes(values.begin(), values.end());
}

TEST(OnnxConvTranspose, QuantizedEqualsRecordedRuns) {
  expect_as_onnxruntime("conv_transpose_quantized", quantized_cases(), stored_input(), /*steps=*/1);
  for (const OnnxCase& c : quantized_cases())
    EXPECT_EQ(count_ops(read_onnx_graph(c.net), OpKind::dequantize), 0) << print(read_onnx_graph(c.net));
}
TEST(OnnxRuntimeConvTranspose, QuantizedIsAsRecorded) {
  expect_recorded_run("conv_transpose_quantized", quantized_cases(), stored_input());
}

/// A signal is a map of one row.
TEST(OnnxConvTranspose, OfOneDimension) {
  const Array x = numbers({1, 6, 4, 5});
  OnnxBuilder map = transposed({{1, 3}, {1, 2}, {0, 1, 0, 0}});
  const Array expected = run_onnx(map, {x})[0];
  OnnxBuilder line(13);
  line.input("x", {1, 6, 5});
  line.floats("w", {6, 3, 3}, small_numbers(54, 1));
  line.floats("b", {3}, small_numbers(3, 2));
  OnnxBuilder::Node& node = line.op("ConvTranspose", {"x", "w", "b"}, "y");
  set(node, "strides", Ints{2});
  set(node, "pads", Ints{1, 0});
  line.output("y");
  const Array row = part(x, 2, 0, 1), first = part(expected, 2, 0, 1);
  const Array actual = run_onnx(line, {{{1, 6, 5}, row.values}})[0];
  expect_near({{1, 3, first.shape[3]}, first.values}, actual);
}

TEST(OnnxConvTranspose, Errors) {
  const auto error_of = [](const Params& p) { return errors_of_onnx(transposed(p)); };
  EXPECT_EQ(
      error_of({{3, 3}, {2, 2}, {0, 0, 0, 0}, {1, 1}, {0, 0}, 4}),
      "m: op 0 ConvTranspose 'y': error: weights 'w' with shape [6,3,3,3] and group 4 do not fit input 'x' with 6 "
      "channels; supported: divisors of the channels up to 64, and one group per channel\n");
  EXPECT_EQ(error_of({{3, 3}, {2, 2}, {9, 0, 9, 0}}),
            "m: op 0 ConvTranspose 'y': error: the output would have -9 rows; expected 1 to 1048576\n");
  EXPECT_EQ(error_of({{3, 3}, {2, 2}, {0, 0, 0, 0}, {1, 1}, {0, 0}, 1, 3, "SAME"}),
            "m: op 0 ConvTranspose 'y': error: auto_pad 'SAME' is not known; expected NOTSET, VALID, SAME_UPPER or "
            "SAME_LOWER\n");
  EXPECT_EQ(error_of({{3, 3}, {2, 2}, {}, {1, 1}, {0, 0}, 1, 3, "NOTSET", {1, 1, 1}}),
            "m: op 0 ConvTranspose 'y': error: output_shape is [1,1,1]; expected 2 values from 1 to 1048576\n");
  EXPECT_EQ(
      error_of({{3, 3}, {4000, 4000}}),
      "m: op 0 ConvTranspose 'y': error: strides 4000x4000 make 1152000000 bytes of weights of shape [3,3,3,6], more "
      "than the limit of 268435456\n");
}

}  // namespace
}  // namespace narrows
