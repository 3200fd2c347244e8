// What emitted code does to the memory of its caller: it refuses what it cannot use, touches nothing that it
// was not given, and lives beside other models in one program.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/test_data.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

using Words = std::vector<std::string>;

/// A file of tests/compile/programs/.
std::string program_text(const std::string& name) {
  const Bytes bytes = read_bytes(Path(NARROWS_SOURCE_DIR) / "tests/compile/programs" / name);
  return std::string(bytes.begin(), bytes.end());
}

CompileOptions host_options(const std::string& name, uint64_t model_hash) {
  CompileOptions options;
  options.name = name;
  options.target = host_target();
  options.emit_main = true;
  options.model_hash = model_hash;
  return options;
}

/// The command up to the sources.
Words compiler_for(const Machine& machine, const Words& flags = {}) {
  return joined({machine.toolchain.compiler, machine.toolchain.flags, flags});
}

Words write_inputs(Workspace& workspace, const std::vector<Bytes>& inputs) {
  Words names;
  for (size_t i = 0; i < inputs.size(); ++i) {
    names.push_back(fmt::format("in{}.bin", i));
    workspace.write(names.back(), inputs[i]);
  }
  return names;
}

void expect_outputs(const Workspace& workspace, const Graph& graph, const std::vector<Bytes>& inputs) {
  const std::vector<Bytes> values = interpret(graph, inputs);
  for (size_t i = 0; i < graph.outputs.size(); ++i) {
    expect_equal(fmt::format("output {}", i), graph, graph.outputs[i], values[graph.outputs[i]],
                 workspace.read(fmt::format("out{}.bin", i)));
  }
}

// ---- guard pages -------------------------------------------------------------------------------

/// The part of an emitted main program that knows the model, and behind it
/// tests/compile/programs/guard_pages.cpp.
std::string guarded_main(const std::vector<File>& files) {
  for (const File& file : files) {
    if (file.name != "net_main.cpp") continue;
    const size_t end = file.content.find("// ---- the program");
    NARROWS_CHECK(end != std::string::npos, "the emitted main program has no such line");
    return file.content.substr(0, end) + program_text("guard_pages.cpp");
  }
  return "";
}

struct GuardedRun {
  DType type;
  Configuration configuration;
};

void PrintTo(const GuardedRun& run, std::ostream* out) {
  *out << to_string(run.type) << " for " << run.configuration.target << ", " << run.configuration.schedule;
}

class GuardPages : public testing::TestWithParam<GuardedRun> {};

TEST_P(GuardPages, AreNotTouched) {
  const auto& [type, configuration] = GetParam();
  std::optional<Machine> machine = find_machine(configuration.target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << configuration.target;
  if (configuration.target == "host") machine = unoptimized_host();
  const Graph graph = odd_graph(type);
  const Compiled compiled = compile_or_throw(graph, options_for(configuration, *machine));
  Workspace workspace(compiled.files);
  workspace.write({{"guarded.cpp", guarded_main(compiled.files)}});
  workspace.run_or_throw(joined({compiler_for(*machine), {"net.cpp", "guarded.cpp", "-o", "guarded"}}));
  const std::vector<Bytes> inputs = random_inputs(graph);
  const Words names = write_inputs(workspace, inputs);
  for (const char* side : {"front", "back"}) {
    SCOPED_TRACE(side);
    workspace.run_or_throw(joined({machine->toolchain.runner, {"./guarded", side, "net.weights"}, names}));
    expect_outputs(workspace, graph, inputs);
  }
}

std::vector<GuardedRun> guarded_runs() {
  std::vector<GuardedRun> runs;
  for (DType type : {DType::f32, DType::u8, DType::i8}) {
    runs.push_back({type, {"host", "rows"}});
  }
  runs.push_back({DType::f32, {"host", "halide"}});
  runs.push_back({DType::i8, {"arm64-linux-dotprod", "rows"}});
  runs.push_back({DType::u8, {"x86-64-linux-sse41", "rows"}});
  return runs;
}

std::string guarded_name(const testing::TestParamInfo<GuardedRun>& info) {
  const Configuration& c = info.param.configuration;
  return std::string(to_string(info.param.type)) + "_" + identifier(c.target, c.schedule);
}
INSTANTIATE_TEST_SUITE_P(EmittedMemory, GuardPages, testing::ValuesIn(guarded_runs()), guarded_name);

// ---- canaries and sanitizers -------------------------------------------------------------------

/// Builds the tiny model with `flags` and runs its own main program.
ProcessResult run_tiny(const Words& flags) {
  const Machine machine = *find_machine("host");
  const Graph graph = tiny_graph(DType::f32);
  Workspace workspace(compile_or_throw(graph, options_for({}, machine)).files);
  workspace.run_or_throw(joined({compiler_for(machine, flags), {"net.cpp", "net_main.cpp", "-o", "net_main"}}));
  return workspace.run(joined({{"./net_main", "net.weights"}, write_inputs(workspace, random_inputs(graph))}));
}

/// The hook for tracing stands in for code that writes where it must not.
TEST(EmittedMemory, CanariesAroundTheArenaSeeEveryByte) {
  EXPECT_TRUE(run_tiny({}).ok());
  const ProcessResult front = run_tiny({"-DNARROWS_TRACE(block,output,size)=(void)(run.bytes[-1]=1)"});
  EXPECT_EQ(front.status, 1);
  EXPECT_EQ(front.errors, "net: error: bytes in front of this memory were overwritten: arena\n");
  const ProcessResult back = run_tiny({"-DNARROWS_TRACE(block,output,size)=(void)(run.bytes[NET_ARENA_BYTES]=1)"});
  EXPECT_EQ(back.status, 1);
  EXPECT_EQ(back.errors, "net: error: bytes behind this memory were overwritten: arena\n");
}

TEST(EmittedMemory, CanariesAroundOutputsSeeEveryByte) {
  const ProcessResult result = run_tiny({"-DNARROWS_TRACE(block,output,size)=(void)(run.output0[NET_OUTPUT0_SIZE]=1)"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.errors, "net: error: bytes behind this memory were overwritten: output\n");
}

void run_sanitized(const Graph& graph, const Configuration& configuration) {
  Machine machine = unoptimized_host();
  Words& flags = machine.toolchain.flags;
  flags.insert(flags.end(), {"-fsanitize=address,undefined", "-fno-sanitize-recover=all"});
  expect_blocks_as_interpreted(graph, configuration, machine, random_inputs(graph));
}

// Not for i8, which x86 computes as u8.
TEST(EmittedMemory, OddGraphsAreCleanInFloat) { run_sanitized(odd_graph(DType::f32), {"host", "channels:3"}); }
TEST(EmittedMemory, OddGraphsAreCleanInUint8) { run_sanitized(odd_graph(DType::u8), {"host", "channels:3"}); }

class Sanitized : public testing::TestWithParam<DType> {};

TEST_P(Sanitized, DemoModel) { run_sanitized(demo_graph(GetParam()), {}); }
TEST_P(Sanitized, Tiny) {
  for (const char* schedule : {"rows", "layerwise", "halide"})
    run_sanitized(tiny_graph(GetParam()), {"host", schedule});
}

INSTANTIATE_TEST_SUITE_P(EmittedMemory, Sanitized, testing::Values(DType::f32, DType::u8, DType::i8),
                         [](const testing::TestParamInfo<DType>& info) { return to_string(info.param); });

// ---- weights and pointers that are refused -----------------------------------------------------

constexpr const char* refusals = R"(right: There is no error.
more bytes: There is no error.
null: A pointer is null.
nothing: The weights are shorter than the weights file that belongs to this code.
the head only: The weights are shorter than the weights file that belongs to this code.
a byte less: The weights are shorter than the weights file that belongs to this code.
identifier: The data is not a weights file of Narrows.
a byte in the middle: The weights were altered after they were written.
last byte: The weights were altered after they were written.
other model: The weights file was made from another model than this code.
other compilation: The weights file was made by another compilation of the same model.
zeros: The data is not a weights file of Narrows.
misaligned: Weights or arena are not at an address that is a multiple of 64.
run: There is no error.
run without weights: A pointer is null.
run without arena: A pointer is null.
run without input: A pointer is null.
run without output: A pointer is null.
run with misaligned weights: Weights or arena are not at an address that is a multiple of 64.
run with a misaligned arena: Weights or arena are not at an address that is a multiple of 64.
no status: Unknown status.
)";

TEST(EmittedMemory, RefusesForeignWeightsAndBadPointers) {
  const Machine machine = *find_machine("host");
  Workspace workspace(compile_or_throw(tiny_graph(DType::f32), host_options("net", 1)).files);
  CompileOptions other = host_options("other", 1);
  // Vectors of another length, so that the weights lie differently.
  Diagnostics diagnostics("test");
  other.target = *parse_target(other.target.vector_bytes == 64 ? "x86-64-linux" : "x86-64-linux-avx512", diagnostics);
  workspace.write(compile_or_throw(tiny_graph(DType::f32), other).files);
  workspace.write(compile_or_throw(tiny_graph(DType::f32), host_options("foreign", 2)).files);
  workspace.write({{"refuse_weights.cpp", program_text("refuse_weights.cpp")}});
  workspace.run_or_throw(joined({compiler_for(machine, {"-fsanitize=address,undefined", "-fno-sanitize=enum"}),
                                 {"net.cpp", "refuse_weights.cpp", "-o", "refuse"}}));
  EXPECT_EQ(workspace.run_or_throw({"./refuse", "net.weights", "foreign.weights", "other.weights"}), refusals);
}

// ---- other ways to build -----------------------------------------------------------------------

TEST(EmittedMemory, TwoModelsShareAProgram) {
  const Machine machine = *find_machine("host");
  const Graph first = tiny_graph(DType::f32), second = tiny_graph(DType::u8);
  Workspace workspace(compile_or_throw(first, host_options("first", 1)).files);
  workspace.write(compile_or_throw(second, host_options("second", 2)).files);
  workspace.write({{"two_models.c", program_text("two_models.c")}});
  const std::vector<Bytes> inputs = {random_inputs(first)[0], random_inputs(second)[0]};
  const Words names = write_inputs(workspace, inputs);
  workspace.run_or_throw({"gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c", "two_models.c"});
  workspace.run_or_throw(
      joined({compiler_for(machine), {"first.cpp", "second.cpp", "two_models.o", "-o", "two_models"}}));
  workspace.run_or_throw(joined({{"./two_models", "first.weights", "second.weights"}, names}));
  const int first_id = first.outputs[0], second_id = second.outputs[0];
  expect_equal("first", first, first_id, interpret(first, {inputs[0]})[first_id], workspace.read("first.bin"));
  expect_equal("second", second, second_id, interpret(second, {inputs[1]})[second_id], workspace.read("second.bin"));
}

TEST(EmittedMemory, WeightsCanBeASourceFile) {
  const Machine machine = *find_machine("host");
  const Graph graph = tiny_graph(DType::i8);
  CompileOptions options = host_options("net", 1);
  options.embed_weights = true;
  Workspace workspace(compile_or_throw(graph, options).files);
  workspace.run_or_throw(
      joined({compiler_for(machine), {"net.cpp", "net_weights.cpp", "net_main.cpp", "-o", "net_main"}}));
  const std::vector<Bytes> inputs = random_inputs(graph);
  workspace.run_or_throw(joined({{"./net_main", "-o", "."}, write_inputs(workspace, inputs)}));
  expect_outputs(workspace, graph, inputs);
}

}  // namespace
}  // namespace narrows
