#include <algorithm>
#include <array>

#include "compiler/blocks/block.h"
#include "compiler/blocks/conversions.h"
#include "compiler/blocks/finished_conv.h"
#include "compiler/graph/ops.h"
#include "compiler/graph/uses.h"

namespace narrows {

bool is_reshape(const Graph& graph, const Block& block) {
  return block.kind == BlockKind::single && graph.ops[block.ops[0]].kind == OpKind::reshape;
}

int only_consumer(const Uses& uses, const Op& op) { return uses.single(op.output) ? uses.consumers(op.output)[0] : -1; }

bool is_pointwise(const Op& op) {
  const Window& w = op.attr.window;
  return op.kind == OpKind::conv2d && w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1 &&
         !w.pad.any();
}

namespace {

/// Depthwise with one filter per channel: the form that can follow an expansion row by row.
bool is_plain_depthwise(const Graph& graph, const Op& op) {
  return op.kind == OpKind::depthwise_conv2d && graph.input(op, 0).shape[3] == graph.output(op).shape[3];
}

/// 8-bit graph inputs keep the model's type, which need not be the one that the target multiplies. Chains convert what
/// their first convolution reads, and single operators whatever they read; nothing else does.
bool keeps_own_type(const Graph& graph, const Uses& uses, int tensor) {
  if (!is_quantized(graph.tensors[tensor])) return false;
  int producer = uses.producer(tensor);
  while (producer >= 0 && graph.ops[producer].kind == OpKind::reshape)
    producer = uses.producer(graph.ops[producer].inputs[0]);
  return producer < 0;
}

/// The tensor that `add` adds to the result of `conv`, a convolution or what finishes it; -1 if the add cannot be fused
/// behind it.
int fusable_residual(const Graph& graph, const Uses& uses, const Op& conv, const Op& add) {
  if (add.kind != OpKind::add || add.inputs[0] == add.inputs[1]) return -1;
  const int other = add.inputs[0] == conv.output ? add.inputs[1] : add.inputs[0];
  const Tensor &a = graph.tensors[conv.output], &b = graph.tensors[other], &out = graph.output(add);
  if (b.constant() || a.shape != b.shape || a.shape != out.shape || a.type != b.type || a.type != out.type) return -1;
  return keeps_own_type(graph, uses, other) ? -1 : other;
}

/// A pooled convolution reads its input as it is, 8-bit channels in fours.
bool fits_pooled_conv(const Graph& graph, const Uses& uses, const Op& conv) {
  const Tensor& in = graph.input(conv, 0);
  return !is_quantized(in) || (in.shape[3] % 4 == 0 && !keeps_own_type(graph, uses, conv.inputs[0]));
}

/// `op` takes the place of each pixel's largest channel in the resized image.
bool is_class_map(const Graph& graph, const Op& op) {
  return op.kind == OpKind::arg_max && op.attr.axis == 3 && graph.input(op, 0).shape.size() == 4;
}

/// A concatenation of channels, maybe of scales that differ.
bool joins_rows(const Graph& graph, const Uses& uses, const Op& op) {
  const Tensor& out = graph.output(op);
  if (op.kind != OpKind::concatenation || out.shape.size() != 4 || op.attr.axis != 3) return false;
  return std::all_of(op.inputs.begin(), op.inputs.end(), [&](int t) {
    const Tensor& in = graph.tensors[t];
    return in.type == out.type && !in.constant() && !keeps_own_type(graph, uses, t);
  });
}

bool reads_joined_rows(const Graph& graph, const Op& op) {
  return op.kind == OpKind::conv2d || is_plain_depthwise(graph, op);
}

/// Maps with fewer rows leave too little to keep only rows of; as wholes, they are computed tile of channels by tile.
constexpr int least_rows = 8;

/// The convolution is an expansion that `projection` narrows again: what is between them is wider than the result. A
/// 1x1 convolution that widens nothing is left apart: it reads its map tile by tile of channels, and can write over it.
bool narrows_again(const Graph& graph, const Op& conv, const Op& projection) {
  const Shape& wide = graph.output(conv).shape;
  const bool widens = !is_pointwise(conv) || wide[3] > graph.input(conv, 0).shape[3];
  return is_pointwise(projection) && widens && wide[3] > graph.output(projection).shape[3] && wide[1] >= least_rows;
}

/// The operands of a multiplication of each channel of a map by a factor that is computed: the map, then the pixel of
/// factors. Nothing where it is another one.
std::vector<int> scaled_map(const Graph& graph, const Uses& uses, const Op& op) {
  if (op.kind != OpKind::mul || op.attr.activation != Activation::none) return {};
  const Shape& out = graph.output(op).shape;
  if (out.size() != 4 || out[1] < least_rows) return {};
  for (const int side : {0, 1}) {
    const int map = op.inputs[side], pixel = op.inputs[1 - side];
    const bool shapes = graph.tensors[map].shape == out && graph.tensors[pixel].shape == Shape{1, 1, 1, out[3]};
    const bool computed = !graph.tensors[map].constant() && !graph.tensors[pixel].constant();
    const bool floats = graph.output(op).type == DType::f32;
    const bool stored =
        is_quantized(graph.output(op)) && !keeps_own_type(graph, uses, map) && !keeps_own_type(graph, uses, pixel);
    if (shapes && computed && (floats || stored)) return {map, pixel};
  }
  return {};
}

/// A pad that appends channels of zero to those of a map.
bool appends_channels(const Graph& graph, const Uses& uses, const Op& op) {
  if (op.kind != OpKind::pad || op.attr.pads.size() != 4 || op.attr.fill != 0) return false;
  const Tensor& in = graph.input(op, 0);
  const auto none = [&](int d) { return op.attr.pads[d] == std::array<int, 2>{}; };
  return none(0) && none(1) && none(2) && op.attr.pads[3][0] == 0 && !in.constant() &&
         (in.type == DType::f32 || is_quantized(in)) && !keeps_own_type(graph, uses, op.inputs[0]);
}

class Partition {
 public:
  explicit Partition(const Graph& graph) : graph_(graph), uses_(graph), taken_(graph.ops.size(), false) {}

  std::vector<Block> run() {
    for (size_t i = 0; i < graph_.ops.size(); ++i) {
      if (!taken_[i] && !joined_later(static_cast<int>(i))) blocks_.push_back(block_at(static_cast<int>(i)));
    }
    absorb_pads();
    // A block runs where its last op stood: then everything that it reads exists.
    std::stable_sort(blocks_.begin(), blocks_.end(),
                     [](const Block& a, const Block& b) { return a.ops.back() < b.ops.back(); });
    return std::move(blocks_);
  }

 private:
  const Op& op(int i) const { return graph_.ops[i]; }
  int next(int i) const { return only_consumer(uses_, op(i)); }

  /// What a chain adds can be narrower: it pads rows of that itself.
  void absorb_pads() {
    std::vector<bool> absorbed(graph_.ops.size());
    for (Block& block : blocks_) {
      const int pad = block.residual >= 0 ? uses_.producer(block.residual) : -1;
      if (pad < 0 || next(pad) < 0 || !appends_channels(graph_, uses_, op(pad))) continue;
      block.padded_residual = op(pad).inputs[0];
      block.ops.insert(block.ops.end() - 1, pad);
      absorbed[pad] = true;
    }
    const auto gone = [&](const Block& b) { return b.kind == BlockKind::single && absorbed[b.ops[0]]; };
    blocks_.erase(std::remove_if(blocks_.begin(), blocks_.end(), gone), blocks_.end());
  }

  Block block_at(int first) {
    Block block;
    block.ops = {first};
    block.input = op(first).inputs[0];
    if (is_convolution(op(first))) {
      block.kind = BlockKind::chain;
      extend_chain(first, &block);
    } else if (const std::vector<int> conversions = conversions_at(graph_, uses_, first); !conversions.empty()) {
      block.kind = BlockKind::chain;
      block.conversions = static_cast<int>(conversions.size());
      block.input = converted_map(graph_, op(first));
      block.ops = conversions;
      block.ops.push_back(next(conversions.back()));
      extend_chain(block.ops.back(), &block);
    } else if (joins_in_front(first)) {
      block.kind = BlockKind::chain;
      block.ops.push_back(next(first));
      block.input = op(first).output;
      block.sources = op(first).inputs;
      extend_chain(next(first), &block);
      for (int& source : block.sources) take_broadcast(&source, &block);
    } else if (scales_in_front(first)) {
      block.kind = BlockKind::chain;
      block.ops.push_back(next(first));
      block.input = op(first).output;
      block.sources = scaled_map(graph_, uses_, op(first));
      block.multiplies = true;
      extend_chain(next(first), &block);
    } else if (const std::vector<int> ops = class_map_ops(first); !ops.empty()) {
      block.kind = BlockKind::resize_argmax;
      block.ops = ops;
    }
    for (int i : block.ops) taken_[i] = true;
    block.output = op(block.ops.back()).output;
    block.readers = uses_.consumers(block.output);
    return block;
  }

  /// A concatenation whose rows a convolution can join.
  bool joins_in_front(int i) const {
    return joins_rows(graph_, uses_, op(i)) && next(i) >= 0 && reads_joined_rows(graph_, op(next(i)));
  }
  /// A multiplication by factors of channels, whose rows a full convolution can make for itself.
  bool scales_in_front(int i) const {
    return next(i) >= 0 && op(next(i)).kind == OpKind::conv2d && !scaled_map(graph_, uses_, op(i)).empty();
  }
  /// A pixel that is repeated for such a concatenation, in front of a full convolution: there are no repeated rows
  /// then.
  bool joined_later(int i) const {
    return is_broadcast(graph_, op(i)) && next(i) >= 0 && joins_in_front(next(i)) &&
           op(next(next(i))).kind == OpKind::conv2d && !keeps_own_type(graph_, uses_, op(i).inputs[0]);
  }
  void take_broadcast(int* source, Block* block) const {
    const int producer = uses_.producer(*source);
    if (producer < 0 || !joined_later(producer)) return;
    block->ops.insert(block->ops.begin(), producer);
    *source = op(producer).inputs[0];
  }

  /// From the resize at `first` to the class map behind one or two of them; empty where there is none.
  std::vector<int> class_map_ops(int first) const {
    std::vector<int> ops;
    for (int i = first; i >= 0 && ops.size() < 3; i = next(i)) {
      ops.push_back(i);
      if (ops.size() > 1 && is_class_map(graph_, op(i))) return ops;
      if (op(i).kind != OpKind::resize_bilinear) break;
    }
    return {};
  }

  /// The convolution `conv`, or the operator behind it that it computes where it finishes.
  int finished(int conv) const {
    const int behind = next(conv);
    return behind >= 0 && can_finish(graph_, op(conv).output, op(behind)) ? behind : conv;
  }
  void push_unary(int conv, Block* block) const {
    if (finished(conv) != conv) block->ops.push_back(finished(conv));
  }
  void push_conv(int conv, Block* block) const {
    block->ops.push_back(conv);
    push_unary(conv, block);
  }

  /// The full convolution `first` is an expansion that `project` narrows again.
  bool is_projected(int first, int project) const {
    return op(first).kind == OpKind::conv2d && narrows_again(graph_, op(first), op(project));
  }

  /// Extends a block that ends in its first convolution, `first`.
  void extend_chain(int first, Block* block) {
    push_unary(first, block);
    int depthwise = op(first).kind == OpKind::depthwise_conv2d ? first : -1, last = first;
    const int behind = next(finished(first));
    if (op(first).kind == OpKind::conv2d && behind >= 0 && is_plain_depthwise(graph_, op(behind))) depthwise = behind;
    if (depthwise >= 0 && depthwise != first) {
      push_conv(depthwise, block);
      last = depthwise;
    }
    const int project = depthwise >= 0 ? next(finished(depthwise)) : behind;
    const bool projects = project >= 0 && (depthwise >= 0 ? is_pointwise(op(project)) : is_projected(first, project));
    if (projects) {
      push_conv(project, block);
      last = project;
    }
    finish_chain(last, block);
  }

  /// Appends what follows `last`, the last convolution of the block: an add, or a pool.
  void finish_chain(int last, Block* block) const {
    const int after = next(finished(last));
    // An add of two chains is fused behind the first of them.
    if (after < 0 || taken_[after] || op(last).kind != OpKind::conv2d) return;
    const int residual = fusable_residual(graph_, uses_, op(finished(last)), op(after));
    if (residual >= 0) {
      block->ops.push_back(after);
      block->residual = residual;
    } else if (block->ops[0] == last && is_pointwise(op(last)) && fits_pooled_conv(graph_, uses_, op(last)) &&
               is_global_pool(graph_, op(after))) {
      block->kind = BlockKind::pooled_conv;
      block->ops.push_back(after);
    }
  }

  const Graph& graph_;
  const Uses uses_;
  std::vector<bool> taken_;
  std::vector<Block> blocks_;
};

}  // namespace

std::vector<Block> partition(const Graph& graph) { return Partition(graph).run(); }

}  // namespace narrows
