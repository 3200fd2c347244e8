// Memory of the yardstick. Its object asks for halide_malloc() by name; a stack in the arena is the fastest
// answer, so that the yardstick pays no more for memory than emitted code does.
#pragma once

/// Where the next allocation begins. Allocations are freed in reverse order.
extern unsigned char* halide_memory;
