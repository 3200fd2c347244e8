// ONNX front end: ConvTranspose, which becomes a convolution and a rearrangement of its results (frontends/phases.h).
#include <algorithm>
#include <cstring>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"
#include "frontends/phases.h"

namespace narrows::onnx_format {
namespace {

bool check_operands(const NodeReader& r) {
  if (!check_map(r) || !check_rank(r, 1, "weights", 4) || !check_constant(r, 1, "weights")) return false;
  if (!check_float(r, 1, "weights")) return false;
  const Shape &map = r.input(0).shape, &weights = r.input(1).shape;
  const int64_t group = r.integer("group", 1);
  constexpr int64_t most_groups = 64;
  if (group < 1 || map[1] % group != 0 || weights[0] != map[1] || (group > most_groups && group != map[1])) {
    return r.fail(
        fmt::format("weights '{}' with shape {} and group {} do not fit input '{}' with {} channels; supported: "
                    "divisors of the channels up to {}, and one group per channel",
                    r.name(1), to_string(weights), group, r.name(0), map[1], most_groups));
  }
  if (!r.has_input(2)) return true;
  const int64_t channels = weights[1] * group;
  if (!check_constant(r, 2, "bias")) return false;
  if (r.tensor(2).type == DType::f32 && r.input(2).shape == Shape{static_cast<int>(channels)}) return true;
  return r.fail(fmt::format("bias '{}' is {}{}, expected FLOAT[{}]", r.name(2), type_name(r.tensor(2).type),
                            to_string(r.input(2).shape), channels));
}

/// The constant in `tensor` as it is stored, or as floats where its scales are not those of its first dimension.
Tensor stored_constant(const NodeReader& r, int tensor) {
  const auto stored = r.reader.stored.find(tensor);
  const Graph& graph = r.reader.graph;
  if (stored == r.reader.stored.end()) return graph.tensors[tensor];
  const Tensor& narrow = graph.tensors[stored->second];
  if (narrow.quant.scale.size() <= 1 || narrow.quant.axis == 0) return narrow;
  Tensor floats = graph.tensors[tensor];
  const std::vector<float> values = known_floats(r.reader, tensor);
  floats.data.resize(values.size() * sizeof(float));
  std::memcpy(floats.data.data(), values.data(), floats.data.size());
  return floats;
}

/// A constant that was made of a stored one, as floats.
Result constant_value(NodeReader& r, Tensor made, const char* suffix) {
  made.name = r.output_name() + suffix;
  const bool narrow = made.type != DType::f32;
  const Value value = plain_value(r.reader, std::move(made));
  return narrow ? emit_unary(r, {}, {OpKind::dequantize}, value, suffix) : Result(value);
}

struct Operands {
  Value map, weights;
  Result bias;  ///< nothing: there is none
};

/// A transposed convolution without groups.
Result emit_transposed(NodeReader& r, const Transposed& t, const Operands& operands, const char* suffix) {
  const std::optional<int> input = in_order(r, operands.map, channels_last());
  const std::optional<int> kernels = in_order(r, operands.weights, {1, 2, 3, 0});
  if (!input || !kernels) return std::nullopt;
  const Tensor constant = stored_constant(r, *kernels);
  if (const std::string problem = check_phases(constant, t.height, t.width); !problem.empty()) return r.refuse(problem);
  const int phases = t.height.stride * t.width.stride, channels = constant.shape[0];
  const Result weights = constant_value(r, phase_weights(constant, t.height, t.width), "/phase_weights");
  if (!weights) return std::nullopt;
  NewOp conv{OpKind::conv2d, {}, {*input, weights->tensor}, {}, channels_last(), "/phases"};
  conv.attr.window = phase_window(t.height, t.width);
  if (operands.bias) {
    const Tensor values = stored_constant(r, operands.bias->tensor);
    const Result bias = constant_value(r, repeated_for_phases(values, phases), "/phase_bias");
    if (!bias) return std::nullopt;
    conv.inputs.push_back(bias->tensor);
  }
  const PhaseSize height = phase_size(t.height), width = phase_size(t.width);
  const Shape shape = {1, channels, t.height.out, t.width.out};
  conv.shape = {1, channels * phases, height.blocks, width.blocks};
  Attributes spread;
  spread.window = block_window(t.height, t.width);
  if (phases == 1 && !spread.window.pad.any()) {
    conv.suffix = suffix;
    return emit(r, conv);
  }
  const Result parts = emit(r, conv);
  if (!parts) return std::nullopt;
  return emit(r, {OpKind::depth_to_space, spread, {parts->tensor}, shape, channels_last(), suffix});
}

/// A transposed convolution of each channel by itself, whose phases stand beside each other.
struct DepthwiseSizes {
  int channels, per_channel, phases;
  PhaseSize height, width;

  int all() const { return channels * per_channel * phases; }
};

/// Weights [1,h,w,out] of the convolution; a bias behind them where there is one.
std::optional<std::vector<int>> depthwise_constants(NodeReader& r, const Tensor& constant, const Transposed& t,
                                                    const DepthwiseSizes& s) {
  const Result weights = constant_value(r, phase_weights(constant, t.height, t.width), "/phase_weights");
  const std::optional<int> moved = weights ? in_order(r, *weights, {1, 2, 3, 0}) : std::nullopt;
  const std::optional<int> flat =
      moved ? flattened(r, *moved, {1, s.height.taps, s.width.taps, s.all()}, "/flat") : std::nullopt;
  if (!flat || !r.has_input(2)) return flat ? std::optional(std::vector<int>{*flat}) : std::nullopt;
  const std::vector<float> values = known_floats(r.reader, r.input(2).tensor);
  std::vector<float> bias;
  for (int channel = 0; channel < s.channels; ++channel) {
    const auto from = values.begin() + int64_t{channel} * s.per_channel;
    for (int p = 0; p < s.phases; ++p) bias.insert(bias.end(), from, from + s.per_channel);
  }
  const std::optional<int> tensor = add_floats(r, "/phase_bias", {s.all()}, bias);
  return tensor ? std::optional(std::vector<int>{*flat, *tensor}) : std::nullopt;
}

/// The map of which `parts` has the phases of each channel beside each other.
Result spread_channels(NodeReader& r, int parts, const Transposed& t, const DepthwiseSizes& s) {
  const int rows = t.height.stride, columns = t.width.stride;
  const Shape blocks = {1, s.height.blocks, s.width.blocks, s.channels, rows, columns, s.per_channel};
  const std::optional<int> cut = flattened(r, parts, blocks, "/blocks");
  if (!cut) return std::nullopt;
  Attributes attr;
  attr.axes = {0, 1, 4, 2, 5, 3, 6};
  const Result moved =
      emit(r, {OpKind::transpose, attr, {*cut}, permuted(blocks, attr.axes), identity_order(7), "/moved"});
  const Shape whole = {1, s.channels * s.per_channel, s.height.blocks * rows, s.width.blocks * columns};
  const Result map =
      moved ? emit(r, {OpKind::reshape, {}, {moved->tensor}, whole, channels_last(), "/whole"}) : std::nullopt;
  if (!map) return std::nullopt;
  return emit_slice(
      r, *map,
      {{0, 1, 1}, {0, 1, whole[1]}, {s.height.crop_before, 1, t.height.out}, {s.width.crop_before, 1, t.width.out}});
}

Result emit_depthwise(NodeReader& r, const Transposed& t) {
  const std::optional<int> input = in_order(r, r.input(0), channels_last());
  const std::optional<int> kernels = in_order(r, r.input(1), {1, 2, 3, 0});
  if (!input || !kernels) return std::nullopt;
  const Tensor constant = stored_constant(r, *kernels);
  if (const std::string problem = check_phases(constant, t.height, t.width); !problem.empty()) return r.refuse(problem);
  const DepthwiseSizes s{constant.shape[3], constant.shape[0], t.height.stride * t.width.stride, phase_size(t.height),
                         phase_size(t.width)};
  const auto constants = depthwise_constants(r, constant, t, s);
  if (!constants) return std::nullopt;
  NewOp conv{OpKind::depthwise_conv2d, {}, {*input}, {}, channels_last(), "/phases"};
  conv.attr.window = phase_window(t.height, t.width);
  conv.inputs.insert(conv.inputs.end(), constants->begin(), constants->end());
  conv.shape = {1, s.all(), s.height.blocks, s.width.blocks};
  const Result parts = emit(r, conv);
  return parts ? spread_channels(r, parts->tensor, t, s) : std::nullopt;
}

// transposed(x, w) with groups  =>  concatenation(transposed(slice(x), slice(w)), ...)
Result emit_groups(NodeReader& r, int groups, const Transposed& t) {
  const Value& map = r.input(0);
  const int in = map.shape[1] / groups, out = r.input(1).shape[1];
  const std::optional<int> whole = in_order(r, map, channels_last());
  if (!whole) return std::nullopt;
  std::vector<int> parts;
  for (int g = 0; g < groups; ++g) {
    const std::vector<Cut> cuts = {{0, 1, 1}, {g * in, 1, in}, {0, 1, map.shape[2]}, {0, 1, map.shape[3]}};
    const Result x = emit_slice(r, {*whole, map.shape, map.shape, channels_last()}, cuts, "/group_in");
    const Result w = rows_of(r, r.input(1), g * in, in, "/group_weights");
    const Result b = r.has_input(2) ? rows_of(r, r.input(2), g * out, out, "/group_bias") : std::nullopt;
    if (!x || !w || (r.has_input(2) && !b)) return std::nullopt;
    const Result part = emit_transposed(r, t, {*x, *w, b}, "/group");
    if (!part) return std::nullopt;
    parts.push_back(part->tensor);
  }
  Attributes join;
  join.axis = place_of(channels_last(), 1);
  return emit(r, {OpKind::concatenation, join, parts, {1, groups * out, t.height.out, t.width.out}, channels_last()});
}

Result read_conv_transpose(NodeReader& r) {
  if (is_line(r)) return read_line(r, read_conv_transpose);
  if (!check_operands(r)) return std::nullopt;
  const std::optional<Transposed> t = read_transposed(r, r.input(0).shape, r.input(1).shape);
  if (!t) return std::nullopt;
  const auto group = static_cast<int>(r.integer("group", 1));
  const Result bias = r.has_input(2) ? Result(r.input(2)) : std::nullopt;
  if (group == 1) return emit_transposed(r, *t, {r.input(0), r.input(1), bias}, "");
  return group == r.input(0).shape[1] ? emit_depthwise(r, *t) : emit_groups(r, group, *t);
}

constexpr Row conv_transpose_row() {
  Row row = convolution_row({"ConvTranspose", 2, 3, 1, read_conv_transpose, nullptr, nullptr});
  row.attributes[6] = {"output_padding", type::integers};
  row.attributes[7] = {"output_shape", type::integers};
  return row;
}

constexpr Row rows[] = {conv_transpose_row()};

}  // namespace

const Table<Row> conv_transpose_rows = rows;

}  // namespace narrows::onnx_format
