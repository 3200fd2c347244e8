// What a chain does to the values of a graph input when it loads a row of them.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "compiler/graph/channel_map.h"
#include "compiler/lower/chain/chain_source.h"

namespace narrows {

/// From bytes in memory to the bytes of a ring.
struct ByteTable {
  std::vector<uint8_t> bytes;  ///< 256 for all channels, or 256 for each, channel by channel

  bool per_channel() const { return bytes.size() > 256; }
};

/// A quantize of floats to what the target stores.
struct Quantization {
  float scale = 1;
  int zero_point = 0;  ///< of the stored values
};

/// To floats, and to 8 bits from 8 bits or from floats.
using Conversion = std::variant<ChannelMap, ByteTable, Quantization>;

/// What the conversions of the source's block do together; there are some.
Conversion load_conversion(const ChainSource& source);

}  // namespace narrows
