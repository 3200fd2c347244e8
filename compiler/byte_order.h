// Numbers in the weights lie as the target's machines read them (Target::big_endian). They are packed with the lowest
// byte first, and turned where the target wants the highest byte first.
#pragma once

#include <algorithm>

#include "compiler/target.h"

namespace narrows {

/// Turns the numbers of `size` bytes each in [begin, end), whose length is a multiple of `size`.
template <typename Iterator>
void turn_numbers(Iterator begin, Iterator end, int size) {
  for (; begin != end; begin += size) std::reverse(begin, begin + size);
}

/// Numbers of `size` bytes each, as the target reads them.
template <typename Bytes>
Bytes in_byte_order(Bytes bytes, int size, const Target& target) {
  if (target.big_endian) turn_numbers(bytes.begin(), bytes.end(), size);
  return bytes;
}

}  // namespace narrows
