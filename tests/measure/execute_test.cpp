// The emitted program around a hand-written net of two blocks: sum of neighbours, then bytes to floats.
#include "compiler/measure/execute.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <regex>

#include "compiler/emit/emit_main.h"

namespace narrows {
namespace {

constexpr const char* kHeader = R"(
#include <stddef.h>
#include <stdint.h>
#define NET_ALIGNMENT 64
#define NET_WEIGHTS_BYTES 4
#define NET_PARALLEL_ARENA_BYTES(threads) (900 + (threads) * 100)
#define NET_INPUT0_BYTES 4
#define NET_OUTPUT0_BYTES 12
#define NET_OUTPUT1_BYTES 3
enum net_status { NET_OK = 0, NET_FOREIGN_WEIGHTS };
extern "C" {
net_status net_check(const void* weights, size_t bytes);
typedef void (*net_parallel_for)(void* context, void (*task)(void*, int), void* argument, int count);
net_status net_run_parallel(const void* weights, void* arena, const uint8_t* input0, float* output0, int8_t* output1,
                            int threads, net_parallel_for parallel_for, void* context);
const char* net_message(net_status status);
}
)";

constexpr const char* kSource = R"(
#include "net.h"
#ifndef NARROWS_TRACE
#define NARROWS_TRACE(block, output, bytes)
#endif
namespace { struct Options {}; }  // a name that the program uses too
net_status net_check(const void* weights, size_t bytes) {
  return bytes == 4 && *(const char*)weights == 'w' ? NET_OK : NET_FOREIGN_WEIGHTS;
}
static void touch(void* argument, int index) { ((uint8_t*)argument)[index * 100] = 1; }
net_status net_run_parallel(const void*, void* arena, const uint8_t* input0, float* output0, int8_t* output1,
                            int threads, net_parallel_for parallel_for, void* context) {
  if (threads > 1) parallel_for(context, touch, (uint8_t*)arena + 999, threads);
  uint8_t* sums = (uint8_t*)arena;
  for (int i = 0; i < 3; ++i) sums[i] = (uint8_t)(input0[i] + input0[i + 1]);
  NARROWS_TRACE(0, sums, 3);
  for (int i = 0; i < 3; ++i) output0[i] = sums[i];
  NARROWS_TRACE(1, output0, 12);
  for (int i = 0; i < 3; ++i) output1[i] = (int8_t)-sums[i];
  EXTRA
  return NET_OK;
}
const char* net_message(net_status status) { return status == NET_OK ? "ok" : "these are other weights"; }
)";

struct Net {
  Compiled compiled;
  CompileOptions options;
};

/// `extra` is a statement inside net_run_parallel().
Net make_net(const std::string& extra = "", const std::string& weights = "wxyz") {
  Net net;
  net.options.name = "net";
  net.options.model_file = "net.tflite";
  net.options.target = host_target();
  net.options.emit_main = true;
  const auto add = [&](DType type, Shape shape) {
    Tensor tensor;
    tensor.type = type;
    tensor.shape = std::move(shape);
    return net.compiled.graph.add(std::move(tensor));
  };
  net.compiled.graph.inputs = {add(DType::u8, {4})};
  net.compiled.graph.outputs = {add(DType::f32, {3}), add(DType::i8, {3})};
  net.compiled.blocks.resize(2);
  for (int i = 0; i < 2; ++i) net.compiled.blocks[i].index = i;
  const std::string source = std::regex_replace(kSource, std::regex("EXTRA"), extra);
  net.compiled.files = {{"net.h", kHeader}, {"net.cpp", source}, {"net.weights", weights}};
  net.compiled.files.push_back({"net_main.cpp", emit_main(net.compiled.graph, net.options)});
  return net;
}

enum class Traced { no, yes };

std::optional<Execution> run(const Net& net, Traced traced, Diagnostics& diagnostics, int threads = 1) {
  Toolchain toolchain = *find_toolchain(net.options.target, "", "", diagnostics);
  for (const char* flag : {"-Wall", "-Wextra", "-Werror", "-fno-exceptions", "-fno-rtti"}) {
    toolchain.flags.push_back(flag);
  }
  const ExecuteOptions options{{{1, 2, 3, 4}}, 5, threads, traced == Traced::yes};
  return execute(net.compiled, net.options, toolchain, options, diagnostics);
}

std::string error_of(const Net& net) {
  Diagnostics diagnostics("test");
  EXPECT_FALSE(run(net, Traced::no, diagnostics));
  return diagnostics.str();
}

TEST(Execute, GivesOutputsAndAReport) {
  Diagnostics diagnostics("test");
  const auto execution = run(make_net(), Traced::no, diagnostics);
  ASSERT_TRUE(execution) << diagnostics.str();
  float floats[3];
  ASSERT_EQ(execution->outputs.at(0).size(), sizeof(floats));
  std::memcpy(floats, execution->outputs[0].data(), sizeof(floats));
  EXPECT_EQ(floats[0], 3);
  EXPECT_EQ(floats[2], 7);
  EXPECT_EQ(execution->outputs.at(1), (Bytes{253, 251, 249}));
  EXPECT_TRUE(execution->blocks.empty());
  const std::regex report(
      "latency  min [0-9]+\\.[0-9]{2} ms  median [0-9]+\\.[0-9]{2} ms  \\(5 runs\\)\n"
      "arena    1,000 bytes\n"
      "weights  4 bytes\n");
  EXPECT_TRUE(std::regex_match(execution->report, report)) << execution->report;
}

TEST(Execute, TracesBlocks) {
  Diagnostics diagnostics("test");
  const auto execution = run(make_net(), Traced::yes, diagnostics);
  ASSERT_TRUE(execution) << diagnostics.str();
  EXPECT_EQ(execution->blocks.at(0), (Bytes{3, 5, 7}));
  EXPECT_EQ(execution->blocks.at(1), execution->outputs.at(0));
}

/// The net's tasks write to the last byte of the arena of one thread, and every hundredth behind it.
TEST(Execute, RunsOnThreads) {
  for (const Traced traced : {Traced::no, Traced::yes}) {
    Diagnostics diagnostics("test");
    const auto execution = run(make_net(), traced, diagnostics, 3);
    ASSERT_TRUE(execution) << diagnostics.str();
    EXPECT_EQ(execution->outputs.at(1), (Bytes{253, 251, 249}));
    EXPECT_NE(execution->report.find("(5 runs, 3 threads)\narena    1,200 bytes\n"), std::string::npos)
        << execution->report;
  }
}

TEST(Execute, FindsWritesOutsideTheArena) {
  EXPECT_NE(error_of(make_net("sums[1000] = 0;")).find("bytes behind this memory were overwritten: arena"),
            std::string::npos);
  EXPECT_NE(error_of(make_net("sums[-1] = 0;")).find("bytes in front of this memory were overwritten: arena"),
            std::string::npos);
}

TEST(Execute, FindsWritesBehindAnOutput) {
  EXPECT_NE(error_of(make_net("output1[3] = 0;")).find("bytes behind this memory were overwritten: output"),
            std::string::npos);
}

TEST(Execute, FindsResultsThatDependOnEarlierRuns) {
  EXPECT_NE(error_of(make_net("output1[0] = (int8_t)++sums[500];")).find("a later run gave another result"),
            std::string::npos);
}

TEST(Execute, ShowsWhatTheWeightsCheckSays) {
  EXPECT_NE(error_of(make_net("", "abcd")).find("net: error: weights: these are other weights"), std::string::npos);
}

TEST(Execute, ShowsWhatTheCompilerSays) {
  EXPECT_NE(error_of(make_net("nonsense;")).find("net.cpp"), std::string::npos);
}

}  // namespace
}  // namespace narrows
