// What a kernel computes, the tile that it works on and the layout of its weights, as a comment for above its text.
#pragma once

#include <string>

#include "schedules/kernels.h"

namespace narrows {

/// Lines that begin with "// " and end with "\n".
std::string describe(const ConvRow& spec, const Target& target);
std::string describe(const FinishRow& spec, const Target& target);
std::string describe(const DepthwiseRow& spec, const Target& target);
std::string describe(const PoolSum& spec, const Target& target);

}  // namespace narrows
