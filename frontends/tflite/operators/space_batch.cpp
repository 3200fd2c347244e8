// TFLite front end: SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND, between which converters leave convolutions that have
// holes.
//
// The first takes every n-th row and column of a map as a map of its own, of which it makes a batch; a convolution of
// these maps is one of the whole map with n times the dilation; the second puts the results together again. In the
// Graph the map stays whole: the first only pads, the second only crops, and convolutions between them have the
// dilation. Sources: tensorflow/lite/kernels/{space_to_batch_nd.cc,batch_to_space_nd.cc}.
#include <algorithm>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// Height and width of the blocks; nothing after an error.
std::optional<MapSize> read_blocks(OpReader& r) {
  const auto blocks = constant_integers(r, 1, "block shape");
  if (!blocks) return std::nullopt;
  constexpr int64_t most = 4096;
  if (blocks->size() == 2 && std::all_of(blocks->begin(), blocks->end(), [](int64_t b) { return b >= 1 && b <= most; }))
    return MapSize{static_cast<int>((*blocks)[0]), static_cast<int>((*blocks)[1])};
  r.fail(fmt::format("block shape '{}' is [{}], expected a height and a width from 1 to {}", r.input(1).name,
                     fmt::join(*blocks, ","), most));
  return std::nullopt;
}

/// What operand 2 says of both edges of both dimensions: top, bottom, left, right; nothing after an error.
std::optional<std::vector<int64_t>> read_edges(OpReader& r, const char* what) {
  auto edges = constant_integers(r, 2, what);
  if (!edges) return std::nullopt;
  constexpr int64_t most = 1 << 20;
  if (edges->size() == 4 && std::all_of(edges->begin(), edges->end(), [](int64_t e) { return e >= 0 && e <= most; }))
    return edges;
  r.fail(fmt::format("{} '{}' are [{}], expected 4 numbers from 0 to {}", what, r.input(2).name, fmt::join(*edges, ","),
                     most));
  return std::nullopt;
}

bool read_space_to_batch(OpReader& r) {
  if (!check_rank(r, 0, "input", 4) || !check_activations(r, 1)) return false;
  const std::optional<MapSize> blocks = read_blocks(r);
  const auto pads = read_edges(r, "paddings");
  if (!blocks || !pads) return false;
  const Shape& in = r.input(0).shape;
  const int64_t height = in[1] + (*pads)[0] + (*pads)[1], width = in[2] + (*pads)[2] + (*pads)[3];
  if (height > INT32_MAX || width > INT32_MAX || height % blocks->height != 0 || width % blocks->width != 0) {
    return r.fail(fmt::format("the padded map of {}x{} cannot be cut into blocks of {}x{}", height, width,
                              blocks->height, blocks->width));
  }
  r.op.kind = OpKind::pad;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  for (const auto& [before, after] :
       {std::pair<int64_t, int64_t>{0, 0}, {(*pads)[0], (*pads)[1]}, {(*pads)[2], (*pads)[3]}, {0, 0}})
    r.op.attr.pads.push_back({static_cast<int>(before), static_cast<int>(after)});
  r.output_cut = blocks;
  return check_output_shape(r, {in[0], static_cast<int>(height), static_cast<int>(width), in[3]});
}

bool read_batch_to_space(OpReader& r) {
  if (!check_rank(r, 0, "input", 4) || !check_activations(r, 1)) return false;
  const std::optional<MapSize> blocks = read_blocks(r), cut = r.cut_of(0);
  const auto crops = read_edges(r, "crops");
  if (!blocks || !crops) return false;
  if (!cut || cut->height != blocks->height || cut->width != blocks->width) {
    return r.fail(fmt::format("joins blocks of {}x{}, which no SPACE_TO_BATCH_ND has made of input '{}'",
                              blocks->height, blocks->width, r.input(0).name));
  }
  const Shape& in = r.input(0).shape;
  const int64_t height = in[1] - (*crops)[0] - (*crops)[1], width = in[2] - (*crops)[2] - (*crops)[3];
  if (height < 1 || width < 1)
    return r.fail(fmt::format("crops [{}] leave nothing of a map of {}x{}", fmt::join(*crops, ","), in[1], in[2]));
  r.op.kind = OpKind::slice;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  r.op.attr.begin = {0, static_cast<int>((*crops)[0]), static_cast<int>((*crops)[2]), 0};
  r.op.attr.steps = {1, 1, 1, 1};
  return check_output_shape(r, {in[0], static_cast<int>(height), static_cast<int>(width), in[3]});
}

/// One value, or one for each channel.
bool is_per_channel(const Tensor& constant) {
  const Shape& shape = constant.shape;
  return constant.constant() &&
         std::all_of(shape.begin(), shape.end() - (shape.empty() ? 0 : 1), [](int size) { return size == 1; });
}

/// An operator on single elements, whose other operand is alike for all pixels.
bool is_alike_for_all_pixels(const OpReader& r) {
  const Code one[] = {Code::RELU, Code::RELU6, Code::RELU_N1_TO_1}, two[] = {Code::ADD, Code::MUL, Code::SUB};
  if (std::find(std::begin(one), std::end(one), r.source.code) != std::end(one)) return true;
  if (std::find(std::begin(two), std::end(two), r.source.code) == std::end(two)) return false;
  return is_per_channel(r.input(0)) || is_per_channel(r.input(1));
}

constexpr Row rows[] = {
    {Code::BATCH_TO_SPACE_ND, 4, 3, 3, -1, read_batch_to_space},
    {Code::SPACE_TO_BATCH_ND, 4, 3, 3, -1, read_space_to_batch},
};

}  // namespace

bool check_cut(OpReader& r) {
  for (int i = 0; i < r.input_count(); ++i) {
    if (!r.names_input(i) || !r.cut_of(i)) continue;
    const Code code = r.source.code;
    if (i == 0 && code == Code::BATCH_TO_SPACE_ND) continue;
    const bool convolves = i == 0 && (code == Code::CONV_2D || code == Code::DEPTHWISE_CONV_2D);
    if (!convolves && !is_alike_for_all_pixels(r)) {
      return r.fail(fmt::format(
          "reads '{}', which SPACE_TO_BATCH_ND has cut into blocks; supported between that and BATCH_TO_SPACE_ND: "
          "CONV_2D, DEPTHWISE_CONV_2D, RELU, RELU6, RELU_N1_TO_1, and ADD, MUL and SUB with a constant for each "
          "channel",
          r.input(i).name));
    }
    r.output_cut = r.cut_of(i);
  }
  return true;
}

std::optional<MapSize> read_cut_window(OpReader& r, const WindowSource& source, const MapSize& map,
                                       const MapSize& cut) {
  if (source.stride_h != 1 || source.stride_w != 1) {
    r.fail(fmt::format("stride {}x{} is not supported between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND; supported: 1x1",
                       source.stride_h, source.stride_w));
    return std::nullopt;
  }
  const std::optional<MapSize> part = read_window(r, source, {map.height / cut.height, map.width / cut.width});
  if (!part) return std::nullopt;
  Window& w = r.op.attr.window;
  WindowSource whole = source;
  whole.dilation_h *= cut.height, whole.dilation_w *= cut.width;
  const Padding pad = w.pad;
  // The limits of a window hold for the whole map, too.
  if (!read_window(r, whole, map)) return std::nullopt;
  w.pad = {pad.top * cut.height, pad.bottom * cut.height, pad.left * cut.width, pad.right * cut.width};
  return MapSize{part->height * cut.height, part->width * cut.width};
}

const Table<Row> space_batch_rows = rows;

}  // namespace narrows::tflite
