#include "compiler/program/report_blocks.h"

#include <algorithm>
#include <set>

#include "compiler/blocks/unfused.h"
#include "compiler/graph/costs.h"

namespace narrows {

namespace {

/// Sums up the operators of a block.
void add_ops(const Graph& graph, const Block& block, BlockReport* r) {
  for (int i : block.ops) {
    const Op& op = graph.ops[i];
    r->origins.insert(r->origins.end(), op.origins.begin(), op.origins.end());
    r->macs += multiply_accumulates(graph, op);
    r->parameters += parameter_count(graph, op);
    int64_t bytes = graph.output(op).bytes();
    for (int t : op.inputs) {
      const Tensor& tensor = graph.tensors[t];
      if (!tensor.constant()) bytes += tensor.bytes();
    }
    r->layerwise_bytes = std::max(r->layerwise_bytes, bytes);
  }
}

BlockReport report_call(const Program& p, const Call& call) {
  const Block& block = p.blocks[call.block];
  const BlockCode& code = p.code[call.block];
  BlockReport r;
  r.kind = code.kind, r.title = code.title, r.schedule = code.schedule, r.function = call.function;
  r.key = block_key(p.graph, block);
  r.index = call.block;
  r.output_tensor = block.output;
  r.scratch_bytes = r.arena_bytes = code.scratch_bytes + code.shared_bytes;
  r.live_bytes = p.live_bytes[call.block];
  std::set<int> tensors(code.inputs.begin(), code.inputs.end());
  tensors.insert(block.output);
  r.traffic_bytes = static_cast<int64_t>(code.weights.size());
  for (int t : tensors) {
    r.traffic_bytes += p.graph.tensors[t].bytes();
    if (p.places[t].kind == TensorPlace::Kind::arena) r.arena_bytes += p.graph.tensors[t].bytes();
  }
  r.fused = code.fused;
  if (!r.fused) r.unfused = to_string(why_unfused(p.graph, block));
  add_ops(p.graph, block, &r);
  r.executed_macs = code.executed_macs ? code.executed_macs : r.macs;
  return r;
}

}  // namespace

std::vector<BlockReport> report_blocks(const Program& p) {
  std::vector<BlockReport> reports;
  for (const Call& call : p.calls) {
    if (call.block >= 0) reports.push_back(report_call(p, call));
  }
  return reports;
}

}  // namespace narrows
