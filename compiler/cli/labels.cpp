#include "compiler/cli/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace narrows {
namespace {

/// "--labels-offset 1", or that there is none to give.
std::string with_offset(int offset) {
  return offset ? fmt::format("--labels-offset {}", offset) : "no --labels-offset";
}

/// Classifiers of 1001 classes have a background in front of ImageNet's 1000, and so have their files of labels: each
/// of the two also goes around without it.
void explain_one_too_few(const Labels& labels, Diagnostics& diagnostics) {
  diagnostics.note(
      fmt::format("most likely, class 0 is a background that the file leaves out, and every name is that of the class "
                  "before it: then {} would be right",
                  with_offset(labels.offset + 1)));
}

void explain_one_too_many(const Labels& labels, Diagnostics& diagnostics) {
  diagnostics.note(
      fmt::format("most likely, the first line, '{}', is a background that the model leaves out, and every name is "
                  "that of the class behind it: then {} would be right",
                  labels.names[0], with_offset(labels.offset - 1)));
}

}  // namespace

std::string Labels::name(int64_t number) const {
  const int64_t line = number - offset;
  const bool named = line >= 0 && line < static_cast<int64_t>(names.size());
  return named ? names[static_cast<size_t>(line)] : fmt::format("class {}", number);
}

Labels read_labels(const std::string& path, int offset, Diagnostics& diagnostics) {
  Labels labels{path, {}, offset};
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    labels.names.push_back(line);
  }
  if (!stream.eof()) diagnostics.error(fmt::format("cannot read labels '{}': {}", path, std::strerror(errno)));
  while (!labels.names.empty() && labels.names.back().empty()) labels.names.pop_back();
  return labels;
}

void check_labels(const Labels& labels, int classes, Diagnostics& diagnostics) {
  if (labels.file.empty()) return;
  if (classes == 0) {
    diagnostics.warning(
        "--labels: no output of the model is a list of scores, a list of detections or a map of classes");
    return;
  }
  const int names = static_cast<int>(labels.names.size()), named = names + labels.offset;
  if (named == classes) return;
  const std::string shifted = labels.offset ? fmt::format(", of which the first names class {}", labels.offset) : "";
  diagnostics.warning(
      fmt::format("--labels: '{}' has {} names{}, the model {} classes", labels.file, names, shifted, classes));
  if (names > 0 && named == classes - 1) {
    explain_one_too_few(labels, diagnostics);
  } else if (names > 1 && named == classes + 1) {
    explain_one_too_many(labels, diagnostics);
  } else if (named < classes) {
    diagnostics.note(
        fmt::format("classes from {} on have no name; is the file that of another model?", std::max(named, 0)));
  } else {
    diagnostics.note("is the file that of another model?");
  }
}

}  // namespace narrows
