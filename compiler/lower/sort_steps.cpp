#include "compiler/lower/sort_steps.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "schedules/kernels.h"

namespace narrows {

namespace {

/// A joined step saves a quarter of its time, a loop more costs a hundredth or two of a kernel's.
constexpr int kWorthIt = 8;

/// The sums of weights for every sum of 16 bits that a step makes, two for each channel: of positive and of negative
/// weights, or of magnitudes (largest_small_sum).
struct Step {
  int index;
  std::vector<uint16_t> sums;
  int largest = 0;
};

/// Adds the sums of a channel's elements [begin, begin + 2) of the range's depth.
void add_sums(const ConvWeights& w, const WeightRange& range, int channel, int begin, Step* step) {
  int positive = 0, negative = 0;
  for (int k = begin; k < begin + 2 && k < range.depth; ++k) {
    const int i = range.first_depth + k, weight = (i < w.row_size ? w.at(channel, 0, i) : 0) - w.weight_zero;
    (weight > 0 ? positive : negative) += std::abs(weight);
  }
  if (w.arithmetic.stored == DType::i8) positive += negative, negative = 0;
  step->sums.push_back(static_cast<uint16_t>(positive));
  step->sums.push_back(static_cast<uint16_t>(negative));
  step->largest = std::max({step->largest, positive, negative});
}

Step make_step(const ConvWeights& w, const WeightRange& range, int index) {
  Step step{index, {}};
  for (int c = range.first_channel; c < range.first_channel + range.channels; ++c) {
    for (int pair = 4 * index; pair < 4 * index + 4; pair += 2) add_sums(w, range, c, pair, &step);
  }
  return step;
}

bool can_join(const Step& a, const Step& b, int most) {
  return std::equal(a.sums.begin(), a.sums.end(), b.sums.begin(), [&](int x, int y) { return x + y <= most; });
}

}  // namespace

StepOrder sort_steps(const ConvWeights& weights, const WeightRange& range, Sorting sorting) {
  const int most = largest_small_sum(weights.arithmetic.stored);
  std::vector<Step> small;
  std::vector<int> alone, large;
  for (int i = 0; 4 * i < range.depth; ++i) {
    Step step = make_step(weights, range, i);
    if (step.largest <= most)
      small.push_back(std::move(step));
    else
      large.push_back(i);
  }
  std::stable_sort(small.begin(), small.end(), [](const Step& a, const Step& b) { return a.largest > b.largest; });
  StepOrder order;
  while (!small.empty()) {
    const auto fits = [&](const Step& other) { return can_join(small[0], other, most); };
    const auto partner =
        sorting == Sorting::joined_first ? std::find_if(small.begin() + 1, small.end(), fits) : small.end();
    if (partner == small.end()) {
      alone.push_back(small[0].index);
    } else {
      order.steps.insert(order.steps.end(), {small[0].index, partner->index});
      ++order.joined;
      small.erase(partner);
    }
    small.erase(small.begin());
  }
  std::sort(alone.begin(), alone.end());
  order.small = static_cast<int>(alone.size());
  order.steps.insert(order.steps.end(), alone.begin(), alone.end());
  order.steps.insert(order.steps.end(), large.begin(), large.end());
  return order;
}

bool joins_steps(const Target& target, const ConvWeights& weights) {
  if (target.products != ByteProducts::pairs) return false;
  const int tile = 2 * lanes_of(target);
  int joined = 0, all = 0;
  for (int c = 0; c < weights.channels; c += tile) {
    const StepOrder order =
        sort_steps(weights, {c, std::min(tile, weights.channels - c), 0, weights.row_size}, Sorting::joined_first);
    joined += 2 * order.joined;
    all += static_cast<int>(order.steps.size());
  }
  return kWorthIt * joined > all;
}

}  // namespace narrows
