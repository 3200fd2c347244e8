// Offers weights to net_check() and memory to net_run() that they have to refuse, and prints their messages.
//
//   refuse_weights RIGHT OTHER_MODEL OTHER_COMPILATION
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

namespace {

const size_t slack = 64;

struct Blob {
  unsigned char* bytes;  // with some room behind
  size_t size;
};

Blob read_file(const char* path) {
  FILE* file = fopen(path, "rb");
  if (!file) exit(1);
  fseek(file, 0, SEEK_END);
  const size_t size = static_cast<size_t>(ftell(file));
  rewind(file);
  void* memory = nullptr;
  if (posix_memalign(&memory, NET_ALIGNMENT, size + slack) != 0) exit(1);
  if (fread(memory, 1, size, file) != size) exit(1);
  fclose(file);
  return Blob{static_cast<unsigned char*>(memory), size};
}

void say(const char* what, net_status status) { printf("%s: %s\n", what, net_message(status)); }

/// Checks the blob with one byte changed.
void altered(const char* what, const Blob& blob, size_t at) {
  blob.bytes[at] ^= 1;
  say(what, net_check(blob.bytes, blob.size));
  blob.bytes[at] ^= 1;
}

void check_all(const Blob& right, const Blob& other_model, const Blob& other_compilation) {
  say("right", net_check(right.bytes, right.size));
  say("more bytes", net_check(right.bytes, right.size + slack));
  say("null", net_check(nullptr, right.size));
  say("nothing", net_check(right.bytes, 0));
  say("the head only", net_check(right.bytes, 100));
  say("a byte less", net_check(right.bytes, right.size - 1));
  altered("identifier", right, 4);
  altered("a byte in the middle", right, right.size / 2);
  altered("last byte", right, right.size - 1);
  say("other model", net_check(other_model.bytes, other_model.size));
  say("other compilation", net_check(other_compilation.bytes, other_compilation.size));

  unsigned char* zeros = static_cast<unsigned char*>(calloc(right.size + 128, 1));
  unsigned char* aligned = zeros + (64 - reinterpret_cast<size_t>(zeros) % 64);
  say("zeros", net_check(aligned, right.size));
  memcpy(aligned + 4, right.bytes, right.size);
  say("misaligned", net_check(aligned + 4, right.size));
  free(zeros);
}

void run_all(const Blob& weights) {
  static unsigned char memory[NET_ARENA_BYTES + 128];
  static float in[NET_INPUT0_SIZE], out[NET_OUTPUT0_SIZE];
  unsigned char* arena = memory + (64 - reinterpret_cast<size_t>(memory) % 64);
  say("run", net_run(weights.bytes, arena, in, out));
  say("run without weights", net_run(nullptr, arena, in, out));
  say("run without arena", net_run(weights.bytes, nullptr, in, out));
  say("run without input", net_run(weights.bytes, arena, nullptr, out));
  say("run without output", net_run(weights.bytes, arena, in, nullptr));
  say("run with misaligned weights", net_run(weights.bytes + 4, arena, in, out));
  say("run with a misaligned arena", net_run(weights.bytes, arena + 32, in, out));
  say("no status", static_cast<net_status>(15));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 1;
  const Blob right = read_file(argv[1]), other_model = read_file(argv[2]), other_compilation = read_file(argv[3]);
  check_all(right, other_model, other_compilation);
  run_all(right);
  free(right.bytes);
  free(other_model.bytes);
  free(other_compilation.bytes);
  return 0;
}
