// ONNX files as bytes: damaged ones, and a real model with recorded outputs.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <optional>
#include <random>

#include "compiler/interpret/interpret.h"
#include "compiler/passes/passes.h"
#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

/// Many kinds of nodes in a small file.
OnnxBuilder varied_model() {
  OnnxBuilder b = small_onnx_conv();
  b.graph().clear_output();
  b.scalar("zero", 0);
  b.scalar("six", 6);
  b.floats("p", {3}, {1, 2, 3});
  b.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1});
  b.integers("zero_index", {0});
  b.integers("rest", {-1});
  b.floats("m", {42, 2}, small_numbers(84));
  b.op("BatchNormalization", {"y", "p", "p", "p", "p"}, "normal");
  b.op("Clip", {"normal", "zero", "six"}, "clipped");
  b.op("Pad", {"clipped", "pads"}, "padded");
  OnnxBuilder::Node& pool = b.op("MaxPool", {"padded"}, "pooled");
  set(pool, "kernel_shape", std::vector<int64_t>{2, 2});
  set(pool, "auto_pad", "SAME_UPPER");
  set(b.op("Concat", {"pooled", "padded"}, "both"), "axis", 1);
  set(b.op("Transpose", {"both"}, "t"), "perm", std::vector<int64_t>{0, 2, 3, 1});
  set(b.op("Transpose", {"t"}, "back"), "perm", std::vector<int64_t>{0, 3, 1, 2});
  b.op("Mul", {"back", "six"}, "scaled");
  b.op("Shape", {"scaled"}, "shape");
  b.op("Gather", {"shape", "zero_index"}, "batch");
  set(b.op("Concat", {"batch", "rest"}, "target"), "axis", 0);
  set(b.op("ReduceMean", {"scaled"}, "mean"), "axes", std::vector<int64_t>{2});
  b.op("Reshape", {"mean", "target"}, "flat");
  b.op("MatMul", {"flat", "m"}, "product");
  b.op("Softmax", {"product"}, "z");
  b.output("z");
  b.output("scaled");
  return b;
}

/// Operators that pick and fill, and arithmetic on shapes.
OnnxBuilder picking_model() {
  OnnxBuilder b;
  b.input("x", {1, 6, 4, 5});
  b.integers("pieces", {2, 4});
  b.integers("starts", {0, 3});
  b.integers("ends", {9, -9});
  b.integers("axes", {1, 3});
  b.integers("steps", {2, -1});
  b.integers("sizes", {1, 4, 8, 9});
  b.integers("one", {1});
  b.integers("four", {4});
  b.integers("shape", {1, 2, 4, 5});
  OnnxBuilder::Node& split = b.op("Split", {"x", "pieces"}, "a");
  split.add_output("b");
  set(split, "axis", 1);
  b.op("Slice", {"x", "starts", "ends", "axes", "steps"}, "slice");
  OnnxBuilder::Node& resize = b.op("Resize", {"b", "", "", "sizes"}, "large");
  set(resize, "mode", "linear");
  set(b.op("ArgMax", {"large"}, "index"), "axis", 1);
  set(b.op("Gather", {"x", "one"}, "channel"), "axis", 1);
  b.op("Range", {"one", "four", "one"}, "range");
  b.op("Equal", {"range", "one"}, "equal");
  b.op("Where", {"equal", "four", "range"}, "where");
  b.op("ConstantOfShape", {"where"}, "zeros");
  b.op("Expand", {"a", "shape"}, "expanded");
  b.op("Flatten", {"zeros"}, "flat");
  b.floats("w", {6, 3, 1, 1}, small_numbers(18));
  set(b.op("Conv", {"x", "w"}, "grouped"), "group", 2);
  b.op("Unsqueeze", {"channel", "four"}, "five");
  for (const char* name : {"a", "slice", "large", "channel", "expanded", "grouped", "five"}) b.output(name);
  b.output("index", onnx::TensorProto::INT64);
  return b;
}

TEST(OnnxFiles, VariedModelIsSound) { EXPECT_FALSE(read_onnx_graph(varied_model()).ops.empty()); }
TEST(OnnxFiles, PickingModelIsSound) { EXPECT_FALSE(read_onnx_graph(picking_model()).ops.empty()); }

TEST(OnnxFiles, EveryTruncation) {
  const Bytes whole = varied_model().finish();
  for (size_t size = 0; size < whole.size(); ++size) {
    expect_error_or_sound(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    if (HasFatalFailure()) return;
  }
}

TEST(OnnxFiles, FlippedBits) {
  std::mt19937 random(1);
  const Bytes whole = varied_model().finish();
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = whole;
    for (uint32_t flips = 1 + random() % 4; flips > 0; --flips) bytes[random() % bytes.size()] ^= 1u << (random() % 8);
    expect_error_or_sound(bytes);
    if (HasFatalFailure()) return;
  }
}

TEST(OnnxFiles, ExtremeBytes) {
  const Bytes whole = varied_model().finish();
  for (const uint8_t value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
    for (size_t at = 0; at < whole.size(); ++at) {
      Bytes bytes = whole;
      bytes[at] = value;
      expect_error_or_sound(bytes);
      if (HasFatalFailure()) return;
    }
  }
}

/// Sizes and attributes that are well-formed but absurd: the bytes of a damaged file seldom make such.
void test_extreme_numbers(const OnnxBuilder& sound, int rounds) {
  std::mt19937 random(2);
  const float extreme_floats[] = {0, -1, 1, 1e-38f, 1e-20f, 1e20f, 3e38f, INFINITY, NAN};
  const int64_t extremes[] = {0, 1, -1, 2, 3, 7, 4096, 65536, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
  const auto extreme = [&] { return extremes[random() % std::size(extremes)]; };
  for (int round = 0; round < rounds; ++round) {
    OnnxBuilder b = sound;
    OnnxBuilder::Node& node = b.node(static_cast<int>(random() % b.graph().node_size()));
    onnx::TensorProto& tensor = b.initializer(static_cast<int>(random() % b.graph().initializer_size()));
    for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
      attribute.set_i(extreme());
      if (attribute.ints_size() > 0) attribute.set_ints(random() % attribute.ints_size(), extreme());
    }
    if (random() % 2 && tensor.int64_data_size() > 0)
      tensor.set_int64_data(random() % tensor.int64_data_size(), extreme());
    if (tensor.int32_data_size() > 0)
      tensor.set_int32_data(random() % tensor.int32_data_size(), static_cast<int32_t>(extreme()));
    if (tensor.float_data_size() > 0)
      tensor.set_float_data(random() % tensor.float_data_size(), extreme_floats[random() % std::size(extreme_floats)]);
    auto& shape = *b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
    if (random() % 4 == 0) shape.mutable_dim(random() % shape.dim_size())->set_dim_value(extreme());
    const int any = static_cast<int>(random() % b.graph().initializer_size());
    if (random() % 4 == 0 && node.input_size() > 0)
      node.set_input(random() % node.input_size(), b.initializer(any).name());
    if (random() % 4 == 0) node.set_op_type(b.node(static_cast<int>(random() % b.graph().node_size())).op_type());
    expect_error_or_sound(b.finish());
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(OnnxFiles, ExtremeNumbers) { test_extreme_numbers(varied_model(), 3000); }
TEST(OnnxFiles, ExtremeNumbersInQuantizedModels) {
  test_extreme_numbers(qdq_segmenter(), 600);
  test_extreme_numbers(qlinear_classifier(), 600);
}
TEST(OnnxFiles, ExtremeNumbersInModelsThatPick) { test_extreme_numbers(picking_model(), 2000); }

TEST(OnnxFiles, RecordedModel) {
  NARROWS_NEEDS_TEST_DATA();
  const std::string name = "mobilenet_v2_0.35_128_tfs_channel_first";
  const Graph graph = read_graph(test_data() / "models" / (name + ".onnx"));
  EXPECT_EQ(verify(graph), std::vector<std::string>{});
  for (const char* run : {"noise", "sunflower"}) {
    const Path folder = test_data() / "golden" / name;
    const std::vector<Bytes> values = interpret(graph, {read_bytes(folder / (std::string(run) + ".in0.bin"))});
    const Bytes expected = read_bytes(folder / (std::string(run) + ".out0.bin"));
    EXPECT_LE(difference_f32(expected, values[graph.outputs[0]]).relative(), 1e-5) << run;
  }
}

/// All that is left of NCHW is one transpose behind the input.
TEST(OnnxFiles, RecordedModelHasNoTransposesInside) {
  NARROWS_NEEDS_TEST_DATA();
  const Graph graph = read_graph(test_data() / "models" / "mobilenet_v2_0.35_128_tfs_channel_first.onnx");
  EXPECT_EQ(count_ops(graph, OpKind::transpose), 1);
  EXPECT_EQ(graph.ops[0].kind, OpKind::transpose);
  const Graph folded = fuse_activations(fold_batch_norm(fold_padding(graph)));
  for (const OpKind kind : {OpKind::mul, OpKind::pad, OpKind::relu}) EXPECT_EQ(count_ops(folded, kind), 0);
}

}  // namespace
}  // namespace narrows
