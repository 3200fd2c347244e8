#include "compiler/measure/measure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/emit/emit.h"
#include "compiler/graph/costs.h"
#include "compiler/measure/compare.h"
#include "compiler/measure/files.h"
#include "compiler/measure/parallel_builds.h"
#include "compiler/measure/process.h"
#include "compiler/measure/random_inputs.h"
#include "compiler/measure/temporary_folder.h"
#include "schedules/kernels.h"

namespace narrows {
namespace {

/// How many places of largest values may differ in a float model, relative to all: some values are nearly equal.
constexpr double kUnequalIntegers = 1e-3;

// ---- the table of programs ---------------------------------------------------------------------

/// Constants of the measuring program; equal ones are stored once.
class Constants {
 public:
  /// Returns "{constant3, constant3_end}".
  std::string add(const std::string& content) {
    const auto [known, is_new] = names_.try_emplace(content, fmt::format("constant{}", names_.size()));
    const std::string& name = known->second;
    if (is_new) {
      files_.push_back({name + ".bin", content});
      // A byte behind it gives empty constants an address of their own.
      assembler_ += fmt::format(
          "asm(\".section .rodata\\n.balign 64\\n.global {0}\\n{0}:\\n.incbin \\\"{0}.bin\\\"\\n"
          ".global {0}_end\\n{0}_end:\\n.byte 0\\n.text\\n\");\n"
          "extern \"C\" const unsigned char {0}[], {0}_end[];\n",
          name);
    }
    return fmt::format("{{{0}, {0}_end}}", name);
  }

  const std::vector<File>& files() const { return files_; }
  const std::string& text() const { return assembler_; }

 private:
  std::map<std::string, std::string> names_;  ///< by content
  std::vector<File> files_;
  std::string assembler_;
};

const File& file_named(const Compiled& compiled, const std::string& name) {
  const auto found =
      std::find_if(compiled.files.begin(), compiled.files.end(), [&](const File& file) { return file.name == name; });
  NARROWS_CHECK(found != compiled.files.end(), "no file " + name);
  return *found;
}

bool timed_by_block(const Candidate& c, const MeasureOptions& options) { return options.blocks && c.only_block < 0; }

std::string traced_name(const Candidate& c) { return c.options.name + "_traced"; }

std::string table_row(const Candidate& c, const MeasureOptions& options, Constants* constants) {
  const Graph& graph = c.compiled.graph;
  std::string inputs, outputs;
  for (const Bytes& input : random_inputs(graph, options.seed)) {
    inputs += constants->add(std::string(input.begin(), input.end())) + ", ";
  }
  for (const int id : graph.outputs) {
    const Tensor& tensor = graph.tensors.at(id);
    outputs += fmt::format("{{{}, {}, {}}}, ", tensor.bytes(), tensor.type == DType::f32, fixed_range(graph, id));
  }
  const std::string traced = timed_by_block(c, options) ? fmt::format("run<{}_run>", traced_name(c)) : "nullptr";
  return fmt::format("    {{{}, {}, {{{}}}, {{{}}}, run<{}_run>, {}, {}, {}}},\n",
                     constants->add(file_named(c.compiled, c.options.name + ".weights").content),
                     c.compiled.arena_bytes, inputs, outputs, c.options.name, traced, c.only_block, c.group);
}

/// Emitted text with other exported names: `from`, where it begins a name or a file name, becomes `to`.
std::string rename(const std::string& text, const std::string& from, const std::string& to) {
  const auto in_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  std::string out;
  size_t begin = 0;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
    const char next = at + from.size() < text.size() ? text[at + from.size()] : ' ';
    if ((at > 0 && in_name(text[at - 1])) || (next != '_' && next != '.')) continue;
    out += text.substr(begin, at - begin) + to;
    begin = at + from.size();
  }
  return out + text.substr(begin);
}

// ---- files and builds --------------------------------------------------------------------------

/// The folder of the measuring program, here and where it is built.
const std::filesystem::path runner = "compiler/measure/runner";

/// The fixed part of the measuring program; it keeps its folders, because it includes by them.
bool write_program(const Target& target, const std::filesystem::path& folder, Diagnostics& diagnostics) {
  std::vector<File> measuring;
  const std::string vectors = "#pragma once\n#include \"prologue.h\"\n" + intrinsics_for(target) + vectors_for(target);
  const std::vector<File> runtime = {{"prologue.h", runtime_text("prologue.h")}, {"vectors.h", vectors}};
  for (const char* name : {"main.cpp", "bandwidth.cpp", "bandwidth.h", "pages.h", "peak.cpp", "peak.h", "program.h",
                           "trace.h", "halide_object.h"}) {
    measuring.push_back({name, measure_text(name)});
  }
  return write_files(runtime, folder / "runtime", diagnostics) && write_files(measuring, folder / runner, diagnostics);
}

/// The code of all candidates, and programs.cpp with the table and all constants.
bool write_candidates(const std::vector<Candidate>& candidates, const MeasureOptions& options,
                      const std::filesystem::path& folder, Diagnostics& diagnostics) {
  Constants constants;
  std::vector<File> files;
  std::string includes, rows;
  for (const Candidate& c : candidates) {
    std::vector<std::string> names = {c.options.name};
    if (timed_by_block(c, options)) names.push_back(traced_name(c));
    for (const std::string& name : names) {
      for (const char* extension : {".h", ".cpp"}) {
        const std::string& text = file_named(c.compiled, c.options.name + extension).content;
        std::string renamed = rename(text, c.options.name, name);
        renamed = rename(renamed, upper_case(c.options.name), upper_case(name));
        files.push_back({name + extension, name == c.options.name ? text : renamed});
      }
      includes += fmt::format("#include \"{}.h\"\n", name);
    }
    rows += table_row(c, options, &constants);
  }
  files.push_back({"programs.cpp", fmt::format("#include \"compiler/measure/runner/program.h\"\n\n{}\n{}\n"
                                               "const std::vector<Program> programs = {{\n{}}};\n",
                                               includes, constants.text(), rows)});
  return write_files(files, folder, diagnostics) && write_files(constants.files(), folder, diagnostics);
}

std::string object_of(const std::string& name) { return name + ".o"; }

std::vector<Build> candidate_builds(const Candidate& c, const MeasureOptions& options) {
  const std::vector<std::string> plain = {"-c", "-I."},
                                 traced = {"-c", "-I.", "-include", "compiler/measure/runner/trace.h"};
  std::vector<Build> builds;
  builds.push_back(
      {c.toolchain, {c.options.name + ".cpp"}, c.only_block < 0 ? plain : traced, object_of(c.options.name)});
  if (timed_by_block(c, options))
    builds.push_back({c.toolchain, {traced_name(c) + ".cpp"}, traced, object_of(traced_name(c))});
  return builds;
}

constexpr const char* kProgram = "narrows_measure";

bool build_all(const std::vector<Candidate>& candidates, const MeasureOptions& options,
               const std::filesystem::path& folder, Diagnostics& diagnostics) {
  const Candidate& first = candidates[0];
  std::vector<std::string> flags = {"-c", "-std=c++17", "-I.",
                                    fmt::format("-DLANES={}", lanes_of(first.options.target))};
  if (is_standard_cpp(first.options.target)) flags.push_back("-DPLAIN_VECTORS");
  std::vector<Build> builds;
  std::vector<std::string> objects;
  const auto add = [&](const Build& build) {
    builds.push_back(build);
    objects.push_back(build.output);
  };
  add({first.toolchain, {"programs.cpp"}, flags, object_of("programs")});
  for (const std::filesystem::path& source : {runner / "main", runner / "bandwidth", runner / "peak"}) {
    const std::filesystem::path kept = options.objects / object_of(source.filename());
    const bool keep = !options.objects.empty();
    const std::string object = keep ? std::filesystem::absolute(kept).string() : object_of(source);
    if (keep && std::filesystem::exists(kept)) {
      objects.push_back(object);
    } else {
      add({first.toolchain, {source.string() + ".cpp"}, flags, object});
    }
  }
  for (const Candidate& c : candidates) {
    for (const Build& build : candidate_builds(c, options)) add(build);
    for (const std::filesystem::path& object : c.objects) objects.push_back(std::filesystem::absolute(object));
  }
  return run_builds(builds, folder, diagnostics) &&
         build_program({first.toolchain, objects, {}, kProgram}, folder, diagnostics);
}

std::vector<int64_t> read_code_bytes(const std::vector<Candidate>& candidates, const std::filesystem::path& folder,
                                     Diagnostics& diagnostics) {
  std::vector<int64_t> list;
  for (const Candidate& c : candidates)
    list.push_back(code_bytes(folder / object_of(c.options.name), diagnostics).value_or(0));
  return list;
}

// ---- results -----------------------------------------------------------------------------------

double seconds_of(const nlohmann::json& nanoseconds) {
  return nanoseconds.is_null() ? INFINITY : nanoseconds.get<double>() * 1e-9;
}

std::vector<double> seconds_list(const nlohmann::json& list) {
  std::vector<double> seconds;
  for (const nlohmann::json& value : list) seconds.push_back(seconds_of(value));
  return seconds;
}

Samples read_samples(const nlohmann::json& json) {
  Samples samples;
  samples.blocks = seconds_list(json.at("blocks"));
  for (const nlohmann::json& round : json.at("rounds")) samples.rounds.push_back(seconds_list(round));
  return samples;
}

bool floats_inside(const Graph& graph) {
  return std::any_of(graph.ops.begin(), graph.ops.end(), [&](const Op& op) {
    return multiply_accumulates(graph, op) > 0 && graph.output(op).type == DType::f32;
  });
}

void check_outputs(const nlohmann::json& json, const Candidate& c, const Candidate& first, Diagnostics& diagnostics) {
  const auto difference = json.at("difference").get<double>();
  const auto unequal = json.at("unequal").get<int64_t>(), elements = json.at("elements").get<int64_t>();
  const double allowed = floats_inside(c.compiled.graph) ? kUnequalIntegers * static_cast<double>(elements) : 0;
  if (difference > kFloatBound) {
    diagnostics.error(fmt::format("'{}' computes something else than '{}': floats differ by {:.2g} of the range",
                                  c.label, first.label, difference));
  } else if (static_cast<double>(unequal) > allowed) {
    diagnostics.error(fmt::format("'{}' computes something else than '{}': {} of {} bytes differ", c.label, first.label,
                                  unequal, elements));
  }
}

}  // namespace

std::optional<Measurement> parse_measurement(const std::string& text, const std::vector<Candidate>& candidates,
                                             const MeasureOptions& options, Diagnostics& diagnostics) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("programs", nlohmann::json::array()).size() != candidates.size()) {
    diagnostics.error("the measuring program did not print its results; does the runner pass on what it prints?");
    return std::nullopt;
  }
  Measurement measurement;
  const nlohmann::json &macs = json.at("macs_per_second"), &read = json.at("read_per_second");
  measurement.core = {macs.at("f32"), macs.at("8bit"), read.at(0), read.at(1), read.at(2)};
  std::map<int, const Candidate*> first;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& c = candidates[i];
    const nlohmann::json& program = json.at("programs").at(i);
    measurement.candidates.push_back(read_samples(program));
    if (options.compare_outputs) check_outputs(program, c, *first.emplace(c.group, &c).first->second, diagnostics);
  }
  if (!diagnostics.ok()) return std::nullopt;
  return measurement;
}

std::optional<Measurement> measure(const std::vector<Candidate>& candidates, const MeasureOptions& options,
                                   Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const Candidate& c : candidates) {
    NARROWS_CHECK(names.insert(c.options.name).second, "two candidates with the name " + c.options.name);
    NARROWS_CHECK(!c.options.embed_weights, "embedded weights");
  }
  NARROWS_CHECK(!candidates.empty(), "nothing to measure");
  const TemporaryFolder temporary;
  const std::filesystem::path& folder = temporary.path();
  if (!write_program(candidates[0].options.target, folder, diagnostics) ||
      !write_candidates(candidates, options, folder, diagnostics) ||
      !build_all(candidates, options, folder, diagnostics)) {
    return std::nullopt;
  }

  std::vector<std::string> command = candidates[0].toolchain.runner;
  const std::string program = folder / kProgram;
  command.insert(command.end(), {program, std::to_string(options.rounds), fmt::format("{}", options.seconds)});
  const ProcessResult result = run_process(command, folder);
  if (!result.ok()) {
    diagnostics.error(
        fmt::format("'{}' ended with status {}\n{}", fmt::join(command, " "), result.status, result.errors));
    return std::nullopt;
  }
  auto measurement = parse_measurement(result.output, candidates, options, diagnostics);
  const std::vector<int64_t> code = read_code_bytes(candidates, folder, diagnostics);
  if (!diagnostics.ok()) return std::nullopt;
  for (size_t i = 0; i < candidates.size(); ++i) measurement->candidates[i].code_bytes = code[i];
  return measurement;
}

std::optional<std::vector<int64_t>> measure_code(const std::vector<Candidate>& candidates, Diagnostics& diagnostics) {
  const TemporaryFolder temporary;
  MeasureOptions options;
  options.blocks = false;
  std::vector<Build> builds;
  for (const Candidate& c : candidates) {
    if (!write_files(c.compiled.files, temporary.path(), diagnostics)) return std::nullopt;
    for (const Build& build : candidate_builds(c, options)) builds.push_back(build);
  }
  if (!run_builds(builds, temporary.path(), diagnostics)) return std::nullopt;
  std::vector<int64_t> code = read_code_bytes(candidates, temporary.path(), diagnostics);
  if (!diagnostics.ok()) return std::nullopt;
  return code;
}

}  // namespace narrows
