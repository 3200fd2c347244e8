// Every pass of the compiler, in the order in which compile() calls them. A pass is a free function from Graph to
// Graph, in a file of its own under passes/; each rewrite in it is stated as an equation above the function that does
// it. verify() holds before and after each.
#pragma once

#include "compiler/graph/graph.h"
#include "compiler/graph/quantization.h"

namespace narrows {

/// dequantize -> op -> quantize  =>  op on 8-bit numbers. Front ends whose format means that by it call this pass,
/// compile() does not: its result differs from the three operators' by rounding.
[[nodiscard]] Graph fuse_quantization(Graph graph);

/// conv(x, dequantize(c))  =>  conv(x, c): 8-bit and f16 weights of float convolutions stay as they are stored.
[[nodiscard]] Graph keep_weights(Graph graph);

/// conv(x, c)  =>  conv(x, c') with f32 weights: the opposite.
[[nodiscard]] Graph widen_weights(Graph graph);

/// Evaluates ops whose inputs are all constants:  op(c...)  =>  c'
[[nodiscard]] Graph fold_constants(Graph graph);

/// op(identity(x))  =>  op(x): a resize to the size that the image has, a slice of everything, a cast to the same type.
[[nodiscard]] Graph remove_identities(Graph graph);

/// x / 2 * (1 + erf(x / sqrt(2)))  =>  gelu(x), and likewise by tanh(), as files write it out.
[[nodiscard]] Graph name_gelu(Graph graph);

/// x * relu6(x + 3) / 6  =>  hard_swish(x),  x * logistic(x)  =>  silu(x), and others that files write out. Float only.
[[nodiscard]] Graph name_functions(Graph graph);

/// pad(x) -> conv  =>  conv with a larger window padding. Only spatial zero padding in front of conv2d and
/// depthwise_conv2d. conv -> slice that takes off what the padding adds  =>  conv with a smaller window padding.
[[nodiscard]] Graph fold_padding(Graph graph);

/// conv -> mul by constant -> add of constant  =>  conv with folded weights and bias. Float only; 8-bit weights take
/// the factors into their scales, f16 weights become f32.
[[nodiscard]] Graph fold_batch_norm(Graph graph);

/// op -> relu  =>  op with a fused activation, where the intermediate tensor has no other use and, for quantized
/// tensors, has the same parameters.
[[nodiscard]] Graph fuse_activations(Graph graph);

/// op(resize(x))  =>  resize(op(x)) for an op on one element, where x is one pixel: the resize only repeats it.
[[nodiscard]] Graph delay_broadcasts(Graph graph);

/// mean over height and width  =>  average_pool whose window is the whole map (and a reshape where the axes are
/// dropped). Float only: the quantized operators round differently.
[[nodiscard]] Graph mean_to_global_pool(Graph graph);

/// quantize(u8 -> i8) or (i8 -> u8) that only shifts the zero point by 128  =>  nothing: at the input its consumers
/// read the input tensor itself, at the output its producer writes the output tensor itself. Only next to operators
/// whose arithmetic does not depend on that shift.
[[nodiscard]] Graph fold_edge_quantization(Graph graph);

/// Operators on single elements that make one 8-bit tensor of another  =>  lookup in a table of 256 results. Exact: the
/// results are what the interpreter makes of the operators in `numerics`.
[[nodiscard]] Graph tabulate_functions(Graph graph, Numerics numerics);

/// Drops ops and tensors that no graph output needs; tensors are renumbered in order of first use. Graph inputs stay.
[[nodiscard]] Graph remove_dead(Graph graph);

}  // namespace narrows
