// What commands print to standard output.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "compiler/text.h"

namespace narrows {

/// Like fmt::print(), but names that come from files may stand in the text: it is escaped() for the terminal.
template <typename... Arguments>
void print_escaped(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fmt::print("{}", escaped(fmt::format(format, std::forward<Arguments>(arguments)...)));
}

}  // namespace narrows
