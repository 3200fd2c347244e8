// The Graph: what front ends produce and passes rewrite. A value; copying it is fine.
//
// After a front end returns, and after every pass, verify() holds:
//   - ops stand in execution order; every tensor has at most one producer and is not both constant and produced;
//   - every index is in range, every shape is positive and its byte size fits in 31 bits;
//   - rank-4 activations (dequantized constants apart) are NHWC with batch 1;
//   - padding is explicit; negative axes are gone;
//   - 8-bit tensors carry quantization parameters with finite positive scales; f16 tensors are constants.
//
// Weights keep TFLite's layouts: conv2d [out,h,w,in], depthwise_conv2d [1,h,w,out], fully_connected [out,in].
// Where activations are f32, weights may be narrower (narrow_weights.h): i8 with zero point 0 and one scale per tensor
// or output channel, or f16. They stand for the floats that `dequantize` makes of them, and the operator computes in
// float. So the hybrid operators of TFLite's dynamic range models need no operators of their own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"

namespace narrows {

enum class DType { f32, f16, u8, i8, i32, i64 };  ///< f16: only of constants

int size_of(DType type);            ///< bytes of one element
const char* to_string(DType type);  ///< "f32", "u8", ...
/// True for the two types of quantized activations and weights.
inline bool is_8bit(DType type) { return type == DType::u8 || type == DType::i8; }
inline bool is_integer(DType type) { return type == DType::i32 || type == DType::i64; }  ///< and is not quantized

using Shape = std::vector<int>;

int64_t element_count(const Shape& shape);
std::string to_string(const Shape& shape);  ///< "[1,56,56,24]"

/// real = scale * (stored - zero_point). Empty scale: not quantized.
struct Quant {
  std::vector<float> scale;         ///< none, one, or one per channel of `axis`
  std::vector<int32_t> zero_point;  ///< as many as scales
  int axis = 0;                     ///< dimension of per-channel parameters
};

struct Tensor {
  std::string name;
  DType type = DType::f32;
  Shape shape;
  Quant quant;
  std::vector<uint8_t> data;  ///< bytes of a constant, little endian, dense; empty: not a constant

  bool constant() const { return !data.empty(); }
  int64_t bytes() const { return element_count(shape) * size_of(type); }
  bool has_scales() const { return !quant.scale.empty(); }
  float scale() const { return quant.scale.at(0); }              ///< of a per-tensor quantized tensor
  int32_t zero_point() const { return quant.zero_point.at(0); }  ///< likewise
};

/// True for activations and weights that stand for real numbers by scales and zero points. A bias has scales too, but
/// is a sum to every operator that reads it.
inline bool is_quantized(const Tensor& t) { return is_8bit(t.type) && t.has_scales(); }

/// The operators of a Graph. One row of facts per operator stands in ops.cpp.
enum class OpKind {
  conv2d,            ///< input, weights [, bias]; weights may be narrower than f32 input
  depthwise_conv2d,  ///< input, weights [, bias]; out channels = multiplier * in channels
  fully_connected,   ///< input (flattened to [batch, in]), weights [, bias]
  add,               ///< two inputs, numpy broadcasting
  sub,
  mul,
  maximum,
  minimum,
  div,                 ///< integers: rounded toward zero
  pow,                 ///< floats, or integers with exponents of 0 and more
  squared_difference,  ///< (x - y)^2
  floor_div,           ///< the quotient, rounded down
  floor_mod,           ///< what floor_div leaves; it has the sign of the divisor
  prelu,               ///< x where it is 0 or more, else x * slope; slope is broadcast to the shape of x
  pad,                 ///< constant padding with zero (the zero point for quantized tensors), or of floats with `fill`
  average_pool,        ///< padding is not counted
  max_pool,
  mean,  ///< over `axes`; the output shape says whether they are kept as 1
  sum,   ///< likewise; of 8 bits with the output's scale and zero point, stored numbers are added, and wrap
  reduce_max,
  reduce_min,
  reduce_prod,
  reshape,           ///< also SQUEEZE, EXPAND_DIMS: same bytes, other shape or other quantization parameters
  softmax,           ///< over the last axis
  l2_normalization,  ///< x / max(|x|, 1e-6), where |x| is the root of the sum of squares over the last axis
  logistic,
  hard_swish,     ///< x * relu6(x + 3) / 6
  hard_sigmoid,   ///< relu6(x + 3) / 6, of floats
  silu,           ///< x * logistic(x), of floats
  lookup,         ///< 8-bit input, constant of 256 results: the one at the place that the input's byte has as a number
  unary,          ///< `function` of each element
  relu,           ///< clamp given by `activation` (never none)
  concatenation,  ///< along `axis`
  transpose,      ///< output dimension i is input dimension axes[i]
  slice,          ///< output index i is input index begin + i * steps, in each dimension
  resize_bilinear,  ///< height and width, `sampling` says where the pixels lie
  resize_nearest,
  arg_max,                ///< i32 or i64: where along `axis` the largest value stands; the first of equal ones
  cast,                   ///< stored values to another type, with no regard to quantization
  quantize,               ///< f32 -> 8 bit, or 8 bit -> 8 bit with other parameters
  dequantize,             ///< 8 bit or f16 -> f32
  detection_postprocess,  ///< boxes, scores, f32 anchors -> f32, as compiler/graph/detection.h says
  /// Channels become blocks of pixels, of the size that the stride of `window` has: row i and column j of a block are
  /// part i * stride_w + j of the channels of one input pixel. What `window.pad` says is cut off the result.
  depth_to_space,
  mirror_pad,  ///< padding with what lies in the input, as `mirror` says
  /// data [B,O,N,I], indices [B,M,K] -> [B,O,M,I], where each letter stands for any number of dimensions, B for
  /// `batch_dims`, and the last dimension of the indices counts the dimensions N, which start at `axis`. A negative
  /// index counts from the end; what lies outside is moved to the edge.
  gather,
  top_k,  ///< i32 or i64: where along the last dimension the largest (or `smallest`) values stand, equal ones in order
  /// boxes [n,4], scores [n] -> i32 [max_detections + 1]: what is selected, then how many; or f32 [max_detections]:
  /// their scores. compiler/graph/detection.h says how.
  non_max_suppression,
};

enum class Activation { none, relu, relu6, relu_n1_to_1 };

/// A function of one number. `alpha` is an attribute.
enum class Function {
  none,
  abs,
  neg,
  sign,  ///< -1, 0 or 1
  square,
  sqrt,
  rsqrt,  ///< 1 / sqrt(x)
  reciprocal,
  exp,
  log,
  sin,
  cos,
  tanh,
  erf,
  floor,
  ceil,
  round,             ///< to the nearest integer, and to the even one of two
  elu,               ///< x where it is 0 or more, else alpha * (exp(x) - 1)
  gelu,              ///< x / 2 * (1 + erf(x / sqrt(2)))
  gelu_tanh,         ///< x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))
  softplus,          ///< log(1 + exp(x))
  softsign,          ///< x / (1 + abs(x))
  mish,              ///< x * tanh(softplus(x))
  thresholded_relu,  ///< x where it is above alpha, else 0
};

/// Which point of the input an output pixel of a resize lies at.
enum class Sampling {
  asymmetric,     ///< y * in / out
  align_corners,  ///< y * (in - 1) / (out - 1)
  half_pixel,     ///< (y + 0.5) * in / out - 0.5
};

/// Which elements stand in padding, beyond 3 at the end of 1 2 3.
enum class Mirror {
  reflect,    ///< 2 1
  symmetric,  ///< 3 2 1
  edge,       ///< 3 3 3 and so on
};

const char* to_string(OpKind kind);  ///< "conv2d", ...
const char* to_string(Activation activation);
const char* to_string(Sampling sampling);
const char* to_string(Function function);
const char* to_string(Mirror mirror);

struct Padding {
  int top = 0, bottom = 0, left = 0, right = 0;
  bool operator==(const Padding& o) const {
    return top == o.top && bottom == o.bottom && left == o.left && right == o.right;
  }
  bool any() const { return top || bottom || left || right; }
};

/// A sliding window in pixels.
struct Window {
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  Padding pad;
};

/// What becomes of all the boxes of a detector: TFLite_Detection_PostProcess. Box encodings are (y, x, h, w).
/// Of non_max_suppression only max_detections, the thresholds and sigma.
struct DetectionOptions {
  int max_detections = 0;
  int classes_per_detection = 1;   ///< fast: how many classes each box is given
  int detections_per_class = 100;  ///< regular: the most boxes of each class
  int classes = 0;                 ///< without background
  bool regular = false;            ///< suppress class by class; otherwise by each box's best class only
  float score_threshold = 0;       ///< boxes below are left out
  float iou_threshold = 0;         ///< of two boxes that overlap by more, the better one stays
  float y_scale = 1, x_scale = 1, h_scale = 1, w_scale = 1;  ///< encodings are divided by these
  float sigma = 0;  ///< non_max_suppression: above 0, boxes that overlap lose score by a Gaussian instead
};

/// What an operator has beyond its tensors; ops.cpp says which members an operator uses.
struct Attributes {
  Window window;                             ///< conv2d, depthwise_conv2d, average_pool, max_pool, depth_to_space
  Activation activation = Activation::none;  ///< fused behind the operator; for relu: the operator itself
  int axis = 0;                              ///< concatenation, arg_max, gather
  std::vector<int> axes;                     ///< mean, sum and reduce_*: sorted, each once; transpose: the permutation
  std::vector<std::array<int, 2>> pads;      ///< pad, mirror_pad: (before, after) per dimension
  float fill = 0;                            ///< pad: what floats are padded with; other types always with zero
  float beta = 1;                            ///< softmax
  Function function = Function::none;        ///< unary
  float alpha = 1;                           ///< unary: of the functions that have it
  Sampling sampling = Sampling::asymmetric;  ///< resize_bilinear, resize_nearest
  std::vector<int> begin, steps;             ///< slice: per dimension; steps may be negative, or 0
  DetectionOptions detection;                ///< detection_postprocess, non_max_suppression
  Mirror mirror = Mirror::reflect;           ///< mirror_pad
  int batch_dims = 0;                        ///< gather
  bool smallest = false;                     ///< top_k: the smallest values instead of the largest
};

struct Op {
  OpKind kind = OpKind::reshape;
  Attributes attr;
  std::vector<int> inputs;  ///< tensor ids; an absent bias is left out
  int output = -1;          ///< tensor id
  std::vector<Origin> origins;
};

struct Graph {
  std::string name;  ///< the model file's name without folder and extension
  std::vector<Tensor> tensors;
  std::vector<Op> ops;
  std::vector<int> inputs, outputs;

  const Tensor& input(const Op& op, int i) const { return tensors.at(op.inputs.at(i)); }
  const Tensor& output(const Op& op) const { return tensors.at(op.output); }
  int producer(int tensor) const;                ///< op index, or -1
  std::vector<int> consumers(int tensor) const;  ///< op indices, ascending, each once
  bool is_output(int tensor) const;
  int add(Tensor tensor);  ///< returns its id
};

/// The invariants at the head of this file, and every operator's shape and type rule. Returns one line per violation.
/// Passes must not break it: a violation after a pass is an internal error that names the pass.
std::vector<std::string> verify(const Graph& graph);

/// The graph as text, one line per tensor and op; constants by content hash, or in full where `with_data`.
/// parse_graph(print(g, true)) gives an equal graph. The grammar stands in print.cpp.
std::string print(const Graph& graph, bool with_data = false);
/// The inverse of print(); used by the tests of passes. Reports every line that it cannot read.
Graph parse_graph(const std::string& text, Diagnostics& diagnostics);

}  // namespace narrows
