// The optional fourth file, <name>_main.cpp: a program around the emitted functions.
//
// emit_main() writes what is particular to the model (sizes, and functions that hide the typed signature of
// <name>_run_parallel) and appends runtime/main.cpp, which holds the program itself, behind a thread pool. There
// are two ways to build it, both also with -DNARROWS_THREADS, without which it has no threads:
//   <name>.cpp <name>_main.cpp                       two translation units: the normal way
//   -DNARROWS_TRACE_TO_FILES <name>_main.cpp         one: it includes <name>.cpp with NARROWS_TRACE defined,
//   so that
//                                                    --trace DIR writes the output of every block
#pragma once

#include <string>

#include "compiler/graph/graph.h"
#include "compiler/options.h"

namespace narrows {

std::string emit_main(const Graph& graph, const CompileOptions& options);

}  // namespace narrows
