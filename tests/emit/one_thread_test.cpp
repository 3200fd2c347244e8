// Code for one thread alone: CompileOptions::threads is false.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/emitted.h"
#include "tests/support/graphs.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

class OneThread : public testing::TestWithParam<const char*> {};

TEST_P(OneThread, ComputesWhatTheInterpreterDoes) {
  const std::optional<Machine> machine = find_machine(GetParam());
  if (!machine) GTEST_SKIP() << "cannot run code for " << GetParam();
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    const Graph graph = tiny_graph(type);
    for (const char* schedule : {"auto", "channels:2", "layerwise"}) {
      Configuration configuration{GetParam(), schedule};
      configuration.threads = false;
      SCOPED_TRACE(fmt::format("{} {}", to_string(type), schedule));
      expect_blocks_as_interpreted(graph, configuration, *machine, random_inputs(graph));
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Targets, OneThread,
                         testing::Values("x86-64-linux", "x86-64-linux-avx2", "x86-64-linux-avx512",
                                         "x86-64-linux-avx512vnni", "arm64-linux", "arm64-linux-dotprod"),
                         [](const auto& info) { return identifier(info.param, "alone"); });

TEST(OneThreadWithClang, CompilesWithoutWarnings) {
  const std::optional<Machine> machine = find_machine("host", "clang++");
  if (!machine) GTEST_SKIP() << "there is no clang++";
  const Graph graph = tiny_graph(DType::u8);
  Configuration configuration;
  configuration.threads = false;
  expect_blocks_as_interpreted(graph, configuration, *machine, random_inputs(graph));
}

std::string file(const Compiled& compiled, const std::string& name) {
  for (const File& f : compiled.files) {
    if (f.name == name) return f.content;
  }
  return "";
}

TEST(OneThreadText, HasNothingThatServesThreads) {
  for (const DType type : {DType::f32, DType::u8}) {
    CompileOptions options;
    options.name = "net";
    options.target = host_target();
    const Graph graph = demo_graph(type);
    const Compiled with = compile_or_throw(graph, options);
    options.threads = false;
    const Compiled without = compile_or_throw(graph, options);
    EXPECT_LT(file(without, "net.cpp").size(), file(with, "net.cpp").size());
    for (const char* word :
         {"run_parallel", "parallel_for", "Task", "struct Threads", "bool alone", "share(", "run.at(", "PARALLEL"}) {
      EXPECT_EQ(file(without, "net.cpp").find(word), std::string::npos) << word;
      EXPECT_EQ(file(without, "net.h").find(word), std::string::npos) << word;
    }
  }
}

}  // namespace
}  // namespace narrows
