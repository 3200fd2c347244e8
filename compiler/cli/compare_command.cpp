// narrows compare: a model in several schedules, built by several compilers, measured side by side.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "compiler/blocks/block.h"
#include "compiler/blocks/extract_block.h"
#include "compiler/cli/commands.h"
#include "compiler/cli/model.h"
#include "compiler/cli/print.h"
#include "compiler/measure/files.h"
#include "compiler/measure/pages/report.h"
#include "compiler/measure/temporary_folder.h"
#include "compiler/measure/yardstick.h"
#include "compiler/tune/schedule_file.h"

namespace narrows {
namespace {

struct Arguments {
  ModelArguments model;
  std::vector<std::string> schedules = {"layerwise",  "rows",   "channels:2", "channels:4",
                                        "channels:8", "halide", "auto"};
  std::vector<std::string> yardstick = {"auto"};
  std::vector<std::string> compilers;
  std::string runner, page, json;
  int rounds = 20;
};

/// The compilers with what else is needed to run what they build.
struct Machines {
  std::vector<std::string> compilers;
  std::vector<Toolchain> toolchains;
  bool runs = true;  ///< false: nothing can run what they build
  std::string note;  ///< what to know of the times
};

Machines find_machines(const Arguments& arguments, const Target& target, Diagnostics& diagnostics) {
  Machines machines;
  machines.compilers = arguments.compilers.empty() ? found_compilers(target) : arguments.compilers;
  if (machines.compilers.empty()) machines.compilers = {""};  // gives the message
  for (const std::string& compiler : machines.compilers) {
    // A runner that nobody asked for and that is not there is no error: sizes can be compared without.
    Diagnostics missing("narrows");
    const bool chosen = !arguments.runner.empty();
    auto toolchain = find_toolchain(target, compiler, arguments.runner, chosen ? diagnostics : missing);
    if (!toolchain && !chosen) {
      machines.runs = false;
      toolchain = find_builder(target, compiler, diagnostics);
    }
    if (toolchain) machines.toolchains.push_back(*toolchain);
  }
  if (!machines.runs) {
    machines.note = fmt::format(
        "this machine cannot run code for {}, so that there are no times; `narrows estimate` looks at inner loops",
        target.str());
  } else if (!machines.toolchains.empty() && !machines.toolchains[0].runner.empty() && arguments.runner.empty()) {
    machines.note = fmt::format("times are those of an emulator ({}) and say nothing of a real machine",
                                machines.toolchains[0].runner[0]);
  }
  return machines;
}

/// Takes out empty words: '' stands for none.
std::vector<std::string> check_schedules(const std::vector<std::string>& schedules, const Target& target,
                                         Diagnostics& diagnostics) {
  std::vector<std::string> list;
  for (const std::string& schedule : schedules) {
    if (schedule.empty()) continue;
    const int errors = diagnostics.error_count();
    Schedule ignored;
    Schedules also_ignored;
    if (!parse_goal(schedule)) parse_schedule_option(schedule, target, &ignored, &also_ignored, diagnostics);
    if (diagnostics.error_count() == errors) list.push_back(schedule);
  }
  return list;
}

/// What becomes a line of the report.
struct Variants {
  std::vector<std::string> schedules, compilers;
  std::vector<Candidate> candidates;
};

std::optional<Candidate> make_candidate(const Graph& graph, const CompileOptions& options, const std::string& schedule,
                                        Diagnostics& diagnostics) {
  Candidate c;
  c.options = options;
  c.options.schedule = {};
  c.options.schedules.clear();
  if (const auto goal = parse_goal(schedule)) {
    c.options.goal = *goal;
  } else {
    parse_schedule_option(schedule, options.target, &c.options.schedule, &c.options.schedules, diagnostics);
  }
  if (!diagnostics.ok()) return std::nullopt;
  auto compiled = compile(graph, c.options, diagnostics);
  if (!compiled) return std::nullopt;
  c.compiled = std::move(*compiled);
  return c;
}

/// What is compared, as asked.
struct Request {
  const Arguments& arguments;
  const Model& model;
  const Machines& machines;
};

Variants make_variants(const Request& asked, Diagnostics& diagnostics) {
  const auto& [arguments, model, machines] = asked;
  Variants variants;
  for (const std::string& schedule : arguments.schedules) {
    for (size_t i = 0; i < machines.toolchains.size(); ++i) {
      CompileOptions options = model.options;
      options.name = fmt::format("variant{}", variants.candidates.size());
      auto candidate = make_candidate(model.graph, options, schedule, diagnostics);
      if (!candidate) return {};
      candidate->toolchain = machines.toolchains[i];
      candidate->label = schedule + " " + machines.compilers[i];
      variants.candidates.push_back(std::move(*candidate));
      variants.schedules.push_back(schedule);
      variants.compilers.push_back(machines.compilers[i]);
    }
  }
  return variants;
}

// ---- blocks by themselves ----------------------------------------------------------------------

/// A block, Halide's object code for it, and others that are measured against that.
struct Yardstick {
  YardstickReport report;
  size_t first = 0;  ///< of its candidates in the list of all; Halide's is the first of them
};

/// All yardsticks, and the programs of the comparison with theirs behind them.
struct Yardsticks {
  std::filesystem::path folder;  ///< where Halide's object code is made
  std::vector<Candidate> candidates;
  std::vector<Yardstick> list;
};

/// Adds a block, the only one of `network`, with its programs.
bool add_yardstick(const Request& asked, const Graph& network, Yardstick yardstick, Yardsticks* all,
                   Diagnostics& diagnostics) {
  const auto& [arguments, model, machines] = asked;
  std::vector<Candidate>& candidates = all->candidates;
  CompileOptions options = model.options;
  const auto next_name = [&] { return fmt::format("variant{}", candidates.size()); };
  options.name = next_name();
  auto halide = make_yardstick(network, options, machines.toolchains[0], all->folder);
  if (!halide) return false;
  yardstick.first = candidates.size();
  halide->label = "Halide's object code";
  halide->group = static_cast<int>(yardstick.first) + 1;
  const int only_block = halide->only_block, group = halide->group;
  candidates.push_back(std::move(*halide));
  for (const std::string& schedule : arguments.yardstick) {
    for (size_t i = 0; i < machines.toolchains.size(); ++i) {
      options.name = next_name();
      auto candidate = make_candidate(network, options, schedule, diagnostics);
      if (!candidate) return false;
      NARROWS_CHECK(candidate->compiled.blocks.back().macs == yardstick.report.macs,
                    "another block than the title says");
      candidate->toolchain = machines.toolchains[i];
      candidate->label = schedule + " " + machines.compilers[i];
      candidate->only_block = only_block;
      candidate->group = group;
      yardstick.report.labels.push_back(candidate->label);
      candidates.push_back(std::move(*candidate));
    }
  }
  all->list.push_back(std::move(yardstick));
  return true;
}

/// One for every distinct inverted residual.
void add_yardsticks(const Request& asked, Yardsticks* all, Diagnostics& diagnostics) {
  const auto& [arguments, model, machines] = asked;
  if (arguments.yardstick.empty() || !machines.runs) return;
  // In rows, so that no block is a part of a cascade: these are the blocks of partition().
  const std::optional<Candidate> separate = make_candidate(model.graph, model.options, "rows", diagnostics);
  if (!separate) return;
  const Compiled& compiled = separate->compiled;
  const std::vector<Block> blocks = partition(compiled.graph);
  std::vector<std::string> known;
  for (const BlockReport& block : compiled.blocks) {
    const std::string title = block_title(compiled.graph, block);
    if (block.kind != "inverted residual" || std::find(known.begin(), known.end(), title) != known.end()) continue;
    known.push_back(title);
    Yardstick yardstick;
    yardstick.report.title = title;
    yardstick.report.macs = block.macs;
    const Graph network = extract_block(compiled.graph, blocks.at(static_cast<size_t>(block.index)));
    add_yardstick(asked, network, std::move(yardstick), all, diagnostics);
  }
}

YardstickReport with_times(const Yardstick& yardstick, const std::vector<Samples>& samples) {
  YardstickReport report = yardstick.report;
  const Rounds& halide = samples.at(yardstick.first).rounds;
  report.halide_seconds = minimum(halide);
  for (size_t i = 0; i < report.labels.size(); ++i) {
    const Rounds& rounds = samples.at(yardstick.first + 1 + i).rounds;
    report.times.push_back({minimum(rounds), median(rounds), paired_ratio(halide, rounds)});
  }
  return report;
}

// ---- the command -------------------------------------------------------------------------------

/// What is known of the programs: times and bytes of code where they can run, bytes of code elsewhere.
struct Found {
  std::optional<Measurement> measurement;
  std::vector<int64_t> code;
};

std::optional<Found> measure_all(const Request& asked, const std::vector<Candidate>& all, Diagnostics& diagnostics) {
  Found found;
  if (asked.machines.runs) {
    MeasureOptions options;
    options.rounds = asked.arguments.rounds;
    found.measurement = measure(all, options, diagnostics);
    if (!found.measurement) return std::nullopt;
    for (const Samples& samples : found.measurement->candidates) found.code.push_back(samples.code_bytes);
  } else {
    const auto bytes = measure_code(all, diagnostics);
    if (!bytes) return std::nullopt;
    found.code = *bytes;
  }
  return found;
}

Report report_of(const Found& found, const Variants& variants, const Yardsticks& yardsticks) {
  std::vector<Compared> compared;
  for (size_t i = 0; i < variants.schedules.size(); ++i) {
    const Samples* samples = found.measurement ? &found.measurement->candidates.at(i) : nullptr;
    compared.push_back(
        {variants.schedules[i], variants.compilers[i], &yardsticks.candidates[i].compiled, samples, found.code.at(i)});
  }
  Report report = make_report(compared, found.measurement ? std::optional(found.measurement->core) : std::nullopt);
  for (const Yardstick& y : yardsticks.list) report.yardsticks.push_back(with_times(y, found.measurement->candidates));
  return report;
}

int compare_command(Arguments arguments) {
  const std::optional<Model> model = load_model(arguments.model);
  if (!model) return 1;
  Diagnostics diagnostics("narrows");
  arguments.schedules = check_schedules(arguments.schedules, model->options.target, diagnostics);
  arguments.yardstick = check_schedules(arguments.yardstick, model->options.target, diagnostics);
  if (arguments.schedules.empty() && diagnostics.ok()) diagnostics.error("no schedule to compare");
  const Machines machines = find_machines(arguments, model->options.target, diagnostics);
  if (!report(diagnostics)) return 1;

  Diagnostics of_model(arguments.model.model);
  const Request asked{arguments, *model, machines};
  Variants variants = make_variants(asked, of_model);
  if (!report(of_model)) return 1;
  const TemporaryFolder folder;
  Yardsticks yardsticks{folder.path(), std::move(variants.candidates), {}};
  add_yardsticks(asked, &yardsticks, of_model);
  if (!report(of_model)) return 1;
  const size_t programs = yardsticks.candidates.size();
  fmt::print(stderr, "{} {} programs\n", machines.runs ? "building and measuring" : "building", programs);
  const std::optional<Found> measured = measure_all(asked, yardsticks.candidates, diagnostics);
  if (!report(diagnostics)) return 1;
  Report found = report_of(*measured, variants, yardsticks);

  found.model = model->options.model_file;
  found.target = model->options.target.str();
  found.numerics = arguments.model.numerics;
  found.rounds = arguments.rounds;
  if (!machines.note.empty()) found.notes.push_back(machines.note);
  if (found.quantized && model->options.numerics != Numerics::xnnpack && !arguments.yardstick.empty())
    found.notes.push_back("Halide's own object code has no TFLite rounding; compare with it with --numerics xnnpack");
  const std::string json = report_json(found).dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  write_file(arguments.json, json + "\n", diagnostics);
  write_file(arguments.page, report_page(found), diagnostics);
  if (!report(diagnostics)) return 1;
  print_escaped("{}", report_text(found));
  return 0;
}

void add_tuned_yardsticks(Arguments* arguments) {
  for (const std::string& schedule : arguments->schedules) {
    const std::filesystem::path file = schedule;
    if (schedule == "tuned" || file.extension() == ".json") arguments->yardstick.push_back(schedule);
  }
}

}  // namespace

void add_compare_command(CLI::App& app, int* status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("compare", "Measures schedules and compilers side by side");
  add_model_arguments(*command, &arguments->model);
  command->remove_option(command->get_option("--schedule"));
  command
      ->add_option("--schedules", arguments->schedules,
                   "what to compare: schedules, or goals (latency, balanced, memory); the first is the base of ratios")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--compilers", arguments->compilers, "default: all that are found, or $CXX")->delimiter(',');
  CLI::Option* const yardstick =
      command
          ->add_option(
              "--yardstick", arguments->yardstick,
              "schedules in which each inverted residual is also measured by itself, against Halide's own object "
              "code for it; '' for none; default: auto and, of --schedules, those from tuning")
          ->delimiter(',');
  command->add_option("--rounds", arguments->rounds, "turns of some milliseconds for each program")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_option("--runner", arguments->runner,
                      "command that runs the program, of which it gets the path and two arguments. The program is one "
                      "file without needs; a runner on another machine must bring it there");
  command->add_option("--html", arguments->page, "write a page with charts");
  command->add_option("--json", arguments->json, "write all numbers");
  command->footer(
      "Minima are what to compare: the runs that nothing disturbed. An interval is for the ratio of shortest "
      "times\n"
      "in the same round. Results that differ between programs are an error.\n\n"
      "Examples:\n"
      "  narrows compare mobilenet_v2.tflite --html report.html\n"
      "  narrows compare mobilenet_v2.tflite --schedules rows,channels:2,channels:8 --compilers clang++ "
      "--rounds 100");
  command->callback([arguments, yardstick, status] {
    if (yardstick->count() == 0) add_tuned_yardsticks(arguments.get());
    *status = compare_command(*arguments);
  });
}

}  // namespace narrows
