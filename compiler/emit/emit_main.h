// The optional fourth file, <name>_main.cpp: a program around the emitted functions.
//
// emit_main() writes what is particular to the model (sizes, and two functions that hide the typed signature
// of <name>_run) and appends runtime/main.cpp, which holds the program itself. There are two ways to build
// it:
//   <name>.cpp <name>_main.cpp                       two translation units: the normal way
//   -DNARROWS_TRACE_TO_FILES <name>_main.cpp         one: it includes <name>.cpp with NARROWS_TRACE defined,
//   so that
//                                                    --trace DIR writes the output of every block
#pragma once

#include <string>

#include "compiler/compile.h"

namespace narrows {

std::string emit_main(const Compiled& compiled, const CompileOptions& options);

}  // namespace narrows
