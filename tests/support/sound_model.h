// Models that the front ends must read.
#pragma once

#include <cstdint>
#include <vector>

#include "frontends/frontends.h"

namespace narrows {

/// The Graph of a model file's bytes. Expects that reading says nothing and that the Graph is valid; an empty Graph
/// where there is none.
Graph read_sound_model(const std::vector<uint8_t>& bytes, const ReadOptions& options = {});

}  // namespace narrows
