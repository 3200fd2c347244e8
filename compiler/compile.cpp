// The table of contents of the compiler: every stage in order, with what holds after it.
#include "compiler/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "compiler/blocks/check_supported.h"
#include "compiler/emit/emit.h"
#include "compiler/emit/emit_main.h"
#include "compiler/graph/costs.h"
#include "compiler/passes/passes.h"
#include "compiler/program/build_program.h"
#include "compiler/program/fit_arena.h"

namespace narrows {

namespace {

using Pass = std::function<Graph(Graph)>;

Graph run_pass(const char* name, const Pass& pass, Graph graph, const CompileOptions& options) {
  graph = pass(std::move(graph));
  const std::vector<std::string> violations = verify(graph);
  NARROWS_CHECK(violations.empty(), fmt::format("after {}: {}", name, violations.empty() ? "" : violations[0]));
  if (options.after_pass) options.after_pass(name, graph);
  return graph;
}

/// Canonical form: no operator that another can absorb, nothing that no output needs.
Graph canonicalize(Graph graph, const CompileOptions& options) {
  auto run = [&](const char* name, const Pass& pass) { graph = run_pass(name, pass, std::move(graph), options); };
  // After one of these, the types of weights are those of the blob.
  if (options.narrow_weights == NarrowWeights::keep)
    run("keep_weights", keep_weights);
  else
    run("widen_weights", widen_weights);
  // After this, no op has only constant inputs.
  run("fold_constants", fold_constants);
  // After this, every op computes something.
  run("remove_identities", remove_identities);
  // After these, a function that the file writes out is one operator.
  run("name_gelu", name_gelu);
  run("name_functions", name_functions);
  // After this, padding is part of the windows that it stands before.
  run("fold_padding", fold_padding);
  // After these, scale, shift and activation are part of the convolution before them.
  run("fold_batch_norm", fold_batch_norm);
  run("fuse_activations", fuse_activations);
  // After this, single pixels are repeated as late as possible.
  run("delay_broadcasts", delay_broadcasts);
  // After this, float global pools are average pools.
  run("mean_to_global_pool", mean_to_global_pool);
  // After this, 8-bit graphs have no operator that only changes signedness at their edges.
  run("fold_edge_quantization", fold_edge_quantization);
  // After this, functions of 8 bits are operators.
  run("tabulate_functions", [&](Graph g) { return tabulate_functions(std::move(g), options.numerics); });
  // After this, every op and tensor is needed.
  run("remove_dead", remove_dead);
  return graph;
}

double recomputation_of(const std::vector<BlockReport>& blocks) {
  double macs = 0, executed = 0;
  for (const BlockReport& block : blocks) {
    macs += static_cast<double>(block.macs);
    executed += static_cast<double>(block.executed_macs);
  }
  return macs > 0 ? executed / macs : 1;
}

/// One error where the limit is too low.
bool check_arena(const Program& p, Diagnostics& diagnostics) {
  const int64_t limit = p.options.arena_limit;
  if (limit == 0 || p.arena_bytes <= limit) return true;
  const auto peak = std::max_element(p.live_bytes.begin(), p.live_bytes.end()) - p.live_bytes.begin();
  diagnostics.error(fmt::format("the arena needs {} bytes, the limit is {}", p.arena_bytes, limit));
  for (const ArenaBuffer& buffer : p.memory.buffers) {
    if (buffer.first <= peak && peak <= buffer.last)
      diagnostics.note(fmt::format("while block {}, {}, runs: {} bytes for {}", peak, p.code[peak].title, buffer.bytes,
                                   buffer.name));
  }
  const bool asked = p.options.schedule.variant != Variant::automatic;
  diagnostics.note(fmt::format("legal would be --arena-limit {}{}", p.arena_bytes,
                               asked ? ", or --schedule auto, which can take less" : ", or a model with smaller maps"));
  return false;
}

}  // namespace

std::optional<Compiled> compile(Graph graph, const CompileOptions& options, Diagnostics& diagnostics) {
  // The front end has checked every quantity; verify() holds from here on.
  const std::vector<std::string> violations = verify(graph);
  NARROWS_CHECK(violations.empty(), "the front end's graph: " + (violations.empty() ? "" : violations[0]));

  Compiled out;
  out.layerwise_bytes = layerwise_bytes(graph);
  out.graph = canonicalize(graph, options);
  out.weights = report_weights(graph, out.graph);

  // After this, every op can be lowered.
  const bool supported = check_supported(out.graph, diagnostics);
  if (options.input_rows && !check_row_input(out.graph, diagnostics)) return std::nullopt;
  if (!supported) return std::nullopt;

  // Choose which blocks become cascades, for the sake of the arena.
  CompileOptions chosen = options;
  chosen.schedules = fit_arena(out.graph, options);

  // Partition into blocks, choose their schedules, lower them to kernels and row programs, plan the arena, pack
  // weights.
  Program program = build_program(out.graph, chosen);
  if (!check_arena(program, diagnostics)) return std::nullopt;
  program.narrow = out.weights;
  out.blocks = report_blocks(program);
  out.recomputation = recomputation_of(out.blocks);
  out.arena_bytes = program.arena_bytes;
  out.memory = program.memory;
  out.parallel_arena = program.parallel_arena;
  out.weights_bytes = static_cast<int64_t>(program.weights.bytes.size());

  // Print. Nothing is decided from here on.
  out.files.push_back({options.name + ".h", emit_header(program)});
  out.files.push_back({options.name + ".cpp", emit_source(program)});
  if (options.embed_weights) {
    out.files.push_back({options.name + "_weights.cpp", emit_weights_source(program)});
  } else {
    out.files.push_back({options.name + ".weights", program.weights.bytes});
  }
  if (options.emit_main) out.files.push_back({options.name + "_main.cpp", emit_main(out.graph, options)});
  return out;
}

}  // namespace narrows
