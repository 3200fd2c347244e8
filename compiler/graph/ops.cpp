#include "compiler/graph/ops.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "compiler/graph/rules/op_rules.h"
#include "compiler/graph/rules/op_scales.h"

namespace narrows {
namespace {

constexpr int any = std::numeric_limits<int>::max();

const char* const activation_names[] = {"none", "relu", "relu6", "relu_n1_to_1"};
const char* const sampling_names[] = {"asymmetric", "align_corners", "half_pixel"};
const char* const function_names[] = {
    "none",  "abs", "neg",  "sign",      "square",   "sqrt",     "rsqrt", "reciprocal",
    "exp",   "log", "sin",  "cos",       "tanh",     "erf",      "floor", "ceil",
    "round", "elu", "gelu", "gelu_tanh", "softplus", "softsign", "mish",  "thresholded_relu",
};
const char* const mirror_names[] = {"reflect", "symmetric", "edge"};
const char* const dtype_names[] = {"f32", "f16", "u8", "i8", "i32", "i64"};

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table, a row for each operator
const std::vector<OpFacts>& all_ops() {
  using namespace member;
  using namespace trait;
  constexpr auto sign = either_8bit_type;
  constexpr auto dims = keeps_dimensions;
  constexpr unsigned pair = elementwise | broadcasts | dims;
  // Values of 0 and more are rescaled by input / output, others by input * slope / output.
  constexpr auto prelu_fits = [](const Graph& graph, const Op& op) {
    return ratio_fits(graph, op) && product_scales_fit(graph, op);
  };
  // clang-format off
  static const std::vector<OpFacts> rows = {
      // kind, name, least and most inputs,
      // rule, scales that fit, members, traits
      {OpKind::conv2d, "conv2d", 2, 3,
       check_conv, weights_scales_fit, window | activation, weighted | sign | on_maps},
      {OpKind::depthwise_conv2d, "depthwise_conv2d", 2, 3,
       check_conv, weights_scales_fit, window | activation, weighted | sign | on_maps},
      {OpKind::fully_connected, "fully_connected", 2, 3,
       check_fully_connected, weights_scales_fit, activation, weighted | sign},
      {OpKind::add, "add", 2, 2,
       check_broadcast, sum_scales_fit, activation, pair | sign},
      {OpKind::sub, "sub", 2, 2,
       check_broadcast, sum_scales_fit, activation, pair | sign},
      {OpKind::mul, "mul", 2, 2,
       check_broadcast, product_scales_fit, activation, pair | sign},
      {OpKind::maximum, "maximum", 2, 2,
       check_maximum, nullptr, 0, pair | picks},
      {OpKind::minimum, "minimum", 2, 2,
       check_maximum, nullptr, 0, pair | picks},
      {OpKind::div, "div", 2, 2,
       check_broadcast, nullptr, activation, pair | sign},
      {OpKind::pow, "pow", 2, 2,
       check_numbers, nullptr, 0, pair},
      {OpKind::squared_difference, "squared_difference", 2, 2,
       check_broadcast, nullptr, 0, pair | sign},
      {OpKind::floor_div, "floor_div", 2, 2,
       check_numbers, nullptr, 0, pair},
      {OpKind::floor_mod, "floor_mod", 2, 2,
       check_numbers, nullptr, 0, pair},
      {OpKind::prelu, "prelu", 2, 2,
       check_prelu, prelu_fits, 0, pair | sign | finishes},
      {OpKind::pad, "pad", 1, 1,
       check_pad, nullptr, pads, picks | dims},
      {OpKind::average_pool, "average_pool", 1, 1,
       check_pool, ratio_fits, window | activation, on_maps},
      {OpKind::max_pool, "max_pool", 1, 1,
       check_pool, nullptr, window | activation, picks | on_maps},
      {OpKind::mean, "mean", 1, 1,
       check_mean, ratio_fits, axes, sign | dims},  // dims: where it drops none, as ranks tell
      {OpKind::sum, "sum", 1, 1,
       check_sum, nullptr, axes, dims},
      {OpKind::reduce_max, "reduce_max", 1, 1,
       check_extremum, nullptr, axes, picks | dims},
      {OpKind::reduce_min, "reduce_min", 1, 1,
       check_extremum, nullptr, axes, picks | dims},
      {OpKind::reduce_prod, "reduce_prod", 1, 1,
       check_product, nullptr, axes, dims},
      {OpKind::reshape, "reshape", 1, 1,
       check_reshape, nullptr, 0, picks},
      {OpKind::softmax, "softmax", 1, 1,
       check_softmax, input_scale_fits, beta, sign | dims | unit_range},
      {OpKind::l2_normalization, "l2_normalization", 1, 1,
       check_l2_normalization, nullptr, 0, dims},
      {OpKind::logistic, "logistic", 1, 1,
       check_elementwise, input_scale_fits, 0, elementwise | sign | dims | unit_range | finishes},
      {OpKind::hard_swish, "hard_swish", 1, 1,
       check_elementwise, hard_swish_scales_fit, 0, elementwise | dims | finishes},
      {OpKind::hard_sigmoid, "hard_sigmoid", 1, 1,
       check_float_function, nullptr, 0, elementwise | dims | unit_range | finishes},
      {OpKind::silu, "silu", 1, 1,
       check_float_function, nullptr, 0, elementwise | dims | finishes},
      {OpKind::lookup, "lookup", 2, 2,
       check_lookup, nullptr, 0, elementwise | finishes},
      {OpKind::unary, "unary", 1, 1,
       check_unary, unary_scales_fit, function, elementwise | sign | dims},
      {OpKind::relu, "relu", 1, 1,
       check_relu, ratio_fits, activation, elementwise | sign | dims},
      {OpKind::concatenation, "concatenation", 1, any,
       check_concatenation, nullptr, axis, picks | dims},
      {OpKind::transpose, "transpose", 1, 1,
       check_transpose, nullptr, axes, picks},
      {OpKind::slice, "slice", 1, 1,
       check_slice, nullptr, slice, picks | dims},
      {OpKind::resize_bilinear, "resize_bilinear", 1, 1,
       check_resize, ratio_fits, sampling, on_maps},
      {OpKind::resize_nearest, "resize_nearest", 1, 1,
       check_resize, nullptr, sampling, picks | on_maps},
      {OpKind::arg_max, "arg_max", 1, 1,
       check_arg_max, nullptr, axis, reads_stored},
      // Emitted code reads a cast's input as another type of number, which must not lie where the output does.
      {OpKind::cast, "cast", 1, 1,
       check_cast, nullptr, 0, dims},
      {OpKind::quantize, "quantize", 1, 1,
       check_quantize, nullptr, 0, elementwise | dims},
      {OpKind::dequantize, "dequantize", 1, 1,
       check_quantize, nullptr, 0, elementwise | sign | dims},
      {OpKind::detection_postprocess, "detection_postprocess", 3, 3,
       check_detection_postprocess, nullptr, detection, reads_stored},
      {OpKind::depth_to_space, "depth_to_space", 1, 1,
       check_depth_to_space, nullptr, window, picks | on_maps},
      {OpKind::mirror_pad, "mirror_pad", 1, 1,
       check_mirror_pad, nullptr, pads | mirror, picks | dims},
      {OpKind::gather, "gather", 2, 2,
       check_gather, nullptr, axis | batch_dims, picks},
      {OpKind::top_k, "top_k", 1, 1,
       check_top_k, nullptr, smallest, reads_stored},
      {OpKind::non_max_suppression, "non_max_suppression", 2, 2,
       check_non_max_suppression, nullptr, detection, 0},
  };
  // clang-format on
  return rows;
}

const OpFacts& facts(OpKind kind) {
  const OpFacts& row = all_ops().at(static_cast<size_t>(kind));
  NARROWS_CHECK(row.kind == kind, "rows of ops.cpp stand in the order of OpKind");
  return row;
}

const char* to_string(OpKind kind) { return facts(kind).name; }
const char* to_string(Activation activation) { return activation_names[static_cast<int>(activation)]; }
const char* to_string(Sampling sampling) { return sampling_names[static_cast<int>(sampling)]; }
const char* to_string(Function function) { return function_names[static_cast<int>(function)]; }
const char* to_string(Mirror mirror) { return mirror_names[static_cast<int>(mirror)]; }
const char* to_string(DType type) { return dtype_names[static_cast<int>(type)]; }

std::optional<OpKind> parse_op_kind(const std::string& name) {
  for (const OpFacts& row : all_ops()) {
    if (name == row.name) return row.kind;
  }
  return std::nullopt;
}

std::optional<Activation> parse_activation(const std::string& name) {
  for (Activation a : {Activation::none, Activation::relu, Activation::relu6, Activation::relu_n1_to_1}) {
    if (name == to_string(a)) return a;
  }
  return std::nullopt;
}

std::optional<Sampling> parse_sampling(const std::string& name) {
  for (Sampling s : {Sampling::asymmetric, Sampling::align_corners, Sampling::half_pixel}) {
    if (name == to_string(s)) return s;
  }
  return std::nullopt;
}

std::optional<Function> parse_function(const std::string& name) {
  const auto found = std::find(std::begin(function_names), std::end(function_names), name);
  if (found == std::end(function_names)) return std::nullopt;
  return static_cast<Function>(found - std::begin(function_names));
}

std::optional<Mirror> parse_mirror(const std::string& name) {
  for (Mirror m : {Mirror::reflect, Mirror::symmetric, Mirror::edge}) {
    if (name == to_string(m)) return m;
  }
  return std::nullopt;
}

std::optional<DType> parse_dtype(const std::string& name) {
  for (DType type : {DType::f32, DType::f16, DType::u8, DType::i8, DType::i32, DType::i64}) {
    if (name == to_string(type)) return type;
  }
  return std::nullopt;
}

std::optional<Function> power_function(float exponent) {
  if (exponent == 2) return Function::square;
  if (exponent == 0.5f) return Function::sqrt;
  if (exponent == -0.5f) return Function::rsqrt;
  if (exponent == -1) return Function::reciprocal;
  return std::nullopt;
}

bool is_broadcast(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::resize_bilinear && op.kind != OpKind::resize_nearest) return false;
  const Shape &in = graph.input(op, 0).shape, &out = graph.output(op).shape;
  return in.size() == 4 && in[1] * in[2] == 1 && out[1] * out[2] > 1;
}

bool is_convolution(const Op& op) { return facts(op.kind).is(trait::weighted); }

bool is_global_pool(const Graph& graph, const Op& op) {
  const Shape& in = graph.input(op, 0).shape;
  if (in.size() != 4) return false;
  if (op.kind == OpKind::mean) return op.attr.axes == std::vector<int>{1, 2};
  const Window& w = op.attr.window;
  return op.kind == OpKind::average_pool && !w.pad.any() && w.kernel_h == in[1] && w.kernel_w == in[2];
}

}  // namespace narrows
