#include "compiler/measure/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace narrows {
namespace {

double least(const std::vector<double>& values) {
  return values.empty() ? std::numeric_limits<double>::infinity() : *std::min_element(values.begin(), values.end());
}

}  // namespace

double minimum(const Rounds& rounds) {
  double result = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& round : rounds) result = std::min(result, least(round));
  return result;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  if (n == 0) return 0;
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double median(const Rounds& rounds) {
  std::vector<double> all;
  for (const std::vector<double>& round : rounds) all.insert(all.end(), round.begin(), round.end());
  return median(std::move(all));
}

int interval_rank(int n) {
  double probability = std::pow(0.5, n), below = 0;  // of i, and of fewer than i, quotients below the median
  for (int i = 0; i < n; ++i) {
    below += probability;
    if (2 * below > 0.05) return i;
    probability *= static_cast<double>(n - i) / (i + 1);
  }
  return 0;
}

Ratio paired_ratio(const Rounds& base, const Rounds& other) {
  std::vector<double> quotients;
  for (size_t i = 0; i < std::min(base.size(), other.size()); ++i) {
    quotients.push_back(least(base[i]) / least(other[i]));
  }
  std::sort(quotients.begin(), quotients.end());
  Ratio ratio;
  ratio.value = median(quotients);
  const int n = static_cast<int>(quotients.size()), k = interval_rank(n);
  if (k > 0) {
    ratio.low = quotients[k - 1];
    ratio.high = quotients[n - k];
  }
  return ratio;
}

std::vector<bool> pareto_front(const std::vector<Cost>& costs) {
  std::vector<bool> front;
  for (const Cost& c : costs) {
    front.push_back(std::none_of(costs.begin(), costs.end(), [&](const Cost& o) {
      return o.seconds <= c.seconds && o.bytes <= c.bytes && (o.seconds < c.seconds || o.bytes < c.bytes);
    }));
  }
  return front;
}

}  // namespace narrows
