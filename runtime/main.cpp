// ---- the program: the same for every model; what it knows of the model stands above -------------
//
//   NAME_main WEIGHTS INPUT.bin... [-o DIR] [--time N] [--threads N] [--trace DIR]
//
// Runs the model once on raw bytes of its inputs, then N times for the clock. Uses nothing but libc, unless it is built
// for threads.
//   WEIGHTS      NAME.weights; left out where the weights are embedded
//   -o DIR       write DIR/out0.bin ... (DIR must exist)
//   --time N     print the shortest and the median of N further runs
//   --threads N  run on N threads; for that the program must be built with -DNARROWS_THREADS -pthread
//   --trace DIR  write DIR/block0.bin ..., the output of every block of the first run; for that the program
//                must be one translation unit: leave NAME.cpp out and add -DNARROWS_TRACE_TO_FILES
//
// It also guards the emitted code: bytes around arena and outputs must survive, the arena starts out as
// garbage, and every timed run must repeat the first result.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace narrows_main {

const int kInputs = sizeof(kInputBytes) / sizeof(kInputBytes[0]);
const int kOutputs = sizeof(kOutputBytes) / sizeof(kOutputBytes[0]);

static const char* trace_folder = nullptr;  // null: do not trace
static ParallelFor parallel_for = nullptr;  // null: without threads
static void* thread_pool = nullptr;
static int thread_count = 1;

struct Options {
  const char* weights = nullptr;
  const char* inputs[kInputs] = {};
  const char* out_folder = nullptr;
  long timed_runs = 0;
  int threads = 1;
};

static void fail(const char* what, const char* detail) {
  fprintf(stderr, "%s: error: %s%s%s\n", kModel, what, *detail ? ": " : "", detail);
  exit(1);
}

// ---- files -------------------------------------------------------------------------------------

/// Large memory is made of large pages where the system has any to give: a network reads all of its weights in every
/// run, which are more small pages than a core keeps addresses of.
static void* allocate(size_t bytes) {
  const size_t large = size_t(2) << 20;
  const bool many = bytes >= large / 2;
  const size_t size = many ? (bytes + large - 1) / large * large : bytes;
  void* memory = nullptr;
  if (posix_memalign(&memory, many ? large : kAlignment, size ? size : 1) != 0) fail("out of memory", "");
#ifdef MADV_HUGEPAGE
  if (many) madvise(memory, size, MADV_HUGEPAGE);  // a wish: never mind if it is refused
#endif
  return memory;
}

static void* read_file(const char* path, size_t* bytes) {
  FILE* file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) fail("cannot read", path);
  const long size = ftell(file);
  if (size < 0) fail("cannot read", path);
  rewind(file);
  void* memory = allocate(static_cast<size_t>(size));
  if (fread(memory, 1, static_cast<size_t>(size), file) != static_cast<size_t>(size)) fail("cannot read", path);
  fclose(file);
  *bytes = static_cast<size_t>(size);
  return memory;
}

static void write_file(const char* folder, const char* stem, int index, const void* data, size_t bytes) {
  char path[4096];
  const int length = snprintf(path, sizeof(path), "%s/%s%d.bin", folder, stem, index);
  if (length < 0 || static_cast<size_t>(length) >= sizeof(path)) fail("path too long", folder);
  FILE* file = fopen(path, "wb");
  if (!file) fail("cannot write", path);
  const bool written = fwrite(data, 1, bytes, file) == bytes;
  if (fclose(file) != 0 || !written) fail("cannot write", path);
}

#ifdef NARROWS_TRACE_TO_FILES
void trace(int block, const void* output, size_t bytes) {
  if (trace_folder) write_file(trace_folder, "block", block, output, bytes);
}
#endif

// ---- memory between guards ---------------------------------------------------------------------

const size_t kGuardBytes = 4096;
const unsigned char kGuard = 0xA5, kGarbage = 0xCD;

struct Guarded {
  unsigned char* data;
  size_t bytes;
};

static Guarded allocate_guarded(size_t bytes) {
  unsigned char* memory = static_cast<unsigned char*>(allocate(bytes + 2 * kGuardBytes));
  memset(memory, kGuard, bytes + 2 * kGuardBytes);
  memset(memory + kGuardBytes, kGarbage, bytes);
  return Guarded{memory + kGuardBytes, bytes};
}

static void check_and_free(const Guarded& memory, const char* what) {
  for (size_t i = 0; i < kGuardBytes; ++i) {
    if (memory.data[memory.bytes + i] != kGuard) fail("bytes behind this memory were overwritten", what);
    if (memory.data[-1 - static_cast<ptrdiff_t>(i)] != kGuard) {
      fail("bytes in front of this memory were overwritten", what);
    }
  }
  free(memory.data - kGuardBytes);
}

// ---- running and timing ------------------------------------------------------------------------

static double now_ms() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

static int compare_doubles(const void* a, const void* b) {
  const double x = *static_cast<const double*>(a), y = *static_cast<const double*>(b);
  return x < y ? -1 : x > y;
}

static void run_or_fail(const void* weights, void* arena, const void* const* inputs, void* const* outputs) {
  const char* message = run(weights, arena, inputs, outputs, thread_count, parallel_for, thread_pool);
  if (message) fail("run", message);
}

static void time_runs(long runs, const void* weights, void* arena, const void* const* inputs, void* const* outputs) {
  void* first[kOutputs];
  for (int i = 0; i < kOutputs; ++i) {
    first[i] = allocate(kOutputBytes[i]);
    memcpy(first[i], outputs[i], kOutputBytes[i]);
  }
  double* ms = static_cast<double*>(allocate(static_cast<size_t>(runs) * sizeof(double)));
  for (long i = 0; i < runs; ++i) {
    const double start = now_ms();
    run_or_fail(weights, arena, inputs, outputs);
    ms[i] = now_ms() - start;
  }
  for (int i = 0; i < kOutputs; ++i) {
    if (memcmp(first[i], outputs[i], kOutputBytes[i]) != 0) fail("a later run gave another result", "");
    free(first[i]);
  }
  qsort(ms, static_cast<size_t>(runs), sizeof(double), compare_doubles);
  printf("latency  min %.2f ms  median %.2f ms  (%ld runs", ms[0], ms[runs / 2], runs);
  if (thread_count > 1) printf(", %d threads", thread_count);
  printf(")\n");
  free(ms);
}

// ---- the command line --------------------------------------------------------------------------

static void print_bytes(const char* label, size_t bytes) {
  char digits[32];
  const int length = snprintf(digits, sizeof(digits), "%llu", static_cast<unsigned long long>(bytes));
  printf("%-8s ", label);
  for (int i = 0; i < length; ++i) {
    if (i > 0 && (length - i) % 3 == 0) putchar(',');
    putchar(digits[i]);
  }
  printf(" bytes\n");
}

static void usage() {
  fprintf(stderr, "usage: %s_main%s", kModel, kEmbedded ? "" : " WEIGHTS");
  for (int i = 0; i < kInputs; ++i) fprintf(stderr, " INPUT%d.bin", i);
  fprintf(stderr, " [-o DIR] [--time N] [--threads N] [--trace DIR]\n");
  exit(1);
}

static Options parse(int argc, char** argv) {
  Options options;
  int inputs = 0;
  for (int i = 1; i < argc; ++i) {
    const char* arg = argv[i];
    const bool option = arg[0] == '-' && arg[1] != 0;
    if (option && i + 1 == argc) usage();
    if (strcmp(arg, "-o") == 0) {
      options.out_folder = argv[++i];
    } else if (strcmp(arg, "--time") == 0) {
      char* end = nullptr;
      options.timed_runs = strtol(argv[++i], &end, 10);
      if (*end != 0 || options.timed_runs < 0 || options.timed_runs > 10000000) usage();
    } else if (strcmp(arg, "--threads") == 0) {
      char* end = nullptr;
      const long threads = strtol(argv[++i], &end, 10);
      if (*end != 0 || threads < 1 || threads > 1000) usage();
      options.threads = static_cast<int>(threads);
    } else if (strcmp(arg, "--trace") == 0) {
      trace_folder = argv[++i];
    } else if (option) {
      usage();
    } else if (!kEmbedded && !options.weights) {
      options.weights = arg;
    } else if (inputs < kInputs) {
      options.inputs[inputs++] = arg;
    } else {
      usage();
    }
  }
  if (inputs != kInputs) usage();
#ifndef NARROWS_TRACE_TO_FILES
  if (trace_folder) fail("built without tracing", "add -DNARROWS_TRACE_TO_FILES");
#endif
#ifndef NARROWS_THREADS
  if (options.threads > 1) fail("built without threads", "add -DNARROWS_THREADS -pthread");
#endif
  return options;
}

static void* read_input(const char* path, int index) {
  size_t bytes = 0;
  void* data = read_file(path, &bytes);
  if (bytes != kInputBytes[index]) {
    fprintf(stderr, "%s: error: %s holds %llu bytes, input %d has %llu\n", kModel, path,
            static_cast<unsigned long long>(bytes), index, static_cast<unsigned long long>(kInputBytes[index]));
    exit(1);
  }
  return data;
}

static int main_program(int argc, char** argv) {
  const Options options = parse(argc, argv);
#ifdef NARROWS_THREADS
  ThreadPool pool(options.threads);
  parallel_for = ThreadPool::parallel_for, thread_pool = &pool, thread_count = pool.threads();
#endif

  size_t weights_bytes = kWeightsBytes;
  void* const weights_file = kEmbedded ? nullptr : read_file(options.weights, &weights_bytes);
  const void* const weights = kEmbedded ? kEmbeddedWeights : weights_file;
  const char* message = check(weights, weights_bytes);
  if (message) fail("weights", message);

  void* inputs[kInputs];
  for (int i = 0; i < kInputs; ++i) inputs[i] = read_input(options.inputs[i], i);
  void* outputs[kOutputs];
  Guarded guarded[kOutputs];
  for (int i = 0; i < kOutputs; ++i) {
    guarded[i] = allocate_guarded(kOutputBytes[i]);
    outputs[i] = guarded[i].data;
  }
  const size_t arena_bytes = parallel_arena_bytes(thread_count);
  const Guarded arena = allocate_guarded(arena_bytes);

  run_or_fail(weights, arena.data, inputs, outputs);
  trace_folder = nullptr;
  if (options.out_folder) {
    for (int i = 0; i < kOutputs; ++i) write_file(options.out_folder, "out", i, outputs[i], kOutputBytes[i]);
  }
  if (options.timed_runs > 0) time_runs(options.timed_runs, weights, arena.data, inputs, outputs);
  check_and_free(arena, "arena");
  for (int i = 0; i < kOutputs; ++i) check_and_free(guarded[i], "output");
  for (int i = 0; i < kInputs; ++i) free(inputs[i]);
  free(weights_file);

  print_bytes("arena", arena_bytes);
  print_bytes("weights", weights_bytes);
  return 0;
}

}  // namespace narrows_main

int main(int argc, char** argv) { return narrows_main::main_program(argc, argv); }
