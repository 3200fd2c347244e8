// The convolutions of a block, and what kernels compute behind each of them before a value is stored.
#pragma once

#include <string>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/graph/graph.h"

namespace narrows {

/// A convolution with its finish. The activation in the convolution's own attributes comes first, then `unary`, then
/// `add`.
struct FinishedConv {
  const Op* conv;
  const Op* unary = nullptr;  ///< an operator on single elements; null: none
  const Op* add = nullptr;    ///< adds the residual; null: none

  /// The operator whose output a residual is added to.
  const Op& before_add() const { return unary ? *unary : *conv; }
  /// The tensor that the last of the three makes.
  int tensor() const { return add ? add->output : before_add().output; }
};

/// The convolutions among the operators of `block`, a chain, a cascade or a pooled convolution.
std::vector<FinishedConv> convolutions_of(const Graph& graph, const Block& block);

/// The operators that convolutions of the block compute behind themselves, each once: ", prelu".
std::string unary_text(const Graph& graph, const Block& block);

/// True if `op` can be computed behind the convolution that makes `tensor`.
bool can_finish(const Graph& graph, int tensor, const Op& op);

}  // namespace narrows
