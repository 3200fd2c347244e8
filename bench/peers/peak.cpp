// The core's peak as an engine that takes turns: multiply-adds on registers. peers_peak f32|8bit
#include "compiler/measure/runner/peak.h"

#include <cstring>

#include "bench/peers/turns.h"

int main(int argc, char** argv) {
  constexpr long steps = 20000;
  if (argc != 2) return 2;
  const bool floats = std::strcmp(argv[1], "f32") == 0;
  Engine engine;
  const auto run = [&] { engine.macs = floats ? multiply_f32(steps) : multiply_8bit(steps); };
  run();
  return take_turns(engine, run, [] {});
}
