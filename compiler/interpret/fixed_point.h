// Reciprocals in TFLite's fixed-point arithmetic. A number in Qm.n has m integer bits, a sign and n = 31 - m fraction
// bits. Sources: tensorflow/lite/kernels/internal/common.h (GetInvSqrtQuantizedMultiplierExp), gemmlowp
// fixedpoint/fixedpoint.h.
#pragma once

#include <cstdint>

#include "compiler/graph/quantization.h"

namespace narrows::interpreter {

int32_t saturating_shift_left(int32_t x, int bits);
/// 1 / (1 + a) for a in [0, 1), both Q0.31.
int32_t reciprocal_of_one_plus(int32_t a);
/// 1 / sqrt(x) for x of 1 or more; 0 counts as 1.
Multiplier inverse_square_root(int32_t x);

}  // namespace narrows::interpreter
