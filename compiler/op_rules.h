// The shape and type rule of every operator; a part of verify().
#pragma once

#include <string>

#include "compiler/graph.h"

namespace narrows {

/// What is wrong with the operator, or an empty string. Its tensors must be valid on their own and as many as
/// facts() asks for.
std::string check_op(const Graph& graph, const Op& op);

/// Rows or columns of the output of a window over `size` of them; 0 or less where the window does not fit.
int window_positions(int size, int before, int after, int kernel, int dilation, int stride);

}  // namespace narrows
