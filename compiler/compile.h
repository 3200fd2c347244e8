// The compiler as a function: Graph in, files out. compile.cpp is the table of contents of the whole compiler.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph.h"
#include "compiler/narrow_weights.h"
#include "compiler/quantization.h"
#include "compiler/target.h"

namespace narrows {

/// How inverted residual blocks are computed; the variants are described in compiler/schedule/schedules.h.
enum class Variant { automatic, rows, channels, layerwise, halide };

/// What becomes of 8-bit and f16 weights of float operators: they stay so in the blob and kernels widen them, or the
/// compiler widens them.
enum class NarrowWeights { keep, widen };

struct CompileOptions {
  std::string name;           ///< prefix of all exported names and of the file names; a C identifier
  Target target;
  Variant variant = Variant::automatic;
  int parts = 0;              ///< t of `channels`; 0: chosen by the compiler
  Numerics numerics = Numerics::tflite;
  NarrowWeights narrow_weights = NarrowWeights::keep;
  bool embed_weights = false; ///< write the blob as a source file instead
  bool emit_main = false;     ///< also write <name>_main.cpp, see runtime/main.cpp
  std::string command;        ///< repeated in the header's first comment; without paths
  std::string model_file;     ///< file name of the model, without folder
  uint64_t model_hash = 0;    ///< XXH64 of the model file
  /// Called after each pass with its name, if set.
  std::function<void(const std::string& pass, const Graph& graph)> after_pass;
};

/// "auto", "rows", "channels", "channels:3", "layerwise", "halide".
bool parse_variant(const std::string& text, CompileOptions* options, Diagnostics& diagnostics);

struct File {
  std::string name;  ///< without folder
  std::string content;
};

/// What became of a part of the graph; one per emitted call.
struct BlockReport {
  std::string kind;              ///< "inverted residual", "stem", "convolution", ...
  std::string title;             ///< kind with its sizes, e.g. "inverted residual, stride 1, 24 -> 144 -> 24"
  std::vector<Origin> origins;   ///< source operators in order
  std::string schedule;          ///< in words, e.g. "rows: 4 expanded rows, interleaved"
  std::string function;          ///< emitted function; equal blocks share one
  int index = -1;                ///< as in the emitted comments and NARROWS_TRACE
  int output_tensor = -1;        ///< in Compiled::graph
  int64_t macs = 0;
  int64_t parameters = 0;        ///< weights and biases of the model, not padded
  int64_t layerwise_bytes = 0;   ///< largest input + output of its operators
  int64_t arena_bytes = 0;       ///< of its tensors that lie in the arena, and of its scratch
  int64_t scratch_bytes = 0;
  int64_t live_bytes = 0;        ///< of the arena in use while it runs: its scratch, and all tensors that are alive
  int64_t traffic_bytes = 0;     ///< that it cannot but read or write: inputs, output and packed weights
  bool fused = false;            ///< a wide tensor inside it never exists as a whole
};

struct Compiled {
  std::vector<File> files;        ///< <name>.h, <name>.cpp, <name>.weights [, <name>_main.cpp]
  Graph graph;                    ///< after all passes; blocks refer to its tensors
  std::vector<BlockReport> blocks;
  int64_t arena_bytes = 0;
  int64_t weights_bytes = 0;      ///< size of the blob
  WeightsReport weights;
  int64_t layerwise_bytes = 0;    ///< arena that layer-by-layer execution would need at least
};

/// Compiles a graph that a front end returned. Unsupported operators are reported in `diagnostics`, all in one run.
std::optional<Compiled> compile(Graph graph, const CompileOptions& options, Diagnostics& diagnostics);

}  // namespace narrows
