#include "compiler/options.h"

namespace narrows {

double allowed_slowdown(const CompileOptions& options) {
  if (options.arena_limit > 0 || options.goal == Goal::memory) return 1e9;
  return options.goal == Goal::balanced ? 0.03 : 0;
}

}  // namespace narrows
