#include "compiler/cli/model.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "compiler/cli/pass_printer.h"
#include "compiler/cli/pixels.h"
#include "compiler/hash.h"
#include "compiler/measure/files.h"
#include "compiler/passes/take_pixels.h"
#include "compiler/program/weights_file.h"
#include "compiler/tune/schedule_file.h"
#include "frontends/frontends.h"

namespace narrows {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

/// A file without its folder, and several words quoted.
std::string schedule_word(const std::string& text) {
  const std::string word = std::filesystem::path(text).filename().string();
  return word.find(' ') == std::string::npos ? word : "'" + word + "'";
}

/// The command that gives the same files, without folders: part of the emitted text, which must not depend on
/// where it was made.
std::string canonical_command(const ModelArguments& arguments, const CompileOptions& options) {
  std::string command = fmt::format("narrows compile {} --target {}", options.model_file, options.target.str());
  if (!arguments.name.empty()) command += " --name " + arguments.name;
  if (arguments.schedule != "auto") command += " --schedule " + schedule_word(arguments.schedule);
  if (arguments.goal != "latency") command += " --goal " + arguments.goal;
  if (arguments.arena_limit) command += fmt::format(" --arena-limit {}", *arguments.arena_limit);
  if (arguments.numerics != "tflite") command += " --numerics " + arguments.numerics;
  if (arguments.input != "tensor") command += " --input " + arguments.input;
  if (!arguments.pixels.empty()) command += " --pixels " + arguments.pixels;
  if (arguments.weights != "keep") command += " --weights " + arguments.weights;
  if (arguments.input_layout != "keep") command += " --input-layout " + arguments.input_layout;
  for (const std::string& shape : arguments.shapes) command += " --shape " + shape;
  if (arguments.embed_weights) command += " --embed-weights";
  if (arguments.emit_main) command += " --emit-main";
  return command;
}

void parse_numerics(const std::string& text, CompileOptions* options, Diagnostics& diagnostics) {
  if (text == "tflite") {
    options->numerics = Numerics::tflite;
  } else if (text == "xnnpack") {
    options->numerics = Numerics::xnnpack;
  } else {
    diagnostics.error(fmt::format("unknown numerics '{}'", text));
    diagnostics.note("legal numerics: tflite, xnnpack");
  }
}

void parse_weights(const std::string& text, CompileOptions* options, Diagnostics& diagnostics) {
  if (text == "keep") {
    options->narrow_weights = NarrowWeights::keep;
  } else if (text == "float") {
    options->narrow_weights = NarrowWeights::widen;
  } else {
    diagnostics.error(fmt::format("unknown form of weights '{}'", text));
    diagnostics.note("legal forms: keep, float");
  }
}

/// A goal that something else overrules would be ignored without a word.
void check_goal(const ModelArguments& arguments, const CompileOptions& options, Diagnostics& diagnostics) {
  if (options.goal == Goal::latency) return;
  if (options.schedule.variant != Variant::automatic) {
    diagnostics.error(
        fmt::format("--goal {} chooses schedules, but --schedule '{}' names one", arguments.goal, arguments.schedule));
    diagnostics.note("legal would be --schedule auto, tuned or FILE.json, or no --goal");
  }
  if (arguments.arena_limit) {
    diagnostics.error(
        fmt::format("--goal {} and --arena-limit: the limit takes the fastest schedules that fit, whatever the goal",
                    arguments.goal));
    diagnostics.note("legal would be one of the two");
  }
}

CompileOptions parse_options(const ModelArguments& arguments, Diagnostics& diagnostics) {
  const std::filesystem::path path = arguments.model;
  CompileOptions options;
  options.model_file = path.filename().string();
  options.name = arguments.name.empty() ? clean_identifier(path.stem().string()) : arguments.name;
  if (options.name != clean_identifier(options.name)) {
    const bool reserved = options.name[0] == '_';
    diagnostics.error(fmt::format("name '{}' {}", options.name,
                                  reserved
                                      ? "starts with an underscore, as the compiler's own names and header guards do"
                                      : "is not a C identifier"));
    diagnostics.note(fmt::format("legal would be '{}'", clean_identifier(options.name)));
  }
  if (const auto target = parse_target(arguments.target, diagnostics)) options.target = *target;
  parse_schedule_option(arguments.schedule, options.target, &options.schedule, &options.schedules, diagnostics);
  if (!parse_goal(arguments.goal, &options.goal)) {
    diagnostics.error(fmt::format("unknown goal '{}'", arguments.goal));
    diagnostics.note("legal goals: latency, balanced, memory");
  }
  options.arena_limit = arguments.arena_limit.value_or(0);
  if (arguments.arena_limit && options.arena_limit < 1)
    diagnostics.error("--arena-limit is a number of bytes, 1 or more");
  check_goal(arguments, options, diagnostics);
  options.input_rows = arguments.input == "rows";
  if (arguments.input != "rows" && arguments.input != "tensor") {
    diagnostics.error(fmt::format("unknown form of input '{}'", arguments.input));
    diagnostics.note("legal forms: tensor, rows");
  }
  parse_numerics(arguments.numerics, &options, diagnostics);
  parse_weights(arguments.weights, &options, diagnostics);
  options.embed_weights = arguments.embed_weights;
  options.emit_main = arguments.emit_main;
  options.command = canonical_command(arguments, options);
  return options;
}

void parse_layout(const std::string& text, ReadOptions* options, Diagnostics& diagnostics) {
  if (text == "keep") {
    options->layout = ReadOptions::Layout::keep;
  } else if (text == "nhwc") {
    options->layout = ReadOptions::Layout::nhwc;
  } else {
    diagnostics.error(fmt::format("unknown input layout '{}'", text));
    diagnostics.note("legal input layouts: keep, nhwc");
  }
}

/// "NAME=N"; the name may itself contain '='.
void parse_shape(const std::string& text, ReadOptions* options, Diagnostics& diagnostics) {
  const size_t equals = text.rfind('=');
  const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
  const bool digits = !number.empty() && number.size() <= 6 && std::all_of(number.begin(), number.end(), digit);
  const int size = digits ? std::stoi(number) : 0;
  if (size < 1 || equals == 0) {
    diagnostics.error(fmt::format("--shape '{}' is not NAME=N with a size N from 1 to 999999", text));
  } else if (!options->shapes.emplace(text.substr(0, equals), size).second) {
    diagnostics.error(fmt::format("--shape gives a size to '{}' twice", text.substr(0, equals)));
  }
}

ReadOptions parse_read_options(const ModelArguments& arguments, Diagnostics& diagnostics) {
  ReadOptions options;
  parse_layout(arguments.input_layout, &options, diagnostics);
  for (const std::string& shape : arguments.shapes) parse_shape(shape, &options, diagnostics);
  return options;
}

}  // namespace

void add_model_arguments(CLI::App& command, ModelArguments* arguments) {
  command.add_option("MODEL", arguments->model, "model file: .tflite, .onnx, or a description as .json")->required();
  command
      .add_option("--target", arguments->target,
                  "host, x86-64-linux[-sse41|-avx2|-avx512|-avx512vnni], arm64-linux[-dotprod], "
                  "arm64-android[-dotprod]")
      ->capture_default_str();
  command
      .add_option("--schedule", arguments->schedule,
                  "of inverted residual blocks: auto, rows, channels[:parts], layerwise, cascade[:blocks], halide; "
                  "with register "
                  "tiles as in 'rows 3x4 1x4 2x6'; tuned, or a FILE.json of `narrows tune`")
      ->capture_default_str();
  command
      .add_option("--goal", arguments->goal,
                  "of schedules that are chosen: latency (the least memory that costs no time), balanced (may cost 3 "
                  "%), memory")
      ->capture_default_str();
  command.add_option("--arena-limit", arguments->arena_limit,
                     "bytes; the fastest schedule whose arena is not larger, or an error");
  command.add_option("--numerics", arguments->numerics, "rounding of quantized operators: tflite, xnnpack")
      ->capture_default_str();
  command
      .add_option("--weights", arguments->weights,
                  "8-bit and float16 weights of operators that compute in float: keep (small; widened in the "
                  "kernels), float (widened by the compiler)")
      ->capture_default_str();
  command
      .add_option("--input-layout", arguments->input_layout,
                  "of the maps that an ONNX model reads and returns: keep (NCHW), nhwc")
      ->capture_default_str();
  command.add_option(
      "--pixels", arguments->pixels,
      "the input is u8 pixels, 0 to 255, of which the model reads (pixel - MEAN) / STD: MEAN/STD for all channels, "
      "M,M,M/S,S,S, or auto");
  command
      .add_option("--shape", arguments->shapes,
                  "NAME=N: size of a symbolic dimension of an ONNX model, INPUT[i]=N: of dimension i of an input that "
                  "has no size in the file; a batch without a size is 1")
      ->expected(1)
      ->take_all();
}

void add_input_form(CLI::App& command, ModelArguments* arguments) {
  command
      .add_option("--input", arguments->input,
                  "how the emitted code reads the input: tensor (a pointer), rows (a callback that gives the next row)")
      ->capture_default_str();
}

void add_input_rows(CLI::App& command, ModelArguments* arguments) {
  command.add_flag_callback(
      "--input-rows", [arguments] { arguments->input = "rows"; },
      "the emitted code pulls the input row by row, as with `narrows compile --input rows`");
}

std::optional<Model> load_model(const ModelArguments& arguments) {
  Diagnostics command_line("narrows"), file(arguments.model);
  Model model;
  model.options = parse_options(arguments, command_line);
  ReadOptions read_options = parse_read_options(arguments, command_line);
  read_options.folder = std::filesystem::path(arguments.model).parent_path().string();
  if (const auto bytes = read_file(arguments.model, file)) {
    model.options.model_hash = hash_bytes(bytes->data(), bytes->size());
    const std::string stem = std::filesystem::path(arguments.model).stem().string();
    if (auto graph = read_model(*bytes, stem, file, read_options)) model.graph = std::move(*graph);
  }
  PixelScaling scaling;
  const bool pixels = !arguments.pixels.empty() && parse_pixels(arguments.pixels, &scaling, command_line);
  if (pixels && file.ok()) take_pixels(scaling, &model.graph, file);
  const bool options_ok = report(command_line), file_ok = report(file);
  if (!options_ok || !file_ok) return std::nullopt;
  return model;
}

std::optional<Compiled> compile_model(const Model& model, const ModelArguments& arguments) {
  Diagnostics diagnostics(arguments.model);
  CompileOptions options = model.options;
  std::optional<PassPrinter> printer;
  if (!arguments.print_after.empty()) {
    printer.emplace(arguments.print_after, model.graph);
    options.after_pass = [&](const std::string& pass, const Graph& graph) { printer->after(pass, graph); };
  }
  std::optional<Compiled> compiled = compile(model.graph, options, diagnostics);
  Diagnostics command_line("narrows");
  if (printer) printer->finish(command_line);
  const bool file_ok = report(diagnostics), options_ok = report(command_line);
  if (!file_ok || !options_ok) return std::nullopt;
  NARROWS_CHECK(compiled, "nothing compiled and no error");
  return compiled;
}

bool parse_goal(const std::string& text, Goal* goal) {
  if (text != "latency" && text != "balanced" && text != "memory") return false;
  *goal = text == "latency" ? Goal::latency : text == "balanced" ? Goal::balanced : Goal::memory;
  return true;
}

std::string clean_identifier(const std::string& text) {
  std::string name;
  for (const char c : text) name += letter(c) || digit(c) ? c : '_';
  if (name.empty() || digit(name[0]) || name[0] == '_') name = "m" + name;
  return name;
}

std::string what_of_weights(const WeightsReport& weights) { return weights.any() ? "; " + to_string(weights) : ""; }

bool report(const Diagnostics& diagnostics) {
  fmt::print(stderr, "{}", diagnostics.str());
  return diagnostics.ok();
}

}  // namespace narrows
