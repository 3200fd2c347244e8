// The innermost part of a convolution kernel: a tile of channels for some pixels of the row, from inputs and weights to
// stored values. conv_row.cpp puts the loops over rows and tiles around it.
#pragma once

#include <string>

#include "schedules/conv_plan.h"
#include "schedules/steps.h"

namespace narrows {

/// The statements of one tile of channels for the pixels of `steps`.
std::string print_conv_steps(const ConvPlan& plan, const Steps& steps, int indent);

}  // namespace narrows
