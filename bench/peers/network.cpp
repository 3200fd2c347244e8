#include "bench/peers/network.h"

#include "compiler/measure/files.h"
#include "compiler/passes/passes.h"

namespace narrows {

std::optional<Graph> read_network(const std::filesystem::path& path, Diagnostics& diagnostics) {
  const auto bytes = read_file(path, diagnostics);
  if (!bytes) return std::nullopt;
  ReadOptions options;
  options.layout = ReadOptions::Layout::nhwc;
  options.folder = path.parent_path().string();
  std::optional<Graph> graph = read_model(*bytes, path.stem().string(), diagnostics, options);
  if (!graph) return std::nullopt;
  for (const auto pass : {widen_weights, fold_constants, remove_identities, fold_padding, fold_batch_norm,
                          fuse_activations, mean_to_global_pool, fold_edge_quantization, remove_dead})
    graph = pass(std::move(*graph));
  return graph;
}

}  // namespace narrows
