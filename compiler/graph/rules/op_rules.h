// The shape and type rule of every operator. Their rows in ops.cpp name them, and verify() asks them.
#pragma once

#include <string>

#include "compiler/graph/graph.h"

namespace narrows {

// Each returns what is wrong with the operator, or an empty string. Its tensors must be valid on their own, and as many
// as its row in ops.cpp asks for.

// op_rules.cpp
std::string check_broadcast(const Graph& graph, const Op& op);  ///< add, sub, mul, div and squared_difference
std::string check_numbers(const Graph& graph, const Op& op);    ///< pow, floor_div and floor_mod: nothing quantized
std::string check_maximum(const Graph& graph, const Op& op);    ///< and minimum: they compare stored values
std::string check_prelu(const Graph& graph, const Op& op);
std::string check_elementwise(const Graph& graph, const Op& op);  ///< logistic and hard_swish
std::string check_unary(const Graph& graph, const Op& op);
std::string check_float_function(const Graph& graph, const Op& op);  ///< hard_sigmoid and silu
std::string check_lookup(const Graph& graph, const Op& op);
std::string check_relu(const Graph& graph, const Op& op);
std::string check_softmax(const Graph& graph, const Op& op);
std::string check_pad(const Graph& graph, const Op& op);
std::string check_transpose(const Graph& graph, const Op& op);
std::string check_concatenation(const Graph& graph, const Op& op);
std::string check_reshape(const Graph& graph, const Op& op);
std::string check_cast(const Graph& graph, const Op& op);
std::string check_quantize(const Graph& graph, const Op& op);  ///< quantize and dequantize
// op_rules_reduce.cpp
std::string check_l2_normalization(const Graph& graph, const Op& op);
std::string check_mean(const Graph& graph, const Op& op);
std::string check_sum(const Graph& graph, const Op& op);
std::string check_extremum(const Graph& graph, const Op& op);  ///< reduce_max and reduce_min
std::string check_product(const Graph& graph, const Op& op);   ///< reduce_prod
// op_rules_window.cpp
std::string check_conv(const Graph& graph, const Op& op);  ///< conv2d and depthwise_conv2d
std::string check_fully_connected(const Graph& graph, const Op& op);
std::string check_pool(const Graph& graph, const Op& op);  ///< average_pool and max_pool
// op_rules_select.cpp
std::string check_slice(const Graph& graph, const Op& op);
std::string check_resize(const Graph& graph, const Op& op);  ///< resize_bilinear and resize_nearest
std::string check_arg_max(const Graph& graph, const Op& op);
std::string check_depth_to_space(const Graph& graph, const Op& op);
std::string check_mirror_pad(const Graph& graph, const Op& op);
std::string check_gather(const Graph& graph, const Op& op);
std::string check_top_k(const Graph& graph, const Op& op);
// detection.cpp
std::string check_detection_postprocess(const Graph& graph, const Op& op);
std::string check_non_max_suppression(const Graph& graph, const Op& op);

// Questions that many rules ask.
bool is_activation_type(const Tensor& tensor);  ///< f32 or 8 bit
bool per_tensor(const Tensor& tensor);          ///< quantized with one scale
std::string wrong_output(const Tensor& output, const Shape& expected);
std::string same_type(const Tensor& input, const Tensor& output);
/// Stored values of `input` and `output` mean the same numbers.
std::string same_quantization(const Tensor& input, const Tensor& output);
/// Float in, float out; or 8 bit in, 8 bit out, where signedness may differ. `activations` of the inputs are
/// asked.
std::string check_types(const Graph& graph, const Op& op, int activations);

struct MapSize {
  int height = 0, width = 0;
};
/// Rows and columns of the output of a window over a map with the window's padding; 0 or less where it does not fit.
MapSize window_positions(const MapSize& map, const Window& window);

}  // namespace narrows
