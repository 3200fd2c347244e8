// How good answers are: the usual measures of the three tasks, and pictures with known answers.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/interpret/interpret.h"

namespace narrows {

/// Something found in a picture, or, with score 1, something that is there.
struct Object {
  int label = 0;
  float score = 1;
  std::array<float, 4> box;  ///< ymin, xmin, ymax, xmax in parts of the picture
};
using Objects = std::vector<Object>;

/// Area of the intersection of two boxes by the area of their union.
float overlap(const Object& a, const Object& b);

/// Mean over the classes that occur of the area under the curve of precision (the best at this or a higher
/// recall) over recall. By falling score over all pictures, an object is right where it overlaps one of its
/// class, which no earlier one has taken, by `least`. Index: picture.
double mean_average_precision(const std::vector<Objects>& found, const std::vector<Objects>& truth, float least = 0.5f);

/// Counts pixels of class maps.
class PixelCounts {
 public:
  explicit PixelCounts(int classes) : classes_(classes), counts_(static_cast<size_t>(classes) * classes) {}

  /// Both have a class below `classes` for every pixel.
  void add(const std::vector<int>& found, const std::vector<int>& truth);
  /// Mean over the classes that occur: pixels that are of the class and were found, by pixels that are or
  /// were.
  double mean_intersection_over_union() const;

 private:
  int64_t count(int truth, int found) const { return counts_[static_cast<size_t>(truth) * classes_ + found]; }

  int classes_;
  std::vector<int64_t> counts_;
};

/// The largest of `scores`, the first where several are.
int best(const std::vector<float>& scores);

}  // namespace narrows
