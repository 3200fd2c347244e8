#include "compiler/tune/mca.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "compiler/measure/process.h"
#include "compiler/measure/temporary_folder.h"

namespace narrows {
namespace {

constexpr int kIterations = 200;
/// Multiply-adds per cycle of processors whose 128-bit instructions take both halves of their vector unit, which LLVM's
/// models leave out; 0: as the model says.
double known_rate(const std::string& processor) {
  return processor == "cortex-a55" || processor == "cortex-a53" ? 1 : 0;
}

/// So many multiply-adds do not wait for each other: more than any processor needs to hide their latency.
int independent(bool arm) { return arm ? 28 : 14; }

std::string find_mca() {
  for (const char* name : {"llvm-mca-19", "llvm-mca"}) {
    if (const auto path = find_program(name); !path.empty()) return path;
  }
  return "";
}

/// Register `n` in an operand like the one given: "%ymm3" -> "%ymm7", "v3.4s" -> "v7.4s".
std::string renumbered(const std::string& operand, int n) {
  const size_t digits = operand.find_first_of("0123456789");
  const size_t end = operand.find_first_not_of("0123456789", digits);
  return operand.substr(0, digits) + std::to_string(n) + (end == std::string::npos ? "" : operand.substr(end));
}

/// The accumulator of a multiply-add, as printed.
std::string accumulator(const std::string& instruction, bool arm) {
  const size_t space = instruction.find_first_of(" \t");
  if (arm) return instruction.substr(space + 1, instruction.find(',') - space - 1);
  return instruction.substr(instruction.rfind('%'));
}

/// Nothing but multiply-adds of the same kind that do not wait for each other.
std::string peak_loop(const std::string& instruction, bool arm) {
  const std::string name = mnemonic(instruction), acc = accumulator(instruction, arm);
  std::string text;
  for (int i = 0; i < independent(arm); ++i) {
    const std::string own = renumbered(acc, i);
    if (arm) {
      // The lanes of the factors: "v0.4s, v1.16b, v2.16b". By element: "v2.s[1]".
      std::string factors = instruction.substr(instruction.find(',') + 1);
      const size_t comma = factors.find(',');
      text += fmt::format("{} {},{},{}\n", name, own, renumbered(factors.substr(0, comma), 30),
                          renumbered(factors.substr(comma + 1), 31));
    } else {
      text += fmt::format("{} {}, {}, {}\n", name, renumbered(acc, 15), renumbered(acc, 14), own);
    }
  }
  return text;
}

std::string region(const std::string& name, std::string body) {
  // LLVM's assembler wants the name that prefetches of unscaled offsets have; GNU's finds out by itself.
  for (size_t at = body.find("prfm"); at != std::string::npos; at = body.find("prfm", at + 4)) {
    const std::string line = body.substr(at, body.find('\n', at) - at);
    if (line.find(", -") != std::string::npos) body.replace(at, 4, "prfum");
  }
  return fmt::format("# LLVM-MCA-BEGIN {}\n{}# LLVM-MCA-END\n", name, body);
}

std::vector<std::string> command(const Target& target, const std::string& processor, int iterations) {
  std::vector<std::string> words = {find_mca(),
                                    target.arm() ? "-mtriple=aarch64" : "-mtriple=x86_64",
                                    "-mcpu=" + processor,
                                    fmt::format("-iterations={}", iterations),
                                    "-instruction-info=false",
                                    "-resource-pressure=false",
                                    "--json",
                                    "loops.s"};
  // The processor may be older than the target's instructions.
  if (target.isa == Isa::neon_dotprod) words.insert(words.begin() + 1, "-mattr=+dotprod");
  return words;
}

/// Cycles per iteration by region.
std::map<std::string, double> parse(const std::string& json, int iterations) {
  std::map<std::string, double> cycles;
  const auto root = nlohmann::json::parse(json, nullptr, false);
  if (root.is_discarded()) return cycles;
  for (const auto& r : root.value("CodeRegions", nlohmann::json::array()))
    cycles[r.value("Name", "")] = r["SummaryView"].value("TotalCycles", 0.0) / iterations;
  return cycles;
}

}  // namespace

std::vector<std::string> usual_processors(const Target& target) {
  switch (target.isa) {
    case Isa::neon:
      return {"neoverse-n1", "neoverse-v1", "cortex-a55", "cortex-a53"};
    case Isa::neon_dotprod:
      return {"neoverse-n1", "neoverse-v1", "cortex-a55"};
    case Isa::avx512vnni:
      return {"icelake-server", "znver4"};
    case Isa::avx512:
      return {"skylake-avx512", "icelake-server"};
    default:
      return {"haswell", "skylake", "znver3"};
  }
}

bool has_mca() { return !find_mca().empty(); }

std::optional<std::vector<double>> estimate_cycles(const std::vector<std::string>& bodies, int iterations,
                                                   const Target& target, const std::string& processor,
                                                   Diagnostics& diagnostics) {
  if (!has_mca()) {
    diagnostics.error("llvm-mca was not found");
    diagnostics.note("Debian has it in the package llvm-19");
    return std::nullopt;
  }
  if (bodies.empty()) return std::vector<double>();  // a file without instructions is an error
  TemporaryFolder folder;
  {
    std::ofstream file(folder.path() / "loops.s");
    for (size_t i = 0; i < bodies.size(); ++i) file << region(fmt::format("body{}", i), bodies[i]);
  }
  const ProcessResult result = run_process(command(target, processor, iterations), folder.path());
  if (!result.ok()) {
    diagnostics.error(fmt::format("llvm-mca failed for processor '{}'\n{}", processor, result.errors));
    return std::nullopt;
  }
  std::map<std::string, double> by_name = parse(result.output, iterations);
  std::vector<double> cycles;
  for (size_t i = 0; i < bodies.size(); ++i) cycles.push_back(by_name[fmt::format("body{}", i)]);
  return cycles;
}

std::optional<std::vector<LoopEstimate>> estimate_loops(const std::vector<InnerLoop>& loops, const Target& target,
                                                        const std::string& processor, Diagnostics& diagnostics) {
  std::vector<std::string> bodies;  // each loop, and nothing but its multiply-adds
  for (const InnerLoop& loop : loops) {
    const auto first = std::find_if(loop.lines.begin(), loop.lines.end(), is_multiply_add);
    bodies.push_back(fmt::format("{}\n", fmt::join(loop.lines, "\n")));
    bodies.push_back(first == loop.lines.end() ? "" : peak_loop(*first, target.arm()));
  }
  const auto cycles = estimate_cycles(bodies, kIterations, target, processor, diagnostics);
  if (!cycles) return std::nullopt;
  std::vector<LoopEstimate> estimates;
  for (size_t i = 0; i < loops.size(); ++i) {
    const double own = (*cycles)[2 * i], modelled = (*cycles)[2 * i + 1];
    const double peak = known_rate(processor) > 0 ? 1 / known_rate(processor) : modelled / independent(target.arm());
    const auto count = std::count_if(loops[i].lines.begin(), loops[i].lines.end(), is_multiply_add);
    estimates.push_back({own, own > 0 ? static_cast<double>(count) * peak / own : 0});
  }
  return estimates;
}

}  // namespace narrows
