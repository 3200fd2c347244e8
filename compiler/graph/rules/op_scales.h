// Which scales of an operator's 8-bit tensors leave its fixed-point arithmetic enough room. The rows in ops.cpp name
// these functions, and the passes ask them before an operator on real numbers becomes one on stored numbers.
#pragma once

#include "compiler/graph/graph.h"

namespace narrows {

bool weights_scales_fit(const Graph& graph, const Op& op);  ///< input * weights / output, for each output channel
bool product_scales_fit(const Graph& graph, const Op& op);  ///< input 0 * input 1 / output
bool sum_scales_fit(const Graph& graph, const Op& op);      ///< each of two inputs / output
bool ratio_fits(const Graph& graph, const Op& op);          ///< input / output
bool input_scale_fits(const Graph& graph, const Op& op);    ///< the input's alone, where the output's is fixed
/// 8-bit values become others by a table, which has room for all scales. Not so where TFLite has an arithmetic of its
/// own, which is further from the function than half a unit.
bool unary_scales_fit(const Graph& graph, const Op& op);
bool hard_swish_scales_fit(const Graph& graph, const Op& op);

}  // namespace narrows
