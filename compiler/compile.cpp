// The table of contents of the compiler: every stage in order, with what holds after it.
#include "compiler/compile.h"

#include <fmt/format.h>

#include "compiler/check_supported.h"
#include "compiler/emit/build_program.h"
#include "compiler/emit/emit_main.h"
#include "compiler/passes.h"

namespace narrows {

namespace {

using Pass = Graph (*)(Graph);

Graph run_pass(const char* name, Pass pass, Graph graph, const CompileOptions& options) {
  graph = pass(std::move(graph));
  const std::vector<std::string> violations = verify(graph);
  NARROWS_CHECK(violations.empty(), fmt::format("after {}: {}", name, violations.empty() ? "" : violations[0]));
  if (options.after_pass) options.after_pass(name, graph);
  return graph;
}

/// Canonical form: no operator that another can absorb, nothing that no output needs.
Graph canonicalize(Graph graph, const CompileOptions& options) {
  auto run = [&](const char* name, Pass pass) { graph = run_pass(name, pass, std::move(graph), options); };
  // After one of these, the types of weights are those of the blob.
  if (options.narrow_weights == NarrowWeights::keep)
    run("keep_weights", keep_weights);
  else
    run("widen_weights", widen_weights);
  // After this, no op has only constant inputs.
  run("fold_constants", fold_constants);
  // After this, every op computes something.
  run("remove_identities", remove_identities);
  // After this, padding is part of the windows that it stands before.
  run("fold_padding", fold_padding);
  // After these, scale, shift and activation are part of the convolution before them.
  run("fold_batch_norm", fold_batch_norm);
  run("fuse_activations", fuse_activations);
  // After this, float global pools are average pools.
  run("mean_to_global_pool", mean_to_global_pool);
  // After this, 8-bit graphs have no operator that only changes signedness at their edges.
  run("fold_edge_quantization", fold_edge_quantization);
  // After this, every op and tensor is needed.
  run("remove_dead", remove_dead);
  return graph;
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
  if (!check_supported(out.graph, diagnostics)) return std::nullopt;

  // Partition into blocks, choose their schedules, lower them to kernels and row programs, plan the arena, pack weights.
  Program program = build_program(out.graph, options);
  program.narrow = out.weights;
  out.blocks = report_blocks(program);
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
  if (options.emit_main) out.files.push_back({options.name + "_main.cpp", emit_main(out, options)});
  return out;
}

}  // namespace narrows
