#include "compiler/hash.h"

#include <xxhash.h>

namespace narrows {

uint64_t hash_bytes(const void* data, size_t bytes) { return XXH64(data, bytes, 0); }

}  // namespace narrows
