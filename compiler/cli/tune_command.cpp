// narrows tune: measures schedules of a model's blocks, or estimates them, and keeps the fastest in a file that
// --schedule reads.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

#include "compiler/cli/commands.h"
#include "compiler/cli/model.h"
#include "compiler/cli/print.h"
#include "compiler/measure/destination.h"
#include "compiler/measure/files.h"
#include "compiler/measure/temporary_folder.h"
#include "compiler/tune/mca.h"
#include "compiler/tune/static_tune.h"
#include "compiler/tune/tune.h"
#include "compiler/tune/tune_files.h"
#include "compiler/tune/tune_jobs.h"
#include "compiler/tune/tune_progress.h"

namespace narrows {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  ModelArguments model;
  std::string compiler, runner, output, jobs_file;
  std::vector<std::string> parts, processors;
  double budget = 600;
  int only = -1;
  bool again = false, more_memory = false, statically = false;
};

// ---- the things that the command does ----------------------------------------------------

int merge_command(const Arguments& arguments) {
  Diagnostics diagnostics("narrows");
  if (arguments.output.empty()) {
    diagnostics.error("--merge needs a file to write: -o FILE.json");
  } else {
    check_schedule_file_name(arguments.output, diagnostics);
  }
  std::vector<ScheduleFile> parts;
  for (const std::string& path : arguments.parts) {
    if (auto file = read_schedules(path, diagnostics)) parts.push_back(std::move(*file));
  }
  std::optional<ScheduleFile> merged;
  if (diagnostics.ok()) merged = merge_schedule_files(parts, diagnostics);
  const bool written = merged && write_file(arguments.output, print_schedule_file(*merged), diagnostics);
  if (!report(diagnostics) || !written) return 1;
  print_escaped("wrote    {}  {} blocks\n", arguments.output, merged->blocks.size());
  return 0;
}

std::string program_path(Diagnostics& diagnostics) {
  std::error_code code;
  const fs::path path = fs::read_symlink("/proc/self/exe", code);
  if (code) diagnostics.error(fmt::format("cannot find the path of narrows: {}", code.message()));
  return path.string();
}

/// The options that jobs repeat.
std::vector<std::string> job_arguments(const Arguments& arguments, const Target& target) {
  const ModelArguments& m = arguments.model;
  std::vector<std::string> words = {"--target", target.str()};  // "host" may be another one elsewhere
  const auto add = [&](const std::string& option, const std::string& value, const std::string& usual) {
    if (value != usual) words.insert(words.end(), {option, value});
  };
  add("--numerics", m.numerics, "tflite");
  add("--weights", m.weights, "keep");
  add("--input-layout", m.input_layout, "keep");
  add("--pixels", m.pixels, "");
  add("--goal", m.goal, "latency");
  if (m.arena_limit) add("--arena-limit", std::to_string(*m.arena_limit), "");
  for (const std::string& shape : m.shapes) add("--shape", shape, "");
  if (arguments.more_memory) words.push_back("--more-memory");
  add("--compiler", arguments.compiler, "");
  add("--runner", arguments.runner, "");
  return words;
}

int jobs_command(const Arguments& arguments, const std::vector<TunableBlock>& blocks, const Target& target) {
  Diagnostics diagnostics("narrows");
  TuneJobs jobs;
  jobs.program = program_path(diagnostics);
  jobs.model = arguments.model.model;
  jobs.arguments = job_arguments(arguments, target);
  jobs.output = arguments.output;
  double macs = 0;
  for (const TunableBlock& b : blocks) macs += static_cast<double>(b.macs) * b.count;
  for (const TunableBlock& b : blocks)
    jobs.seconds.push_back(arguments.budget * static_cast<double>(b.macs) * b.count / macs);
  if (diagnostics.ok()) write_file(arguments.jobs_file, print_ninja(jobs), diagnostics);
  if (!report(diagnostics)) return 1;
  print_escaped("wrote    {}  {} jobs, and one that merges them into {}\n", arguments.jobs_file, blocks.size(),
                arguments.output);
  print_escaped("run      ninja -f {}\n", arguments.jobs_file);
  return 0;
}

volatile std::sig_atomic_t interrupted = 0;

/// While it lives, an interruption ends the tuning in order: folders are removed, finished blocks stay.
class CatchInterrupt {
 public:
  CatchInterrupt() : before_(std::signal(SIGINT, [](int) { interrupted = 1; })) {}
  ~CatchInterrupt() { std::signal(SIGINT, before_); }
  CatchInterrupt(const CatchInterrupt&) = delete;
  CatchInterrupt& operator=(const CatchInterrupt&) = delete;

 private:
  void (*before_)(int);
};

/// What is known of blocks so far, and where it is kept on disk.
struct KeptSchedules {
  std::string path;
  ScheduleFile file;
};

/// Measures `blocks` and keeps the file on disk up to date.
bool tune_into_file(const Graph& graph, const std::vector<TunableBlock>& blocks, const TuneOptions& options,
                    KeptSchedules* kept, Diagnostics& diagnostics) {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const char* const clear = terminal ? "\r\x1b[K" : "";
  size_t done = 0;
  TuneEvents events;
  events.stopped = [] { return interrupted != 0; };
  events.stage = [&](const TuneProgress& p) {
    if (terminal) fmt::print(stderr, "{}{}", clear, progress_bar(p));
  };
  events.block = [&](const TuneProgress& p, const TunedBlock& found) {
    put_block(found, &kept->file);
    done = p.done;
    if (!terminal) fmt::print(stderr, "{}\n", progress_line(p, found));
    return write_file(kept->path, print_schedule_file(kept->file), diagnostics);
  };
  const CatchInterrupt catch_interrupt;
  const bool ok = blocks.empty() || tune_blocks(graph, blocks, options, events, diagnostics);
  if (terminal) fmt::print(stderr, "{}", clear);
  if (interrupted) diagnostics.error("interrupted; the same command goes on where it stopped");
  if (ok && done < blocks.size()) {
    fmt::print(stderr, "the time was up before {} of {} blocks; the same command goes on where it stopped\n",
               blocks.size() - done, blocks.size());
  }
  return ok && !interrupted;
}

/// What there is to run the code on. An emulator's times say nothing of the machine that it stands for.
std::optional<Toolchain> tuning_toolchain(const Arguments& arguments, const Target& target, Diagnostics& diagnostics) {
  auto toolchain = find_toolchain(target, arguments.compiler, arguments.runner, diagnostics);
  if (toolchain && arguments.runner.empty() && !toolchain->runner.empty()) {
    diagnostics.error(fmt::format("this machine ({}) cannot measure code for {}", host_target().str(), target.str()));
    diagnostics.note("name a command that runs a program on such a machine with --runner, or estimate with --static");
    return std::nullopt;
  }
  return toolchain;
}

int measure_command(const Arguments& arguments, const Model& model, const Compiled& compiled,
                    const std::vector<TunableBlock>& blocks) {
  Diagnostics diagnostics("narrows");
  const Target& target = model.options.target;
  const auto toolchain = tuning_toolchain(arguments, target, diagnostics);
  KeptSchedules kept{arguments.output, earlier_schedules(arguments.output, target, {}, diagnostics)};
  const ScheduleFile& file = kept.file;
  // Before hours of measuring: can the result be written?
  const bool existed = fs::exists(arguments.output);
  if (diagnostics.ok()) write_file(arguments.output, print_schedule_file(file), diagnostics);
  if (!report(diagnostics)) return 1;

  const std::vector<TunableBlock> open = arguments.again ? blocks : open_blocks(blocks, file);
  const TemporaryFolder objects;
  TuneOptions options{model.options, *toolchain, arguments.budget, objects.path(), {}};
  if (!arguments.more_memory) options.most_scratch = scratch_in_arena(compiled);
  const bool ok = tune_into_file(compiled.graph, open, options, &kept, diagnostics);
  if (!existed && file.blocks.empty()) fs::remove(destination_of(arguments.output).path);
  if (!report(diagnostics) || !ok) return 1;
  print_escaped("{}", tuning_table(blocks, file));
  print_escaped("wrote    {}  {} blocks\n", arguments.output, file.blocks.size());
  return 0;
}

/// Searches tiles for `blocks` by static analysis and keeps the file up to date, as measuring does.
int static_command(const Arguments& arguments, const Model& model, const Compiled& compiled,
                   const std::vector<TunableBlock>& blocks) {
  Diagnostics diagnostics("narrows");
  const Target& target = model.options.target;
  if (!check_estimates(target, diagnostics)) return report(diagnostics), 1;
  const auto toolchain = find_builder(target, arguments.compiler, diagnostics);
  const std::vector<std::string> processors = arguments.processors.empty() ? target.processors : arguments.processors;
  ScheduleFile file = earlier_schedules(arguments.output, target, processors, diagnostics);
  file.processors = processors;
  if (!report(diagnostics)) return 1;
  const std::vector<TunableBlock> open = arguments.again ? blocks : open_blocks(blocks, file);
  ConvCosts costs(target, *toolchain, processors);
  const CatchInterrupt catch_interrupt;
  for (size_t i = 0; i < open.size() && diagnostics.ok(); ++i) {
    const auto found = tune_statically(compiled.graph, open[i], model.options, &costs, diagnostics);
    if (interrupted) diagnostics.error("interrupted; the same command goes on where it stopped");
    if (!found || interrupted) break;
    put_block(*found, &file);
    fmt::print(stderr, "{} of {} blocks: {}: {}\n", i + 1, open.size(), found->key, to_string(found->schedule));
    write_file(arguments.output, print_schedule_file(file), diagnostics);
  }
  if (!report(diagnostics)) return 1;
  print_escaped("{}", estimate_table(blocks, file));
  print_escaped("wrote    {}  {} blocks, {}\n", arguments.output, file.blocks.size(), origin_of(file));
  return 0;
}

/// The block that --only asks for, or all; none and an error if there is no such block.
std::vector<TunableBlock> asked_blocks(const Arguments& arguments, const Graph& graph, Diagnostics& diagnostics) {
  const std::vector<TunableBlock> blocks = tunable_blocks(graph);
  if (arguments.only < 0) return blocks;
  if (arguments.only < static_cast<int>(blocks.size())) return {blocks[static_cast<size_t>(arguments.only)]};
  diagnostics.error(
      fmt::format("there is no block {} to tune; there are {}, counted from 0", arguments.only, blocks.size()));
  return {};
}

int tune_command(Arguments arguments) {
  if (!arguments.parts.empty()) return merge_command(arguments);
  const std::optional<Model> model = load_model(arguments.model);
  if (arguments.output.empty() && model) arguments.output = model->options.target.str() + ".json";
  Diagnostics diagnostics("narrows");
  if (!arguments.output.empty()) check_schedule_file_name(arguments.output, diagnostics);
  if (!report(diagnostics) || !model) return 1;
  const std::optional<Compiled> compiled = compile_model(*model, arguments.model);
  if (!compiled) return 1;
  if (!arguments.jobs_file.empty())
    return jobs_command(arguments, tunable_blocks(compiled->graph), model->options.target);
  const std::vector<TunableBlock> blocks = asked_blocks(arguments, compiled->graph, diagnostics);
  if (!report(diagnostics)) return 1;
  if (arguments.statically) return static_command(arguments, *model, *compiled, blocks);
  return measure_command(arguments, *model, *compiled, blocks);
}

}  // namespace

void add_tune_command(CLI::App& app, int* status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("tune", "Measures schedules of a model's blocks and keeps the fastest");
  add_model_arguments(*command, &arguments->model);
  command->remove_option(command->get_option("--schedule"));
  command->add_option("--compiler", arguments->compiler,
                      "C++ compiler (default: $CXX, g++, clang++ or a cross compiler)");
  command->add_option("--runner", arguments->runner, "command that runs a program on the machine that is measured");
  command->add_option("--budget", arguments->budget, "seconds for all blocks")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("-o", arguments->output,
                      "file of schedules; blocks that it already holds are skipped (default: TARGET.json)");
  command->add_flag("--again", arguments->again, "also measure blocks that the file already holds");
  command->add_flag("--more-memory", arguments->more_memory, "also try schedules that would enlarge the model's arena");
  command->add_option("--only", arguments->only, "only this one of the different blocks, counted from 0")
      ->check(CLI::NonNegativeNumber);
  CLI::Option* const jobs =
      command->add_option("--jobs-file", arguments->jobs_file, "only write a Ninja file with a job per block");
  CLI::Option* const statically =
      command->add_flag("--static", arguments->statically,
                        "run nothing: compare register tiles by what llvm-mca estimates for processors");
  command
      ->add_option("--processor", arguments->processors, "LLVM's name of such a processor; may be given several times")
      ->expected(1)
      ->take_all()
      ->needs(statically);
  statically->excludes(jobs)->excludes(command->get_option("--runner"));
  CLI::Option* const merge =
      command->add_option("--merge", arguments->parts, "no model, but files of schedules to become one");
  command->get_option("MODEL")->required(false);
  // What would have no effect is refused.
  for (const char* name : {"--budget", "--more-memory"}) statically->excludes(command->get_option(name));
  for (const char* name : {"--only", "--again"}) jobs->excludes(command->get_option(name));
  for (CLI::Option* option : command->get_options()) {
    if (option != merge && option->get_name() != "-o" && option->get_name() != "--help") merge->excludes(option);
  }
  command->footer(
      "Examples:\n"
      "  narrows tune mobilenet_v2.tflite --budget 1200 -o tuned.json\n"
      "  narrows compile mobilenet_v2.tflite --schedule tuned.json -o out\n"
      "  narrows tune mobilenet_v2.tflite --jobs-file tune.ninja -o tuned.json && ninja -f tune.ninja\n"
      "  narrows tune mobilenet_v2.tflite --target arm64-linux --static --processor cortex-a55 -o tuned.json");
  command->callback([arguments, status] {
    if (arguments->parts.empty() && arguments->model.model.empty()) throw CLI::RequiredError("MODEL");
    *status = tune_command(*arguments);
  });
}

}  // namespace narrows
