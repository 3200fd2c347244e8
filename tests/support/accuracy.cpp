#include "tests/support/accuracy.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

namespace narrows {
namespace {

float extent(float low, float high) { return std::max(0.0f, high - low); }
float area(const Object& o) { return extent(o.box[0], o.box[2]) * extent(o.box[1], o.box[3]); }

/// An object of one class, and whose picture it is in.
struct Candidate {
  size_t picture;
  Object object;
};

std::vector<Candidate> by_score(const std::vector<Objects>& found, int label) {
  std::vector<Candidate> list;
  for (size_t picture = 0; picture < found.size(); ++picture) {
    for (const Object& object : found[picture]) {
      if (object.label == label) list.push_back({picture, object});
    }
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Candidate& a, const Candidate& b) { return a.object.score > b.object.score; });
  return list;
}

/// The object of the class that overlaps most, or -1 where none does enough.
int match(const Object& found, const Objects& truth, float least) {
  int match = -1;
  float most = least;
  for (size_t i = 0; i < truth.size(); ++i) {
    const float o = truth[i].label == found.label ? overlap(found, truth[i]) : 0;
    if (o >= most) most = o, match = static_cast<int>(i);
  }
  return match;
}

double average_precision(const std::vector<Objects>& found, const std::vector<Objects>& truth, int label, float least) {
  double all = 0;
  for (const Objects& objects : truth) {
    for (const Object& object : objects) all += object.label == label;
  }
  std::vector<double> precision, recall;
  std::set<std::pair<size_t, int>> taken;
  double right = 0;
  for (const Candidate& candidate : by_score(found, label)) {
    const int i = match(candidate.object, truth[candidate.picture], least);
    right += i >= 0 && taken.emplace(candidate.picture, i).second;
    precision.push_back(right / static_cast<double>(precision.size() + 1));
    recall.push_back(right / all);
  }
  for (size_t i = precision.size(); i-- > 1;) precision[i - 1] = std::max(precision[i - 1], precision[i]);
  double sum = 0;
  for (size_t i = 0; i < recall.size(); ++i) sum += (recall[i] - (i ? recall[i - 1] : 0)) * precision[i];
  return sum;
}

}  // namespace

float overlap(const Object& a, const Object& b) {
  const float both = extent(std::max(a.box[0], b.box[0]), std::min(a.box[2], b.box[2])) *
                     extent(std::max(a.box[1], b.box[1]), std::min(a.box[3], b.box[3]));
  const float either = area(a) + area(b) - both;
  return either > 0 ? both / either : 0;
}

double mean_average_precision(const std::vector<Objects>& found, const std::vector<Objects>& truth, float least) {
  std::set<int> labels;
  for (const Objects& objects : truth) {
    for (const Object& object : objects) labels.insert(object.label);
  }
  double sum = 0;
  for (const int label : labels) sum += average_precision(found, truth, label, least);
  return labels.empty() ? 0 : sum / static_cast<double>(labels.size());
}

void PixelCounts::add(const std::vector<int>& found, const std::vector<int>& truth) {
  if (found.size() != truth.size()) throw std::runtime_error("class maps of different sizes");
  for (size_t i = 0; i < found.size(); ++i) ++counts_.at(static_cast<size_t>(truth[i]) * classes_ + found[i]);
}

double PixelCounts::mean_intersection_over_union() const {
  double sum = 0;
  int occurring = 0;
  for (int c = 0; c < classes_; ++c) {
    int64_t either = -count(c, c);
    for (int other = 0; other < classes_; ++other) either += count(c, other) + count(other, c);
    if (either == 0) continue;
    sum += static_cast<double>(count(c, c)) / static_cast<double>(either);
    ++occurring;
  }
  return occurring ? sum / occurring : 0;
}

int best(const std::vector<float>& scores) {
  return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

}  // namespace narrows
