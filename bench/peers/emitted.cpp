// Emitted code as an engine: run FOLDER OUTPUT. The blob is mapped, and its pages come in while the network
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
#include "net.h"

static const void* map_file(const char* path) {
  const int file = open(path, O_RDONLY);
  struct stat facts;
  if (file < 0 || fstat(file, &facts) != 0) std::fprintf(stderr, "cannot read %s\n", path), std::exit(1);
  return mmap(nullptr, static_cast<size_t>(facts.st_size), PROT_READ, MAP_PRIVATE, file, 0);
}

static void* allocate(size_t bytes) { return std::aligned_alloc(NET_ALIGNMENT, (bytes + 63) / 64 * 64); }

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::vector<size_t> sizes = {BUFFERS};
  std::vector<void*> buffers;
  for (const size_t size : sizes) buffers.push_back(allocate(size));
  const std::vector<char> input = read_all(std::string(argv[1]) + "/input.bin");
  if (input.size() != sizes[0]) std::fprintf(stderr, "the input has another size\n"), std::exit(1);
  std::memcpy(buffers[0], input.data(), input.size());
  Engine engine;
  const void* const weights = map_file(WEIGHTS);
  void* const arena = allocate(NET_ARENA_BYTES);
  engine.arena_bytes = NET_ARENA_BYTES;
  const auto write = [&] {
    std::ofstream file(argv[2], std::ios::binary);
    for (size_t i = 1; i < sizes.size(); ++i)
      file.write(static_cast<char*>(buffers[i]), static_cast<long>(sizes[i]));
  };
  return take_turns(
      engine, [&] { run<net_run>(weights, arena, buffers.data()); }, write);
}
