// Targets by name, for tests that are about one of them.
#pragma once

#include <stdexcept>
#include <string>

#include "compiler/target.h"

namespace narrows {

inline Target target_named(const std::string& name) {
  Diagnostics diagnostics("test");
  const std::optional<Target> target = parse_target(name, diagnostics);
  return target ? *target : throw std::runtime_error(diagnostics.str());
}

}  // namespace narrows
