#include "compiler/graph/ops.h"

#include <limits>

namespace narrows {
namespace {

constexpr int any = std::numeric_limits<int>::max();
constexpr bool yes = true, no = false;

const char* const activation_names[] = {"none", "relu", "relu6", "relu_n1_to_1"};
const char* const sampling_names[] = {"asymmetric", "align_corners", "half_pixel"};
const char* const dtype_names[] = {"f32", "f16", "u8", "i8", "i32", "i64"};

}  // namespace

const std::vector<OpFacts>& all_ops() {
  // clang-format off
  static const std::vector<OpFacts> rows = {
      // kind                    name              inputs    window activation axis axes pads beta sampling slice detect
      {OpKind::conv2d,           "conv2d",           2, 3,   yes,   yes,       no,  no,  no,  no,  no,      no},
      {OpKind::depthwise_conv2d, "depthwise_conv2d", 2, 3,   yes,   yes,       no,  no,  no,  no,  no,      no},
      {OpKind::fully_connected,  "fully_connected",  2, 3,   no,    yes,       no,  no,  no,  no,  no,      no},
      {OpKind::add,              "add",              2, 2,   no,    yes,       no,  no,  no,  no,  no,      no},
      {OpKind::sub,              "sub",              2, 2,   no,    yes,       no,  no,  no,  no,  no,      no},
      {OpKind::mul,              "mul",              2, 2,   no,    yes,       no,  no,  no,  no,  no,      no},
      {OpKind::maximum,          "maximum",          2, 2,   no,    no,        no,  no,  no,  no,  no,      no},
      {OpKind::minimum,          "minimum",          2, 2,   no,    no,        no,  no,  no,  no,  no,      no},
      {OpKind::pad,              "pad",              1, 1,   no,    no,        no,  no,  yes, no,  no,      no},
      {OpKind::average_pool,     "average_pool",     1, 1,   yes,   yes,       no,  no,  no,  no,  no,      no},
      {OpKind::max_pool,         "max_pool",         1, 1,   yes,   yes,       no,  no,  no,  no,  no,      no},
      {OpKind::mean,             "mean",             1, 1,   no,    no,        no,  yes, no,  no,  no,      no},
      {OpKind::reshape,          "reshape",          1, 1,   no,    no,        no,  no,  no,  no,  no,      no},
      {OpKind::softmax,          "softmax",          1, 1,   no,    no,        no,  no,  no,  yes,  no,      no},
      {OpKind::logistic,         "logistic",         1, 1,   no,    no,        no,  no,  no,  no,  no,      no},
      {OpKind::hard_swish,       "hard_swish",       1, 1,   no,    no,        no,  no,  no,  no,  no,      no},
      {OpKind::relu,             "relu",             1, 1,   no,    yes,       no,  no,  no,  no,  no,      no},
      {OpKind::concatenation,    "concatenation",    1, any, no,    no,        yes, no,  no,  no,  no,      no},
      {OpKind::transpose,        "transpose",        1, 1,   no,    no,        no,  yes, no,  no,  no,      no},
      {OpKind::slice,            "slice",            1, 1,   no,    no,        no,  no,  no,  no,  no,      yes},
      {OpKind::resize_bilinear,  "resize_bilinear",  1, 1,   no,    no,        no,  no,  no,  no,  yes,     no},
      {OpKind::resize_nearest,   "resize_nearest",   1, 1,   no,    no,        no,  no,  no,  no,  yes,     no},
      {OpKind::arg_max,          "arg_max",          1, 1,   no,    no,        yes, no,  no,  no,  no,      no},
      {OpKind::cast,             "cast",             1, 1,   no,    no,        no,  no,  no,  no,  no,      no},
      {OpKind::quantize,         "quantize",         1, 1,   no,    no,        no,  no,  no,  no,  no,      no},
      {OpKind::dequantize,       "dequantize",       1, 1,   no,    no,        no,  no,  no,  no,  no,      no},
      {OpKind::detection_postprocess, "detection_postprocess",
                                                     3, 3,   no,    no,        no,  no,  no,  no,  no,      no, yes},
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

std::optional<DType> parse_dtype(const std::string& name) {
  for (DType type : {DType::f32, DType::f16, DType::u8, DType::i8, DType::i32, DType::i64}) {
    if (name == to_string(type)) return type;
  }
  return std::nullopt;
}

bool is_broadcast(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::resize_bilinear && op.kind != OpKind::resize_nearest) return false;
  const Shape &in = graph.input(op, 0).shape, &out = graph.output(op).shape;
  return in.size() == 4 && in[1] * in[2] == 1 && out[1] * out[2] > 1;
}

bool is_convolution(const Op& op) {
  return op.kind == OpKind::conv2d || op.kind == OpKind::depthwise_conv2d || op.kind == OpKind::fully_connected;
}

bool is_global_pool(const Graph& graph, const Op& op) {
  const Shape& in = graph.input(op, 0).shape;
  if (in.size() != 4) return false;
  if (op.kind == OpKind::mean) return op.attr.axes == std::vector<int>{1, 2};
  const Window& w = op.attr.window;
  return op.kind == OpKind::average_pool && !w.pad.any() && w.kernel_h == in[1] && w.kernel_w == in[2];
}

}  // namespace narrows
