// Names of classes, as files of labels give them: one per line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"

namespace narrows {

struct Labels {
  std::string file;                ///< empty: there is none
  std::vector<std::string> names;  ///< empty lines at the end are left out
  int offset = 0;  ///< the class that the first name belongs to; below 0: names in front of class 0 are skipped

  /// "class 7" where there is no name.
  std::string name(int64_t number) const;
};

Labels read_labels(const std::string& path, int offset, Diagnostics& diagnostics);

/// Warns where the names do not fit a model that tells `classes` classes apart, with the likely cause; 0: it tells
/// none. No word where there is no file.
void check_labels(const Labels& labels, int classes, Diagnostics& diagnostics);

}  // namespace narrows
