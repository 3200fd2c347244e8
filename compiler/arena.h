// The arena: the one buffer in which the emitted code keeps its activations and its scratch memory.
#pragma once

#include <cstdint>

namespace narrows {

/// Tensors and scratch memory start at multiples of this many bytes from the start of the arena.
constexpr int64_t arena_alignment = 64;

/// The size that a tensor of `bytes` takes there.
constexpr int64_t aligned(int64_t bytes) { return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment; }

}  // namespace narrows
