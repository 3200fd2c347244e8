// Emitted code as an engine: run FOLDER OUTPUT THREADS. Weights and arena are in large pages where there are
// any, as the README advises.
//
// Built for each variant beside its net.h, with BUFFERS the sizes of inputs and outputs and WEIGHTS the
// blob's path.
#include <cstdlib>
#include <cstring>

#include "bench/peers/turns.h"
#include "compiler/measure/runner/pages.h"
#include "compiler/measure/runner/program.h"
#include "examples/thread_pool.h"
#include "net.h"

static ThreadPool* pool;

/// <name>_run_parallel on the pool. The first argument, which is net_run, only says what the buffers are.
template <class Status, class... Buffers, size_t... I>
static void run_parallel(Status (*)(const void*, void*, Buffers...), const void* weights, void* arena,
                         void* const* buffers, std::index_sequence<I...>) {
  const Status status = net_run_parallel(weights, arena, static_cast<Buffers>(buffers[I])..., pool->threads(),
                                         ThreadPool::parallel_for, pool);
  if (status != NET_OK) std::abort();
}

static void* allocate(size_t bytes) { return allocate_pages(bytes); }

static const void* read_weights(const char* path) {
  std::FILE* const file = std::fopen(path, "rb");
  void* const weights = allocate(NET_WEIGHTS_BYTES);
  if (!file || std::fread(weights, 1, NET_WEIGHTS_BYTES, file) != NET_WEIGHTS_BYTES)
    std::fprintf(stderr, "cannot read %s\n", path), std::exit(1);
  std::fclose(file);
  return weights;
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  ThreadPool threads(std::atoi(argv[3]));
  pool = &threads;
  const std::vector<size_t> sizes = {BUFFERS};
  std::vector<void*> buffers;
  for (const size_t size : sizes) buffers.push_back(allocate(size));
  const std::vector<char> input = read_all(std::string(argv[1]) + "/input.bin");
  if (input.size() != sizes[0]) std::fprintf(stderr, "the input has another size\n"), std::exit(1);
  std::memcpy(buffers[0], input.data(), input.size());
  Engine engine;
  const void* const weights = read_weights(WEIGHTS);
  const size_t arena_bytes = static_cast<size_t>(NET_PARALLEL_ARENA_BYTES(threads.threads()));
  void* const arena = allocate(arena_bytes);
  engine.arena_bytes = arena_bytes;
  const auto write = [&] {
    std::ofstream file(argv[2], std::ios::binary);
    for (size_t i = 1; i < sizes.size(); ++i) file.write(static_cast<char*>(buffers[i]), static_cast<long>(sizes[i]));
  };
  return take_turns(
      engine, [&] { run_parallel(net_run, weights, arena, buffers.data(), indices(net_run)); }, write);
}
