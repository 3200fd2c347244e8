// measure TYPE MACS SECONDS: times the programs of the table side by side and prints one line for each.
//
// All programs run in turns of a few milliseconds, round after round, so that whatever else the machine does
// hits all of them alike. A turn begins with a run that is not timed: it brings the program's weights and
// code back into the caches. Results are compared with the first program's: bytes must be equal, floats must
// agree to 1e-5 of the largest value.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>

#include "bench/peak.h"
#include "bench/program.h"
#include "bench/trace.h"

namespace {

constexpr double kTurnSeconds = 4e-3;
constexpr int kTurnRuns = 2;  // at least
constexpr long kPeakSteps = 20000;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double run_began;

struct Free {
  void operator()(void* p) const { std::free(p); }
};
using Memory = std::unique_ptr<unsigned char, Free>;

Memory allocate(size_t bytes) {
  return Memory(static_cast<unsigned char*>(std::aligned_alloc(64, (bytes + 127) / 64 * 64)));
}

/// A program with memory of its own, and how long its runs took.
struct Candidate {
  explicit Candidate(const Program& p, bool floats) : program(p), arena(allocate(p.arena_bytes)) {
    std::ifstream file(p.weights_file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (bytes.empty()) std::fprintf(stderr, "cannot read %s\n", p.weights_file), std::exit(1);
    weights = allocate(bytes.size());
    std::memcpy(weights.get(), bytes.data(), bytes.size());
    std::mt19937 random(1);
    for (size_t i = 0; i < p.buffer_bytes.size(); ++i) {
      memory.push_back(allocate(p.buffer_bytes[i]));
      buffers.push_back(memory.back().get());
      if (i < p.inputs) fill(memory.back().get(), p.buffer_bytes[i], floats, random);
    }
  }
  static void fill(unsigned char* data, size_t bytes, bool floats, std::mt19937& random) {
    if (!floats) {
      for (size_t i = 0; i < bytes; ++i) data[i] = static_cast<unsigned char>(random() >> 24);
      return;
    }
    float* const values = reinterpret_cast<float*>(data);
    for (size_t i = 0; i < bytes / sizeof(float); ++i)
      values[i] = static_cast<float>(random() >> 8) * 0x1p-23f - 1;
  }

  void run() const { program.run(weights.get(), arena.get(), buffers.data()); }
  void take_turn() {
    run();
    const double end = now() + kTurnSeconds;
    for (int n = 0; n < kTurnRuns || now() < end; ++n) {
      run_began = now();
      run();
      seconds.push_back(now() - run_began);
    }
  }

  const Program& program;
  Memory arena, weights;
  std::vector<Memory> memory;
  std::vector<void*> buffers;
  std::vector<double> seconds;
};

/// The largest difference between the outputs of two programs; floats relative to the largest value.
double difference(const Candidate& a, const Candidate& b, bool floats) {
  double largest = 0, value = 0;
  for (size_t i = a.program.inputs; i < a.buffers.size(); ++i) {
    const size_t count = a.program.buffer_bytes[i] / (floats ? sizeof(float) : 1);
    for (size_t k = 0; k < count; ++k) {
      const double x = floats ? static_cast<float*>(a.buffers[i])[k] : static_cast<uint8_t*>(a.buffers[i])[k];
      const double y = floats ? static_cast<float*>(b.buffers[i])[k] : static_cast<uint8_t*>(b.buffers[i])[k];
      largest = std::isfinite(x - y) ? std::max(largest, std::fabs(x - y)) : INFINITY;
      value = std::max(value, std::fabs(x));
    }
  }
  return floats ? largest / value : largest;
}

double minimum(const std::vector<double>& v) { return *std::min_element(v.begin(), v.end()); }

double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<long>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

/// Seconds per multiply-add of a turn on registers.
double time_peak(bool floats) {
  const double begin = now();
  const double macs = floats ? multiply_f32(kPeakSteps) : multiply_8bit(kPeakSteps);
  return (now() - begin) / macs;
}

void print_table(const std::vector<Candidate>& candidates, double macs, double peak) {
  const double first = minimum(candidates[0].seconds);
  std::printf("%-12s %-9s %9s %9s %7s %8s %6s %11s %9s %6s\n", "schedule", "compiler", "min us", "median",
              "speed", "GMAC/s", "peak", "arena", "code", "runs");
  for (const Candidate& c : candidates) {
    const double best = minimum(c.seconds);
    std::printf("%-12s %-9s %9.1f %9.1f %6.1f%% %8.1f %5.0f%% %11zu %9zu %6zu\n", c.program.schedule,
                c.program.compiler, best * 1e6, median(c.seconds) * 1e6, 100 * first / best,
                macs / best * 1e-9, 100 * macs * peak / best, c.program.arena_bytes, c.program.code_bytes,
                c.seconds.size());
  }
  std::printf("peak of the core %.1f GMAC/s; speed: minima, against the first line\n", 1e-9 / peak);
}

}  // namespace

void block_done(int index) {
  if (index == 0) run_began = now();
}

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: measure f32|8bit MACS SECONDS\n");
    return 2;
  }
  const bool floats = std::strcmp(argv[1], "f32") == 0;
  std::vector<Candidate> candidates;
  for (const Program& program : programs) candidates.emplace_back(program, floats);
  int wrong = 0;
  for (Candidate& c : candidates) {
    c.run();
    const double d = difference(candidates[0], c, floats);
    if (d <= (floats ? 1e-5 : 0)) continue;
    std::fprintf(stderr, "%s by %s computes something else: difference %g\n", c.program.schedule,
                 c.program.compiler, d);
    ++wrong;
  }
  if (wrong) return 1;

  std::vector<double> peaks;
  const double end = now() + std::atof(argv[3]);
  while (now() < end || peaks.size() < 3) {
    peaks.push_back(time_peak(floats));
    for (Candidate& c : candidates) c.take_turn();
  }
  print_table(candidates, std::atof(argv[2]), minimum(peaks));
}
