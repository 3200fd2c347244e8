// Stands behind the part of an emitted main program that knows the model. Runs the model in all ways to use threads,
// each time in an arena of the size that the header says, and compares the outputs, bit for bit, with those of one
// thread.
//
//   threads WEIGHTS INPUT.bin...
//
// Prints how often work was handed out to two threads.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vector>

#include "thread_pool.h"

using namespace narrows_main;

namespace {

const size_t guard_bytes = 4096;
const int outputs = sizeof(kOutputBytes) / sizeof(kOutputBytes[0]);

typedef std::vector<std::vector<unsigned char>> Buffers;

void fail(const char* what, int threads) {
  printf("%s, %d threads\n", what, threads);
  exit(1);
}

void* aligned(size_t bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, kAlignment, bytes ? bytes : 1) != 0) exit(1);
  return memory;
}

void* read(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (!file) exit(1);
  fseek(file, 0, SEEK_END);
  const size_t bytes = *size = (size_t)ftell(file);
  rewind(file);
  void* memory = aligned(bytes);
  if (fread(memory, 1, bytes, file) != bytes) exit(1);
  fclose(file);
  return memory;
}

// ---- ways to run tasks -------------------------------------------------------------------------

struct Counter {
  int calls, most;
};

// The last task first, and none beside another.
void backwards(void* context, void (*task)(void*, int), void* argument, int count) {
  Counter* counter = (Counter*)context;
  ++counter->calls;
  if (count > counter->most) counter->most = count;
  for (int i = count - 1; i >= 0; --i) task(argument, i);
}

Buffers run_guarded(const void* weights, const std::vector<void*>& inputs, size_t arena_bytes, int threads,
                    ParallelFor parallel_for, void* context) {
  unsigned char* const memory = (unsigned char*)aligned(arena_bytes + 2 * guard_bytes);
  memset(memory, 0xA5, arena_bytes + 2 * guard_bytes);
  memset(memory + guard_bytes, 0xCD, arena_bytes);
  Buffers results;
  void* pointers[outputs];
  for (int i = 0; i < outputs; ++i) {
    results.emplace_back(kOutputBytes[i], (unsigned char)0xEE);
    pointers[i] = results.back().data();
  }
  const char* message = run(weights, memory + guard_bytes, inputs.data(), pointers, threads, parallel_for, context);
  if (message) fail(message, threads);
  for (size_t i = 0; i < guard_bytes; ++i) {
    if (memory[i] != 0xA5) fail("bytes in front of the arena were overwritten", threads);
    if (memory[guard_bytes + arena_bytes + i] != 0xA5) fail("bytes behind the arena were overwritten", threads);
  }
  free(memory);
  return results;
}

}  // namespace

int main(int, char** argv) {
  size_t bytes = 0;
  void* const weights = read(argv[1], &bytes);
  if (check(weights, bytes)) fail(check(weights, bytes), 0);
  std::vector<void*> inputs;
  for (char** path = argv + 2; *path; ++path) inputs.push_back(read(*path, &bytes));
  const size_t one = parallel_arena_bytes(1);
  const Buffers expected = run_guarded(weights, inputs, one, 1, nullptr, nullptr);

  // Nothing to run tasks with, or no threads: the arena of one is enough.
  Counter unused = {0, 0};
  if (run_guarded(weights, inputs, one, 5, nullptr, nullptr) != expected) fail("without a callback", 5);
  for (int threads : {1, 0, -3}) {
    if (run_guarded(weights, inputs, parallel_arena_bytes(threads), threads, backwards, &unused) != expected ||
        unused.calls)
      fail("not as one thread", threads);
  }
  Counter pair = {0, 0};
  for (int threads : {2, 3, 7, 40}) {
    bytes = parallel_arena_bytes(threads);
    if (bytes < one) fail("a smaller arena", threads);
    Counter counter = {0, 0};
    if (run_guarded(weights, inputs, bytes, threads, backwards, &counter) != expected) fail("backwards", threads);
    if (counter.most > threads) fail("too many tasks", threads);
    if (threads == 2) pair = counter;
    ThreadPool pool(threads < 8 ? threads : 2);
    for (int repeat = 0; repeat < 3; ++repeat) {
      if (run_guarded(weights, inputs, bytes, threads, ThreadPool::parallel_for, &pool) != expected)
        fail("pool", threads);
    }
  }
  for (void* input : inputs) free(input);
  free(weights);
  printf("%d\n", pair.calls);
}
