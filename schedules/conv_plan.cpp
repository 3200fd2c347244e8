#include "schedules/conv_plan.h"

namespace narrows {

namespace {

// Reductions up to this many steps per row (the stem's 3 x 3 channels in 8 bit) are unrolled completely. Longer ones
// would be too long for GCC to keep all accumulators in registers.
constexpr int kUnrolledSteps = 4;
// Float ones are otherwise unrolled by this, where the target says so (long_reductions_unrolled).
constexpr int kUnroll = 4;
/// A tile with one step reads its weights once, from memory. A core reads faster from several places at once than from
/// one: each page that is read from end to end is fetched ahead on its own. So the reduction walks through this many
/// equal parts of its weights side by side.
constexpr int kStreams = 4;

bool is_unrolled(const ConvRow& s, const ConvLayout& at, const Target& target) {
  // Taking bytes apart needs registers too; and so does what is loaded at the start of a straight run.
  if (s.arithmetic().requantizes() && (target.products == ByteProducts::pairs || target.operands_loaded_first))
    return false;
  return at.depth / s.arithmetic().quad * s.reduction.taps <= kUnrolledSteps;
}

int steps_of(const std::vector<Steps>& parts) {
  int all = 0;
  for (const Steps& steps : parts) all += steps.count;
  return all;
}

}  // namespace

Unrolling unrolling_of(const ConvRow& s, const ConvLayout& at, const Target& target) {
  Unrolling u;
  u.completely = is_unrolled(s, at, target);
  if (s.arithmetic().requantizes() || !target.long_reductions_unrolled) return u;
  const bool reads_once = s.reduction.cold_weights && s.out.width == 1 && s.reduction.taps == 1;
  if (reads_once && at.depth % kStreams == 0)
    u.streams = kStreams;
  else if (!u.completely && at.depth % kUnroll == 0)
    u.steps = kUnroll;
  return u;
}

ConvPlan::ConvPlan(const ConvRow& s, const Target& t)
    : spec(s),
      target(t),
      at(conv_layout(s, t)),
      unrolling(unrolling_of(s, at, t)),
      parts(cover(s.out.width, s.tile.pixels)),
      prefetch(s, at, steps_of(parts), steps_of_depth() / unrolling.steps, unrolling.steps) {}

bool reads_bias(const ConvRow& s) {
  return s.arithmetic().scales_sums() ? s.out.form != Output::Form::sums : s.start.from == Start::From::bias;
}

bool starts_from_memory(const ConvRow& s) { return s.start.from != Start::From::bias; }

}  // namespace narrows
