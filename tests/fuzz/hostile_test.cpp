// Files that mean ill: small ones that stand for much work or memory, deep ones, ones that refer to themselves. Each is
// refused or compiled soon; NowTesting ends a test that hangs.
#include <flatbuffers/flexbuffers.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/compile.h"
#include "compiler/graph/costs.h"
#include "compiler/passes/passes.h"
#include "frontends/frontends.h"
#include "tests/fuzz/soak.h"
#include "tests/support/detector.h"
#include "tests/support/graphs.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

namespace format = tflite_format;
using Code = TfliteBuilder::Code;
using Ints = std::vector<int64_t>;

/// The first message about a file that must not be read.
std::string refused(const std::vector<uint8_t>& file) {
  const NowTesting now("a file that means ill", 0);
  Diagnostics diagnostics("m");
  EXPECT_FALSE(read_model(file, "m", diagnostics).has_value());
  const std::string text = diagnostics.str();
  return text.substr(0, text.find('\n'));
}

CompileOptions options() {
  CompileOptions o;
  o.name = "m";
  o.target = target_named("x86-64-linux-avx2");
  return o;
}

// ---- deep models ---------------------------------------------------------------------------------

using Append = std::string (*)(OnnxBuilder& b, const std::string& x, int i);

std::string name_of(int i, const char* part = "") { return fmt::format("t{}{}", i, part); }

std::string append_conv(OnnxBuilder& b, const std::string& x, int i) {
  b.op("Conv", {x, b.floats(name_of(i, "w"), {4, 4, 1, 1}, small_numbers(16, i))}, name_of(i));
  return name_of(i);
}
std::string append_separable(OnnxBuilder& b, const std::string& x, int i) {
  OnnxBuilder::Node& node =
      b.op("Conv", {x, b.floats(name_of(i, "d"), {4, 1, 3, 3}, small_numbers(36, i))}, name_of(i, "f"));
  set(node, "group", 4);
  set(node, "pads", Ints{1, 1, 1, 1});
  b.op("Relu", {name_of(i, "f")}, name_of(i, "r"));
  return append_conv(b, name_of(i, "r"), i);
}
std::string append_sigmoid(OnnxBuilder& b, const std::string& x, int i) {
  b.op("Sigmoid", {x}, name_of(i));
  return name_of(i);
}
std::string append_sum(OnnxBuilder& b, const std::string& x, int i) {
  b.op("Sigmoid", {"x"}, name_of(i, "s"));
  b.op("Add", {x, name_of(i, "s")}, name_of(i));
  return name_of(i);
}
std::string append_joined(OnnxBuilder& b, const std::string& x, int i) {
  set(b.op("Concat", {x, "x"}, name_of(i, "c")), "axis", 2);
  OnnxBuilder::Node& pool = b.op("MaxPool", {name_of(i, "c")}, name_of(i));
  set(pool, "kernel_shape", Ints{2, 1});
  set(pool, "strides", Ints{2, 1});
  return name_of(i);
}
std::string append_reshaped(OnnxBuilder& b, const std::string& x, int i) {
  b.op("Reshape", {x, b.integers(name_of(i, "f"), {1, 4, 1, 12})}, name_of(i, "r"));
  b.op("Sigmoid", {name_of(i, "r")}, name_of(i, "s"));
  b.op("Reshape", {name_of(i, "s"), b.integers(name_of(i, "b"), {1, 4, 4, 3})}, name_of(i));
  return name_of(i);
}

struct Deep {
  const char* name;
  Append append;
  int times;
};

class DeepModels : public testing::TestWithParam<Deep> {};

TEST_P(DeepModels, Compile) {
  const NowTesting now(GetParam().name, GetParam().times);
  OnnxBuilder b;
  std::string last = b.input("x", {1, 4, 4, 3});
  for (int i = 0; i < GetParam().times; ++i) last = GetParam().append(b, last, i);
  b.output(last);
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_model(b.finish(), "m", diagnostics);
  ASSERT_TRUE(graph.has_value()) << diagnostics.str();
  const std::optional<Compiled> compiled = compile(*graph, options(), diagnostics);
  ASSERT_TRUE(compiled.has_value()) << diagnostics.str();
  EXPECT_GE(static_cast<int>(compiled->blocks.size()), GetParam().times);
}

std::string deep_name(const testing::TestParamInfo<Deep>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(All, DeepModels,
                         testing::Values(Deep{"convolutions", append_conv, 4000},
                                         Deep{"separable", append_separable, 1500},
                                         Deep{"sigmoids", append_sigmoid, 4000}, Deep{"sums", append_sum, 2000},
                                         Deep{"joined", append_joined, 1000}, Deep{"reshaped", append_reshaped, 1000}),
                         deep_name);

TEST(HostileFiles, WithTooManyOperators) {
  TfliteBuilder b;
  int last = b.add_input("x", DType::f32, {1, 4});
  for (int i = 0; i < 100'001; ++i) last = b.unary(Code::RELU, "r", last);
  EXPECT_EQ(refused(b.finish({last})), "m: error: the model has 100001 operators, more than the limit of 100000");
}

// ---- sizes ---------------------------------------------------------------------------------------

TEST(HostileFiles, WithHugeTensors) {
  TfliteBuilder b;
  const int x = b.add_input("x", DType::f32, {1, 65536, 65536, 65536});
  EXPECT_NE(refused(b.finish({b.unary(Code::RELU, "y", x)})).find("larger than"), std::string::npos);
  OnnxBuilder o;
  o.input("x", {1, 65536, 65536, 65536});
  o.op("Relu", {"x"}, "y");
  o.output("y");
  EXPECT_NE(refused(o.finish()).find("more than the limit of"), std::string::npos);
}

TEST(HostileFiles, WithHugeConstants) {
  OnnxBuilder b;
  b.input("x", {1, 1});
  b.integers("shape", {1 << 15, 1 << 15, 1 << 15, 1 << 15});
  b.op("ConstantOfShape", {"shape"}, "c");
  b.op("Add", {"x", "c"}, "y");
  b.output("y");
  EXPECT_NE(refused(b.finish()), "");
}

TEST(HostileFiles, WithHugeSparseConstants) {
  TfliteBuilder b;
  const int x = b.add_input("x", DType::f32, {1, 4});
  const int w = b.add_floats("w", {1 << 14, 1 << 14}, {1.0f});
  b.tensor(w).sparsity = std::make_unique<format::SparsityParametersT>();
  auto& sparsity = *b.tensor(w).sparsity;
  sparsity.traversal_order = {0, 1};
  for (int d = 0; d < 2; ++d) {
    sparsity.dim_metadata.push_back(std::make_unique<format::DimensionMetadataT>());
    sparsity.dim_metadata.back()->dense_size = 1 << 14;
  }
  b.add_op(Code::FULLY_CONNECTED, {x, w, -1}, {b.add_tensor("y", DType::f32, {1, 1 << 14})},
           format::FullyConnectedOptionsT());
  EXPECT_NE(refused(b.finish({2})), "");
}

// ---- work ----------------------------------------------------------------------------------------

/// A pool of constants over windows of a million elements, and many products of constants.
TEST(HostileFiles, WithMuchToCompute) {
  const NowTesting now("constants", 0);
  std::string text = R"(graph "work"
inputs %0
outputs %1 %2
%0 f32[1,1,1,1] "x"
%3 f32[1,1000,1000,1] = fill 1
%4 f32[1,1000,1000,1] = max_pool %3 kernel 1000 1000 pad 499 500 499 500
%5 f32[1,1,1,1] = average_pool %4 kernel 1000 1000
%1 f32[1,1,1,1] = add %0 %5
%6 f32[900,900] = fill 0.001
%7 f32[900,900] = fill 0.5
)";
  constexpr int kProducts = 40;
  for (int i = 0; i < kProducts; ++i) text += fmt::format("%{} f32[900,900] = fully_connected %{} %6\n", 8 + i, 7 + i);
  text += fmt::format("%{} f32[1,900,900,1] = reshape %{}\n", 8 + kProducts, 7 + kProducts);
  text += fmt::format("%{} f32[1,1,1,1] = max_pool %{} kernel 900 900\n", 9 + kProducts, 8 + kProducts);
  text += fmt::format("%2 f32[1,1,1,1] = add %0 %{}\n", 9 + kProducts);
  const Graph folded = fold_constants(typed_graph(text, DType::f32));
  EXPECT_GE(static_cast<int>(folded.ops.size()), kProducts) << "one product takes nearly a second";
  Diagnostics diagnostics("m");
  EXPECT_TRUE(compile(folded, options(), diagnostics).has_value()) << diagnostics.str();
}

TEST(FoldedWork, IsBoundedForAllOperatorsTogether) {
  Graph graph;
  Tensor pixel, map;
  pixel.shape = {1, 1, 1, 1};
  map.shape = {1, 5000, 5000, 1};
  Op op;
  op.kind = OpKind::resize_nearest;
  op.inputs = {graph.add(pixel)};
  op.output = graph.add(map);
  FoldedWork work;
  EXPECT_TRUE(work.take(graph, op));  // 100 MB
  EXPECT_FALSE(work.take(graph, op));
  work.add_source(10'000'000);
  EXPECT_TRUE(work.take(graph, op));
}

TEST(HostileFiles, WithManyCopiesOfAConstant) {
  OnnxBuilder b;
  std::string last = b.input("x", {1, 4, 500, 500});
  b.integers("shape", {1, 4, 500, 500});
  for (int i = 0; i < 100; ++i) {
    b.op("ConstantOfShape", {"shape"}, name_of(i, "c"));
    b.op("Add", {last, name_of(i, "c")}, name_of(i));
    last = name_of(i);
  }
  b.output(last);
  EXPECT_NE(refused(b.finish()).find("constants that operators make take more than the limit of"), std::string::npos);
}

// ---- files that refer to themselves, or nest ------------------------------------------------------

TEST(HostileFiles, WithCycles) {
  OnnxBuilder b;
  b.input("x", {1, 4});
  b.op("Add", {"x", "b"}, "a");
  b.op("Relu", {"a"}, "b");
  b.output("b");
  EXPECT_NE(refused(b.finish()), "");
  TfliteBuilder t;
  const int x = t.add_input("x", DType::f32, {1, 4}), y = t.add_tensor("y", DType::f32, {1, 4});
  const int z = t.add("z", x, y);
  t.add_op(Code::RELU, {z}, {y});
  EXPECT_NE(refused(t.finish({y})), "");
}

TEST(HostileFiles, WithNestedOptions) {
  TfliteBuilder b = detector(DType::f32, small_detector_options());
  b.op(0).custom_options = detector_options(small_detector_options(), "", [](flexbuffers::Builder& f) {
    std::vector<size_t> starts;
    f.Key("deep");
    for (int i = 0; i < 20'000; ++i) starts.push_back(f.StartVector());
    while (!starts.empty()) f.EndVector(starts.back(), false, false), starts.pop_back();
  });
  EXPECT_NE(refused(b.finish()), "");
}

TEST(HostileFiles, WithNestedJson) {
  for (const char* open : {"[", "{\"head\":", "{\"rows\":["}) {
    std::string text = "{\"rows\": ";
    for (int i = 0; i < 100'000; ++i) text += open;
    EXPECT_NE(refused({text.begin(), text.end()}), "");
  }
}

TEST(HostileFiles, WithNestedBranches) {
  OnnxBuilder leaf;
  leaf.op("Relu", {"x"}, "r");
  leaf.output("r");
  OnnxBuilder body = leaf;
  for (int i = 1; i < 200; ++i) {
    OnnxBuilder outer;
    OnnxBuilder::Node& node = outer.op("If", {"yes"}, name_of(i));
    set_branch(node, "then_branch", body);
    set_branch(node, "else_branch", leaf);
    outer.output(name_of(i));
    body = outer;
  }
  body.input("x", {1, 4});
  body.stored("yes", {}, onnx::TensorProto::BOOL, {1});
  EXPECT_NE(refused(body.finish()), "");
}

TEST(HostileFiles, WithFunctionsThatMultiply) {
  OnnxBuilder b;
  b.input("x", {1, 4});
  b.op("f40", {"x"}, "y").set_domain("d");
  b.output("y");
  auto& opset = *b.model.add_opset_import();
  opset.set_domain("d");
  opset.set_version(1);
  for (int i = 0; i <= 40; ++i) {
    onnx::FunctionProto& f = *b.model.add_functions();
    f.set_name(fmt::format("f{}", i));
    f.set_domain("d");
    f.add_input("a");
    f.add_output("b");
    f.add_opset_import()->set_version(13);
    for (const auto& [from, to] : {std::pair("a", "m"), std::pair("m", "b")}) {
      onnx::NodeProto& node = *f.add_node();
      node.set_op_type(i == 0 ? "Relu" : fmt::format("f{}", i - 1));
      if (i > 0) node.set_domain("d");
      node.add_input(from);
      node.add_output(to);
    }
  }
  EXPECT_NE(refused(b.finish()).find("more than the limit of 100000 operators"), std::string::npos);
}

}  // namespace
}  // namespace narrows
