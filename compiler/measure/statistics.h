// What is said about measured times: minima, paired ratios with an interval, and who is beaten by nobody.
#pragma once

#include <optional>
#include <vector>

namespace narrows {

using Rounds = std::vector<std::vector<double>>;  ///< seconds of every run, by round

double minimum(const Rounds& rounds);
double median(std::vector<double> values);
/// The median of all runs of all rounds.
double median(const Rounds& rounds);

struct Ratio {
  double value = 1;
  std::optional<double> low, high;  ///< 95 % interval; none with fewer than six rounds
};

/// How many times faster `other` is than `base`, which took their turns in the same rounds: the median over
/// the rounds of the quotient of their shortest times in that round. What slows down the machine for longer
/// than a round hits both and cancels.
///
/// The interval needs no assumption on how times are distributed: a quotient lies above the true median with
/// probability 1/2, so that the number of quotients below it is binomial. The k-th smallest and the k-th
/// largest of n enclose it with probability 1 - 2 P(B(n, 1/2) < k); k is the largest with at least 95 %. For
/// n = 20 rounds, k is 6.
Ratio paired_ratio(const Rounds& base, const Rounds& other);

/// The k above; 0: no k gives 95 %.
int interval_rank(int n);

struct Cost {
  double seconds = 0;
  double bytes = 0;
};

/// By element: no other has less of one without having more of the other. Of equal ones all are on the front.
std::vector<bool> pareto_front(const std::vector<Cost>& costs);

}  // namespace narrows
