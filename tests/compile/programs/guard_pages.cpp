// Behind the head of an emitted main program: runs the model on memory that lies against inaccessible pages,
// so that one byte read or written too far ends the program. Weights and inputs are read-only.
//
//   guard_pages front|back WEIGHTS INPUT...      writes out0.bin ...
//
// front: every block of memory starts behind such a page; back: it ends before one.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

bool at_front = false;

void fail(const char* what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

struct Memory {
  unsigned char* data;
  unsigned char* pages;
  size_t page_bytes;
};

Memory allocate(size_t bytes) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t inner = (bytes + page - 1) / page * page;
  void* memory = mmap(nullptr, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  unsigned char* pages = static_cast<unsigned char*>(memory) + page;
  if (mprotect(pages, inner, PROT_READ | PROT_WRITE) != 0) fail("mprotect");
  memset(pages, 0xCD, inner);
  return Memory{pages + (at_front ? 0 : inner - bytes), pages, inner};
}

const void* read_file(const char* path, size_t bytes) {
  const Memory memory = allocate(bytes);
  FILE* file = fopen(path, "rb");
  if (!file || fread(memory.data, 1, bytes, file) != bytes || fgetc(file) != EOF) fail(path);
  fclose(file);
  if (mprotect(memory.pages, memory.page_bytes, PROT_READ) != 0) fail("mprotect");
  return memory.data;
}

void write_output(int index, const void* data, size_t bytes) {
  char name[32];
  snprintf(name, sizeof name, "out%d.bin", index);
  FILE* file = fopen(name, "wb");
  if (!file || fwrite(data, 1, bytes, file) != bytes || fclose(file) != 0) fail(name);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace narrows_main;
  const int input_count = sizeof kInputBytes / sizeof *kInputBytes;
  const int output_count = sizeof kOutputBytes / sizeof *kOutputBytes;
  if (argc != 3 + input_count) fail("usage");
  at_front = strcmp(argv[1], "front") == 0;

  const void* weights = read_file(argv[2], kWeightsBytes);
  const void* inputs[input_count];
  for (int i = 0; i < input_count; ++i) inputs[i] = read_file(argv[3 + i], kInputBytes[i]);
  void* outputs[output_count];
  for (int i = 0; i < output_count; ++i) outputs[i] = allocate(kOutputBytes[i]).data;
  void* arena = allocate(parallel_arena_bytes(1)).data;

  const char* message = check(weights, kWeightsBytes);
  if (!message) message = run(weights, arena, inputs, outputs, 1, nullptr, nullptr);
  if (message) fail(message);
  for (int i = 0; i < output_count; ++i) write_output(i, outputs[i], kOutputBytes[i]);
  return 0;
}
