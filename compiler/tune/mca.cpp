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

std::string find_mca() {
  for (const char* name : {"llvm-mca-19", "llvm-mca"}) {
    if (const auto path = find_program(name); !path.empty()) return path;
  }
  return "";
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
  std::vector<std::string> words = {find_mca()};
  for (const std::string& option : split_words(target.mca)) words.push_back(option);
  for (const std::string& option :
       {"-mcpu=" + processor, fmt::format("-iterations={}", iterations), std::string("-instruction-info=false"),
        std::string("-resource-pressure=false"), std::string("--json"), std::string("loops.s")}) {
    words.push_back(option);
  }
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

bool check_estimates(const Target& target, Diagnostics& diagnostics) {
  if (find_assembly_syntax(target)) return true;
  std::vector<std::string> known;
  for (const Target& t : all_targets()) {
    if (find_assembly_syntax(t)) known.push_back(t.str());
  }
  diagnostics.error(
      fmt::format("nothing can be estimated for target '{}', which has no instructions of its own", target.str()));
  diagnostics.note(fmt::format("legal would be {}", fmt::join(known, ", ")));
  return false;
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
  const AssemblySyntax& syntax = assembly_syntax(target);
  const auto multiplies = [&](const std::string& line) { return syntax.is_multiply_add(line); };
  std::vector<std::string> bodies;  // each loop, and nothing but its multiply-adds
  for (const InnerLoop& loop : loops) {
    const auto first = std::find_if(loop.lines.begin(), loop.lines.end(), multiplies);
    bodies.push_back(fmt::format("{}\n", fmt::join(loop.lines, "\n")));
    bodies.push_back(first == loop.lines.end() ? "" : syntax.peak_loop(*first, syntax.independent));
  }
  const auto cycles = estimate_cycles(bodies, kIterations, target, processor, diagnostics);
  if (!cycles) return std::nullopt;
  std::vector<LoopEstimate> estimates;
  for (size_t i = 0; i < loops.size(); ++i) {
    const double own = (*cycles)[2 * i], modelled = (*cycles)[2 * i + 1];
    const double peak = known_rate(processor) > 0 ? 1 / known_rate(processor) : modelled / syntax.independent;
    const auto count = std::count_if(loops[i].lines.begin(), loops[i].lines.end(), multiplies);
    estimates.push_back({own, own > 0 ? static_cast<double>(count) * peak / own : 0});
  }
  return estimates;
}

}  // namespace narrows
