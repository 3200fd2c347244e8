// Indices of emitted code: a variable times a number plus a number, printed as people would write it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>

namespace narrows {

/// name * scale + offset. An index without a name is the number `offset`.
struct Index {
  Index(std::string variable) : name(std::move(variable)) {}
  Index(const char* variable) : name(variable) {}
  static Index number(int64_t value) { return Index("") + value; }

  std::string name;  ///< a variable, or an expression that binds as closely as one, such as a call
  int64_t scale = 1;
  int64_t offset = 0;

  bool is_number() const { return name.empty(); }

  friend Index operator*(Index index, int64_t factor) {
    if (factor == 0) return number(0);
    index.scale *= factor, index.offset *= factor;
    return index;
  }
  friend Index operator+(Index index, int64_t addend) {
    index.offset += addend;
    return index;
  }
  friend Index operator-(const Index& index, int64_t subtrahend) { return index + -subtrahend; }

  /// "y * 2 + 1", "y - 1", "y", "7"
  std::string str() const {
    if (is_number()) return std::to_string(offset);
    const std::string text = scale == 1 ? name : fmt::format("{} * {}", name, scale);
    if (offset == 0) return text;
    return fmt::format("{} {} {}", text, offset > 0 ? '+' : '-', offset > 0 ? offset : -offset);
  }
  /// The index as an operand of * or %: "y", "(y + 1)", "7"
  std::string operand() const {
    const bool simple = is_number() || (scale == 1 && offset == 0);
    return simple ? str() : "(" + str() + ")";
  }
  /// Elements in front of row `index`, which readers see in two factors: "y * 96", "(y + 1) * 96", "672"
  std::string times(int64_t elements) const {
    return is_number() ? std::to_string(offset * elements) : fmt::format("{} * {}", operand(), elements);
  }
};

/// "base + offset", "base" for offset 0
inline std::string plus(const std::string& base, const std::string& offset) {
  return offset == "0" ? base : base + " + " + offset;
}
inline std::string plus(const std::string& base, int64_t offset) { return plus(base, std::to_string(offset)); }
inline std::string plus(const std::string& base, const Index& offset) { return plus(base, offset.str()); }

}  // namespace narrows
