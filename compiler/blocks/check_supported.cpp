#include "compiler/blocks/check_supported.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/blocks/block.h"
#include "compiler/graph/ops.h"

namespace narrows {

namespace {

// Row kernels take one pointer per kernel row.
constexpr int kMaxKernelRows = 32;

Origin origin_of(const Op& op) { return op.origins.empty() ? Origin{-1, to_string(op.kind), ""} : op.origins.front(); }

/// TFLite's multipliers are below 2^30; a left shift by more would leave nothing of a 32-bit sum.
void check_multipliers(const Graph& graph, const Op& op, Diagnostics& diagnostics) {
  const Tensor &in = graph.input(op, 0), &w = graph.input(op, 1), &out = graph.output(op);
  const std::vector<float>& scales = w.quant.scale;
  for (size_t c = 0; c < scales.size(); ++c) {
    const double multiplier = double(in.scale()) * scales[c] / out.scale();
    if (multiplier < 0x1p30) continue;
    diagnostics.error(
        origin_of(op),
        fmt::format("input scale {} * weight scale {} / output scale {} is {}{}; below 2^30 is legal", in.scale(),
                    scales[c], out.scale(), multiplier, scales.size() > 1 ? fmt::format(" in channel {}", c) : ""));
    return;
  }
}

void check_convolution(const Graph& graph, const Op& op, Diagnostics& diagnostics) {
  const Origin at = origin_of(op);
  for (size_t i = 1; i < op.inputs.size(); ++i) {
    if (graph.input(op, i).constant()) continue;
    diagnostics.error(at, fmt::format("the {} must be constant, found the computed tensor '{}'",
                                      i == 1 ? "weights" : "bias", graph.input(op, i).name));
  }
  if (op.attr.window.kernel_h > kMaxKernelRows) {
    diagnostics.error(
        at, fmt::format("a kernel of {} rows is not supported, at most {}", op.attr.window.kernel_h, kMaxKernelRows));
  }
  if (is_quantized(graph.output(op))) check_multipliers(graph, op, diagnostics);
}

/// Loops of a PAD: a dimension without padding is a part of the one before.
size_t pad_loops(const Op& op) {
  size_t loops = 1;
  for (size_t d = 1; d < op.attr.pads.size(); ++d) {
    if (op.attr.pads[d] != std::array<int, 2>{}) ++loops;
  }
  return loops;
}

/// Loops of an operator with broadcasting: neighbours in which the same operands are broadcast are one.
size_t broadcast_loops(const Graph& graph, const Op& op) {
  const Shape& out = graph.output(op).shape;
  const auto is_broadcast = [&](int i, size_t d) {
    const Shape& in = graph.input(op, i).shape;
    const size_t missing = out.size() - in.size();
    return d < missing || in[d - missing] != out[d];
  };
  size_t loops = 0;
  std::array<bool, 2> before = {};
  for (size_t d = 0; d < out.size(); ++d) {
    const std::array<bool, 2> now = {is_broadcast(0, d), is_broadcast(1, d)};
    if (out[d] == 1 || (loops > 0 && now == before)) continue;
    before = now;
    ++loops;
  }
  return loops;
}

/// Loops of a TRANSPOSE or slice: neighbours that are walked through in one step are one.
size_t moved_loops(const Graph& graph, const Op& op) {
  const Shape &in = graph.input(op, 0).shape, &out = graph.output(op).shape;
  size_t loops = 0;
  int64_t last_step = 0;
  for (size_t d = 0; d < out.size(); ++d) {
    if (out[d] == 1) continue;
    const size_t from = op.kind == OpKind::transpose ? op.attr.axes[d] : d;
    int64_t step = op.kind == OpKind::transpose ? 1 : op.attr.steps[d];
    for (size_t i = from + 1; i < in.size(); ++i) step *= in[i];
    if (loops == 0 || last_step != step * out[d]) ++loops;
    last_step = step;
  }
  return loops;
}

/// Loops of a MIRROR_PAD: neighbours without padding are one, and behind the last one with padding none.
size_t mirrored_loops(const Op& op) {
  size_t loops = 0, behind = 0;
  for (const auto& pads : op.attr.pads) {
    const bool padded = pads != std::array<int, 2>{};
    if (padded) loops += behind + 1;
    behind = padded ? 0 : 1;
  }
  return loops;
}

/// The loops of runtime/ have a fixed number of dimensions.
void check_rank(const Graph& graph, const Op& op, Diagnostics& diagnostics) {
  size_t most = 0, rank = graph.output(op).shape.size();
  if (facts(op.kind).is(trait::broadcasts)) {
    most = 4, rank = broadcast_loops(graph, op);
  } else if (op.kind == OpKind::pad) {
    most = 4, rank = pad_loops(op);
  } else if (op.kind == OpKind::mirror_pad) {
    most = 4, rank = mirrored_loops(op);
  } else if (op.kind == OpKind::transpose || op.kind == OpKind::slice) {
    most = 6, rank = moved_loops(graph, op);
  } else {
    return;
  }
  if (rank <= most) return;
  diagnostics.error(origin_of(op), fmt::format("{} dimensions are not supported here, at most {}", rank, most));
}

}  // namespace

bool check_supported(const Graph& graph, Diagnostics& diagnostics) {
  const int before = diagnostics.error_count();
  for (const Op& op : graph.ops) {
    if (is_convolution(op)) check_convolution(graph, op, diagnostics);
    check_rank(graph, op, diagnostics);
  }
  return diagnostics.error_count() == before;
}

bool check_row_input(const Graph& graph, Diagnostics& diagnostics) {
  const auto refuse = [&](const std::string& why) {
    diagnostics.error(why + "; rows can be pulled by a convolution alone");
    diagnostics.note("legal would be --input tensor");
    return false;
  };
  if (graph.inputs.size() != 1)
    return refuse(fmt::format("--input rows: the model has {} inputs", graph.inputs.size()));
  const int input = graph.inputs[0];
  const std::string name = graph.tensors[input].name;
  const std::vector<int> consumers = graph.consumers(input);
  if (graph.is_output(input)) return refuse(fmt::format("--input rows: the input '{}' is an output", name));
  if (consumers.size() != 1)
    return refuse(fmt::format("--input rows: {} operators read the input '{}'", consumers.size(), name));
  const Op& op = graph.ops[consumers[0]];
  const std::vector<Block> blocks = partition(graph);
  const auto block =
      std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) { return b.ops[0] == consumers[0]; });
  const bool converts = block != blocks.end() && block->conversions > 0;
  const bool convolves = op.kind == OpKind::conv2d || op.kind == OpKind::depthwise_conv2d;
  if ((!converts && !convolves) || graph.tensors[input].constant())
    return refuse(fmt::format("--input rows: operator {} reads the input '{}'", to_string(op.kind), name));
  if (block != blocks.end() && block->kind != BlockKind::chain)
    return refuse(fmt::format("--input rows: the convolution that reads the input '{}' is pooled at once", name));
  return true;
}

}  // namespace narrows
