// How much of the stack emitted code needs, by the call graph that GCC writes of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {

/// Who calls whom in one source file, by assembler names.
struct CallGraph {
  struct Function {
    int64_t frame = 0;       ///< bytes
    bool unbounded = false;  ///< alloca(), arrays of variable length
    bool defined = false;    ///< false: of a library
    std::set<std::string> calls;
  };
  std::map<std::string, Function> functions;
};

/// What GCC writes for -fcallgraph-info=su.
CallGraph parse_call_graph(const std::string& text);

struct StackUse {
  int64_t bytes = 0;
  std::string path;  ///< "net_run 32, block3 48, inverted_residual 192, ..."
};

/// The deepest path from a function on. A call through a pointer is one of a block, or of the caller's parallel_for,
/// which calls a block. Throws std::runtime_error for recursion, and for frames without a bound.
StackUse deepest_path(const CallGraph& graph, const std::string& from);

/// The stack that net_run() takes, with what it calls, where GCC builds the emitted files with `level` in place of -O2.
StackUse stack_use(const Workspace& emitted, const Toolchain& toolchain, const std::string& level);

/// Expects that a run, for one thread or for several, needs no more than the header of emitted code promises, at each
/// of the optimization levels that it names. Skips the test where there is no GCC for the target.
void expect_bounded_stack(const Graph& graph, const std::string& target, const std::string& schedule);

}  // namespace narrows
