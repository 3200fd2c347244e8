// The core's peak as an engine that takes turns: multiply-adds on registers. peers_peak f32|8bit
#include "bench/peak.h"

#include <cstring>

#include "bench/peers/turns.h"

int main(int argc, char** argv) {
  constexpr long steps = 20000;
  if (argc != 2) return 2;
  const bool floats = std::strcmp(argv[1], "f32") == 0;
  double macs = 0;
  const auto run = [&] { macs = floats ? multiply_f32(steps) : multiply_8bit(steps); };
  run();
  Engine engine;
  engine.version = std::to_string(macs);
  return take_turns(engine, run, [] {});
}
