// ONNX front end: Conv.
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// The file's kernel_shape only repeats what the weights say.
bool check_kernel_shape(const NodeReader& r, const Shape& weights) {
  const std::vector<int64_t> given = r.integers("kernel_shape");
  std::vector<int64_t> sizes = {weights[2], weights[3]};
  if (r.line) sizes = {weights[3]};
  if (!r.has("kernel_shape") || given == sizes) return true;
  return r.fail(fmt::format("kernel_shape is [{}], but weights '{}' have shape {}", fmt::join(given, ","), r.name(1),
                            to_string(weights)));
}

bool check_groups(const NodeReader& r, int channels, const Shape& weights) {
  constexpr int64_t most_groups = 64;  // that are less than one per channel: each becomes an operator
  const int64_t group = r.integer("group", 1);
  if (group < 1 || channels % group != 0 || (group > most_groups && group != channels)) {
    return r.fail(
        fmt::format("group is {} for {} channels; supported: divisors of the channels up to {}, and one "
                    "group per channel",
                    group, channels, most_groups));
  }
  if (weights[1] != channels / group || weights[0] % group != 0) {
    return r.fail(fmt::format("weights '{}' with shape {} do not fit input '{}' with {} channels and group {}",
                              r.name(1), to_string(weights), r.name(0), channels, group));
  }
  return true;
}

bool check_bias(const NodeReader& r, int channels) {
  if (!r.has_input(2)) return true;
  if (!check_constant(r, 2, "bias")) return false;
  if (r.tensor(2).type == DType::f32 && r.input(2).shape == Shape{channels}) return true;
  return r.fail(fmt::format("bias '{}' is {}{}, expected FLOAT[{}]", r.name(2), type_name(r.tensor(2).type),
                            to_string(r.input(2).shape), channels));
}

}  // namespace

Result rows_of(NodeReader& r, const Value& value, int begin, int count, const char* suffix) {
  const std::optional<int> whole = in_order(r, value, identity_order(value.shape.size()));
  if (!whole) return std::nullopt;
  Graph& graph = r.reader.graph;
  const auto stored = r.reader.stored.find(*whole);
  const Tensor& from = graph.tensors[stored == r.reader.stored.end() ? *whole : stored->second];
  Tensor rows = from;
  rows.name = r.output_name() + suffix;
  rows.shape[0] = count;
  const int64_t pitch = from.bytes() / from.shape[0];
  rows.data.assign(from.data.begin() + begin * pitch, from.data.begin() + (begin + count) * pitch);
  if (rows.quant.scale.size() > 1 && rows.quant.axis == 0) {
    const Quant& q = from.quant;
    rows.quant.scale.assign(q.scale.begin() + begin, q.scale.begin() + begin + count);
    rows.quant.zero_point.assign(q.zero_point.begin() + begin, q.zero_point.begin() + begin + count);
  }
  const bool quantized = stored != r.reader.stored.end();
  const Value part = plain_value(r.reader, std::move(rows));
  return quantized ? emit_unary(r, {}, {OpKind::dequantize}, part, suffix) : Result(part);
}

namespace {

struct ConvOperands {
  Value map, weights;
  Result bias;  ///< nothing: there is none
};

/// Appends the convolution `op`, whose inputs are set here.
Result emit_conv(NodeReader& r, NewOp op, const ConvOperands& operands) {
  // Depthwise weights are [out,1,h,w] and become [1,h,w,out].
  const Order weights_order = op.kind == OpKind::depthwise_conv2d ? Order{1, 2, 3, 0} : channels_last();
  const std::optional<int> input = in_order(r, operands.map, channels_last());
  const std::optional<int> kernels = in_order(r, operands.weights, weights_order);
  if (!input || !kernels) return std::nullopt;
  op.inputs = {*input, *kernels};
  if (operands.bias) op.inputs.push_back(operands.bias->tensor);
  return emit(r, op);
}

// conv(x, w) with groups  =>  concatenation(conv(slice(x), slice(w)), ...)
Result emit_groups(NodeReader& r, int groups, const Attributes& attr, const Shape& shape) {
  const Value& map = r.input(0);
  const int in = map.shape[1] / groups, out = shape[1] / groups;
  Shape part_shape = shape;
  part_shape[1] = out;
  Attributes join;
  join.axis = place_of(channels_last(), 1);
  std::vector<int> parts;
  for (int g = 0; g < groups; ++g) {
    std::vector<Cut> cuts;
    for (const int size : map.shape) cuts.push_back({0, 1, size});
    cuts[1] = {g * in, 1, in};
    const std::optional<int> whole = in_order(r, map, channels_last());
    if (!whole) return std::nullopt;
    const Result x = emit_slice(r, {*whole, map.shape, map.shape, channels_last()}, cuts, "/group_in");
    const Result w = rows_of(r, r.input(1), g * out, out, "/group_weights");
    const Result b = r.has_input(2) ? rows_of(r, r.input(2), g * out, out, "/group_bias") : std::nullopt;
    if (!x || !w || (r.has_input(2) && !b)) return std::nullopt;
    const Result part = emit_conv(r, {OpKind::conv2d, attr, {}, part_shape, channels_last(), "/group"}, {*x, *w, b});
    if (!part) return std::nullopt;
    parts.push_back(part->tensor);
  }
  return emit(r, {OpKind::concatenation, join, parts, shape, channels_last()});
}

}  // namespace

Result read_conv(NodeReader& r) {
  if (is_line(r)) return read_line(r, read_conv);
  if (!check_map(r) || !check_rank(r, 1, "weights", 4)) return std::nullopt;
  if (!check_constant(r, 1, "weights")) return std::nullopt;
  const Shape map = r.input(0).shape, weights = r.input(1).shape;
  if (r.tensor(1).type != DType::f32)
    return r.refuse(fmt::format("weights '{}' have type {}, expected FLOAT", r.name(1), type_name(r.tensor(1).type)));
  const bool kernel = check_kernel_shape(r, weights);
  const bool groups = check_groups(r, map[1], weights);
  const bool bias = check_bias(r, weights[0]);
  Attributes attr;
  attr.window.kernel_h = weights[2];
  attr.window.kernel_w = weights[3];
  if (!kernel || !groups || !bias) return std::nullopt;
  const std::optional<MapSize> size = read_window(r, {map[2], map[3]}, attr.window);
  if (!size) return std::nullopt;

  const Shape shape = {map[0], weights[0], size->height, size->width};
  const auto group = static_cast<int>(r.integer("group", 1));
  if (group != 1 && group != map[1]) return emit_groups(r, group, attr, shape);
  const OpKind kind = group == 1 ? OpKind::conv2d : OpKind::depthwise_conv2d;
  const Result bias_value = r.has_input(2) ? Result(r.input(2)) : std::nullopt;
  return emit_conv(r, {kind, attr, {}, shape, channels_last()}, {r.input(0), r.input(1), bias_value});
}

namespace {

constexpr Row rows[] = {
    convolution_row({"Conv", 2, 3, 1, read_conv, nullptr, nullptr}),
};

}  // namespace

const Table<Row> conv_rows = rows;

}  // namespace narrows::onnx_format
