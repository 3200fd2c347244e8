// Every row of compiler/graph/ops.cpp against every stage: an operator that one of them has forgotten fails here.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/graph/ops.h"
#include "compiler/interpret/interpret.h"
#include "frontends/frontends.h"
#include "tests/support/detector.h"
#include "tests/support/tflite_builder.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
namespace format = tflite_format;

/// An operator as text. It may read %0 and %1, which are f32[1,4,4,4].
struct Sample {
  const char* output;          ///< its type, shape and quantization
  const char* op;              ///< its operands and attributes
  const char* constants = "";  ///< or other tensors that stand before the operator
};

const std::map<OpKind, Sample> samples = {
    {OpKind::conv2d, {"f32[1,4,4,8]", "%0 %3", "%3 f32[8,1,1,4] = seed 1"}},
    {OpKind::depthwise_conv2d, {"f32[1,2,2,4]", "%0 %3 kernel 3 3", "%3 f32[1,3,3,4] = seed 1"}},
    {OpKind::fully_connected, {"f32[1,8]", "%0 %3", "%3 f32[8,64] = seed 1"}},
    {OpKind::add, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::sub, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::mul, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::maximum, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::minimum, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::div, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::pow, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::squared_difference, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::floor_div, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::floor_mod, {"f32[1,4,4,4]", "%0 %1"}},
    {OpKind::prelu, {"f32[1,4,4,4]", "%0 %3", "%3 f32[4] = seed 1"}},
    {OpKind::pad, {"f32[1,6,4,4]", "%0 pads 0 0 1 1 0 0 0 0"}},
    {OpKind::average_pool, {"f32[1,2,2,4]", "%0 kernel 2 2 stride 2 2"}},
    {OpKind::max_pool, {"f32[1,2,2,4]", "%0 kernel 2 2 stride 2 2"}},
    {OpKind::mean, {"f32[1,4]", "%0 axes 1 2"}},
    {OpKind::sum, {"f32[1,4]", "%0 axes 1 2"}},
    {OpKind::reduce_max, {"f32[1,4,1,4]", "%0 axes 2"}},
    {OpKind::reduce_min, {"f32[1,4,4]", "%0 axes 3"}},
    {OpKind::reduce_prod, {"f32[1,1,1,1]", "%0 axes 0 1 2 3"}},
    {OpKind::reshape, {"f32[16,4]", "%0"}},
    {OpKind::softmax, {"f32[1,4,4,4]", "%0 beta 2"}},
    {OpKind::l2_normalization, {"f32[1,4,4,4]", "%0"}},
    {OpKind::logistic, {"f32[1,4,4,4]", "%0"}},
    {OpKind::hard_swish, {"f32[1,4,4,4]", "%0"}},
    {OpKind::unary, {"f32[1,4,4,4]", "%0 function elu alpha 0.5"}},
    {OpKind::hard_sigmoid, {"f32[1,4,4,4]", "%0"}},
    {OpKind::silu, {"f32[1,4,4,4]", "%0"}},
    {OpKind::lookup,
     {"u8[1,4,4,4] scale 0.5", "%3 %4", "%3 i8[1,4,4,4] scale 0.5 = quantize %0\n%4 u8[256] scale 0.5 = seed 1"}},
    {OpKind::relu, {"f32[1,4,4,4]", "%0 activation relu6"}},
    {OpKind::concatenation, {"f32[1,4,4,8]", "%0 %1 axis 3"}},
    {OpKind::transpose, {"f32[1,4,4,4]", "%0 axes 0 2 1 3"}},
    {OpKind::slice, {"f32[1,2,4,4]", "%0 begin 0 1 0 0 steps 1 1 1 1"}},
    {OpKind::resize_bilinear, {"f32[1,7,7,4]", "%0 sampling align_corners"}},
    {OpKind::resize_nearest, {"f32[1,8,8,4]", "%0"}},
    {OpKind::arg_max, {"i32[1,4,4]", "%0 axis 3"}},
    {OpKind::cast, {"i32[1,4,4,4]", "%0"}},
    {OpKind::quantize, {"u8[1,4,4,4] scale 0.5 zero 3", "%0"}},
    {OpKind::dequantize, {"f32[1,4,4,4]", "%3", "%3 i8[1,4,4,4] scale 0.5 = quantize %0"}},
    {OpKind::detection_postprocess,
     {"f32[13]", "%4 %5 %3 detections 2 1 100 3 fast 0.1 0.6 10 10 5 5",
      "%3 f32[16,4] = seed 1\n%4 f32[1,16,4] = reshape %0\n%5 f32[1,16,4] = reshape %1"}},
    {OpKind::depth_to_space, {"f32[1,7,8,1]", "%0 stride 2 2 pad 1 0 0 0"}},
    {OpKind::mirror_pad, {"f32[1,7,4,4]", "%0 pads 0 0 3 0 0 0 0 0 mirror symmetric"}},
    {OpKind::gather, {"f32[1,4,2,4]", "%0 %3 axis 2", "%3 i32[2,1] = values 3 -1"}},
    {OpKind::top_k, {"i32[1,4,4,3]", "%0 smallest"}},
    {OpKind::non_max_suppression,
     {"i32[6]", "%3 %4 detections 5 1 100 0 fast 0.1 0.5 1 1 1 1 sigma 0.5",
      "%3 f32[16,4] = reshape %0\n%5 f32[64] = reshape %1\n%4 f32[16] = slice %5 begin 0 steps 1"}},
};

/// %2 is the operator's output.
Graph sample_graph(const OpFacts& row) {
  const Sample& sample = samples.at(row.kind);
  std::string text = fmt::format("graph \"{}\"\ninputs %0 %1\noutputs %2\n", row.name);
  text += fmt::format("%0 f32[1,4,4,4]\n%1 f32[1,4,4,4]\n{}\n", sample.constants);
  text += fmt::format("%2 {} = {} {}\n", sample.output, row.name, sample.op);
  Diagnostics diagnostics(row.name);
  Graph graph = parse_graph(text, diagnostics);
  EXPECT_EQ(diagnostics.str(), "") << text;
  return graph;
}

class Operators : public testing::TestWithParam<size_t> {
 protected:
  const OpFacts& row() const { return all_ops().at(GetParam()); }
  void SetUp() override { ASSERT_TRUE(samples.count(row().kind)) << "no sample of " << row().name; }
};

TEST_P(Operators, RuleTakesAndRefuses) {
  Graph graph = sample_graph(row());
  EXPECT_EQ(verify(graph), std::vector<std::string>());
  graph.tensors.at(2).shape = {7, 11, 13};
  EXPECT_EQ(verify(graph).size(), 1u) << "an output of any shape will do";
}

TEST_P(Operators, TextIsReadBack) {
  const std::string text = print(sample_graph(row()), true);
  Diagnostics diagnostics(row().name);
  EXPECT_EQ(print(parse_graph(text, diagnostics), true), text);
  EXPECT_EQ(diagnostics.str(), "");
}

TEST_P(Operators, IsInterpreted) {
  const Graph graph = sample_graph(row());
  std::vector<Bytes> inputs;
  for (const int id : graph.inputs) inputs.emplace_back(static_cast<size_t>(graph.tensors[id].bytes()));
  const std::vector<Bytes> values = interpret(graph, inputs, Numerics::tflite);
  EXPECT_EQ(static_cast<int64_t>(values.at(2).size()), graph.tensors.at(2).bytes());
}

TEST_P(Operators, IsLowered) {
  CompileOptions options;
  options.name = "sample";
  Diagnostics diagnostics(row().name);
  options.target = parse_target("x86-64-linux-avx2", diagnostics).value();
  EXPECT_TRUE(compile(sample_graph(row()), options, diagnostics).has_value());
  EXPECT_EQ(diagnostics.str(), "");
}

std::string operator_name(const testing::TestParamInfo<size_t>& info) { return all_ops().at(info.param).name; }

INSTANTIATE_TEST_SUITE_P(All, Operators, testing::Range<size_t>(0, all_ops().size()), operator_name);

// ---- readers -------------------------------------------------------------------------------------

/// One TFLite model with an operator of nearly every kind. Nothing in it is useful.
struct ManyOperators {
  TfliteBuilder b;
  int x = b.add_input("x", DType::f32, {1, 4, 4, 4});
  int y = b.add_input("y", DType::f32, {1, 4, 4, 4});
  std::vector<int> outputs = {};

  int tensor(const Shape& shape, DType type = DType::f32, const Quant& quant = {}) {
    outputs.push_back(b.add_tensor(fmt::format("out{}", outputs.size()), type, shape, quant));
    return outputs.back();
  }
  int ints(const Shape& shape, const std::vector<int>& values) {
    return b.add_ints(fmt::format("ints{}", b.subgraph().tensors.size()), shape, values);
  }

  void add_weighted() {
    const std::vector<float> ones(512, 1.0f);
    const auto weights = [&](const Shape& shape) {
      return b.add_floats(fmt::format("w{}", shape.size() * shape[0]), shape,
                          {ones.begin(), ones.begin() + element_count(shape)});
    };
    outputs.push_back(b.conv2d("conv", {x, weights({8, 1, 1, 4})}, {}));
    outputs.push_back(b.depthwise_conv2d("depthwise", {x, weights({1, 3, 3, 4})}, {}));
    outputs.push_back(b.fully_connected("fully_connected", {b.reshape("row", x, {1, 64}), weights({8, 64})}));
  }

  void add_elementwise() {
    for (const Code code : {Code::ADD, Code::SUB, Code::MUL, Code::MAXIMUM, Code::MINIMUM, Code::DIV, Code::POW,
                            Code::SQUARED_DIFFERENCE, Code::FLOOR_DIV, Code::FLOOR_MOD})
      b.add_op(code, {x, y}, {tensor({1, 4, 4, 4})});
    for (const Code code : {Code::RELU6, Code::LOGISTIC, Code::HARD_SWISH, Code::GELU, Code::L2_NORMALIZATION})
      outputs.push_back(b.unary(code, format::EnumNameBuiltinOperator(code), x));
    outputs.push_back(b.softmax("softmax", x));
    b.add_op(Code::PRELU, {x, b.add_floats("slopes", {4}, {0.5f, 0.1f, -1, 0})}, {tensor({1, 4, 4, 4})});
    const int stored = b.convert("stored", x, DType::u8, per_tensor(0.5f, 3));
    outputs.push_back(b.convert("real", stored, DType::f32));
    b.add_op(Code::CAST, {x}, {tensor({1, 4, 4, 4}, DType::i32)});
  }

  void add_windows() {
    TfliteBuilder::Window window;
    window.kernel_h = window.kernel_w = window.stride = 2;
    outputs.push_back(b.pool(Code::AVERAGE_POOL_2D, "average_pool", x, window));
    outputs.push_back(b.pool(Code::MAX_POOL_2D, "max_pool", x, window));
    b.add_op(Code::RESIZE_BILINEAR, {x, ints({2}, {7, 7})}, {tensor({1, 7, 7, 4})}, format::ResizeBilinearOptionsT());
    b.add_op(Code::RESIZE_NEAREST_NEIGHBOR, {x, ints({2}, {8, 8})}, {tensor({1, 8, 8, 4})},
             format::ResizeNearestNeighborOptionsT());
  }

  void add_moves() {
    format::ConcatenationOptionsT last;
    last.axis = 3;
    b.add_op(Code::CONCATENATION, {x, y}, {tensor({1, 4, 4, 8})}, last);
    b.add_op(Code::PAD, {x, ints({4, 2}, {0, 0, 1, 1, 0, 0, 0, 0})}, {tensor({1, 6, 4, 4})});
    for (const Code code : {Code::MEAN, Code::SUM, Code::REDUCE_MAX, Code::REDUCE_MIN, Code::REDUCE_PROD})
      b.add_op(code, {x, ints({2}, {1, 2})}, {tensor({1, 4})}, format::ReducerOptionsT());
    b.add_op(Code::TRANSPOSE, {x, ints({4}, {0, 2, 1, 3})}, {tensor({1, 4, 4, 4})});
    b.add_op(Code::SLICE, {x, ints({4}, {0, 1, 0, 0}), ints({4}, {1, 2, 4, 4})}, {tensor({1, 2, 4, 4})});
    b.add_op(Code::ARG_MAX, {x, ints({1}, {3})}, {tensor({1, 4, 4}, DType::i32)});
  }

  void add_picks() {
    format::DepthToSpaceOptionsT blocks;
    blocks.block_size = 2;
    b.add_op(Code::DEPTH_TO_SPACE, {x}, {tensor({1, 8, 8, 1})}, blocks);
    b.add_op(Code::MIRROR_PAD, {x, ints({4, 2}, {0, 0, 1, 1, 0, 0, 0, 0})}, {tensor({1, 6, 4, 4})},
             format::MirrorPadOptionsT());
    b.add_op(Code::GATHER_ND, {x, ints({3, 2}, {0, 1, 0, 3, 0, 0})}, {tensor({3, 4, 4})});
    b.add_op(Code::TOPK_V2, {x, ints({}, {2})}, {tensor({1, 4, 4, 2}), tensor({1, 4, 4, 2}, DType::i32)});
    const int boxes = b.reshape("boxes", x, {16, 4}), scores = b.add_tensor("scores", DType::f32, {16});
    b.add_op(Code::SLICE, {b.reshape("flat", y, {64}), ints({1}, {0}), ints({1}, {16})}, {scores});
    const std::vector<int> limits = {ints({}, {5}), b.add_floats("iou", {}, {0.5f}), b.add_floats("least", {}, {0})};
    b.add_op(Code::NON_MAX_SUPPRESSION_V4, {boxes, scores, limits[0], limits[1], limits[2]},
             {tensor({5}, DType::i32), tensor({}, DType::i32)});
  }
};

void collect(const std::vector<uint8_t>& model, std::set<OpKind>* kinds) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_tflite(model, "m", diagnostics);
  ASSERT_EQ(diagnostics.str(), "");
  for (const Op& op : graph->ops) kinds->insert(op.kind);
}

TEST(OperatorReaders, MakeEveryKind) {
  ManyOperators many;
  many.add_weighted();
  many.add_elementwise();
  many.add_windows();
  many.add_moves();
  many.add_picks();
  std::set<OpKind> kinds;
  collect(many.b.finish(many.outputs), &kinds);
  collect(detector(DType::f32, small_detector_options()).finish(), &kinds);
  // Those that files write out as several operators, which passes find.
  kinds.insert({OpKind::hard_sigmoid, OpKind::silu, OpKind::lookup});
  for (const OpFacts& row : all_ops()) EXPECT_TRUE(kinds.count(row.kind)) << "no reader makes " << row.name;
}

}  // namespace
}  // namespace narrows
