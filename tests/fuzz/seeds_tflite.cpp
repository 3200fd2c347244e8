#include <fmt/format.h>

#include "tests/fuzz/seeds.h"
#include "tests/support/detector.h"

namespace narrows {
namespace {

namespace format = tflite_format;
using Code = TfliteBuilder::Code;
using Fused = TfliteBuilder::Fused;

/// A model that grows operator by operator, of which every result is an output.
class Seed {
 public:
  explicit Seed(DType type) : type_(type), quant_(type == DType::u8 ? per_tensor(0.05f, 120) : per_tensor(0.05f, -8)) {
    x = b.add_input("x", type, {1, 4, 4, 4}, quant_);
    y = b.add_input("y", type, {1, 4, 4, 4}, quant_);
  }

  TfliteBuilder b;
  int x, y;
  std::vector<int> outputs;

  bool is_float() const { return type_ == DType::f32; }
  int keep(int tensor) {
    outputs.push_back(tensor);
    return tensor;
  }
  int make(const Shape& shape) {
    return keep(b.add_tensor(fmt::format("t{}", b.subgraph().tensors.size()), type_, shape, quant_));
  }
  int ints(const std::vector<int>& values) {
    return b.add_ints(fmt::format("i{}", b.subgraph().tensors.size()), {static_cast<int>(values.size())}, values);
  }
  int weights(const Shape& shape, int axis) {
    std::vector<float> values;
    for (int i = 0; i < element_count(shape); ++i) values.push_back(static_cast<float>(i * 37 % 23 - 11) / 16);
    return b.add_weights(fmt::format("w{}", b.subgraph().tensors.size()), type_, shape, values, axis);
  }
  int bias(int channels, int in, int w) {
    return b.add_bias(fmt::format("b{}", b.subgraph().tensors.size()), std::vector<float>(channels, 0.25f), in, w);
  }
  TfliteBuilder finished() {
    b.finish(outputs);
    return std::move(b);
  }

 private:
  DType type_;
  Quant quant_;
};

/// An inverted residual with a residual and a classifier.
TfliteBuilder block(DType type) {
  Seed s(type);
  const int w1 = s.weights({8, 1, 1, 4}, 0), w2 = s.weights({1, 3, 3, 8}, 3), w3 = s.weights({4, 1, 1, 8}, 0);
  const int wide = s.b.conv2d("expand", {s.x, w1, s.bias(8, s.x, w1)}, {}, Fused::RELU6);
  const int filtered = s.b.depthwise_conv2d("filter", {wide, w2, s.bias(8, wide, w2)}, {}, Fused::RELU6);
  const int thin = s.b.conv2d("project", {filtered, w3, s.bias(4, filtered, w3)}, {});
  const int sum = s.b.add("sum", s.y, thin, Fused::NONE);
  TfliteBuilder::Window all;
  all.kernel_h = all.kernel_w = 4;
  all.padding = TfliteBuilder::Padding::VALID;
  const int pooled = s.b.pool(Code::AVERAGE_POOL_2D, "pool", sum, all);
  const int row = s.b.reshape("row", pooled, {1, 4}), w4 = s.weights({5, 4}, 0);
  s.keep(s.b.softmax("softmax", s.b.fully_connected("classes", {row, w4, s.bias(5, row, w4)})));
  return s.finished();
}

TfliteBuilder elementwise(DType type) {
  Seed s(type);
  for (const Code code : {Code::ADD, Code::SUB, Code::MUL, Code::MAXIMUM, Code::MINIMUM})
    s.b.add_op(code, {s.x, s.y}, {s.make({1, 4, 4, 4})});
  for (const Code code : {Code::RELU, Code::RELU6, Code::RELU_N1_TO_1, Code::HARD_SWISH})
    s.keep(s.b.unary(code, format::EnumNameBuiltinOperator(code), s.x));
  if (s.is_float()) {
    for (const Code code : {Code::LOGISTIC, Code::ABS, Code::NEG, Code::EXP, Code::SQRT, Code::TANH, Code::ELU})
      s.keep(s.b.unary(code, format::EnumNameBuiltinOperator(code), s.x));
    for (const Code code : {Code::DIV, Code::SQUARED_DIFFERENCE, Code::POW})
      s.b.add_op(code, {s.x, s.y}, {s.make({1, 4, 4, 4})});
  }
  const int slopes = s.is_float() ? s.b.add_floats("slopes", {4}, {0.5f, 0.25f, -1, 0})
                                  : s.b.add_constant("slopes", type, {4}, {3, 90, 7, 0}, per_tensor(0.01f, 5));
  s.b.add_op(Code::PRELU, {s.x, slopes}, {s.make({1, 4, 4, 4})});
  format::LeakyReluOptionsT leaky;
  leaky.alpha = 0.1f;
  s.b.add_op(Code::LEAKY_RELU, {s.x}, {s.make({1, 4, 4, 4})}, leaky);
  s.keep(s.b.convert("converted", s.x, s.is_float() ? DType::u8 : DType::f32, per_tensor(0.5f, 3)));
  s.b.add_op(Code::CAST, {s.x}, {s.keep(s.b.add_tensor("whole", DType::i32, {1, 4, 4, 4}))}, format::CastOptionsT());
  return s.finished();
}

TfliteBuilder windows(DType type) {
  Seed s(type);
  TfliteBuilder::Window window;
  window.kernel_h = window.kernel_w = window.stride = 2;
  s.keep(s.b.pool(Code::AVERAGE_POOL_2D, "average", s.x, window));
  s.keep(s.b.pool(Code::MAX_POOL_2D, "max", s.x, window));
  s.b.add_op(Code::RESIZE_BILINEAR, {s.x, s.ints({7, 6})}, {s.make({1, 7, 6, 4})}, format::ResizeBilinearOptionsT());
  s.b.add_op(Code::RESIZE_NEAREST_NEIGHBOR, {s.x, s.ints({8, 5})}, {s.make({1, 8, 5, 4})},
             format::ResizeNearestNeighborOptionsT());
  s.b.add_op(Code::ARG_MAX, {s.x, s.ints({3})}, {s.keep(s.b.add_tensor("best", DType::i32, {1, 4, 4}))},
             format::ArgMaxOptionsT());
  for (const Code code : {Code::MEAN, Code::SUM, Code::REDUCE_MAX})
    s.b.add_op(code, {s.x, s.ints({1, 2})}, {s.make({1, 4})}, format::ReducerOptionsT());
  const int padded = s.make({1, 6, 6, 4});
  const int pads = s.b.add_ints("pads", {4, 2}, {0, 0, 1, 1, 1, 1, 0, 0});
  s.b.add_op(Code::PAD, {s.x, pads}, {padded});
  const int w = s.weights({3, 3, 3, 4}, 0);
  s.keep(s.b.conv2d("padded", {padded, w, s.bias(3, padded, w)}, {2, TfliteBuilder::Padding::VALID}));
  return s.finished();
}

TfliteBuilder moves(DType type) {
  Seed s(type);
  format::ConcatenationOptionsT last;
  last.axis = 3;
  s.b.add_op(Code::CONCATENATION, {s.x, s.y}, {s.make({1, 4, 4, 8})}, last);
  s.b.add_op(Code::TRANSPOSE, {s.x, s.ints({0, 2, 1, 3})}, {s.make({1, 4, 4, 4})}, format::TransposeOptionsT());
  s.b.add_op(Code::SLICE, {s.x, s.ints({0, 1, 0, 0}), s.ints({1, 2, 4, -1})}, {s.make({1, 2, 4, 4})});
  format::StridedSliceOptionsT strided;
  strided.end_mask = 8;
  s.b.add_op(Code::STRIDED_SLICE, {s.x, s.ints({0, 0, 1, 0}), s.ints({1, 4, 4, 0}), s.ints({1, 2, 1, 1})},
             {s.make({1, 2, 3, 4})}, strided);
  format::SplitOptionsT halves;
  halves.num_splits = 2;
  s.b.add_op(Code::SPLIT, {s.ints({3}), s.x}, {s.make({1, 4, 4, 2}), s.make({1, 4, 4, 2})}, halves);
  format::SplitVOptionsT parts;
  parts.num_splits = 2;
  s.b.add_op(Code::SPLIT_V, {s.x, s.ints({1, 3}), s.ints({1})}, {s.make({1, 1, 4, 4}), s.make({1, 3, 4, 4})}, parts);
  format::SqueezeOptionsT squeeze;
  squeeze.squeeze_dims = {0};
  s.b.add_op(Code::SQUEEZE, {s.x}, {s.make({4, 4, 4})}, squeeze);
  s.b.add_op(Code::EXPAND_DIMS, {s.x, s.ints({0})}, {s.make({1, 1, 4, 4, 4})});
  format::PackOptionsT pack;
  pack.values_count = 2;
  s.b.add_op(Code::PACK, {s.x, s.y}, {s.make({2, 1, 4, 4, 4})}, pack);
  format::UnpackOptionsT unpack;
  unpack.num = 4;
  unpack.axis = 1;
  const std::vector<int> rows = {s.make({1, 4, 4}), s.make({1, 4, 4}), s.make({1, 4, 4}), s.make({1, 4, 4})};
  s.b.add_op(Code::UNPACK, {s.x}, rows, unpack);
  s.b.add_op(Code::BROADCAST_TO, {rows[0], s.ints({3, 4, 4})}, {s.make({3, 4, 4})});
  return s.finished();
}

/// Sizes that the network computes itself, and a convolution between SPACE_TO_BATCH_ND and its inverse.
TfliteBuilder computed(DType type) {
  Seed s(type);
  const int shape = s.b.add_tensor("shape", DType::i32, {4});
  s.b.add_op(Code::SHAPE, {s.x}, {shape});
  s.b.add_op(Code::RESHAPE, {s.y, shape}, {s.make({1, 4, 4, 4})}, format::ReshapeOptionsT());
  const int pads = s.b.add_ints("pads", {2, 2}, {2, 2, 2, 2});
  const int crops = s.b.add_ints("crops", {2, 2}, {0, 0, 0, 0});
  const int spread = s.b.add_tensor("spread", type, {4, 4, 4, 4});
  s.b.tensor(spread).quantization =
      s.is_float() ? nullptr : std::make_unique<format::QuantizationParametersT>(s.b.quantization(s.x));
  s.b.add_op(Code::SPACE_TO_BATCH_ND, {s.x, s.ints({2, 2}), pads}, {spread});
  const int w = s.weights({1, 3, 3, 4}, 3);
  const int filtered =
      s.b.depthwise_conv2d("filtered", {spread, w, s.bias(4, spread, w)}, {1, TfliteBuilder::Padding::VALID});
  s.b.add_op(Code::BATCH_TO_SPACE_ND, {filtered, s.ints({2, 2}), crops}, {s.make({1, 4, 4, 4})});
  return s.finished();
}

/// Weights in fewer bits than the activations.
TfliteBuilder narrow() {
  Seed s(DType::f32);
  const int w = s.b.add_constant("w", DType::i8, {3, 1, 1, 4}, std::vector<uint8_t>(12, 7), per_tensor(0.01f, 0));
  s.keep(s.b.conv2d("hybrid", {s.x, w}, {}));
  const int half = s.b.add_constant("half", DType::f16, {1, 3, 3, 4}, std::vector<uint8_t>(72, 0x3c));
  const int wide = s.b.convert("wide", half, DType::f32);
  s.keep(s.b.depthwise_conv2d("halves", {s.x, wide}, {}));
  return s.finished();
}

}  // namespace

std::vector<TfliteBuilder> tflite_seeds() {
  std::vector<TfliteBuilder> seeds;
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    for (TfliteBuilder (*make)(DType) : {block, elementwise, windows, moves, computed}) seeds.push_back(make(type));
  }
  seeds.push_back(narrow());
  for (const DType type : {DType::f32, DType::u8}) {
    seeds.push_back(detector(type, small_detector_options()));
    std::vector<int> outputs = {3, 4, 5, 6};
    seeds.back().finish(outputs);
  }
  return seeds;
}

}  // namespace narrows
