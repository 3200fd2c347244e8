#include "compiler/passes/take_pixels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>

#include "compiler/graph/map_shape.h"
#include "compiler/graph/normalization.h"

namespace narrows {
namespace {

float of_channel(const std::vector<float>& values, size_t c) { return values[values.size() == 1 ? 0 : c]; }

/// Stored values of an 8-bit input that are pixels, or pixels - 128, stand for the same as scaled pixels: to 5 % of the
/// range, as calibrated ranges miss round numbers.
bool stands_for(const Tensor& input, float mean, float std) {
  const int lowest = input.type == DType::u8 ? 0 : -128;
  const float slack = 0.05f * 255 * input.scale();
  const auto near = [&](int pixel) {
    const float real = static_cast<float>(pixel + lowest - input.zero_point()) * input.scale();
    return std::fabs(real - (static_cast<float>(pixel) - mean) / std) < slack;
  };
  return near(0) && near(255);
}

bool check_quantized(const PixelScaling& scaling, const Tensor& input, Diagnostics& diagnostics) {
  const float mean = static_cast<float>(input.zero_point() + (input.type == DType::i8 ? 128 : 0)),
              std = 1 / input.scale();
  for (size_t c = 0; c < std::max(scaling.mean.size(), scaling.std.size()); ++c) {
    if (stands_for(input, of_channel(scaling.mean, c), of_channel(scaling.std, c))) continue;
    diagnostics.error(fmt::format(
        "--pixels: a pixel p of channel {} is to be (p - {}) / {}, but the input '{}' is quantized to "
        "{}, for which 8 bits hold (p - {}) / {:.4g}",
        c, of_channel(scaling.mean, c), of_channel(scaling.std, c), input.name, to_string(input.type), mean, std));
    diagnostics.note(fmt::format(
        "legal would be --pixels {}/{:.4g}, or no --pixels and pixels that the caller quantizes", mean, std));
    return false;
  }
  if (!scaling.mean.empty() || guess_normalization(input)) return true;
  diagnostics.error(fmt::format(
      "--pixels auto: the input '{}' is quantized to a range that is none of [-1,1], [0,1] and [0,255]", input.name));
  diagnostics.note(fmt::format("legal would be --pixels {}/{:.4g}, if that is what its pixels stand for", mean, std));
  return false;
}

bool check(const PixelScaling& scaling, const Graph& graph, Diagnostics& diagnostics) {
  if (graph.inputs.size() != 1) {
    diagnostics.error(fmt::format("--pixels: expected a model with one input, found {}", graph.inputs.size()));
    return false;
  }
  const Tensor& input = graph.tensors[graph.inputs[0]];
  const std::optional<MapShape> map = map_shape(graph, graph.inputs[0]);
  if (!map || map->channels > 4 || (input.type != DType::f32 && !is_quantized(input)) || input.constant()) {
    diagnostics.error(
        fmt::format("--pixels: expected an input of type f32, u8 or i8 and shape [1,height,width,1 to 4] or "
                    "[1,1 to 4,height,width], found '{}' {}{}",
                    input.name, to_string(input.type), to_string(input.shape)));
    return false;
  }
  const auto channels = static_cast<size_t>(map->channels);
  for (const std::vector<float>* values : {&scaling.mean, &scaling.std}) {
    if (values->size() <= 1 || values->size() == channels) continue;
    diagnostics.error(
        fmt::format("--pixels gives {} numbers, the input '{}' has {} channels", values->size(), input.name, channels));
    diagnostics.note(fmt::format("legal would be 1 number for all channels, or {}", channels));
    return false;
  }
  return input.type == DType::f32 || check_quantized(scaling, input, diagnostics);
}

/// Operators on the map of pixels, each of which makes a map of floats.
struct Scaling {
  Graph* graph;
  bool planes;  ///< the map is NCHW
  std::vector<Op> ops;

  /// Adds `x kind by`, whose result has this name. `by` is one number for all channels, one for each, or nothing for a
  /// unary operator. Returns the result.
  int append(OpKind kind, const std::string& name, int x, const std::vector<float>& by);
};

int Scaling::append(OpKind kind, const std::string& name, int x, const std::vector<float>& by) {
  Op op;
  op.kind = kind;
  op.origins = {Origin{-1, to_string(kind), name}};
  op.inputs = {x};
  Tensor out;
  out.name = name;
  out.shape = graph->tensors[x].shape;
  if (!by.empty()) {
    Tensor constant;
    constant.name = name + "/by";
    constant.shape = {static_cast<int>(by.size())};
    if (planes) constant.shape.insert(constant.shape.end(), {1, 1});
    constant.data.resize(by.size() * sizeof(float));
    std::memcpy(constant.data.data(), by.data(), constant.data.size());
    op.inputs.push_back(graph->add(std::move(constant)));
  }
  op.output = graph->add(std::move(out));
  ops.push_back(op);
  return op.output;
}

/// A tensor of pixels that stands for `like`; its id.
int add_pixels(Graph* graph, const Tensor& like) {
  const bool real = like.type == DType::f32;
  Tensor pixels;
  pixels.name = like.name;
  pixels.type = DType::u8;
  pixels.shape = like.shape;
  pixels.quant = {{real ? 1 : like.scale()}, {real ? 0 : like.zero_point() + 128}, 0};
  return graph->add(std::move(pixels));
}

/// The operators that make `to` of `pixels`.
std::vector<Op> scale(const PixelScaling& scaling, Graph* graph, int pixels, int to, bool planes) {
  const std::string name = graph->tensors[pixels].name;
  Scaling made{graph, planes, {}};
  if (graph->tensors[to].type == DType::f32) {
    std::vector<float> mean = scaling.mean, factor = scaling.std;
    if (mean.empty()) mean = factor = {127.5f};
    for (float& f : factor) f = 1 / f;
    const int real = made.append(OpKind::dequantize, name + "/real", pixels, {});
    const int centered = made.append(OpKind::sub, name + "/centered", real, mean);
    made.append(OpKind::mul, name + "/scaled", centered, factor);
  } else {
    made.append(OpKind::quantize, name + "/signed", pixels, {});
  }
  made.ops.back().output = to;
  return made.ops;
}

/// The operator that is all that reads `input`, and moves its channels behind; -1: there is none.
int only_transpose(const Graph& graph, int input) {
  const std::vector<int> readers = graph.consumers(input);
  if (readers.size() != 1 || graph.is_output(input)) return -1;
  const OpKind kind = graph.ops[readers[0]].kind;
  return kind == OpKind::transpose || kind == OpKind::reshape ? readers[0] : -1;
}

}  // namespace

void take_pixels(const PixelScaling& scaling, Graph* graph, Diagnostics& diagnostics) {
  if (!check(scaling, *graph, diagnostics)) return;
  const int input = graph->inputs[0];
  if (graph->tensors[input].type == DType::u8) return;
  const bool planes = map_shape(*graph, input)->planes;
  graph->inputs[0] = add_pixels(graph, Tensor(graph->tensors[input]));
  graph->tensors[input].name += "/scaled";
  const int transpose = planes ? only_transpose(*graph, input) : -1;
  std::vector<Op> ops;
  if (transpose < 0) {
    ops = scale(scaling, graph, graph->inputs[0], input, planes);
  } else {
    // Bytes are moved, not floats, and the convolution behind scales rows as it loads them.
    Op& op = graph->ops[transpose];
    const int scaled = op.output;
    op.inputs[0] = graph->inputs[0];
    op.output = add_pixels(graph, Tensor(graph->tensors[scaled]));
    ops = scale(scaling, graph, op.output, scaled, /*planes=*/false);
  }
  graph->ops.insert(graph->ops.begin() + transpose + 1, ops.begin(), ops.end());
}

}  // namespace narrows
