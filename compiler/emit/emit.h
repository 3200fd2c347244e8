// The emitter: from lowered blocks to the text of the emitted files. No decision is taken here.
#pragma once

#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/lower/lower.h"
#include "compiler/program/weights_file.h"

namespace narrows {

/// Where a tensor lies while the emitted code runs.
struct TensorPlace {
  enum class Kind { input, output, arena, constant } kind = Kind::arena;
  int index = 0;                ///< of the graph input or output
  int64_t offset = 0;           ///< bytes from the start of that, of the arena, or of the payload of the weights
  int64_t parallel_offset = 0;  ///< the same where several threads share the blocks
};

/// One call in a run.
struct Call {
  int block = -1;        ///< index into Program::blocks; -1: a copy to a graph output
  std::string function;  ///< empty: the block is in place already
  int64_t scratch = 0;   ///< offset in the arena
  int64_t shared = 0;    ///< of the part of it that tasks share
  int most_tasks = 1;    ///< that run_parallel() cuts the block into
  // Where there are several threads:
  int64_t parallel_scratch = 0;  ///< of the first task
  int64_t more_scratch = 0;      ///< of the second task; those of further ones follow
  int64_t parallel_shared = 0;   ///< of what the tasks share
  int64_t weights = 0;           ///< offset in the payload
  int copied_output = -1;        ///< copy: which graph output, from the tensor that it is
};

/// All that the emitter needs.
struct Program {
  const Graph& graph;
  const CompileOptions& options;
  std::vector<Block> blocks;
  std::vector<BlockCode> code;  ///< by block
  std::vector<Kernel> kernels;
  std::vector<TensorPlace> places;  ///< by tensor
  std::vector<Call> calls;
  std::vector<DType> memory_types;  ///< by tensor
  int64_t arena_bytes = 0;
  MemoryMap memory;
  ParallelArena parallel_arena;
  std::vector<int64_t> live_bytes;  ///< by block: bytes of the arena in use while it runs
  std::vector<WeightsSection> sections;
  std::string payload;  ///< packed weights of all blocks
  WeightsFile weights;
  WeightsReport narrow;    ///< what became of weights that the model stores in fewer bits
  bool sums_wrap = false;  ///< 32-bit sums of some 8-bit convolution can wrap
};

/// What the caller passes to run(), behind weights and arena.
struct Parameter {
  std::string type, name;
};
std::vector<Parameter> caller_parameters(const Program& program);

std::string emit_header(const Program& program);
std::string emit_source(const Program& program);
/// A file of kernels and nothing else, to be looked at and not to be run: none is left out by the C++ compiler.
std::string emit_kernels(const std::vector<Kernel>& kernels, const Target& target);
/// The part of <name>.cpp behind the blocks: their calls in order, and the functions of the header. The first part is
/// internal to the file.
struct EntryPoints {
  std::string calls, functions;
};
EntryPoints emit_entry_points(const Program& program);
/// <name>_weights.cpp: the blob as an array, for --embed-weights.
std::string emit_weights_source(const Program& program);

/// Text of a file of runtime/, embedded by CMake.
std::string runtime_text(const std::string& name);
/// The runtime files that `code` calls, with those that they need before them, ready to stand in one emitted file:
/// without includes. runtime/prologue.h is not among them.
std::string runtime_for(const std::string& code);

/// "net" -> "NET": the prefix of macros.
std::string upper_case(const std::string& text);
/// Names in models may hold any bytes; in comments they get letters that can neither end nor continue a comment.
std::string comment_text(const std::string& text);
/// C's name of an element type, for the emitted interface.
const char* c_type(DType type);

}  // namespace narrows
