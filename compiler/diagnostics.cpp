#include "compiler/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "compiler/text.h"

namespace narrows {

bool Diagnostics::ok() const { return error_count() == 0; }

int Diagnostics::error_count() const {
  return static_cast<int>(
      std::count_if(list_.begin(), list_.end(), [](const Diagnostic& d) { return d.severity == Severity::error; }));
}

namespace {

const char* word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "";
}

std::string indented(std::string message) {
  while (!message.empty() && message.back() == '\n') message.pop_back();
  std::string text;
  for (const char c : message) text += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return text;
}

}  // namespace

std::string Diagnostics::str() const {
  std::string text;
  for (const Diagnostic& d : list_) {
    text += escaped_line(file_) + ": ";
    if (d.origin) {
      text += fmt::format("op {} {} '{}': ", d.origin->index, escaped_line(d.origin->op), escaped_line(d.origin->name));
    }
    text += fmt::format("{}: {}\n", word(d.severity), escaped(indented(d.message)));
  }
  return text;
}

void internal_error(const char* file, int line, const char* condition, const std::string& detail) {
  // Only the file's name: messages must not depend on where the compiler was built.
  const char* name = std::strrchr(file, '/');
  throw InternalError(fmt::format("{}:{}: {} ({})", name ? name + 1 : file, line, detail, condition));
}

}  // namespace narrows
