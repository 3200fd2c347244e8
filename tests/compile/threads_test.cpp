// Emitted code on several threads: the same outputs bit for bit, whatever the number and order of tasks, within the
// memory that the header asks for, and without races. tests/compile/programs/threads.cpp does the work.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/measure/random_inputs.h"
#include "tests/support/cascade_graphs.h"
#include "tests/support/emitted.h"
#include "tests/support/graphs.h"
#include "tests/support/test_data.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

using Words = std::vector<std::string>;

std::string text_of(const std::string& path) {
  const Bytes bytes = read_bytes(Path(NARROWS_SOURCE_DIR) / path);
  return std::string(bytes.begin(), bytes.end());
}

/// Builds and runs the program for a graph; how often it handed out work to two threads. `task_work` multiply-adds are
/// worth a task.
int run_on_threads(const Graph& graph, const std::string& schedule, int64_t task_work, bool sanitize = false,
                   const Schedules& schedules = {}) {
  const Machine machine = sanitize ? *find_machine("host") : unoptimized_host();
  CompileOptions options = options_for({"host", schedule}, machine);
  options.task_work = task_work;
  options.schedules = schedules;
  options.emit_main = true;
  const Compiled compiled = compile_or_throw(graph, options);
  Workspace workspace(compiled.files);
  for (const File& file : compiled.files) {
    if (file.name != "net_main.cpp") continue;
    const size_t end = file.content.find("// ---- the program");
    NARROWS_CHECK(end != std::string::npos, "the emitted main program has no such line");
    workspace.write({{"threads.cpp", file.content.substr(0, end) + text_of("tests/compile/programs/threads.cpp")}});
  }
  workspace.write({{"thread_pool.h", text_of("examples/thread_pool.h")}});
  Words flags = {"-O0", "-pthread"}, command;  // -O0: to be quick
  if (sanitize) {
    flags.push_back("-fsanitize=thread");
    // GCC 12's sanitizer does not take every address that Linux may choose at random.
    if (workspace.run({"setarch", "-R", "true"}).ok()) command = {"setarch", "-R"};
  }
  command.insert(command.end(), {"./threads", "net.weights"});
  const std::vector<Bytes> inputs = random_inputs(graph);
  for (size_t i = 0; i < inputs.size(); ++i) {
    command.push_back(fmt::format("in{}.bin", i));
    workspace.write(command.back(), inputs[i]);
  }
  workspace.run_or_throw(joined(
      {machine.toolchain.compiler, machine.toolchain.flags, flags, {"net.cpp", "threads.cpp", "-o", "threads"}}));
  return std::stoi(workspace.run_or_throw(command));
}

/// Strips with all kinds of windows, parts, tiles and single operators. The graphs are small, so every block is cut.
TEST(Threads, OddGraphsGiveTheSameBits) { EXPECT_GT(run_on_threads(odd_graph(DType::f32), "channels:3", 1), 10); }

/// Strips of rows that run through several blocks, and blocks that overwrite their input with one thread only.
TEST(Threads, CascadesGiveTheSameBits) {
  const Graph graph = cascade_graph(DType::u8);
  EXPECT_GT(run_on_threads(graph, "rows", 1, /*sanitize=*/false, cascade_schedules(graph)), 10);
}

TEST(Threads, NoRaces) {
  for (const char* schedule : {"rows", "channels:3", "layerwise"})
    EXPECT_GE(run_on_threads(tiny_graph(DType::u8), schedule, 1, /*sanitize=*/true), 2) << schedule;
}

/// As users compile: small blocks stay on the caller's thread.
TEST(Threads, NotForSmallBlocks) {
  EXPECT_EQ(run_on_threads(tiny_graph(DType::f32), "auto", CompileOptions().task_work), 0);
}

}  // namespace
}  // namespace narrows
