// A table in pieces: each file defines the rows of what it implements, and another file joins the pieces.
#pragma once

#include <cstddef>

namespace narrows {

/// A view of an array that lives as long as the program. Constants of this type are set before any code runs, so that
/// no order of initialisation can matter.
template <typename Row>
struct Table {
  const Row* first = nullptr;
  size_t count = 0;

  constexpr Table() = default;
  template <size_t size>
  constexpr Table(const Row (&rows)[size]) : first(rows), count(size) {}
  const Row* begin() const { return first; }
  const Row* end() const { return first + count; }
};

}  // namespace narrows
