/* Two models in one program, called from C.
 *
 *   two_models FIRST.weights SECOND.weights FIRST_INPUT SECOND_INPUT      writes first.bin and second.bin */
#include <stdio.h>
#include <stdlib.h>

#include "first.h"
#include "second.h"

static void* aligned(size_t bytes) {
  char* memory = (char*)malloc(bytes + 64);
  if (!memory) exit(1);
  return memory + (64 - (size_t)memory % 64);
}

static void* read_file(const char* path, size_t bytes) {
  void* memory = aligned(bytes);
  FILE* file = fopen(path, "rb");
  if (!file || fread(memory, 1, bytes, file) != bytes) exit(1);
  fclose(file);
  return memory;
}

static void write_file(const char* path, const void* data, size_t bytes) {
  FILE* file = fopen(path, "wb");
  if (!file || fwrite(data, 1, bytes, file) != bytes || fclose(file)) exit(1);
}

int main(int argc, char** argv) {
  void *first, *second, *arena, *in1, *in2, *out1, *out2;
  size_t arena_bytes = FIRST_ARENA_BYTES > SECOND_ARENA_BYTES ? FIRST_ARENA_BYTES : SECOND_ARENA_BYTES;
  if (argc != 5) return 1;
  first = read_file(argv[1], FIRST_WEIGHTS_BYTES);
  second = read_file(argv[2], SECOND_WEIGHTS_BYTES);
  if (first_check(first, FIRST_WEIGHTS_BYTES) != FIRST_OK) return 2;
  if (second_check(second, SECOND_WEIGHTS_BYTES) != SECOND_OK) return 3;
  if (first_check(second, SECOND_WEIGHTS_BYTES) != FIRST_WEIGHTS_OF_OTHER_MODEL) return 4;
  arena = aligned(arena_bytes);
  in1 = read_file(argv[3], FIRST_INPUT0_BYTES);
  in2 = read_file(argv[4], SECOND_INPUT0_BYTES);
  out1 = aligned(FIRST_OUTPUT0_BYTES);
  out2 = aligned(SECOND_OUTPUT0_BYTES);
  /* The second run must not find anything of use in the arena. */
  if (first_run(first, arena, (const float*)in1, (float*)out1) != FIRST_OK) return 5;
  if (second_run(second, arena, (const uint8_t*)in2, (uint8_t*)out2) != SECOND_OK) return 6;
  write_file("first.bin", out1, FIRST_OUTPUT0_BYTES);
  write_file("second.bin", out2, SECOND_OUTPUT0_BYTES);
  return 0;
}
