// A network as oneDNN primitives: first a plan with the layouts that oneDNN chooses, then memory for it.
#pragma once

#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/program/pack_arena.h"

namespace narrows::onednn {

/// A tensor in the layout in which a primitive makes it, or a primitive's scratchpad.
struct Value {
  dnnl::memory::desc desc;
  bool external = false;    ///< input or output of the network: not in the arena
  int first = 0, last = 0;  ///< steps
  dnnl::memory memory;
};

struct Step {
  dnnl::primitive primitive;
  std::vector<std::pair<int, int>> values;          ///< (argument, index of the value)
  std::unordered_map<int, dnnl::memory> constants;  ///< packed weights and biases
};

struct Plan {
  explicit Plan(const Graph& g) : graph(g), value_of(g.tensors.size(), -1) {}

  const Graph& graph;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::vector<Value> values;
  std::vector<Step> steps;
  std::vector<int> value_of;  ///< by tensor

  int add_value(const dnnl::memory::desc& desc);
  void add_step(const dnnl::primitive& primitive, std::vector<std::pair<int, int>> values,
                const dnnl::memory::desc& scratchpad, std::unordered_map<int, dnnl::memory> constants = {});
  /// The value in the layout `desc`, behind a reorder where it has another.
  int in_layout(int value, const dnnl::memory::desc& desc);
};

/// 8-bit tensors are u8, except inputs whose zero is in the middle of the range: those are s8 with zero point
/// 0, because oneDNN pads with zero.
struct Stored {
  dnnl::memory::data_type type;
  int zero_point;
  int offset;  ///< stored here - stored in the graph
};
Stored stored(const Graph& graph, int tensor);

dnnl::memory::dims dims(const Shape& shape);               ///< NCHW
dnnl::memory::desc plain(const Graph& graph, int tensor);  ///< NHWC
dnnl::memory::desc any_layout(const Graph& graph, int tensor);
dnnl::primitive_attr attributes();  ///< scratchpads are the caller's

/// Prints what oneDNN lacks and ends the process.
[[noreturn]] void refuse(const Op& op, const std::string& what);
/// Says where oneDNN has nothing but its reference code.
void note_implementation(const Op& op, const std::string& name);

/// Any operator; those that are part of another have been planned with it.
void plan_op(Plan& plan, const Op& op);
/// A convolution or fully connected layer; with `sum`, the addition that follows it, into the other addend's
/// memory.
void plan_layer(Plan& plan, const Op& op, const Op* sum);
/// The addition that `op` may take in: of its result and of a tensor that nothing reads behind it.
const Op* fusible_sum(const Graph& graph, const Op& op);
/// The input of `sum` that `op` does not make.
int other_addend(const Op& op, const Op& sum);

}  // namespace narrows::onednn
