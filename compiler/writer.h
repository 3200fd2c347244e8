// Lines of emitted C++ with indentation, and literals.
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

/// The shortest literal that is this float; it must not be NaN.
inline std::string float_literal(float value) {
  if (value == std::numeric_limits<float>::infinity()) return "INFINITY";
  if (value == -std::numeric_limits<float>::infinity()) return "-INFINITY";
  std::string s = fmt::format("{}", value);
  if (s.find_first_of(".e") == std::string::npos) s += ".0";
  return s + "f";
}

}  // namespace narrows
