// No emitted function needs much of the stack: what depends on the size of a network lies in the arena.
#include "tests/emit/stack.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/description.h"
#include "tests/support/graphs.h"
#include "tests/support/net.h"

namespace narrows {
namespace {

// ---- the bound ---------------------------------------------------------------------------------

struct Parameters {
  std::string graph, target, schedule;
};

void PrintTo(const Parameters& p, std::ostream* out) { *out << p.graph << " for " << p.target << ", " << p.schedule; }

/// Inverted residuals with PRELU behind their convolutions.
Graph prelu_graph(DType type) {
  return make_net(type, [](Net& n) {
    int x = n.prelu(n.conv(n.input(56, 56, 3), 16, square(3, 2, 1, 1)));
    for (const int channels : {24, 96}) {
      const int wide = n.prelu(n.conv(x, 96));
      x = n.conv(n.prelu(n.depthwise(wide, square(3, 2, 1, 1), 1, Activation::none)), channels);
    }
    n.output(n.prelu(x));
  });
}

Graph graph_named(const std::string& name) {
  if (name.find(".json") != std::string::npos) return read_shipped(name);
  const std::string type = name.substr(name.rfind(' ') + 1);
  const DType dtype = type == "f32" ? DType::f32 : type == "u8" ? DType::u8 : DType::i8;
  if (name.rfind("prelu", 0) == 0) return prelu_graph(dtype);
  return name.rfind("odd", 0) == 0 ? odd_graph(dtype) : demo_graph(dtype, 0.35f, 33, name.rfind("dense", 0) == 0);
}

class Stack : public testing::TestWithParam<Parameters> {};

TEST_P(Stack, IsBounded) {
  const Parameters& p = GetParam();
  expect_bounded_stack(graph_named(p.graph), p.target, p.schedule);
}

/// Every target for a small network, in turns in float and 8 bits; odd operators where kernels need most; other
/// schedules, detection and segmentation for two.
std::vector<Parameters> all_parameters() {
  std::vector<Parameters> all;
  for (const char* target : {"x86-64-linux", "x86-64-linux-avx512", "arm64-linux"})
    all.push_back({"demo f32", target, "auto"});
  for (const char* target : {"x86-64-linux-avx2", "x86-64-linux-avx512vnni", "arm64-linux-dotprod"})
    all.push_back({"demo i8", target, "auto"});
  for (const char* target : {"x86-64-linux-avx512", "arm64-linux"}) all.push_back({"odd u8", target, "auto"});
  for (const char* target : {"x86-64-linux-avx2", "arm64-linux"}) {
    for (const char* schedule : {"channels:3", "cascade columns:2", "halide"})
      all.push_back({"demo u8", target, schedule});
    all.push_back({"deeplab_mobilenet_v2_513_uint8.json", target, "auto"});
  }
  for (const char* target : {"x86-64-linux", "x86-64-linux-avx2", "x86-64-linux-avx512vnni", "arm64-linux"})
    all.push_back({"prelu i8", target, "rows"});
  return all;
}

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  std::string name = info.param.graph + "_" + identifier(info.param.target, info.param.schedule);
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Stack, testing::ValuesIn(all_parameters()), name_of);

// ---- what would be noticed ---------------------------------------------------------------------

std::string node(const std::string& name, const std::string& usage) {
  return "node: { title: \"" + name + "\" label: \"" + name + "\\nnet.cpp:1:1\\n" + usage +
         "\\n0 dynamic objects\" }\n";
}

std::string edge(const std::string& from, const std::string& to) {
  return "edge: { sourcename: \"" + from + "\" targetname: \"" + to + "\" label: \"net.cpp:2:2\" }\n";
}

TEST(CallGraph, AddsTheFramesOfTheDeepestPath) {
  const CallGraph graph = parse_call_graph(node("net_run", "16 bytes (static)") + node("a", "1000 bytes (static)") +
                                           node("b", "8 bytes (static)") + node("c", "2000 bytes (static)") +
                                           edge("net_run", "a") + edge("net_run", "b") + edge("b", "c"));
  EXPECT_EQ(deepest_path(graph, "net_run").bytes, 16 + 8 + 2000);
  EXPECT_EQ(deepest_path(graph, "net_run").path, "net_run 16, b 8, c 2000");
}

TEST(CallGraph, LibraryFunctionsAndAlignedFramesCost) {
  const CallGraph graph = parse_call_graph(node("net_run", "16 bytes (dynamic,bounded)") +
                                           "node: { title: \"expf\" label: \"expf\\n<built-in>\" shape : ellipse }\n" +
                                           edge("net_run", "expf"));
  EXPECT_EQ(deepest_path(graph, "net_run").path, "net_run 80, expf 256");
}

TEST(CallGraph, PointersMayPointToAnyBlock) {
  const std::string small = "_ZN12_GLOBAL__N_1L6block0ERKNS_3RunE", large = "_ZN12_GLOBAL__N_1L7block17ERKNS_3RunE";
  const CallGraph graph = parse_call_graph(node("net_run", "16 bytes (static)") + node(small, "10 bytes (static)") +
                                           node(large, "100 bytes (static)") + edge("net_run", "__indirect_call") +
                                           node("__indirect_call", "Indirect Call Placeholder"));
  EXPECT_EQ(deepest_path(graph, "net_run").path, "net_run 16, __indirect_call 0, block17 100");
}

TEST(CallGraph, WhatHasNoBoundIsRefused) {
  const std::string run = node("net_run", "16 bytes (static)");
  EXPECT_THROW(deepest_path(parse_call_graph(node("net_run", "16 bytes (dynamic)")), "net_run"), std::runtime_error);
  EXPECT_THROW(deepest_path(parse_call_graph(run + edge("net_run", "net_run")), "net_run"), std::runtime_error);
  EXPECT_THROW(deepest_path(parse_call_graph(run), "other_run"), std::out_of_range);
}

}  // namespace
}  // namespace narrows
