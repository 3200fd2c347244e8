// The emitted files as text: which compilers and standards take them, what they call, how large they are,
// that they depend on nothing but the model and the options, and that no name in a model can break them.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>

#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/targets.h"
#include "tests/support/test_data.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

using Words = std::vector<std::string>;

const Words strict = {"-Wall", "-Wextra", "-Wpedantic", "-Werror"};
/// The main program includes <name>.cpp, so that both take one run of a compiler.
const Words with_trace = {"-DNARROWS_TRACE_TO_FILES"};
const Words no_runtime = {"-fno-exceptions", "-fno-rtti"};
constexpr DType types[] = {DType::f32, DType::u8, DType::i8};

CompileOptions host_options(const std::string& name = "net") {
  CompileOptions options;
  options.name = name;
  options.target = host_target();
  options.emit_main = true;
  return options;
}

Words target_flags(const Target& target) { return split_words(compiler_flags(target)); }

const std::string& file(const Compiled& compiled, const std::string& name) {
  for (const File& f : compiled.files) {
    if (f.name == name) return f.content;
  }
  throw std::runtime_error("no file " + name);
}

// ---- compilers ---------------------------------------------------------------------------------

class Standards : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(Standards, CompileWithoutWarning) {
  const auto [compiler, standard] = GetParam();
  if (find_program(compiler).empty()) GTEST_SKIP() << "there is no " << compiler;
  for (DType type : types) {
    const Workspace workspace(compile_or_throw(tiny_graph(type), host_options()).files);
    for (const char* source : {"net.cpp", "net_main.cpp"}) {
      EXPECT_NO_THROW(workspace.run_or_throw(joined({{compiler, std::string("-std=") + standard, "-O2"},
                                                     target_flags(host_target()),
                                                     strict,
                                                     no_runtime,
                                                     {"-c", source}})));
    }
  }
}

std::string standard_name(const testing::TestParamInfo<Standards::ParamType>& info) {
  std::string name = std::string(std::get<0>(info.param)) + "_" + std::get<1>(info.param);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(EmittedText, Standards,
                         testing::Combine(testing::Values("g++", "clang++"),
                                          testing::Values("c++11", "c++14", "c++17", "c++20")),
                         standard_name);

TEST(EmittedText, HeaderIsC) {
  const Workspace workspace(compile_or_throw(tiny_graph(DType::u8), host_options()).files);
  for (const char* standard : {"-std=c99", "-std=c11"}) {
    EXPECT_NO_THROW(workspace.run_or_throw(joined({{"gcc", standard}, strict, {"-fsyntax-only", "-x", "c", "net.h"}})));
  }
}

/// Expects that the compiler says which flags are missing.
void expect_refused(const Workspace& workspace, const Words& command, const Target& target) {
  const ProcessResult result = workspace.run(command);
  const std::string typed = fmt::format("{}", fmt::join(command, " "));
  EXPECT_NE(result.status, 0) << typed;
  const std::string message =
      fmt::format("this code is for {}: compile it with {}; narrows --target generic makes code for any machine",
                  target.str(), compiler_flags(target));
  EXPECT_NE(result.errors.find(message), std::string::npos) << typed << "\n" << result.errors;
}

/// GCC's and Clang's, or the one cross compiler.
void test_missing_flags(const Target& target, const std::string& compiler) {
  Diagnostics diagnostics("test");
  const std::optional<Toolchain> toolchain = find_builder(target, compiler, diagnostics);
  if (!toolchain) GTEST_SKIP() << "cannot build code for " << target.str();
  CompileOptions options = host_options();
  options.target = target;
  const Workspace workspace(compile_or_throw(tiny_graph(DType::i8), options).files);
  const Words plain = joined({toolchain->compiler, {"-std=c++11"}, strict, {"-Wno-psabi", "-fsyntax-only", "net.cpp"}});
  expect_refused(workspace, plain, target);
  EXPECT_NO_THROW(workspace.run_or_throw(joined({plain, target_flags(target)})));
  if (target.isa != "avx2") return;
  for (const std::string& flag : target_flags(target)) {
    Words others = target_flags(target);
    others.erase(std::find(others.begin(), others.end(), flag));
    expect_refused(workspace, joined({plain, others}), target);
  }
}

TEST(EmittedText, AsksForTheInstructionSet) {
  for (const Target& target : all_targets()) {
    if (target.flags.empty()) continue;
    const bool cross = target.family != host_target().family;
    for (const char* compiler : {"g++", "clang++"}) test_missing_flags(target, cross ? "" : compiler);
  }
}

/// Code for ARM, which needs no flags, for a compiler that makes code for this machine.
TEST(EmittedText, AsksForTheMachine) {
  if (host_target().family == Family::arm64) GTEST_SKIP() << "this machine is an ARM";
  CompileOptions options = host_options();
  Diagnostics diagnostics("test");
  options.target = *parse_target("arm64-linux", diagnostics);
  const Workspace workspace(compile_or_throw(tiny_graph(DType::i8), options).files);
  const ProcessResult result = workspace.run({"g++", "-std=c++11", "-fsyntax-only", "net.cpp"});
  EXPECT_NE(result.status, 0);
  EXPECT_NE(result.errors.find("this code is for arm64-linux: compile it with a compiler for that machine; narrows"),
            std::string::npos)
      << result.errors;
}

// ---- what the code calls -----------------------------------------------------------------------

/// Undefined names of an object file.
std::set<std::string> undefined_names(const Workspace& workspace, const std::string& nm, const std::string& object) {
  std::istringstream lines(workspace.run_or_throw({nm, "-u", object}));
  std::set<std::string> names;
  for (std::string type, name; lines >> type >> name;) names.insert(name);
  return names;
}

/// Bytes of machine code and constants.
int64_t text_bytes(const Workspace& workspace, const std::string& object) {
  std::istringstream lines(workspace.run_or_throw({"size", object}));
  std::string titles;
  int64_t text = 0;
  std::getline(lines, titles);
  lines >> text;
  return text;
}

/// That includes malloc and operator new: nothing is allocated while a model runs.
void expect_few_calls(const std::string& target, const std::string& schedule, const std::string& nm,
                      const Words& more_flags = {}) {
  const std::optional<Machine> machine = find_machine(target);
  if (!machine || find_program(nm).empty()) GTEST_SKIP() << "cannot build code for " << target;
  const std::set<std::string> allowed = {"memcpy", "memset", "memmove", "expf", "roundf", "rintf", "floorf"};
  for (DType type : types) {
    const CompileOptions options = options_for({target, schedule}, *machine);
    const Workspace workspace(compile_or_throw(tiny_graph(type), options).files);
    workspace.run_or_throw(joined({machine->toolchain.compiler,
                                   {"-std=c++11", "-O2"},
                                   no_runtime,
                                   target_flags(machine->target),
                                   more_flags,
                                   {"-c", "net.cpp", "-o", "net.o"}}));
    for (const std::string& name : undefined_names(workspace, nm, "net.o")) {
      EXPECT_TRUE(allowed.count(name)) << to_string(type) << " code for " << target << " calls " << name;
    }
  }
}

TEST(EmittedText, CallsMemcpyAndMathOnly) { expect_few_calls("host", "auto", "nm"); }
TEST(EmittedText, CallsMemcpyAndMathOnlyFreestanding) { expect_few_calls("host", "auto", "nm", {"-ffreestanding"}); }
TEST(EmittedText, CallsMemcpyAndMathOnlyFromHalide) { expect_few_calls("host", "halide", "nm"); }
TEST(EmittedText, CallsMemcpyAndMathOnlyOnArm) { expect_few_calls("arm64-linux", "auto", "aarch64-linux-gnu-nm"); }

/// Lines that call memcpy() and the like by their plain names.
std::string plain_copies(const std::string& text) {
  std::istringstream lines(text);
  std::string found;
  for (std::string line; std::getline(lines, line);) {
    for (const char* name : {"memcpy(", "memset(", "memmove(", "memcmp("}) {
      const size_t at = line.find(name);
      if (at != std::string::npos && line.compare(0, 2, "//") != 0 && (at == 0 || line[at - 1] != '_'))
        found += line + "\n";
    }
  }
  return found;
}

/// With -ffreestanding or -fno-builtin, memcpy() is a call for every vector; __builtin_memcpy() of a small size never
/// is.
TEST(EmittedText, CopiesMemoryByBuiltins) {
  for (const auto& entry : std::filesystem::directory_iterator(Path(NARROWS_SOURCE_DIR) / "runtime")) {
    if (entry.path().extension() != ".h") continue;
    const Bytes text = read_bytes(entry.path());
    EXPECT_EQ(plain_copies(std::string(text.begin(), text.end())), "") << entry.path();
  }
  EXPECT_EQ(plain_copies(file(compile_or_throw(odd_graph(DType::i8), host_options()), "net.cpp")), "");
}

/// The size tells that no vector is copied by a call.
TEST(EmittedText, IsNotLargerFreestanding) {
  const Workspace workspace(compile_or_throw(tiny_graph(DType::i8), host_options()).files);
  for (const char* compiler : {"g++", "clang++"}) {
    if (find_program(compiler).empty()) continue;
    const Words plain = joined({{compiler, "-std=c++11", "-O2"}, target_flags(host_target()), {"-c", "net.cpp", "-o"}});
    workspace.run_or_throw(joined({plain, {"hosted.o"}}));
    workspace.run_or_throw(joined({plain, {"freestanding.o", "-ffreestanding"}}));
    EXPECT_LE(text_bytes(workspace, "freestanding.o"), text_bytes(workspace, "hosted.o") * 11 / 10) << compiler;
  }
}

// ---- what the text depends on ------------------------------------------------------------------

std::string all_text(const Compiled& compiled) {
  std::string text;
  for (const File& f : compiled.files) text += f.name + "\n" + f.content;
  return text;
}

/// The line of `b` where it leaves `a`; nothing where they are equal.
std::string first_difference(const std::string& a, const std::string& b) {
  const auto at = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).second;
  if (at == b.end() && a.size() <= b.size()) return "";
  const size_t index = static_cast<size_t>(at - b.begin());
  const size_t begin = index == 0 ? 0 : b.rfind('\n', index - 1) + 1;
  return "differs in: " + b.substr(begin, b.find('\n', index) - begin);
}

TEST(EmittedText, IsTheSameWhateverWasCompiledBefore) {
  for (const char* schedule : {"auto", "halide"}) {
    CompileOptions options = host_options();
    Diagnostics diagnostics("test");
    ASSERT_TRUE(parse_schedule(schedule, &options.schedule, diagnostics));
    const Graph graph = demo_graph(DType::i8);
    const std::string first = all_text(compile_or_throw(graph, options));
    compile_or_throw(tiny_graph(DType::f32), host_options("other"));
    EXPECT_EQ(first_difference(first, all_text(compile_or_throw(graph, options))), "") << schedule;
  }
}

TEST(EmittedText, IsTheSameWhereverTheModelLies) {
  NARROWS_NEEDS_TEST_DATA();
  const Path model = test_data() / "models" / "teachable_mbv2_035_224_float.tflite";
  const TemporaryFolder folder;
  const Path copy = folder.path() / "elsewhere" / model.filename();
  std::filesystem::create_directory(copy.parent_path());
  std::filesystem::copy_file(model, copy);
  const std::string text = all_text(compile_or_throw(read_graph(model), host_options()));
  EXPECT_TRUE(text == all_text(compile_or_throw(read_graph(copy), host_options())));
  EXPECT_EQ(text.find(test_data().string()), std::string::npos);
}

// ---- sizes -------------------------------------------------------------------------------------

TEST(EmittedText, IsSmall) {
  NARROWS_NEEDS_TEST_DATA();
  for (const char* target : {"x86-64-linux-avx512vnni", "x86-64-linux-avx2"}) {
    CompileOptions options = host_options();
    Diagnostics diagnostics("test");
    options.target = *parse_target(target, diagnostics);
    const Graph graph = read_graph(test_data() / "models" / "mobilenet_v2_1.0_224_quant.tflite");
    const Compiled compiled = compile_or_throw(graph, options);
    EXPECT_LE(compiled.arena_bytes, 660 * 1000);
    EXPECT_LT(file(compiled, "net.cpp").size(), 600u * 1000);
    const Workspace workspace(compiled.files);
    workspace.run_or_throw(joined(
        {{"g++", "-std=c++11", "-O2"}, no_runtime, target_flags(options.target), {"-c", "net.cpp", "-o", "net.o"}}));
    EXPECT_LT(text_bytes(workspace, "net.o"), 200 * 1000);
  }
}

TEST(EmittedText, FloatArenaIsSmall) {
  NARROWS_NEEDS_TEST_DATA();
  const Graph graph = read_graph(test_data() / "models" / "mobilenet_v2_1.0_224_float_dequant.tflite");
  CompileOptions options = host_options();
  options.target = target_named("x86-64-linux-avx2");
  EXPECT_LE(compile_or_throw(graph, options).arena_bytes, 2600 * 1000);
}

// ---- names -------------------------------------------------------------------------------------

/// Every name in the graph, and every text about it, becomes `name`.
void rename_all(const std::string& name, Graph* graph, CompileOptions* options) {
  graph->name = name;
  for (Tensor& tensor : graph->tensors) tensor.name = name;
  for (Op& op : graph->ops) op.origins = {{0, to_string(op.kind), name}};
  options->model_file = name;
  options->command = name;
}

/// No control characters, which would reach a terminal.
bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

TEST(EmittedText, SurvivesAnyNameInTheModel) {
  const std::string names[] = {"*/ int x; /*",           "// \\",        "a\nb\r\nc",
                               "\"quoted\" 'too'",       "?\?/",         "%s {} {0} %n",
                               "#include <x>",           "\xc3\xa9\xff", "\t\x01\x1b[31m\x7f\xc2\x9b",
                               std::string(100000, 'x'), "*\\\n/ oops",  std::string("nul\0nul", 7)};
  for (const std::string& name : names) {
    Graph graph = tiny_graph(DType::u8);
    CompileOptions options = host_options();
    options.embed_weights = true;
    rename_all(name, &graph, &options);
    const Compiled compiled = compile_or_throw(graph, options);
    for (const File& f : compiled.files)
      EXPECT_TRUE(is_plain(f.content)) << f.name << " of " << fmt::format("{:.40}", name);
    const Workspace workspace(compiled.files);
    for (const char* compiler : {"g++", "clang++"}) {
      EXPECT_NO_THROW(workspace.run_or_throw(joined({{compiler, "-std=c++11", "-fsyntax-only"},
                                                     target_flags(host_target()),
                                                     strict,
                                                     with_trace,
                                                     {"net_main.cpp", "net_weights.cpp"}})))
          << fmt::format("{:.40}", name);
    }
  }
}

/// Prefixes that C, C++, their headers or the emitted code itself use for something else.
TEST(EmittedText, SurvivesAnyPrefix) {
  for (const char* name :
       {"int",     "std",     "main", "check", "status", "string", "math",   "u8",      "i32", "bytes",
        "narrows", "weights", "EOF",  "errno", "NULL",   "LANES",  "INLINE", "explain", "x",   "net_main"}) {
    CompileOptions options = host_options(name);
    options.embed_weights = true;
    const Workspace workspace(compile_or_throw(tiny_graph(DType::i8), options).files);
    const std::string n = name;
    EXPECT_NO_THROW(workspace.run_or_throw(joined({{"g++", "-std=c++11", "-fsyntax-only"},
                                                   target_flags(host_target()),
                                                   strict,
                                                   with_trace,
                                                   {n + "_main.cpp", n + "_weights.cpp"}})));
  }
}

}  // namespace
}  // namespace narrows
