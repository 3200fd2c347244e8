// Runs the model net, compiled for input by rows, which it checks to be pulled once and in order. A row is gone when
// the next one is pulled.
//
//   rows WEIGHTS INPUT.bin
//
// Writes out0.bin, and prints how many rows were pulled.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vector>

#include "net.h"

namespace {

typedef NET_INPUT0_TYPE Element;

typedef std::vector<unsigned char> Bytes;

void fail(const char* what) {
  printf("%s\n", what);
  exit(1);
}

Bytes read(const char* path) {
  FILE* file = fopen(path, "rb");
  if (!file) fail(path);
  Bytes bytes;
  for (int c; (c = fgetc(file)) != EOF;) bytes.push_back((unsigned char)c);
  fclose(file);
  return bytes;
}

struct Camera {
  Bytes image;
  std::vector<Element> row;  // the one that is handed out
  int next;
};

const Element* next_row(void* user, int y) {
  Camera* camera = (Camera*)user;
  if (y != camera->next) fail("rows are not pulled one after the other");
  if (y >= NET_INPUT0_ROWS) fail("a row behind the last one was pulled");
  ++camera->next;
  const size_t bytes = camera->row.size() * sizeof(Element);
  memset(camera->row.data(), 0xA5, bytes);
  std::vector<Element>(camera->row).swap(camera->row);  // elsewhere, so that sanitizers see who reads an old one
  memcpy(camera->row.data(), &camera->image[(size_t)y * bytes], bytes);
  return camera->row.data();
}

// Runs tasks one after the other.
void in_turn(void*, void (*task)(void*, int), void* argument, int count) {
  for (int i = 0; i < count; ++i) task(argument, i);
}

Bytes run_once(const void* weights, Camera* camera, int threads) {
  const size_t arena_bytes = NET_PARALLEL_ARENA_BYTES(threads);
  void* arena = nullptr;
  if (posix_memalign(&arena, NET_ALIGNMENT, arena_bytes) != 0) exit(1);
  memset(arena, 0xCD, arena_bytes);
  Bytes result(NET_OUTPUT0_BYTES, 0xEE);
  camera->next = 0;
  const net_status status = net_run_parallel(weights, arena, next_row, camera, (NET_OUTPUT0_TYPE*)result.data(),
                                             threads, threads > 1 ? in_turn : nullptr, nullptr);
  if (status != NET_OK) fail(net_message(status));
  free(arena);
  return result;
}

}  // namespace

int main(int, char** argv) {
  const Bytes file = read(argv[1]);
  void* weights = nullptr;
  if (posix_memalign(&weights, NET_ALIGNMENT, file.size()) != 0) exit(1);
  memcpy(weights, file.data(), file.size());
  Camera camera = {read(argv[2]), std::vector<Element>(NET_INPUT0_ROW_SIZE), 0};
  const Bytes result = run_once(weights, &camera, 1);
  const int pulled = camera.next;
  if (run_once(weights, &camera, 3) != result) fail("three threads make something else");
  if (net_run(weights, nullptr, next_row, &camera, nullptr) == NET_OK) fail("null pointers");
  FILE* out = fopen("out0.bin", "wb");
  if (!out || fwrite(result.data(), 1, result.size(), out) != result.size()) fail("out0.bin");
  fclose(out);
  free(weights);
  printf("%d\n", pulled);
}
