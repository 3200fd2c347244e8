// The emitter: from lowered blocks to the text of the emitted files. No decision is taken here.
#pragma once

#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/lower/kernel_library.h"
#include "compiler/program/program.h"
#include "compiler/target.h"

namespace narrows {

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
/// What `code` needs of runtime/, directly or through other functions.
struct RuntimeText {
  std::string prologue;   ///< headers and short names of types; stands in front of the file's namespace
  std::string functions;  ///< stands in the namespace, before `code`; of runtime/isa/, the target's file only
};
RuntimeText runtime_for(const std::string& code, const Target& target);
/// The includes of the target's intrinsics, which stand outside of any namespace.
std::string intrinsics_for(const Target& target);
/// The text of runtime/vectors.h with the target's file of runtime/isa/, for programs beside the emitted code.
std::string vectors_for(const Target& target);

/// "net" -> "NET": the prefix of macros.
std::string upper_case(const std::string& text);
/// Names in models may hold any bytes; in comments they get letters that can neither end nor continue a comment.
std::string comment_text(const std::string& text);
/// C's name of an element type, for the emitted interface.
const char* c_type(DType type);

}  // namespace narrows
