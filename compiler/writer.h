// Lines of emitted C++ with indentation, and small index expressions as people would write them.
#pragma once

#include <fmt/format.h>

#include <limits>
#include <string>
#include <utility>

namespace narrows {

class Writer {
 public:
  explicit Writer(int indent = 2) : indent_(indent) {}

  template <typename... Args>
  void line(const char* format, Args&&... args) {
    text_ += std::string(indent_, ' ') + fmt::format(fmt::runtime(format), std::forward<Args>(args)...) + "\n";
  }
  /// A line that ends in an opening brace; what follows is indented until close().
  template <typename... Args>
  void open(const char* format, Args&&... args) {
    line(format, std::forward<Args>(args)...);
    indent_ += 2;
  }
  void close(const char* line_text = "}") {
    indent_ -= 2;
    line("{}", line_text);
  }
  void indent() { indent_ += 2; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  int indent_;
};

/// "y * 2 + 1", "y - 1", "y"; a number where `y` is one.
inline std::string affine(const std::string& y, int64_t scale, int64_t offset) {
  if (!y.empty() && y.find_first_not_of("-0123456789") == std::string::npos) {
    return std::to_string(std::stoll(y) * scale + offset);
  }
  if (scale == 0) return std::to_string(offset);
  std::string text = scale == 1 ? y : y + " * " + std::to_string(scale);
  if (offset) text += (offset > 0 ? " + " : " - ") + std::to_string(offset > 0 ? offset : -offset);
  return text;
}

/// "y * 96", "(y + 1) * 96"; a number where `row` is one.
inline std::string scaled(const std::string& row, int64_t elements) {
  if (row.find_first_not_of("-0123456789") == std::string::npos) return std::to_string(std::stoll(row) * elements);
  const bool simple = row.find_first_of(" ") == std::string::npos || row.front() == '(';
  return (simple ? row : "(" + row + ")") + " * " + std::to_string(elements);
}

/// "base + offset", "base" for offset 0.
inline std::string plus(const std::string& base, const std::string& offset) {
  return offset == "0" ? base : base + " + " + offset;
}
inline std::string plus(const std::string& base, int64_t offset) { return plus(base, std::to_string(offset)); }

/// The shortest literal that is this float; it must not be NaN.
inline std::string float_literal(float value) {
  if (value == std::numeric_limits<float>::infinity()) return "INFINITY";
  if (value == -std::numeric_limits<float>::infinity()) return "-INFINITY";
  std::string s = fmt::format("{}", value);
  if (s.find_first_of(".e") == std::string::npos) s += ".0";
  return s + "f";
}

}  // namespace narrows
