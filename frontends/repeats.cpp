#include "frontends/repeats.h"

namespace narrows {
namespace {

void add(Repeat& all, int in, int out, int step) {
  const bool joins = step == 1 && !all.steps.empty() && all.steps.back() == 1;
  if (joins) {
    all.in.back() *= in;
    all.out.back() *= out;
  } else {
    all.in.push_back(in);
    all.out.push_back(out);
    all.steps.push_back(step);
  }
}

Repeat repeat_of(const Shape& shape, const std::vector<int>& counts) {
  Repeat all;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (counts[d] > 1) add(all, 1, counts[d], 0);
    if (counts[d] == 1 || shape[d] > 1) add(all, shape[d], shape[d], 1);
  }
  if (all.in.size() == 4 && all.out[0] != 1) {  // not a batch of maps
    all.in.insert(all.in.begin(), 1);
    all.out.insert(all.out.begin(), 1);
    all.steps.insert(all.steps.begin(), 1);
  }
  return all;
}

}  // namespace

std::vector<Repeat> repeats_of(const Shape& shape, const std::vector<int>& counts) {
  constexpr size_t most_loops = 6;
  Repeat all = repeat_of(shape, counts);
  if (all.in.size() <= most_loops) return {all};
  // Inner dimensions first, so that the copies are of larger and larger pieces.
  std::vector<Repeat> each;
  Shape now = shape;
  for (size_t d = shape.size(); d-- > 0;) {
    if (counts[d] == 1) continue;
    std::vector<int> only(shape.size(), 1);
    only[d] = counts[d];
    each.push_back(repeat_of(now, only));
    now[d] *= counts[d];
  }
  return each;
}

}  // namespace narrows
