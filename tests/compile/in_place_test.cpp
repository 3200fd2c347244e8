// Parts of concatenations that their producers write in place, and slices that lie in their input: which are, and that
// emitted code computes the same.
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/emitted.h"
#include "tests/support/graphs.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

// As typed_graph() fills it in. Results and tensors that tell a case are named.
constexpr const char* text = R"(graph "in_place"
inputs %0 %1
outputs %9 %19 %20 %23 %26 %27 %33 %36 %39 %42 %44 %46 %48 %49 %50 %52 %57
%0 T[1,6,5,8] $p
%1 T[1,12,4] $p
%2 T[12,1,1,8] $w = seed 1
%3 T[8,1,1,8] $w = seed 2
%4 T[1,6,5,8] $p = max_pool %0 kernel 3 3 pad 1 1 1 1

# Two heads, as those of a detector.
%5 T[1,6,5,12] $p = conv2d %4 %2
%6 T[1,90,4] $p = reshape %5
%7 T[1,6,5,8] $p = conv2d %4 %3
%8 T[1,60,4] $p = reshape %7
%9 T[1,150,4] "heads" $p = concatenation %6 %8 axis 1

# The same inside of the graph, with an odd offset behind the first part.
%10 T[7,1,1,8] $w = seed 3
%11 T[1,6,5,7] $p = conv2d %4 %10
%12 T[1,210] $p = reshape %11
%13 T[1,6,5,8] $p = conv2d %4 %3 activation relu
%14 T[1,240] $p = reshape %13
%15 T[1,450] "inner heads" $p = concatenation %12 %14 axis 1
%16 T[1,15,30,1] $p = reshape %15
%17 T[1,15,30,1] $p = max_pool %16 kernel 3 3 pad 1 1 1 1
# A part that has another reader, too.
%18 T[1,6,5,8] $p = conv2d %13 %3
%19 T[1,15,30,1] "pooled heads" $p = max_pool %17 kernel 1 1
%20 T[1,6,5,8] "reader of a part" $p = max_pool %18 kernel 3 3 pad 1 1 1 1

# One tensor twice.
%21 T[1,6,5,8] $p = conv2d %4 %3 activation relu6
%22 T[1,12,5,8] "twice" $p = concatenation %21 %21 axis 1
%23 T[1,12,5,8] $p = max_pool %22 kernel 3 3 pad 1 1 1 1

# Parts that nobody writes, and one that is an output itself.
%24 T[1,12,4] $p = seed 4
%25 T[1,6,5,8] $p = conv2d %4 %3
%26 T[1,60,4] "output and part" $p = reshape %25
%27 T[1,84,4] "strangers" $p = concatenation %1 %24 %26 axis 1

# Joined twice.
%28 T[1,6,5,8] $p = conv2d %4 %3
%29 T[1,6,5,12] $p = conv2d %4 %2
%30 T[1,240] $p = reshape %28
%31 T[1,360] $p = reshape %29
%32 T[1,600] "nested inside" $p = concatenation %30 %31 axis 1
%33 T[1,840] "nested outside" $p = concatenation %32 %30 axis 1

# Along the channels there is no place for a part in one piece.
%34 T[1,6,5,8] $p = conv2d %4 %3
%35 T[1,6,5,12] $p = conv2d %4 %2
%36 T[1,6,5,20] "channels" $p = concatenation %34 %35 axis 3

# One pixel: there is.
%37 T[1,1,1,8] $p = average_pool %4 kernel 6 5
%38 T[1,1,1,12] $p = conv2d %37 %2
%39 T[1,1,1,20] "channels of a pixel" $p = concatenation %38 %37 axis 3

# One of another scale.
%40 T[1,6,5,8] $q = conv2d %4 %3
%41 T[1,6,5,8] $p = conv2d %4 %3
%42 T[1,12,5,8] "another scale" $p = concatenation %40 %41 axis 1

# Rows, columns and channels of a computed tensor.
%43 T[1,6,5,8] $p = conv2d %4 %3
%44 T[1,2,5,8] "rows" $p = slice %43 begin 0 3 0 0 steps 1 1 1 1
%45 T[1,1,3,8] "columns" $p = slice %43 begin 0 2 1 0 steps 1 1 1 1
%46 T[1,1,3,8] $p = max_pool %45 kernel 1 1
%47 T[1,1,1,3] "channels of a pixel of a tensor" $p = slice %43 begin 0 5 4 5 steps 1 1 1 1
%48 T[1,3] $p = reshape %47
%49 T[1,6,5,3] "not in one piece" $p = slice %43 begin 0 0 0 2 steps 1 1 1 1
%50 T[1,2,5,8] "backwards" $p = slice %43 begin 0 4 0 0 steps 1 -1 1 1

# Of an input.
%51 T[1,3,5,8] "rows of an input" $p = slice %0 begin 0 2 0 0 steps 1 1 1 1
%52 T[1,3,5,8] $p = max_pool %51 kernel 3 3 pad 1 1 1 1

# A slice and what is left, joined the other way round.
%53 T[1,6,5,8] $p = conv2d %4 %3
%54 T[1,2,5,8] "first rows" $p = slice %53 begin 0 0 0 0 steps 1 1 1 1
%55 T[1,4,5,8] "last rows" $p = slice %53 begin 0 2 0 0 steps 1 1 1 1
%56 T[1,6,5,8] "turned" $p = concatenation %55 %54 axis 1
%57 T[1,6,5,8] $p = max_pool %56 kernel 1 1
)";

Graph graph_of(DType type) { return typed_graph(text, type); }

struct Parameters {
  DType type;
  const char* target;
};

class InPlace : public testing::TestWithParam<Parameters> {};

TEST_P(InPlace, AsInterpreted) {
  const std::optional<Machine> machine = find_machine(GetParam().target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << GetParam().target;
  const Graph graph = graph_of(GetParam().type);
  expect_blocks_as_interpreted(graph, {GetParam().target, "auto"}, *machine, random_inputs(graph));
}

INSTANTIATE_TEST_SUITE_P(All, InPlace,
                         testing::Values(Parameters{DType::f32, "host"}, Parameters{DType::u8, "host"},
                                         Parameters{DType::i8, "x86-64-linux-avx2"},
                                         Parameters{DType::u8, "arm64-linux"}),
                         [](const auto& info) {
                           return std::string(to_string(info.param.type)) + "_" + identifier(info.param.target, "auto");
                         });

/// Without building anything: what becomes of the concatenations and slices, by the names of their results.
std::map<std::string, std::string> schedules(DType type, const char* target) {
  const Graph graph = graph_of(type);
  Diagnostics diagnostics("test");
  CompileOptions options;
  options.name = "net";
  options.target = *parse_target(target, diagnostics);
  const std::optional<Compiled> compiled = compile(graph, options, diagnostics);
  EXPECT_TRUE(compiled) << diagnostics.str();
  std::map<std::string, std::string> by_name;
  for (const BlockReport& block : compiled->blocks)
    by_name[compiled->graph.tensors.at(block.output_tensor).name] = block.schedule;
  return by_name;
}

TEST(InPlacePlan, Concatenations) {
  for (DType type : {DType::f32, DType::u8, DType::i8}) {
    SCOPED_TRACE(to_string(type));
    std::map<std::string, std::string> s = schedules(type, "x86-64-linux-avx2");
    EXPECT_EQ(s["heads"], "2 of 2 parts written in place");
    EXPECT_EQ(s["inner heads"], "2 of 2 parts written in place");
    EXPECT_EQ(s["twice"], "1 of 2 parts written in place");
    EXPECT_EQ(s["strangers"], "plain loops");
    EXPECT_EQ(s["nested inside"], "2 of 2 parts written in place");
    EXPECT_EQ(s["nested outside"], "1 of 2 parts written in place");
    EXPECT_EQ(s["channels"], "plain loops");
    EXPECT_EQ(s["channels of a pixel"], "2 of 2 parts written in place");
    EXPECT_EQ(s["another scale"],
              type == DType::u8 ? "1 of 2 parts written in place" : "2 of 2 parts written in place");
    // Whether a part that its reader has turned is written in place depends on the arena.
    EXPECT_TRUE(s["turned"] == "plain loops" || s["turned"] == "1 of 2 parts written in place") << s["turned"];
  }
}

TEST(InPlacePlan, Slices) {
  std::map<std::string, std::string> s = schedules(DType::u8, "x86-64-linux-avx2");
  // Slices in one piece are no blocks.
  for (const char* name : {"rows", "columns", "channels of a pixel of a tensor", "rows of an input", "first rows"})
    EXPECT_EQ(s.count(name), 0u) << name;
  EXPECT_EQ(s["not in one piece"], "plain loops");
  EXPECT_EQ(s["backwards"], "plain loops");
}

/// Operators of equal weights have them once.
TEST(InPlacePlan, EqualWeightsAreStoredOnce) {
  const char* const shared = R"(graph "shared"
inputs %0 %1
outputs %3 %4
%0 f32[1,8,8,8]
%1 f32[1,4,4,8]
%2 f32[8,1,1,8] = seed 1
%3 f32[1,8,8,8] = conv2d %0 %2
%4 f32[1,4,4,8] = conv2d %1 %2
)";
  Diagnostics diagnostics("test");
  CompileOptions options;
  options.name = "net";
  options.target = *parse_target("x86-64-linux-avx2", diagnostics);
  std::string twice = shared;
  const std::optional<Compiled> once = compile(parse_graph(shared, diagnostics), options, diagnostics);
  twice.replace(twice.find("conv2d %1 %2"), 12, "conv2d %1 %5");
  twice.insert(twice.find("%3 f32"), "%5 f32[8,1,1,8] = seed 2\n");
  const std::optional<Compiled> different = compile(parse_graph(twice, diagnostics), options, diagnostics);
  ASSERT_TRUE(once && different) << diagnostics.str();
  EXPECT_GE(different->weights_bytes - once->weights_bytes, 8 * 8 * 4);
}

}  // namespace
}  // namespace narrows
