#include "compiler/cli/model_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <utility>
#include <variant>

#include "compiler/cli/pixels.h"
#include "compiler/tune/schedule_file.h"

namespace narrows {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

// ---- words that stand for values -------------------------------------------------------------------

template <typename T>
using Words = std::initializer_list<std::pair<const char*, T>>;

constexpr Words<Goal> kGoals = {{"latency", Goal::latency}, {"balanced", Goal::balanced}, {"memory", Goal::memory}};

template <typename T>
std::optional<T> find_word(const std::string& text, const Words<T>& words) {
  for (const auto& [word, value] : words) {
    if (text == word) return value;
  }
  return std::nullopt;
}

/// What messages call a set of words.
struct Called {
  const char* one;   ///< "unknown form of weights 'half'"
  const char* many;  ///< "legal forms: keep, float"
};

/// Sets `value` to what `text` stands for, or says which words there are.
template <typename T>
void choose(const std::string& text, const Words<T>& words, const Called& called, T* value, Diagnostics& diagnostics) {
  if (const std::optional<T> found = find_word(text, words)) {
    *value = *found;
    return;
  }
  std::vector<std::string> legal;
  for (const auto& [word, ignored] : words) legal.emplace_back(word);
  diagnostics.error(fmt::format("unknown {} '{}'", called.one, text));
  diagnostics.note(fmt::format("legal {}: {}", called.many, fmt::join(legal, ", ")));
}

// ---- readers ---------------------------------------------------------------------------------------

void read_target(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  if (const auto target = parse_target(arguments.target, diagnostics)) options->compile.target = *target;
}

void read_name(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  const std::string from_file = std::filesystem::path(arguments.model).stem().string();
  const std::string name = arguments.name.empty() ? clean_identifier(from_file) : arguments.name;
  options->compile.name = name;
  if (name == clean_identifier(name)) return;
  const char* problem = name[0] == '_' ? "starts with an underscore, as the compiler's own names and header guards do"
                                       : "is not a C identifier";
  diagnostics.error(fmt::format("name '{}' {}", name, problem));
  diagnostics.note(fmt::format("legal would be '{}'", clean_identifier(name)));
}

void read_schedule(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  CompileOptions& compile = options->compile;
  parse_schedule_option(arguments.schedule, compile.target, &compile.schedule, &compile.schedules, diagnostics);
}

void read_goal(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  choose(arguments.goal, kGoals, {"goal", "goals"}, &options->compile.goal, diagnostics);
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

void read_arena_limit(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  options->compile.arena_limit = arguments.arena_limit.value_or(0);
  if (arguments.arena_limit && *arguments.arena_limit < 1)
    diagnostics.error("--arena-limit is a number of bytes, 1 or more");
  check_goal(arguments, options->compile, diagnostics);
}

void read_numerics(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  choose(arguments.numerics, {{"tflite", Numerics::tflite}, {"xnnpack", Numerics::xnnpack}}, {"numerics", "numerics"},
         &options->compile.numerics, diagnostics);
}

void read_input(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  choose(arguments.input, {{"tensor", false}, {"rows", true}}, {"form of input", "forms"}, &options->compile.input_rows,
         diagnostics);
}

void read_pixels(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  PixelScaling scaling;
  if (!arguments.pixels.empty() && parse_pixels(arguments.pixels, &scaling, diagnostics)) options->pixels = scaling;
}

void read_weights(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  choose(arguments.weights, {{"keep", NarrowWeights::keep}, {"float", NarrowWeights::widen}},
         {"form of weights", "forms"}, &options->compile.narrow_weights, diagnostics);
}

void read_layout(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  using Layout = ReadOptions::Layout;
  choose(arguments.input_layout, {{"keep", Layout::keep}, {"nhwc", Layout::nhwc}}, {"input layout", "input layouts"},
         &options->read.layout, diagnostics);
}

/// "NAME=N"; the name may itself contain '='.
void read_shape(const std::string& text, ReadOptions* options, Diagnostics& diagnostics) {
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

void read_shapes(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  for (const std::string& shape : arguments.shapes) read_shape(shape, &options->read, diagnostics);
}

void read_signature(const ModelArguments& arguments, ModelOptions* options, Diagnostics&) {
  options->read.signature = arguments.signature;
}

void read_threads(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics) {
  choose(arguments.threads, {{"any", true}, {"none", false}}, {"threads", "threads"}, &options->compile.threads,
         diagnostics);
}

void read_embed_weights(const ModelArguments& arguments, ModelOptions* options, Diagnostics&) {
  options->compile.embed_weights = arguments.embed_weights;
}

void read_emit_main(const ModelArguments& arguments, ModelOptions* options, Diagnostics&) {
  options->compile.emit_main = arguments.emit_main;
}

// ---- the table -------------------------------------------------------------------------------------

/// Which commands have an option.
enum class Offered { every, input_form, files };

using A = ModelArguments;
using Typed = std::variant<std::string A::*, std::optional<int64_t> A::*, std::vector<std::string> A::*, bool A::*>;

struct Option {
  const char* name;
  Typed typed;
  Offered offered;
  const char* help;
  void (*read)(const ModelArguments& arguments, ModelOptions* options, Diagnostics& diagnostics);
};

/// In the order in which they are listed, read and printed: a reader may use what those above it found.
const Option kOptions[] = {
    {"--target", &A::target, Offered::every,
     "host, x86-64-linux[-sse41|-avx2|-avx512|-avx512vnni], arm64-linux[-dotprod], arm64-android[-dotprod]",
     read_target},
    {"--name", &A::name, Offered::files, "prefix of files and functions (default: from the model's file name)",
     read_name},
    {"--schedule", &A::schedule, Offered::every,
     "of inverted residual blocks: auto, rows, channels[:parts], layerwise, cascade[:blocks], halide; with register "
     "tiles as in 'rows 3x4 1x4 2x6'; tuned, or a FILE.json of `narrows tune`",
     read_schedule},
    {"--goal", &A::goal, Offered::every,
     "of schedules that are chosen: latency (the least memory that costs no time), balanced (may cost 3 %), memory",
     read_goal},
    {"--arena-limit", &A::arena_limit, Offered::every,
     "bytes; the fastest schedule whose arena is not larger, or an error", read_arena_limit},
    {"--numerics", &A::numerics, Offered::every, "rounding of quantized operators: tflite, xnnpack", read_numerics},
    {"--input", &A::input, Offered::input_form,
     "how the emitted code reads the input: tensor (a pointer), rows (a callback that gives the next row)", read_input},
    {"--pixels", &A::pixels, Offered::every,
     "the input is u8 pixels, 0 to 255, of which the model reads (pixel - MEAN) / STD: MEAN/STD for all channels, "
     "M,M,M/S,S,S, or auto",
     read_pixels},
    {"--weights", &A::weights, Offered::every,
     "8-bit and float16 weights of operators that compute in float: keep (small; widened in the kernels), float "
     "(widened by the compiler)",
     read_weights},
    {"--input-layout", &A::input_layout, Offered::every,
     "of the maps that an ONNX model reads and returns: keep (NCHW), nhwc", read_layout},
    {"--shape", &A::shapes, Offered::every,
     "NAME=N: size of a symbolic dimension of an ONNX model, INPUT[i]=N: of dimension i of an input that has no size "
     "in the file, or of its batch; a batch without a size is 1",
     read_shapes},
    {"--signature", &A::signature, Offered::every, "which of the signatures of a TensorFlow Lite model to compile",
     read_signature},
    {"--threads", &A::threads, Offered::files,
     "any (also emits a function that shares the work among threads of the caller), none (smaller code)", read_threads},
    {"--embed-weights", &A::embed_weights, Offered::files, "weights as a source file", read_embed_weights},
    {"--emit-main", &A::emit_main, Offered::files, "also write a program that runs the model", read_emit_main},
};

// ---- typed and printed -----------------------------------------------------------------------------

/// Adds an option to a command, as its value's type asks.
struct Add {
  CLI::App& command;
  const Option& option;
  ModelArguments* arguments;

  void operator()(std::string A::*value) const {
    command.add_option(option.name, arguments->*value, option.help)->capture_default_str();
  }
  void operator()(std::optional<int64_t> A::*value) const {
    command.add_option(option.name, arguments->*value, option.help);
  }
  void operator()(std::vector<std::string> A::*value) const {
    command.add_option(option.name, arguments->*value, option.help)->expected(1)->take_all();
  }
  void operator()(bool A::*value) const { command.add_flag(option.name, arguments->*value, option.help); }
};

void add_options(CLI::App& command, Offered offered, ModelArguments* arguments) {
  for (const Option& option : kOptions) {
    if (option.offered == offered) std::visit(Add{command, option, arguments}, option.typed);
  }
}

/// " --name value" where the value is not the default, for a command that says the same.
struct Print {
  const Option& option;
  const ModelArguments& arguments;

  std::string word(const std::string& value) const { return fmt::format(" {} {}", option.name, value); }

  std::string operator()(std::string A::*value) const {
    return arguments.*value == ModelArguments().*value ? "" : word(arguments.*value);
  }
  std::string operator()(std::optional<int64_t> A::*value) const {
    return arguments.*value ? word(std::to_string(*(arguments.*value))) : "";
  }
  std::string operator()(std::vector<std::string> A::*value) const {
    std::string all;
    for (const std::string& one : arguments.*value) all += word(one);
    return all;
  }
  std::string operator()(bool A::*value) const {
    return arguments.*value ? fmt::format(" {}", option.name) : std::string();
  }
};

/// A file without its folder, and several words quoted.
std::string schedule_word(const std::string& text) {
  const std::string word = std::filesystem::path(text).filename().string();
  return word.find(' ') == std::string::npos ? word : "'" + word + "'";
}

/// The command that gives these files again, without folders: part of the emitted text, which must not depend on where
/// it was made. The target is spelled out: `host` is another one elsewhere.
std::string canonical_command(ModelArguments arguments, const CompileOptions& options) {
  std::string command = "narrows compile " + options.model_file;
  arguments.target = options.target.str();
  arguments.schedule = schedule_word(arguments.schedule);
  for (const Option& option : kOptions) command += std::visit(Print{option, arguments}, option.typed);
  return command;
}

}  // namespace

void add_model_arguments(CLI::App& command, ModelArguments* arguments) {
  command.add_option("MODEL", arguments->model, "model file: .tflite, .onnx, or a description as .json")->required();
  add_options(command, Offered::every, arguments);
}

void add_input_form(CLI::App& command, ModelArguments* arguments) {
  add_options(command, Offered::input_form, arguments);
}

void add_input_rows(CLI::App& command, ModelArguments* arguments) {
  command.add_flag_callback(
      "--input-rows", [arguments] { arguments->input = "rows"; },
      "the emitted code pulls the input row by row, as with `narrows compile --input rows`");
}

void add_file_arguments(CLI::App& command, ModelArguments* arguments) {
  add_options(command, Offered::files, arguments);
}

ModelOptions parse_model_options(const ModelArguments& arguments, Diagnostics& diagnostics) {
  ModelOptions options;
  const std::filesystem::path path = arguments.model;
  options.compile.model_file = path.filename().string();
  options.read.folder = path.parent_path().string();
  for (const Option& option : kOptions) option.read(arguments, &options, diagnostics);
  options.compile.command = canonical_command(arguments, options.compile);
  return options;
}

std::optional<Goal> parse_goal(const std::string& text) { return find_word(text, kGoals); }

std::string clean_identifier(const std::string& text) {
  std::string name;
  for (const char c : text) name += letter(c) || digit(c) ? c : '_';
  if (name.empty() || digit(name[0]) || name[0] == '_') name = "m" + name;
  return name;
}

}  // namespace narrows
