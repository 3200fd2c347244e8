// Parts of fuse_quantization(): what moves, and what has a form for 8-bit numbers.
#pragma once

#include <optional>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/uses.h"

namespace narrows {

bool is_quantize(const Graph& graph, const Op& op);  ///< of real numbers

/// trait::picks, and no activation.
bool picks_elements(const Op& op);
/// How many inputs such an operator takes its elements from: all, but of gather, whose second one are indices, one.
size_t picked_inputs(const Op& op);
/// A new tensor like `like` with the elements of `as`.
int add_like(Graph* graph, const Tensor& like, const Tensor& as, const char* suffix);

// Defined in quantized_form.cpp.

/// The elements of a constant bias of the convolution or matrix product `op`, whose weights are stored, in units of
/// input scale * weight scale: as they are stored, or rounded. Nothing where there is no room for them.
std::optional<std::vector<int32_t>> bias_units(const Graph& graph, const Op& op, int bias, bool is_stored);
/// `op` has only stored operands and a stored result, and there is arithmetic for it with enough room.
bool computes_in_8_bits(const Graph& graph, const Op& op);

// Defined in move_quantization.cpp.

// quantize(pick(x, y))  =>  pick(quantize(x), quantize(y)), where nothing else reads pick(x, y)
void move_quantize_up(Graph* graph);
// add(linear(x, w), c)  =>  linear(x, w, c), where c has one number per output channel
void add_biases(Graph* graph);

}  // namespace narrows
