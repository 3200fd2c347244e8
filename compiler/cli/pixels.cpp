#include "compiler/cli/pixels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace narrows {
namespace {

/// Comma-separated numbers; empty if one is none.
std::vector<float> numbers(const std::string& text) {
  std::vector<float> list;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    char* rest = nullptr;
    const float value = std::strtof(word.c_str(), &rest);
    if (word.empty() || *rest || !std::isfinite(value)) return {};
    list.push_back(value);
    begin = end + 1;
  }
  return list;
}

}  // namespace

bool parse_pixels(const std::string& text, PixelScaling* scaling, Diagnostics& diagnostics) {
  *scaling = {};
  if (text == "auto") return true;
  const size_t slash = text.find('/');
  if (slash != std::string::npos) {
    scaling->mean = numbers(text.substr(0, slash));
    scaling->std = numbers(text.substr(slash + 1));
  }
  const auto usable = [](float s) { return s > 0 && std::isnormal(1 / s); };
  if (!scaling->mean.empty() && !scaling->std.empty() && std::all_of(scaling->std.begin(), scaling->std.end(), usable))
    return true;
  diagnostics.error(fmt::format("--pixels '{}' is not MEAN/STD with numbers, of which STD is above 0", text));
  diagnostics.note("legal are auto, 127.5/127.5, or a number per channel as in 123.7,116.3,103.5/58.4,57.1,57.4");
  return false;
}

}  // namespace narrows
