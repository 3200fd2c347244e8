#include "schedules/region.h"

#include "schedules/unary.h"

namespace narrows {

bool reads_region(const Finish& finish) {
  return finish.arithmetic.has_multiplier() || unary_code(finish.unary).channels;
}

bool requantizes_small(const Finish& finish) {
  const Requantization& r = finish.requantization;
  return finish.arithmetic.rounds_as_tflite() && r.from_zero && r.below_half && !r.left_shift && !r.large_sums;
}

RegionLayout region_layout(const Finish& finish, int channels, int64_t weight_bytes) {
  int64_t end = 4 * param::count;
  const auto add = [&](int64_t bytes) {
    const int64_t begin = end;
    end += (bytes + 63) / 64 * 64;
    return begin;
  };
  // Arrays that the arithmetic does not use take no bytes.
  const auto array_if = [&](bool used) { return add(used ? 4 * channels : 0); };
  RegionLayout at;
  at.channels = channels;
  at.bias = array_if(true);
  at.multiplier = array_if(finish.arithmetic.has_multiplier());
  at.shift = array_if(finish.arithmetic.rounds_as_tflite());
  at.left_shift = array_if(finish.requantization.left_shift);
  at.unary_channels = array_if(unary_code(finish.unary).channels != nullptr);
  at.unary_parameters = add(4 * unary_parameter_count(finish));
  at.weights = add(weight_bytes);
  at.bytes = end;
  return at;
}

}  // namespace narrows
