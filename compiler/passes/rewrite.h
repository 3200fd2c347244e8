// Small steps that several passes share.
#pragma once

#include <optional>

#include "compiler/graph/graph.h"

namespace narrows {

/// True if exactly one op reads `tensor` and the caller of the model does not see it.
bool has_single_use(const Graph& graph, int tensor);

/// Same type, and the same scales and zero points: equal stored values stand for equal real values.
bool same_representation(const Tensor& a, const Tensor& b);

/// The value of a constant of one float; nothing for other tensors.
std::optional<float> scalar(const Tensor& t);

/// Ops `first` and `second`, which reads the output of `first`, have become one: `first` writes what `second`
/// wrote, and `second` is removed.
void merge_into_producer(Graph* graph, int first, int second);

/// The output of op `first` is not needed by op `second` any more: every `first` output among the inputs of
/// `second` becomes the first input of `first`. `first` stays for its other readers.
void bypass(Graph* graph, int first, int second);

/// Removes the op if nothing reads its output.
void remove_if_unused(Graph* graph, int op);

}  // namespace narrows
