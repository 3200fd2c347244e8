// ONNX front end: operators of quantized numbers, QLinearConv and its like. Each is read as the same operator
// of real numbers between dequantize and quantize, which fuse_quantization() makes one operator of.
#include <cmath>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// Input `i`, whose scale and zero point stand in inputs `scale` and `scale` + 1.
std::optional<Operand> real_input(NodeReader& r, int i, int scale, int axis) {
  const DType type = r.tensor(i).type;
  if (!is_8bit(type)) {
    r.fail(fmt::format("input '{}' has type {}; supported: UINT8, INT8", r.name(i), type_name(type)));
    return std::nullopt;
  }
  const auto quant = read_parameters(r, scale, type, r.input(i).shape, axis);
  const Result value = quant ? emit_dequantize(r, r.input(i), *quant, "/real_input") : std::nullopt;
  if (!value) return std::nullopt;
  return Operand{r.name(i), *value};
}

/// `read` of `operands`, quantized as inputs `scale` and `scale` + 1 say.
Result compute(NodeReader& r, Result (*read)(NodeReader&), std::vector<Operand> operands, int scale) {
  NodeReader inner{r.reader, r.source, {}, 0, std::move(operands), "/real"};
  const std::optional<DType> type = quantized_type(r, scale + 1);
  const Result real = type ? read(inner) : std::nullopt;
  if (!real) return std::nullopt;
  const auto quant = read_parameters(r, scale, *type, real->shape, 0);
  return quant ? emit_quantize(r, *real, *type, *quant) : std::nullopt;
}

/// Input 0 with its parameters in 1 and 2, those of the result in 3 and 4.
Result compute_unary(NodeReader& r, Result (*read)(NodeReader&)) {
  const auto x = real_input(r, 0, 1, 0);
  return x ? compute(r, read, {*x}, 3) : std::nullopt;
}

/// Inputs 0 and 3 have their parameters behind them, the result has its own in 6 and 7. `axis` belongs to the second
/// input.
Result compute_binary(NodeReader& r, Result (*read)(NodeReader&), int axis) {
  const auto a = real_input(r, 0, 1, 0), b = real_input(r, 3, 4, axis);
  return a && b ? compute(r, read, {*a, *b}, 6) : std::nullopt;
}

/// The bias of a convolution: INT32 numbers in units of input scale * weights scale.
std::optional<Operand> real_bias(NodeReader& r, int i) {
  if (!check_constant(r, i, "bias")) return std::nullopt;
  const auto input = constant_floats(r, 1, "scale"), weights = constant_floats(r, 4, "scale");
  const int channels = r.input(3).shape.empty() ? 0 : r.input(3).shape[0];
  if (!input || !weights) return std::nullopt;
  if (r.tensor(i).type != DType::i32 || r.input(i).shape != Shape{channels}) {
    r.fail(fmt::format("bias '{}' is {}{}, expected INT32[{}]", r.name(i), type_name(r.tensor(i).type),
                       to_string(r.input(i).shape), channels));
    return std::nullopt;
  }
  Quant quant;
  for (const float scale : *weights) {
    quant.scale.push_back(scale * input->front());
    if (std::isnormal(quant.scale.back())) continue;
    r.fail(fmt::format("scales {} of '{}' and {} of '{}' multiply to {}, which is too small or too large",
                       input->front(), r.name(1), scale, r.name(4), quant.scale.back()));
    return std::nullopt;
  }
  quant.zero_point.assign(quant.scale.size(), 0);
  const Result value = emit_dequantize(r, r.input(i), quant, "/real_bias");
  return value ? std::optional<Operand>({r.name(i), *value}) : std::nullopt;
}

bool check_channels_first(const NodeReader& r) {
  return r.integer("channels_last", 0) == 0 || r.fail("channels_last 1 is not supported; expected 0");
}

Result read_qlinear_conv(NodeReader& r) {
  const auto x = real_input(r, 0, 1, 0), w = real_input(r, 3, 4, 0);
  if (!x || !w) return std::nullopt;
  std::vector<Operand> operands = {*x, *w};
  if (r.has_input(8)) {
    const auto bias = real_bias(r, 8);
    if (!bias) return std::nullopt;
    operands.push_back(*bias);
  }
  return compute(r, read_conv, std::move(operands), 6);
}

Result read_qlinear_matmul(NodeReader& r) { return compute_binary(r, read_matmul, 1); }
Result read_qlinear_add(NodeReader& r) { return compute_binary(r, read_add, 0); }
Result read_qlinear_mul(NodeReader& r) { return compute_binary(r, read_mul, 0); }
Result read_qlinear_leaky_relu(NodeReader& r) { return compute_unary(r, read_leaky_relu); }
Result read_qlinear_sigmoid(NodeReader& r) { return compute_unary(r, read_sigmoid); }
Result read_qlinear_softmax(NodeReader& r) { return compute_unary(r, read_softmax); }

Result read_qlinear_average_pool(NodeReader& r) {
  return check_channels_first(r) ? compute_unary(r, read_average_pool) : std::nullopt;
}
Result read_qlinear_global_average_pool(NodeReader& r) {
  return check_channels_first(r) ? compute_unary(r, read_global_average_pool) : std::nullopt;
}

/// The parameters of the result come first, then three inputs for each operand.
Result read_qlinear_concat(NodeReader& r) {
  const int count = r.input_count() - 2;
  if (count % 3 != 0) {
    return r.refuse(fmt::format("has {} inputs, expected 2 and 3 for each operand", r.input_count()));
  }
  std::vector<Operand> operands;
  for (int i = 2; i < r.input_count(); i += 3) {
    if (!r.has_input(i) || !r.has_input(i + 1))
      return r.refuse(fmt::format("input {} is absent, but is not optional", r.has_input(i) ? i + 1 : i));
    const auto operand = real_input(r, i, i + 1, 0);
    if (!operand) return std::nullopt;
    operands.push_back(*operand);
  }
  return compute(r, read_concat, std::move(operands), 0);
}

constexpr Row rows[] = {
    convolution_row({"QLinearConv", 8, 9, 1, nullptr, nullptr, read_qlinear_conv}),
    {"QLinearMatMul", 8, 8, 1, nullptr, nullptr, read_qlinear_matmul, {}},
    {"com.microsoft.QLinearAdd", 7, 8, 1, nullptr, nullptr, read_qlinear_add, {}},
    {"com.microsoft.QLinearAveragePool",
     4,
     5,
     1,
     nullptr,
     nullptr,
     read_qlinear_average_pool,
     {{"auto_pad", type::text},
      {"ceil_mode", type::integer},
      {"channels_last", type::integer},
      {"count_include_pad", type::integer},
      {"kernel_shape", type::integers},
      {"pads", type::integers},
      {"strides", type::integers}}},
    {"com.microsoft.QLinearConcat", 5, many, 1, read_qlinear_concat, nullptr, nullptr, {{"axis", type::integer}}},
    {"com.microsoft.QLinearGlobalAveragePool",
     5,
     5,
     1,
     nullptr,
     nullptr,
     read_qlinear_global_average_pool,
     {{"channels_last", type::integer}}},
    {"com.microsoft.QLinearLeakyRelu", 4, 5, 1, nullptr, nullptr, read_qlinear_leaky_relu, {{"alpha", type::real}}},
    {"com.microsoft.QLinearMul", 7, 8, 1, nullptr, nullptr, read_qlinear_mul, {}},
    {"com.microsoft.QLinearSigmoid", 4, 5, 1, nullptr, nullptr, read_qlinear_sigmoid, {}},
    {"com.microsoft.QLinearSoftmax",
     5,
     5,
     1,
     nullptr,
     nullptr,
     read_qlinear_softmax,
     {{"axis", type::integer}, {"opset", type::integer}}},
};

}  // namespace

const Table<Row> qlinear_rows = rows;

}  // namespace narrows::onnx_format
