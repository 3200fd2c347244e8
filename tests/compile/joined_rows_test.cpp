// Concatenations of channels that the convolution behind them joins row by row: which are, and that emitted code
// computes the same.
#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

// As typed_graph() fills it in. Joined tensors are named.
constexpr const char* text = R"(graph "joined"
inputs %0
outputs %11 %15 %21 %26 %29 %34 %35 %38 %41 %43 %47 %50 %55
%0 T[1,9,7,8] $p
%1 T[12,1,1,8] $w = seed 1
%2 T[7,1,1,8] $w = seed 2
%3 T[5,1,1,8] $w = seed 3
%4 T[1,9,7,12] $p = conv2d %0 %1 activation relu6
%5 T[1,9,7,7] $p = conv2d %0 %2
%6 T[1,9,7,5] $p = conv2d %0 %3

%7 T[1,9,7,24] "in front of an expansion" $p = concatenation %4 %5 %6 axis 3
%8 T[20,1,1,24] $w = seed 4
%9 T[1,9,7,20] $p = conv2d %7 %8 activation relu6
%10 T[8,1,1,20] $w = seed 5
%11 T[1,9,7,8] $p = conv2d %9 %10

%12 T[1,9,7,10] "twice the same" $p = concatenation %6 %6 axis 3
%13 T[9,3,3,10] $w = seed 6
%14 T[1,4,3,9] $p = conv2d %12 %13 kernel 3 3 stride 2 2
%15 T[1,4,3,9] $p = max_pool %14 kernel 1 1

%16 T[1,9,7,12] "in front of a depthwise" $p = concatenation %5 %6 axis 3
%17 T[1,3,3,12] $w = seed 7
%18 T[1,9,7,12] $p = depthwise_conv2d %16 %17 kernel 3 3 pad 1 1 1 1 activation relu6
%19 T[12,1,1,12] $w = seed 8
%20 T[1,9,7,12] $p = conv2d %18 %19
%21 T[1,9,7,12] "sum with a stranger" $p = add %20 %4

# The residual is one of the parts.
%22 T[1,9,7,19] "part is the residual" $p = concatenation %5 %4 axis 3
%23 T[12,3,3,19] $w = seed 10
%24 T[1,9,7,12] $p = conv2d %22 %23 kernel 3 3 pad 1 1 1 1
%25 T[1,9,7,12] $p = add %24 %4
%26 T[1,9,7,12] $p = max_pool %25 kernel 1 1

%27 T[1,9,7,12] "read twice" $p = concatenation %6 %5 axis 3
%28 T[1,9,7,12] $p = conv2d %27 %19
%29 T[1,9,7,12] $p = add %28 %27

%30 T[1,9,7,7] $q = conv2d %0 %2
%31 T[1,9,7,12] "of other scales" $p = concatenation %30 %6 axis 3
%32 T[1,9,7,12] $p = conv2d %31 %19
%33 T[1,9,7,12] $p = max_pool %32 kernel 1 1
%34 T[1,9,7,12] $p = max_pool %33 kernel 1 1

%35 T[1,9,7,12] "an output" $p = concatenation %5 %6 axis 3
%36 T[1,9,7,12] $p = conv2d %35 %19
%37 T[1,9,7,12] $p = max_pool %36 kernel 1 1
%38 T[1,9,7,12] $p = max_pool %37 kernel 1 1

%39 T[1,9,14,7] "along the columns" $p = concatenation %5 %5 axis 2
%40 T[9,1,1,7] $w = seed 11
%41 T[1,9,14,9] $p = conv2d %39 %40

%42 T[1,9,7,19] "in front of a pool" $p = concatenation %5 %4 axis 3
%43 T[1,9,7,19] $p = max_pool %42 kernel 3 3 pad 1 1 1 1

# With the network's input, which 8-bit programs keep in its own type.
%44 T[1,9,7,13] "with the input" $p = concatenation %0 %6 axis 3
%45 T[12,1,1,13] $w = seed 12
%46 T[1,9,7,12] $p = conv2d %44 %45
%47 T[1,9,7,12] $p = max_pool %46 kernel 1 1

%48 T[1,9,7,12] "of other scales, in front of a depthwise" $p = concatenation %30 %6 axis 3
%49 T[1,9,7,12] $p = depthwise_conv2d %48 %17 kernel 3 3 pad 1 1 1 1
%50 T[1,9,7,12] $p = max_pool %49 kernel 1 1

%51 T[1,1,1,7] $q = max_pool %30 kernel 9 7
%52 T[1,9,7,7] $q = resize_bilinear %51
%53 T[1,9,7,12] "with a pixel of another scale" $p = concatenation %52 %6 axis 3
%54 T[1,9,7,12] $p = conv2d %53 %19
%55 T[1,9,7,12] $p = max_pool %54 kernel 1 1
)";

Graph graph_of(DType type) { return typed_graph(text, type); }

struct Parameters {
  DType type;
  const char *target, *schedule;
};

class JoinedRows : public testing::TestWithParam<Parameters> {};

TEST_P(JoinedRows, AsInterpreted) {
  const auto& [type, target, schedule] = GetParam();
  const std::optional<Machine> machine = find_machine(target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << target;
  const Graph graph = graph_of(type);
  expect_blocks_as_interpreted(graph, {target, schedule}, *machine, random_inputs(graph));
}

INSTANTIATE_TEST_SUITE_P(All, JoinedRows,
                         testing::Values(Parameters{DType::f32, "host", "auto"}, Parameters{DType::u8, "host", "auto"},
                                         Parameters{DType::i8, "host", "layerwise"},
                                         Parameters{DType::f32, "arm64-linux-dotprod", "auto"},
                                         Parameters{DType::i8, "arm64-linux-dotprod", "auto"}),
                         [](const auto& info) {
                           return std::string(to_string(info.param.type)) + "_" +
                                  identifier(info.param.target, info.param.schedule);
                         });

/// Names of the concatenations that exist as a whole.
std::set<std::string> whole_ones(DType type) {
  const Graph graph = graph_of(type);
  std::set<std::string> names;
  for (const Block& block : partition(graph)) {
    if (block.kind == BlockKind::single && graph.ops[block.ops[0]].kind == OpKind::concatenation)
      names.insert(graph.tensors[block.output].name);
  }
  return names;
}

TEST(JoinedRowsPlan, WholeWhereSomethingElseNeedsThem) {
  std::set<std::string> expected = {"read twice", "an output", "along the columns", "in front of a pool"};
  EXPECT_EQ(whole_ones(DType::f32), expected);
  expected.insert("with the input");
  EXPECT_EQ(whole_ones(DType::i8), expected);
  EXPECT_EQ(whole_ones(DType::u8), expected);
}

}  // namespace
}  // namespace narrows
