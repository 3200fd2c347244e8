// The measuring program: ROUNDS SECONDS as arguments; prints what it measured as JSON.
//
// All programs run in turns of a few milliseconds, round after round, so that whatever else the machine does
// hits all of them alike. Each round begins with another program: none always follows the same one. A turn
// begins with a run that is not timed: it brings the program's weights and code back into the caches.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <memory>

#include "compiler/measure/runner/bandwidth.h"
#include "compiler/measure/runner/pages.h"
#include "compiler/measure/runner/peak.h"
#include "compiler/measure/runner/program.h"

namespace {

constexpr double kTurnSeconds = 4e-3;
constexpr size_t kLeastRuns = 2, kMostRuns = 1000;  // of a turn
constexpr long kPeakSteps = 20000;
/// Bytes that stay in the first cache, in the second, and that no cache of a core keeps.
constexpr size_t kReadBytes[] = {16 << 10, 128 << 10, 96 << 20};
constexpr size_t kReadAtLeast = 1 << 20;  // bytes per measurement

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Free {
  void operator()(void* p) const { std::free(p); }
};
using Memory = std::unique_ptr<unsigned char, Free>;

Memory allocate(size_t bytes, bool large = false) {
  Memory memory(static_cast<unsigned char*>(allocate_pages(bytes, large)));
  if (!memory) fail("out of memory");
  std::memset(memory.get(), 0, bytes);
  return memory;
}

/// Weights and inputs, copied once for all programs that share them: they are then memory like any other.
unsigned char* copy_of(const Constant& constant) {
  static std::map<const unsigned char*, Memory> copies;
  Memory& copy = copies[constant.begin];
  if (!copy) {
    const auto bytes = static_cast<size_t>(constant.end - constant.begin);
    copy = allocate(bytes);
    std::memcpy(copy.get(), constant.begin, bytes);
  }
  return copy.get();
}

/// What narrows_block_done() writes: how long the blocks of a run took. Blocks without code never report.
struct BlockClock {
  double last = 0;  ///< when the run began, or the last block was done
  std::vector<double> seconds;

  void start() {
    seconds.clear();
    last = now();
  }
  void done(size_t block) {
    const double time = now();
    if (block >= seconds.size()) seconds.resize(block + 1, INFINITY);
    seconds[block] = time - last;
    last = time;
  }
} block_clock;

struct Candidate {
  explicit Candidate(const Program& p) : program(p), arena(allocate(p.arena_bytes, /*large=*/true)) {
    for (const Constant& input : p.inputs) buffers.push_back(copy_of(input));
    for (const Output& output : p.outputs) {
      memory.push_back(allocate(output.bytes));
      buffers.push_back(memory.back().get());
    }
  }

  const unsigned char* output(size_t i) const { return memory[i].get(); }

  /// Seconds of one run, or of the block that is asked for.
  double timed_run() const {
    const unsigned char* const weights = copy_of(program.weights);
    block_clock.start();
    const double begin = now();
    program.run(weights, arena.get(), buffers.data());
    if (program.only_block < 0) return now() - begin;
    const auto block = static_cast<size_t>(program.only_block);
    if (block >= block_clock.seconds.size()) fail("there is no such block");
    return block_clock.seconds[block];
  }

  void take_turn() {
    timed_run();
    std::vector<double>& turn = rounds.emplace_back();
    const double end = now() + kTurnSeconds;
    while (turn.size() < kLeastRuns || (turn.size() < kMostRuns && now() < end)) turn.push_back(timed_run());
  }

  /// Keeps the shortest time of each block.
  void take_traced_turn() {
    const unsigned char* const weights = copy_of(program.weights);
    program.traced(weights, arena.get(), buffers.data());
    const double end = now() + kTurnSeconds;
    for (size_t runs = 0; runs < kLeastRuns || (runs < kMostRuns && now() < end); ++runs) {
      block_clock.start();
      program.traced(weights, arena.get(), buffers.data());
      blocks.resize(block_clock.seconds.size(), INFINITY);
      for (size_t i = 0; i < blocks.size(); ++i) blocks[i] = std::min(blocks[i], block_clock.seconds[i]);
    }
  }

  const Program& program;
  Memory arena;
  std::vector<Memory> memory;
  std::vector<void*> buffers;
  std::vector<std::vector<double>> rounds;
  std::vector<double> blocks;
};

/// What differs between two programs' outputs: floats by parts of the range, elements that are not equal.
struct Difference {
  double largest = 0;
  size_t unequal = 0, elements = 0;  ///< of integer outputs
};

void compare_floats(const float* expected, const float* found, const Output& output, Difference* difference) {
  double low = INFINITY, high = -INFINITY, largest = 0;
  for (size_t i = 0; i < output.bytes / sizeof(float); ++i) {
    const double d = std::fabs(double{expected[i]} - found[i]);
    largest = d <= largest ? largest : std::isfinite(d) ? d : INFINITY;
    low = std::min(low, double{expected[i]});
    high = std::max(high, double{expected[i]});
  }
  const double range = output.range > 0 ? output.range : high > low ? high - low : std::fabs(high);
  if (largest > 0) difference->largest = std::max(difference->largest, range > 0 ? largest / range : INFINITY);
}

Difference difference(const Candidate& a, const Candidate& b) {
  Difference sum;
  for (size_t i = 0; i < a.program.outputs.size(); ++i) {
    const Output& output = a.program.outputs[i];
    if (output.floats) {
      compare_floats(reinterpret_cast<const float*>(a.output(i)), reinterpret_cast<const float*>(b.output(i)), output,
                     &sum);
      continue;
    }
    sum.elements += output.bytes;
    for (size_t k = 0; k < output.bytes; ++k) sum.unequal += a.output(i)[k] != b.output(i)[k];
  }
  return sum;
}

/// Compares every program with the first one of its group.
std::vector<Difference> compare_outputs(const std::vector<Candidate>& candidates) {
  std::map<int, const Candidate*> first;
  std::vector<Difference> list;
  for (const Candidate& c : candidates) {
    c.timed_run();
    list.push_back(difference(*first.emplace(c.program.group, &c).first->second, c));
  }
  return list;
}

/// What the core does at best. Seconds per multiply-add and per byte.
struct Core {
  double f32 = INFINITY, bytes = INFINITY;
  double read[3] = {INFINITY, INFINITY, INFINITY};
  Memory memory = allocate(kReadBytes[2]);
  float sum = 0;

  void take_turn() {
    double begin = now();
    const double floats = multiply_f32(kPeakSteps);
    f32 = std::min(f32, (now() - begin) / floats);
    begin = now();
    const double products = multiply_8bit(kPeakSteps);
    bytes = std::min(bytes, (now() - begin) / products);
    for (int level = 0; level < 3; ++level) time_reading(level);
  }

  void time_reading(int level) {
    const auto* data = reinterpret_cast<const float*>(memory.get());
    const size_t count = kReadBytes[level] / sizeof(float);
    const size_t times = std::max<size_t>(1, kReadAtLeast / kReadBytes[level]);
    if (level < 2) sum += add_up(data, count);  // into the cache
    const double begin = now();
    for (size_t i = 0; i < times; ++i) sum += add_up(data, count);
    read[level] = std::min(read[level], (now() - begin) / static_cast<double>(times * kReadBytes[level]));
  }
};

// ---- JSON: times in nanoseconds, null for blocks without code ---------------------------------

void print_list(const std::vector<double>& seconds) {
  std::printf("[");
  for (size_t i = 0; i < seconds.size(); ++i) {
    if (i) std::printf(",");
    std::isfinite(seconds[i]) ? std::printf("%.0f", seconds[i] * 1e9) : std::printf("null");
  }
  std::printf("]");
}

void print_candidate(const Candidate& c, const Difference& d) {
  std::printf("{\"difference\":%g,\"unequal\":%zu,\"elements\":%zu,\n \"blocks\":",
              std::min(d.largest, std::numeric_limits<double>::max()), d.unequal, d.elements);
  print_list(c.blocks);
  std::printf(",\n \"rounds\":[");
  for (size_t i = 0; i < c.rounds.size(); ++i) {
    if (i) std::printf(",\n  ");
    print_list(c.rounds[i]);
  }
  std::printf("]}");
}

void print(const Core& core, const std::vector<Candidate>& candidates, const std::vector<Difference>& differences) {
  std::printf("{\"macs_per_second\":{\"f32\":%.4g,\"8bit\":%.4g},\n\"read_per_second\":[%.4g,%.4g,%.4g],\n",
              1 / core.f32, 1 / core.bytes, 1 / core.read[0], 1 / core.read[1], 1 / core.read[2]);
  std::printf("\"programs\":[\n");
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (i) std::printf(",\n");
    print_candidate(candidates[i], differences[i]);
  }
  std::printf("]}\n");
}

}  // namespace

void fail(const char* what) {
  std::fprintf(stderr, "error: %s\n", what);
  std::exit(1);
}

void narrows_block_done(int block) { block_clock.done(static_cast<size_t>(block)); }

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: measure ROUNDS SECONDS");
  const int rounds = std::atoi(argv[1]);
  std::vector<Candidate> candidates;
  for (const Program& program : programs) candidates.emplace_back(program);
  const std::vector<Difference> differences = compare_outputs(candidates);

  Core core;
  const double end = now() + std::atof(argv[2]);
  for (size_t round = 0; static_cast<int>(round) < rounds || now() < end; ++round) {
    core.take_turn();
    for (size_t i = 0; i < candidates.size(); ++i) {
      Candidate& c = candidates[(i + round) % candidates.size()];
      c.take_turn();
      if (c.program.traced) c.take_traced_turn();
    }
  }
  print(core, candidates, differences);
  return 0;
}
