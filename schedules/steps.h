// How a kernel walks along its row.
#pragma once

#include <string>
#include <vector>

namespace narrows {

/// Steps of equally many pixels, from pixel `first` on.
struct Steps {
  int first, count, pixels;

  /// Steps of the row before these, which are a pixel longer (cover()).
  int before() const { return first / (pixels + 1); }
};

/// Covers `width` pixels with as few steps of at most `pixels` pixels as there can be, of two lengths that differ by
/// one: no pixel is computed twice, and no step is much shorter than another.
inline std::vector<Steps> cover(int width, int pixels) {
  const int steps = (width + pixels - 1) / pixels, shorter = width / steps, longer = width % steps;
  std::vector<Steps> parts;
  if (longer) parts.push_back({0, longer, shorter + 1});
  parts.push_back({longer * (shorter + 1), steps - longer, shorter});
  return parts;
}

/// Lines, two spaces further to the right.
inline std::string indented_lines(const std::string& lines) {
  std::string text;
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = lines.find('\n', begin) + 1;
    text += "  " + lines.substr(begin, end - begin);
    begin = end;
  }
  return text;
}

/// Texts of several parts of a row, one after the other. They use the same names: a part that is more than a loop,
/// which declares what it uses, gets a scope of its own. `print(steps, indent)` gives the text of one part.
template <typename Print>
std::string print_parts(const std::vector<Steps>& parts, int indent, const Print& print) {
  std::string text;
  const std::string spaces(indent, ' ');
  for (const Steps& steps : parts) {
    const std::string body = print(steps, indent);
    const bool declares = body.rfind(spaces + "for (", 0) != 0;
    text += parts.size() > 1 && declares ? spaces + "{\n" + indented_lines(body) + spaces + "}\n" : body;
  }
  return text;
}

}  // namespace narrows
