// What one core can do at best: multiply-adds on registers, without a load or a store.
#pragma once

/// Each makes `steps` steps of independent multiply-adds and returns their number. 8-bit products are counted
/// one by one.
double multiply_f32(long steps);
double multiply_8bit(long steps);
