// The side of an engine in bench/peers/rounds.py: a process of its own that runs one network when it is its
// turn.
//
//   prints   ready {"arena": ..., "macs": ..., "prepare": ..., "first": ...}
//   reads    turn SECONDS
//   prints   the seconds of each run; and so on until its input ends
//
// `prepare` and `first` are the seconds until the engine is ready and those of the first run behind that.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What an engine tells about itself; arena_bytes is -1 where it does not know.
struct Engine {
  long arena_bytes = -1;
  double macs = 0;       ///< multiply-accumulates of a run, where nobody else knows them
  double began = now();  ///< make this object where preparing begins
};

inline std::vector<char> read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) std::fprintf(stderr, "cannot read %s\n", path.c_str()), std::exit(1);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A turn begins with a run that is not timed: it brings weights and code back into the caches.
template <class Run>
void take_turn(double seconds, Run run) {
  constexpr int least_runs = 2;
  run();
  const double end = now() + seconds;
  for (int n = 0; n < least_runs || now() < end; ++n) {
    const double begin = now();
    run();
    std::printf("%.9f ", now() - begin);
  }
  std::printf("\n");
  std::fflush(stdout);
}

/// Runs the network for the first time, hands its outputs to `write`, and then takes turns.
template <class Run, class Write>
int take_turns(const Engine& engine, Run run, Write write) {
  const double prepared = now();
  run();
  const double first = now();
  write();
  std::printf("ready {\"arena\": %ld, \"macs\": %.0f, \"prepare\": %.9f, \"first\": %.9f}\n", engine.arena_bytes,
              engine.macs, prepared - engine.began, first - prepared);
  std::fflush(stdout);
  double seconds = 0;
  while (std::scanf(" turn %lf", &seconds) == 1) take_turn(seconds, run);
  return 0;
}
