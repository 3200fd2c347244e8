// Sound and wrong uses of functions of single elements, division and reductions.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "compiler/graph/ops.h"
#include "tests/support/bad_model.h"
#include "tests/support/sound_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
namespace format = tflite_format;

const Shape map = {1, 4, 4, 2};

Quant quant_of(DType type) { return is_8bit(type) ? per_tensor(0.5f, 3) : Quant(); }

/// x (id 0) -> y (id 1).
TfliteBuilder function(Code code, DType type) {
  TfliteBuilder b;
  b.add_input("x", type, map, quant_of(type));
  b.add_tensor("y", type, map, quant_of(type));
  b.add_op(code, {0}, {1});
  b.subgraph().outputs = {1};
  return b;
}

/// x (id 0), other (id 1) -> y (id 2).
TfliteBuilder binary(Code code, DType type) {
  TfliteBuilder b;
  b.add_input("x", type, map, quant_of(type));
  b.add_input("other", type, {2}, quant_of(type));
  b.add_tensor("y", type, map, quant_of(type));
  b.add_op(code, {0, 1}, {2});
  b.subgraph().outputs = {2};
  return b;
}

/// x (id 0), axes (id 1) -> y (id 2).
TfliteBuilder reduction(Code code, DType type, const std::vector<int>& axes, bool keep) {
  TfliteBuilder b;
  b.add_input("x", type, map, quant_of(type));
  b.add_ints("axes", {static_cast<int>(axes.size())}, axes);
  Shape shape;
  for (int d = 0; d < 4; ++d) {
    const bool gone = std::count(axes.begin(), axes.end(), d) || std::count(axes.begin(), axes.end(), d - 4);
    if (!gone || keep) shape.push_back(gone ? 1 : map[d]);
  }
  b.add_tensor("y", type, shape, quant_of(type));
  format::ReducerOptionsT options;
  options.keep_dims = keep;
  b.add_op(code, {0, 1}, {2}, options);
  b.subgraph().outputs = {2};
  return b;
}

struct Kind {
  Code code;
  Function function;
  std::vector<DType> types;
};
const Kind kinds[] = {
    {Code::ABS, Function::abs, {DType::f32, DType::i8, DType::i32}},
    {Code::CEIL, Function::ceil, {DType::f32}},
    {Code::COS, Function::cos, {DType::f32}},
    {Code::ELU, Function::elu, {DType::f32, DType::i8}},
    {Code::EXP, Function::exp, {DType::f32, DType::i8}},
    {Code::FLOOR, Function::floor, {DType::f32}},
    {Code::GELU, Function::gelu, {DType::f32, DType::u8, DType::i8}},
    {Code::LOG, Function::log, {DType::f32, DType::i8}},
    {Code::NEG, Function::neg, {DType::f32, DType::i32, DType::i64}},
    {Code::ROUND, Function::round, {DType::f32}},
    {Code::RSQRT, Function::rsqrt, {DType::f32, DType::i8}},
    {Code::SIGN, Function::sign, {DType::f32, DType::i32}},
    {Code::SIN, Function::sin, {DType::f32}},
    {Code::SQRT, Function::sqrt, {DType::f32, DType::i8}},
    {Code::SQUARE, Function::square, {DType::f32}},
    {Code::TANH, Function::tanh, {DType::f32, DType::u8, DType::i8}},
};

/// For the types that TensorFlow Lite computes each with, and no others.
TEST(TfliteElements, FunctionsOfEveryType) {
  const std::map<DType, const char*> names = {
      {DType::f32, "FLOAT32"}, {DType::u8, "UINT8"}, {DType::i8, "INT8"}, {DType::i32, "INT32"}, {DType::i64, "INT64"}};
  for (const Kind& kind : kinds) {
    std::string supported;
    for (const DType type : kind.types) supported += (supported.empty() ? "" : ", ") + std::string(names.at(type));
    for (const auto& [type, name] : names) {
      SCOPED_TRACE(testing::Message() << to_string(kind.function) << " of " << name);
      const TfliteBuilder b = function(kind.code, type);
      if (std::count(kind.types.begin(), kind.types.end(), type)) {
        const Graph graph = read_sound_model(TfliteBuilder(b).finish());
        EXPECT_EQ(graph.ops.at(0).kind, OpKind::unary);
        EXPECT_EQ(graph.ops.at(0).attr.function, kind.function);
      } else {
        EXPECT_EQ(errors_of(b), fmt::format("m: op 0 {} 'y': error: input 'x' has type {}; supported: {}\n",
                                            format::EnumNameBuiltinOperator(kind.code), name, supported));
      }
    }
  }
}

/// Scales whose ratio has no fixed-point multiplier, or is no number at all.
TEST(TfliteElements, ScalesFarApart) {
  TfliteBuilder b = function(Code::ABS, DType::i8);
  b.quantization(0).scale = {1e10f};
  EXPECT_EQ(errors_of(b),
            "m: op 0 ABS 'y': error: input scale 10000000000 / output scale 0.5 is 20000000000; below 2^30 is legal\n");
  b = reduction(Code::SUM, DType::u8, {1}, false);
  b.quantization(0).scale = {1e30f};
  b.quantization(2).scale = {1e-30f};
  EXPECT_EQ(errors_of(b),
            "m: op 0 SUM 'y': error: input scale 1e+30 / output scale 1e-30 is inf; below 2^30 is legal\n");
  b = function(Code::RSQRT, DType::i8);
  b.quantization(0).scale = {1e-37f};
  b.quantization(1).scale = {1e-37f};
  EXPECT_EQ(errors_of(b),
            "m: op 0 RSQRT 'y': error: scales 1e-37 of input 'x' and 1e-37 of output 'y' are too small\n");
}

TEST(TfliteElements, ApproximateGelu) {
  TfliteBuilder b = function(Code::GELU, DType::f32);
  format::GeluOptionsT options;
  options.approximate = true;
  b.op(0).builtin_options.Set(options);
  EXPECT_EQ(read_sound_model(b.finish()).ops.at(0).attr.function, Function::gelu_tanh);
}

/// Powers that are functions become these.
TEST(TfliteElements, Powers) {
  for (const float exponent : {2.0f, 0.5f, -0.5f, -1.0f, 3.0f}) {
    TfliteBuilder b = binary(Code::POW, DType::f32);
    b.subgraph().inputs = {0};
    const int known = b.add_floats("exponent", {}, {exponent});
    b.op(0).inputs = {0, known};
    const Graph graph = read_sound_model(b.finish());
    EXPECT_EQ(graph.ops.at(0).kind, exponent == 3 ? OpKind::pow : OpKind::unary) << exponent;
    EXPECT_EQ(graph.ops.at(0).attr.function, power_function(exponent).value_or(Function::none)) << exponent;
  }
  EXPECT_EQ(errors_of(binary(Code::POW, DType::i8)),
            "m: op 0 POW 'y': error: input 'x' has type INT8; supported: FLOAT32, INT32, INT64\n");
}

TEST(TfliteElements, Division) {
  for (const DType type : {DType::f32, DType::u8, DType::i8, DType::i32, DType::i64}) {
    EXPECT_EQ(read_sound_model(binary(Code::DIV, type).finish()).ops.at(0).kind, OpKind::div);
    EXPECT_EQ(read_sound_model(binary(Code::SQUARED_DIFFERENCE, type).finish()).ops.at(0).kind,
              OpKind::squared_difference);
  }
  TfliteBuilder b = binary(Code::DIV, DType::i32);
  b.subgraph().inputs = {0};
  b.op(0).inputs = {0, b.add_ints("few", {2}, {5, 0})};
  EXPECT_EQ(errors_of(b), "m: op 0 DIV 'y': error: divisor 'few' is 0 at element 1\n");
  b = binary(Code::DIV, DType::u8);
  b.quantization(2).scale = {1e-8f};
  EXPECT_EQ(errors_of(b),
            "m: op 0 DIV 'y': error: scales 0.5 and 0.5 of the inputs and 1e-08 of output 'y' make a multiplier of "
            "100000000; between 5.9604645e-08 and 4194304 is legal\n");
  b = binary(Code::SQUARED_DIFFERENCE, DType::i8);
  b.quantization(2).scale = {1e-5f};
  EXPECT_EQ(errors_of(b),
            "m: op 0 SQUARED_DIFFERENCE 'y': error: scales 0.5 and 0.5 of the inputs and 1e-05 of output 'y' make a "
            "multiplier of 6.1035156; between 0 and 1 is legal\n");
}

TEST(TfliteElements, Reductions) {
  const std::pair<Code, OpKind> codes[] = {{Code::SUM, OpKind::sum},
                                           {Code::REDUCE_MAX, OpKind::reduce_max},
                                           {Code::REDUCE_MIN, OpKind::reduce_min},
                                           {Code::REDUCE_PROD, OpKind::reduce_prod}};
  for (const auto& [code, kind] : codes) {
    for (const DType type : {DType::f32, DType::u8, DType::i8, DType::i32, DType::i64}) {
      if (kind == OpKind::reduce_prod && is_8bit(type)) continue;
      const Graph graph = read_sound_model(reduction(code, type, {-1, 1}, false).finish());
      EXPECT_EQ(graph.ops.at(0).kind, kind);
      EXPECT_EQ(graph.ops.at(0).attr.axes, (std::vector<int>{1, 3}));
      read_sound_model(reduction(code, type, {0, 1, 2, 3}, true).finish());
    }
  }
  EXPECT_EQ(errors_of(reduction(Code::REDUCE_PROD, DType::u8, {1}, false)),
            "m: op 0 REDUCE_PROD 'y': error: input 'x' has type UINT8; supported: FLOAT32, INT32, INT64\n");
  EXPECT_EQ(errors_of(reduction(Code::SUM, DType::f32, {4}, false)),
            "m: op 0 SUM 'y': error: axis 4 is out of range; expected -4 to 3\n");
  TfliteBuilder b = reduction(Code::REDUCE_MAX, DType::u8, {1}, false);
  b.quantization(2).scale = {0.25f};
  EXPECT_EQ(errors_of(b),
            "m: op 0 REDUCE_MAX 'y': error: output 'y' has scale 0.25 and zero point 3, expected 0.5 and 3 as in input "
            "'x'\n");
}

TEST(TfliteElements, L2Normalization) {
  EXPECT_EQ(read_sound_model(function(Code::L2_NORMALIZATION, DType::f32).finish()).ops.at(0).kind,
            OpKind::l2_normalization);
  TfliteBuilder b = function(Code::L2_NORMALIZATION, DType::u8);
  EXPECT_EQ(errors_of(b),
            "m: op 0 L2_NORMALIZATION 'y': error: output 'y' has scale 0.5 and zero point 3, expected 0.0078125 and "
            "128\n");
  b.quantization(1).scale = {1.0f / 128};
  b.quantization(1).zero_point = {128};
  read_sound_model(b.finish());
  format::L2NormOptionsT options;
  options.fused_activation_function = TfliteBuilder::Fused::RELU;
  b.op(0).builtin_options.Set(options);
  EXPECT_EQ(errors_of(b),
            "m: op 0 L2_NORMALIZATION 'y': error: a fused activation is not supported here; supported: NONE\n");
}

}  // namespace
}  // namespace narrows
