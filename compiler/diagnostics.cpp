#include "compiler/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace narrows {

bool Diagnostics::ok() const { return error_count() == 0; }

int Diagnostics::error_count() const {
  return static_cast<int>(std::count_if(list_.begin(), list_.end(),
                                        [](const Diagnostic& d) { return d.severity == Severity::error; }));
}

std::string Diagnostics::str() const {
  std::string text;
  for (const Diagnostic& d : list_) {
    text += file_ + ": ";
    if (d.origin) text += fmt::format("op {} {} '{}': ", d.origin->index, d.origin->op, d.origin->name);
    text += (d.severity == Severity::error ? "error: " : "note: ") + d.message + "\n";
  }
  return text;
}

void internal_error(const char* file, int line, const char* condition, const std::string& detail) {
  // Only the file's name: messages must not depend on where the compiler was built.
  const char* name = std::strrchr(file, '/');
  throw InternalError(fmt::format("{}:{}: {} ({})", name ? name + 1 : file, line, detail, condition));
}

}  // namespace narrows
