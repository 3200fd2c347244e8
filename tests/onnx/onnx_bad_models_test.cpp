// ONNX files that must be refused as a whole: versions, names, inputs and outputs, lists of operators.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "frontends/frontends.h"
#include "tests/support/onnx_bad_model.h"

namespace narrows {
namespace {

TEST(OnnxBadModels, Damaged) {
  std::vector<uint8_t> bytes = small_onnx_conv().finish();
  bytes.resize(bytes.size() / 2);
  EXPECT_EQ(errors_of_onnx(bytes), "m: error: the file is damaged: it is not a well-formed ONNX protobuf\n");
}

TEST(OnnxBadModels, NoGraph) {
  OnnxBuilder b = small_onnx_conv();
  b.model.clear_graph();
  b.model.set_producer_name("some tool");
  EXPECT_EQ(errors_of_onnx(b), "m: error: the model has no graph\n");
}

TEST(OnnxBadModels, OperatorSets) {
  EXPECT_EQ(errors_of_onnx(OnnxBuilder(6)),
            "m: error: the model uses version 6 of the operator set ai.onnx; supported: 7 to 23\n"
            "m: error: the model has no operators\n");
  OnnxBuilder b = small_onnx_conv();
  b.model.add_opset_import()->set_version(12);
  EXPECT_EQ(errors_of_onnx(b), "m: error: the model imports 2 versions of the operator set ai.onnx, expected 1\n");
}

TEST(OnnxBadModels, UnsupportedOperatorsAreListedOnce) {
  OnnxBuilder b = small_onnx_conv();
  b.op("Hardmax", {"y"}, "g1");
  b.op("NonZero", {"g1"}, "t");
  b.op("Hardmax", {"t"}, "g2");
  b.op("Foo", {"g2"}, "f").set_domain("com.microsoft");
  b.graph().clear_output();
  b.output("f");
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: 3 operators are not supported: Hardmax (2 times, first op 1), NonZero (op 2), "
            "com.microsoft.Foo (op 4)\n" +
                fmt::format("m: note: supported: {}\n", fmt::join(onnx_operators(), ", ")));
}

/// Operators of other domains are other operators, whatever their names.
TEST(OnnxBadModels, OtherDomain) {
  OnnxBuilder b = small_onnx_conv();
  b.node(0).set_domain("org.example");
  EXPECT_EQ(first_error_of_onnx(b), "m: error: 1 operator is not supported: org.example.Conv (op 0)");
}

TEST(OnnxBadModels, AllProblemsInOneRun) {
  OnnxBuilder b = small_onnx_conv();
  set(b.node(0), "group", 3);
  set(b.op("Hardmax", {"y"}, "s"), "axis", 1);
  b.op("Relu", {"nothing"}, "r");
  b.op("Sigmoid", {"x", "x"}, "t");
  b.output("missing");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: group is 3 for 2 channels; supported: divisors of the channels up to 64, "
            "and one group per channel\n"
            "m: op 2 Relu 'r': error: reads 'nothing', which is written by no operator\n"
            "m: op 3 Sigmoid 't': error: has 2 inputs, expected 1\n"
            "m: error: 1 operator is not supported: Hardmax (op 1)\n" +
                supported_note() + "m: error: model output 'missing' is written by no operator\n");
}

/// The file says what an operator that cannot be read makes; what follows is looked at.
TEST(OnnxBadModels, ProblemsBehindADeclaredValue) {
  OnnxBuilder b = small_onnx_conv();
  b.op("Mystery", {"y"}, "z");
  onnx::ValueInfoProto& info = *b.graph().add_value_info();
  info = b.graph().input(0);
  info.set_name("z");
  set(b.op("Transpose", {"z"}, "t"), "perm", std::vector<int64_t>{0, 1, 2});
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 2 Transpose 't': error: perm [0,1,2] is no permutation of 4 dimensions\n"
            "m: error: 1 operator is not supported: Mystery (op 1)\n" +
                supported_note());
}

TEST(OnnxBadModels, WrittenTwice) {
  OnnxBuilder b = small_onnx_conv();
  b.op("Relu", {"x"}, "y").set_name("clash");
  EXPECT_EQ(errors_of_onnx(b), "m: op 1 Relu 'clash': error: writes 'y', which has been written before\n");
}

TEST(OnnxBadModels, SecondOutputOfDropout) {
  OnnxBuilder b = small_onnx_conv();
  b.op("Dropout", {"y"}, "d").add_output("mask");
  b.op("Relu", {"mask"}, "r");
  EXPECT_EQ(errors_of_onnx(b), "m: op 2 Relu 'r': error: reads 'mask', an output of op 1 that is not supported\n");
}

TEST(OnnxBadModels, InputWithoutASize) {
  OnnxBuilder b;
  b.input("x", {0, 3, 0, 0}, {"N", "", "H", ""});
  b.op("Relu", {"x"}, "y");
  b.output("y");
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: dimension 2 of model input 'x' has no size in the file; give it with --shape H=N\n"
            "m: error: dimension 3 of model input 'x' has no size in the file; give it with --shape x[3]=N\n");
}

TEST(OnnxBadModels, ShapeOfNothing) {
  OnnxBuilder b;
  b.input("x", {0, 3}, {"N", ""});
  b.op("Relu", {"x"}, "y");
  b.output("y");
  ReadOptions options;
  options.shapes["M"] = 7;
  EXPECT_EQ(errors_of_onnx(b, options),
            "m: error: --shape M=7: no input of the model has a symbolic dimension of that name\n"
            "m: note: symbolic dimensions: N\n");
}

TEST(OnnxBadModels, Batch) {
  OnnxBuilder b;
  b.input("x", {2, 3, 4, 4});
  b.op("Relu", {"x"}, "y");
  b.output("y");
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: model input 'x' with shape [2,3,4,4] has batch size 2; only batch size 1 is supported\n");
}

TEST(OnnxBadModels, InputType) {
  OnnxBuilder b = small_onnx_conv();
  b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::DOUBLE);
  EXPECT_EQ(errors_of_onnx(b), "m: error: model input 'x' has type DOUBLE; supported: FLOAT, UINT8, INT8\n");
  b.graph().mutable_input(0)->mutable_type()->mutable_sequence_type();
  EXPECT_EQ(errors_of_onnx(b), "m: error: model input 'x' is not a tensor\n");
}

TEST(OnnxBadModels, InputWithoutAShape) {
  OnnxBuilder b = small_onnx_conv();
  b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  EXPECT_EQ(
      errors_of_onnx(b),
      "m: error: model input 'x' has no shape in the file; give its sizes with --shape x[0]=N, --shape x[1]=N and "
      "so on\n");
}

TEST(OnnxBadModels, EndsThatOccurTwice) {
  OnnxBuilder b = small_onnx_conv();
  b.output("y");
  b.input("x", {1});
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: model input 'x' occurs twice\n"
            "m: error: model output 'y' occurs twice\n");
}

TEST(OnnxBadModels, NoEnds) {
  OnnxBuilder b;
  b.op("Constant", {}, "c");
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: the model has no inputs\n"
            "m: op 0 Constant 'c': error: has 0 values, expected 1\n"
            "m: error: the model has no outputs\n");
}

TEST(OnnxBadModels, ConstantOutput) {
  OnnxBuilder b = small_onnx_conv();
  b.op("Relu", {"b"}, "c");
  b.output("c");
  EXPECT_EQ(errors_of_onnx(b), "m: error: model output 'c' depends on no model input\n");
}

TEST(OnnxBadModels, Initializers) {
  OnnxBuilder b = small_onnx_conv();
  b.initializer(0).mutable_raw_data()->resize(8);
  b.initializer(1).set_data_type(onnx::TensorProto::DOUBLE);
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: initializer 'w' with type FLOAT and shape [3,2,3,3] needs 216 bytes, but has 8\n"
            "m: error: initializer 'b' has type DOUBLE; supported: FLOAT, FLOAT16, UINT8, INT8, INT32, INT64, BOOL\n");
}

TEST(OnnxBadModels, InitializerShapes) {
  OnnxBuilder b = small_onnx_conv();
  b.initializer(0).set_dims(0, -3);
  for (int i = 0; i < 8; ++i) b.initializer(1).add_dims(1);
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: initializer 'w' has a dimension of size -3; expected 0 to 2147483647\n"
            "m: error: initializer 'b' has 9 dimensions, more than the limit of 8\n");
}

TEST(OnnxBadModels, InitializerInSegments) {
  OnnxBuilder b = small_onnx_conv();
  b.initializer(0).mutable_segment()->set_end(9);
  EXPECT_EQ(errors_of_onnx(b), "m: error: initializer 'w' is a segment of a tensor, which is not supported\n");
}

TEST(OnnxBadModels, InitializerTwice) {
  OnnxBuilder b = small_onnx_conv();
  b.floats("w", {1}, {1});
  EXPECT_EQ(errors_of_onnx(b), "m: error: initializer 'w' occurs twice\n");
}

TEST(OnnxBadModels, ShapeOptionForADescription) {
  const std::string json = R"({"resolution": 96})";
  ReadOptions options;
  options.shapes["H"] = 3;
  EXPECT_EQ(errors_of_onnx({json.begin(), json.end()}, options),
            "m: error: --shape is for sizes that ONNX and TensorFlow Lite models leave open; a description has none\n");
}

}  // namespace
}  // namespace narrows
