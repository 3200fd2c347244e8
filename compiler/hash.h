// A hash that tells files apart.
#pragma once

#include <cstddef>
#include <cstdint>

namespace narrows {

/// XXH64 with seed 0: the hash of model files and of payloads.
uint64_t hash_bytes(const void* data, size_t bytes);

}  // namespace narrows
