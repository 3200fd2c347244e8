// The last step of a global pool, from sums to averages.
#pragma once

#include <string>

#include "compiler/lower/lower.h"

namespace narrows {

/// The statement that writes the averages of `pixels` pixels to `out` from the sums in `totals`, for the channels from
/// `first` to `end`: AVERAGE_POOL_2D or MEAN as `pool` says, with the arithmetic of runtime/global_pool.h.
std::string finish_pool(const PlanContext& context, const Op& pool, int pixels);

}  // namespace narrows
