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

Variants make_variants(const Arguments& arguments, const Model& model, const Machines& machines,
                       Diagnostics& diagnostics) {
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

bool add_yardstick(const Graph& network, const Arguments& arguments, const Model& model, const Machines& machines,
                   const std::filesystem::path& folder, std::vector<Candidate>* candidates, Yardstick* yardstick,
                   Diagnostics& diagnostics) {
  CompileOptions options = model.options;
  const auto next_name = [&] { return fmt::format("variant{}", candidates->size()); };
  options.name = next_name();
  auto halide = make_yardstick(network, options, machines.toolchains[0], folder);
  if (!halide) return false;
  yardstick->first = candidates->size();
  halide->label = "Halide's object code";
  halide->group = static_cast<int>(yardstick->first) + 1;
  const int only_block = halide->only_block, group = halide->group;
  candidates->push_back(std::move(*halide));
  for (const std::string& schedule : arguments.yardstick) {
    for (size_t i = 0; i < machines.toolchains.size(); ++i) {
      options.name = next_name();
      auto candidate = make_candidate(network, options, schedule, diagnostics);
      if (!candidate) return false;
      NARROWS_CHECK(candidate->compiled.blocks.back().macs == yardstick->report.macs,
                    "another block than the title says");
      candidate->toolchain = machines.toolchains[i];
      candidate->label = schedule + " " + machines.compilers[i];
      candidate->only_block = only_block;
      candidate->group = group;
      yardstick->report.labels.push_back(candidate->label);
      candidates->push_back(std::move(*candidate));
    }
  }
  return true;
}

/// One for every distinct inverted residual.
std::vector<Yardstick> make_yardsticks(const Arguments& arguments, const Model& model, const Machines& machines,
                                       const std::filesystem::path& folder, std::vector<Candidate>* candidates,
                                       Diagnostics& diagnostics) {
  std::vector<Yardstick> yardsticks;
  if (arguments.yardstick.empty() || !machines.runs) return yardsticks;
  // In rows, so that no block is a part of a cascade: these are the blocks of partition().
  const std::optional<Candidate> separate = make_candidate(model.graph, model.options, "rows", diagnostics);
  if (!separate) return yardsticks;
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
    if (add_yardstick(network, arguments, model, machines, folder, candidates, &yardstick, diagnostics))
      yardsticks.push_back(std::move(yardstick));
  }
  return yardsticks;
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

std::optional<Report> measure_all(const Arguments& arguments, const Machines& machines, const Variants& variants,
                                  const std::vector<Candidate>& all, const std::vector<Yardstick>& yardsticks,
                                  Diagnostics& diagnostics) {
  std::optional<Measurement> measurement;
  std::vector<int64_t> code;
  if (machines.runs) {
    MeasureOptions options;
    options.rounds = arguments.rounds;
    measurement = measure(all, options, diagnostics);
    if (!measurement) return std::nullopt;
  } else {
    const auto bytes = measure_code(all, diagnostics);
    if (!bytes) return std::nullopt;
    code = *bytes;
  }
  std::vector<Compared> compared;
  for (size_t i = 0; i < variants.schedules.size(); ++i) {
    const Samples* samples = measurement ? &measurement->candidates.at(i) : nullptr;
    compared.push_back({variants.schedules[i], variants.compilers[i], &all[i].compiled, samples,
                        samples ? samples->code_bytes : code.at(i)});
  }
  Report report = make_report(compared, measurement ? std::optional(measurement->core) : std::nullopt);
  for (const Yardstick& y : yardsticks) report.yardsticks.push_back(with_times(y, measurement->candidates));
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
  Variants variants = make_variants(arguments, *model, machines, of_model);
  if (!report(of_model)) return 1;
  const TemporaryFolder folder;
  std::vector<Candidate> all = std::move(variants.candidates);
  const std::vector<Yardstick> yardsticks = make_yardsticks(arguments, *model, machines, folder.path(), &all, of_model);
  if (!report(of_model)) return 1;
  fmt::print(stderr, "{} {} programs\n", machines.runs ? "building and measuring" : "building", all.size());
  std::optional<Report> found = measure_all(arguments, machines, variants, all, yardsticks, diagnostics);
  if (!report(diagnostics)) return 1;

  found->model = model->options.model_file;
  found->target = model->options.target.str();
  found->numerics = arguments.model.numerics;
  found->rounds = arguments.rounds;
  if (!machines.note.empty()) found->notes.push_back(machines.note);
  if (found->quantized && model->options.numerics != Numerics::xnnpack && !arguments.yardstick.empty())
    found->notes.push_back("Halide's own object code has no TFLite rounding; compare with it with --numerics xnnpack");
  const std::string json = report_json(*found).dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  write_file(arguments.json, json + "\n", diagnostics);
  write_file(arguments.page, report_page(*found), diagnostics);
  if (!report(diagnostics)) return 1;
  print_escaped("{}", report_text(*found));
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
