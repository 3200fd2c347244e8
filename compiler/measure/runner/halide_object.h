// What Halide's object code asks for: the layout of its buffers, of which it reads the address of the data only,
// because all sizes are constants; and memory. A stack in the arena is the fastest answer, so that the yardstick pays
// no more for memory than emitted code does.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct halide_buffer_t {
  uint64_t device;
  const void* device_interface;
  uint8_t* host;
  uint64_t flags;
  struct {
    uint8_t code, bits;
    uint16_t lanes;
  } type;
  int32_t dimensions;
  void* dim;
  void* padding;
};

/// Where the next allocation begins. Allocations are freed in reverse order.
__attribute__((weak)) unsigned char* halide_memory = nullptr;

extern "C" __attribute__((weak)) void* halide_malloc(void*, size_t bytes) {
  void* const begin = halide_memory;
  halide_memory += (bytes + 127) / 64 * 64;  // Halide may read a vector beyond the end
  return begin;
}

extern "C" __attribute__((weak)) void halide_free(void*, void* begin) {
  halide_memory = static_cast<unsigned char*>(begin);
}
