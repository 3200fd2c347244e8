// Emitted code as an engine: run FOLDER OUTPUT THREADS. The blob is mapped, and its pages come in while the network
// runs for the first time.
//
// Built for each variant beside its net.h, with BUFFERS the sizes of inputs and outputs and WEIGHTS the
// blob's path.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "bench/peers/turns.h"
#include "bench/program.h"
#include "examples/thread_pool.h"
#include "net.h"

static ThreadPool* pool;

/// <name>_run_parallel on the pool. The first argument, which is net_run, only says what the buffers are.
template <class Status, class... Buffers, size_t... I>
static void run_parallel(Status (*)(const void*, void*, Buffers...), const void* weights, void* arena, void* const* buffers,
                         std::index_sequence<I...>) {
  const Status status = net_run_parallel(weights, arena, static_cast<Buffers>(buffers[I])..., pool->threads(),
                                         ThreadPool::parallel_for, pool);
  if (status != NET_OK) std::abort();
}

static const void* map_file(const char* path) {
  const int file = open(path, O_RDONLY);
  struct stat facts;
  if (file < 0 || fstat(file, &facts) != 0) std::fprintf(stderr, "cannot read %s\n", path), std::exit(1);
  return mmap(nullptr, static_cast<size_t>(facts.st_size), PROT_READ, MAP_PRIVATE, file, 0);
}

static void* allocate(size_t bytes) { return std::aligned_alloc(NET_ALIGNMENT, (bytes + 63) / 64 * 64); }

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
  const void* const weights = map_file(WEIGHTS);
  const size_t arena_bytes = static_cast<size_t>(NET_PARALLEL_ARENA_BYTES(threads.threads()));
  void* const arena = allocate(arena_bytes);
  engine.arena_bytes = arena_bytes;
  const auto write = [&] {
    std::ofstream file(argv[2], std::ios::binary);
    for (size_t i = 1; i < sizes.size(); ++i)
      file.write(static_cast<char*>(buffers[i]), static_cast<long>(sizes[i]));
  };
  return take_turns(
      engine, [&] { run_parallel(net_run, weights, arena, buffers.data(), indices(net_run)); }, write);
}
