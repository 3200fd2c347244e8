// The register tile of a kernel.
#pragma once

#include <tuple>

namespace narrows {

/// What a kernel computes at once, in registers. In a schedule 0 means that the cost model chooses.
struct Tile {
  int vectors = 0;  ///< of output channels; not used for depthwise convolutions, which take one vector at a time
  int pixels = 0;

  auto members() const { return std::tie(vectors, pixels); }
};

}  // namespace narrows
