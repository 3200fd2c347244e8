// Well-formed files whose model as a whole is wrong or not supported: versions, subgraphs, operator lists,
// dataflow.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"

namespace narrows {
namespace {

const std::string supported_note = fmt::format("m: note: supported: {}\n", fmt::join(tflite_operators(), ", "));

using Code = TfliteBuilder::Code;
namespace format = tflite_format;

TEST(BadModels, Version) {
  TfliteBuilder b = small_conv();
  b.model.version = 2;
  EXPECT_EQ(errors_of(b), "m: error: the model has format version 2, expected 3\n");
}

TEST(BadModels, NoSubgraphs) {
  TfliteBuilder b;
  b.model.subgraphs.clear();
  EXPECT_EQ(errors_of(b), "m: error: the model has no subgraphs\n");
}

TEST(BadModels, NoOperators) {
  TfliteBuilder b;
  b.add_input("x", DType::f32, {1});
  EXPECT_EQ(errors_of(b), "m: error: the model has no operators\n");
}

TEST(BadModels, SecondEntryPoint) {
  TfliteBuilder b = small_conv();
  b.model.subgraphs.push_back(std::make_unique<format::SubGraphT>(b.subgraph()));
  b.model.signature_defs.push_back(std::make_unique<format::SignatureDefT>());
  b.model.signature_defs[0]->signature_key = "train";
  b.model.signature_defs[0]->subgraph_index = 1;
  EXPECT_EQ(errors_of(b),
            "m: error: the model has signatures that are computed by other subgraphs than the first: 'train'\n"
            "m: note: --signature NAME compiles one of them\n");
}

TEST(BadModels, UnsupportedOperatorsAreListedOnce) {
  TfliteBuilder b = small_conv();
  int last = y;
  for (const Code code : {Code::CUMSUM, Code::SVDF, Code::CUMSUM, Code::CUMSUM}) {
    last = b.unary(code, "z", last);
  }
  b.subgraph().outputs = {last};
  EXPECT_EQ(errors_of(b),
            "m: error: 2 operators are not supported: CUMSUM (3 times, first op 1), SVDF (op 2)\n" + supported_note);
}

TEST(BadModels, CustomOperator) {
  TfliteBuilder b = small_conv();
  const int z = b.add_tensor("z", DType::f32, {1, 4, 4, 3});
  b.add_custom_op("My'Op\n", {y}, {z});
  b.subgraph().outputs = {z};
  EXPECT_EQ(errors_of(b), "m: error: 1 operator is not supported: CUSTOM(My\\x27Op\\x0a) (op 1)\n" + supported_note);
}

TEST(BadModels, OperatorNewerThanTheSchema) {
  TfliteBuilder b = small_conv();
  b.model.operator_codes[0]->builtin_code = static_cast<Code>(1000);
  EXPECT_EQ(errors_of(b), "m: error: 1 operator is not supported: BUILTIN_1000 (op 0)\n" + supported_note);
}

TEST(BadModels, OperatorVersion) {
  TfliteBuilder b = small_conv();
  b.model.operator_codes[0]->version = 99;
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: version 99 is not supported; expected 1 to 8\n");
}

TEST(BadModels, OperatorCodeIndex) {
  TfliteBuilder b = small_conv();
  b.op(0).opcode_index = 5;
  EXPECT_EQ(errors_of(b), "m: op 0 operator 'y': error: refers to operator code 5 of 1\n");
}

TEST(BadModels, OperandIndices) {
  TfliteBuilder b = small_conv();
  b.op(0).inputs = {4, -2, 1000000};
  b.op(0).outputs = {-1};
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D '': error: input 0 refers to tensor 4 of 4\n"
            "m: op 0 CONV_2D '': error: input 1 refers to tensor -2 of 4\n"
            "m: op 0 CONV_2D '': error: input 2 refers to tensor 1000000 of 4\n"
            "m: op 0 CONV_2D '': error: output 0 refers to tensor -1 of 4\n");
}

TEST(BadModels, TooManyOperands) {
  TfliteBuilder b = small_conv();
  b.op(0).inputs.assign(1001, 0);
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: has 1001 inputs, more than the limit of 1000\n");
}

TEST(BadModels, TooManyOperators) {
  TfliteBuilder b = small_conv();
  for (int i = 0; i < 100000; ++i) b.add_op(Code::RELU, {y}, {y});
  EXPECT_EQ(errors_of(b), "m: error: the model has 100001 operators, more than the limit of 100000\n");
}

TEST(BadModels, RequiredInputAbsent) {
  TfliteBuilder b = small_conv();
  b.op(0).inputs = {x, -1, bias};
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: input 1 is absent, but is not optional\n");
}

TEST(BadModels, InputCount) {
  TfliteBuilder b = small_conv();
  b.op(0).inputs = {x};
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: has 1 inputs, expected 2 to 3\n");
}

TEST(BadModels, OutputCount) {
  TfliteBuilder b = small_conv();
  b.op(0).outputs = {};
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 3 'y' is a model output, but no operator writes it\n"
            "m: op 0 CONV_2D '': error: has 0 outputs, expected 1\n");
}

TEST(BadModels, InputsAndOutputsOutOfRange) {
  TfliteBuilder b = small_conv();
  b.subgraph().inputs = {x, -1};
  b.subgraph().outputs = {y, 4};
  EXPECT_EQ(errors_of(b),
            "m: error: model input 1 refers to tensor -1 of 4\n"
            "m: error: model output 1 refers to tensor 4 of 4\n");
}

TEST(BadModels, InputTwice) {
  TfliteBuilder b = small_conv();
  b.subgraph().inputs = {x, x};
  EXPECT_EQ(errors_of(b), "m: error: tensor 0 'x' is listed twice as model input\n");
}

TEST(BadModels, NoInputs) {
  TfliteBuilder b = small_conv();
  b.subgraph().inputs = {};
  EXPECT_EQ(errors_of(b),
            "m: error: the model has no inputs\n"
            "m: op 0 CONV_2D 'y': error: reads tensor 0 'x', which has no data and is not written by any "
            "operator\n");
}

TEST(BadModels, NoOutputs) {
  TfliteBuilder b = small_conv();
  b.subgraph().outputs = {};
  EXPECT_EQ(errors_of(b), "m: error: the model has no outputs\n");
}

TEST(BadModels, OutputNeverWritten) {
  TfliteBuilder b = small_conv();
  b.subgraph().outputs = {y, b.add_tensor("z", DType::f32, {2})};
  EXPECT_EQ(errors_of(b), "m: error: tensor 4 'z' is a model output, but no operator writes it\n");
}

TEST(BadModels, OutputInHalfPrecision) {
  TfliteBuilder b = small_conv();
  const int half = b.add_constant("half", DType::f16, {1}, {0, 0x3c});
  b.subgraph().outputs = {y, half};
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 4 'half' is a model output with type FLOAT16; supported: FLOAT32, UINT8, INT8, INT32, "
            "INT64\n");
}

TEST(BadModels, WritesItsInput) {
  TfliteBuilder b = one_op(Code::RELU, {1, 4}, {}, {1, 4});
  b.op(0).outputs = {0};
  EXPECT_EQ(errors_of(b),
            "m: op 0 RELU 'x': error: writes tensor 0 'x', which is a model input\n"
            "m: error: tensor 1 'y' is a model output, but no operator writes it\n");
}

TEST(BadModels, WritesAConstant) {
  TfliteBuilder b = small_conv();
  b.add_op(Code::RELU, {y}, {w});
  EXPECT_EQ(errors_of(b), "m: op 1 RELU 'w': error: writes tensor 1 'w', which is a constant\n");
}

TEST(BadModels, TwoProducers) {
  TfliteBuilder b = small_conv();
  b.add_op(Code::RELU, {y}, {y});
  EXPECT_EQ(errors_of(b), "m: op 1 RELU 'y': error: writes tensor 3 'y', which is written by an operator before\n");
}

TEST(BadModels, ConsumerBeforeProducer) {
  TfliteBuilder b = small_conv();
  b.unary(Code::RELU, "z", y);
  std::swap(b.subgraph().operators[0], b.subgraph().operators[1]);
  EXPECT_EQ(errors_of(b), "m: op 0 RELU 'z': error: reads tensor 3 'y', which only op 1 writes\n");
}

TEST(BadModels, Cycle) {
  TfliteBuilder b = one_op(Code::RELU, {1, 4}, {}, {1, 4});
  b.op(0).inputs = b.op(0).outputs;
  EXPECT_EQ(errors_of(b), "m: op 0 RELU 'y': error: reads tensor 1 'y', which only op 0 writes\n");
}

TEST(BadModels, AllErrorsInOneRun) {
  TfliteBuilder b = small_conv();
  const int pooled = b.pool(Code::MAX_POOL_2D, "pooled", y, {2, TfliteBuilder::Padding::SAME, 1, 2, 2});
  const int odd = b.unary(Code::CUMSUM, "odd", pooled);
  const int last = b.softmax("last", odd);
  b.subgraph().outputs = {last};
  b.options<format::Conv2DOptionsT>(0).stride_w = 0;
  b.tensor(bias).shape = {2};
  b.data(bias).resize(8);
  b.options<format::Pool2DOptionsT>(1).filter_height = -1;
  b.options<format::SoftmaxOptionsT>(3).beta = 0;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: bias 'bias' has shape [2], expected one value for each of 3 output "
            "channels\n"
            "m: op 0 CONV_2D 'y': error: stride 1x0 is out of range; expected 1 to 4096\n"
            "m: op 1 MAX_POOL_2D 'pooled': error: kernel -1x2 is out of range; expected 1 to 4096\n"
            "m: op 3 SOFTMAX 'last': error: beta 0 is not supported; expected a positive number\n"
            "m: error: 1 operator is not supported: CUMSUM (op 2)\n" +
                supported_note);
}

}  // namespace
}  // namespace narrows
