// Operators on single elements that convolutions compute behind themselves. All cases of one type stand in one program;
// names of tensors tell the case.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "compiler/graph/ops.h"
#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/net.h"
#include "tests/support/traced.h"
#include "tests/support/typed_configuration.h"

namespace narrows {
namespace {

constexpr Activation linear = Activation::none, relu = Activation::relu;

/// Expansion, depthwise convolution and projection, with PRELU behind the first two.
int block(Net& n, int x, int expanded, int channels, const Window& window = square(3, 1, 1, 1)) {
  const int filtered = n.depthwise(n.prelu(n.conv(x, expanded)), window, 1, linear);
  return n.conv(n.prelu(filtered, Slopes::one), channels);
}

int swish(Net& n, int x) { return n.function(OpKind::hard_swish, x); }
int silu(Net& n, int x) { return n.mul(x, n.function(OpKind::logistic, x)); }
int sigmoid(Net& n, int x) { return n.function(OpKind::logistic, x); }
/// An operator of floats; in 8 bit another one.
int hard_sigmoid(Net& n, int x) {
  return n.function(n.type() == DType::f32 ? OpKind::hard_sigmoid : OpKind::logistic, x);
}

/// A block with functions behind all of its convolutions.
template <int (*function)(Net&, int)>
void function_case(Net& n) {
  const int x = function(n, n.conv(n.input(9, 8, 12), 20));
  const int wide = function(n, n.conv(x, 72));
  const int filtered = function(n, n.depthwise(wide, square(3, 1, 1, 1), 1, linear));
  n.output(n.add(x, function(n, n.conv(filtered, 20)), relu));
}

template <int channels>
void channel_case(Net& n) {
  const int x = n.prelu(n.conv(n.input(6, 5, channels), channels));
  n.output(n.add(x, block(n, x, 3 * channels, channels)));
}

const NetCase cases[] = {
    {"1 channel", channel_case<1>},
    {"7 channels", channel_case<7>},
    {"16 channels", channel_case<16>},
    {"20 channels", channel_case<20>},
    {"a block of stride 2", [](Net& n) { n.output(block(n, n.input(9, 8, 8), 48, 24, square(3, 2, 1, 1))); }},
    {"a dilated block", [](Net& n) { n.output(block(n, n.input(9, 8, 8), 24, 12, square(3, 1, 2, 2))); }},
    {"a block of 5x5", [](Net& n) { n.output(block(n, n.input(9, 8, 8), 24, 12, square(5, 1, 1, 2))); }},
    {"a large block", [](Net& n) { n.output(block(n, n.input(18, 17, 16), 96, 24)); }},
    {"behind the projection, before the sum",
     [](Net& n) {
       const int x = n.conv(n.input(6, 5, 8), 24);
       n.output(n.add(x, n.prelu(block(n, x, 72, 24)), relu));
     }},
    {"two blocks, one behind the other",
     [](Net& n) {
       const int x = n.prelu(block(n, n.input(12, 9, 8), 24, 12));
       n.output(n.add(x, block(n, x, 48, 12)));
     }},
    {"a stem",
     [](Net& n) {
       const int stem = n.prelu(n.conv(n.input(13, 12, 3), 16, square(3, 2, 1, 1)), Slopes::one);
       n.output(n.conv(n.prelu(n.depthwise(stem, square(3, 1, 1, 1), 1, linear)), 8));
     }},
    {"without an expansion",
     [](Net& n) { n.output(n.conv(n.prelu(n.depthwise(n.conv(n.input(6, 5, 8), 24), square(3), 1, linear)), 12)); }},
    {"behind a clamp",
     [](Net& n) {
       const int wide = n.prelu(n.conv(n.input(6, 5, 8), 48, square(1), relu));
       n.output(n.conv(n.prelu(n.depthwise(wide, square(3, 1, 1, 1), 1, relu)), 8));
     }},
    {"of convolutions alone",
     [](Net& n) {
       const int x = n.input(9, 7, 8);
       n.output(n.prelu(n.conv(x, 20)));
       n.output(n.prelu(n.conv(x, 20, square(1, 2)), Slopes::one));
       n.output(n.prelu(n.conv(x, 12, square(3, 1, 2, 2))));
       n.output(n.prelu(n.depthwise(x, square(3, 2, 1, 1), 1, linear)));
       n.output(n.prelu(n.depthwise(x, square(3, 1, 1, 1), 3, linear)));
     }},
    {"of fully connected layers",
     [](Net& n) { n.output(n.fully_connected(n.prelu(n.fully_connected(n.input(3, 2, 8), 36)), 10)); }},
    {"pooled", [](Net& n) { n.output(n.mean(n.prelu(n.conv(n.conv(n.input(6, 5, 8), 12), 40)))); }},
    {"to a smaller scale",
     [](Net& n) {
       const int x = n.prelu(n.conv(n.input(6, 5, 8), 24), Slopes::channels, 0.2f);
       n.output(n.prelu(n.depthwise(x, square(3, 1, 1, 1), 1, linear), Slopes::one, 0.05f));
     }},
    {"of large multipliers",
     [](Net& n) {
       const Weights tiny = {-1, 1, true, false, 0.4f};
       const int wide = n.prelu(n.conv(n.input(6, 5, 8), 24, square(1), linear, tiny));
       const int filtered = n.prelu(n.depthwise(wide, square(3, 1, 1, 1), 1, linear, tiny), Slopes::channels, 0.3f);
       n.output(n.conv(filtered, 12, square(1), linear, tiny));
     }},
    {"hard swish", function_case<swish>},
    {"SiLU", function_case<silu>},
    {"logistic", function_case<sigmoid>},
    {"hard sigmoid", function_case<hard_sigmoid>},
    {"hard swish of a stem",
     [](Net& n) {
       const int stem = swish(n, n.conv(n.input(13, 12, 3), 16, square(3, 2, 1, 1)));
       n.output(n.conv(swish(n, n.depthwise(stem, square(5, 1, 1, 2), 1, linear)), 8));
     }},
    {"SiLU of a pooled convolution and of layers",
     [](Net& n) {
       const int x = n.mean(silu(n, n.conv(silu(n, n.conv(n.input(6, 5, 8), 12)), 40)));
       n.output(silu(n, n.fully_connected(silu(n, n.fully_connected(x, 36)), 10)));
     }},
    {"of tensors that others read",
     [](Net& n) {
       const int x = n.conv(n.input(6, 5, 8), 12);
       n.output(n.prelu(x));
       n.output(n.conv(x, 8));
       n.output(n.prelu(n.conv(x, 8), Slopes::elements));
     }},
};

Graph all_cases(DType type) {
  return make_net(type, [](Net& n) { build_all(n, cases); });
}

class FinishedConvs : public testing::TestWithParam<TypedConfiguration> {};

TEST_P(FinishedConvs, AsInterpreted) {
  const TypedConfiguration& p = GetParam();
  const std::optional<Machine> machine = find_machine(p.configuration.target, p.configuration.compiler);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << p.configuration.target;
  const Graph graph = all_cases(p.type);
  const Traced run = expect_blocks_as_interpreted(graph, p.configuration, *machine, random_inputs(graph));
  const auto is_alone = [](const BlockReport& b) { return b.kind == "prelu"; };
  // The last case has both: a tensor that others read, and slopes of elements.
  EXPECT_EQ(std::count_if(run.compiled.blocks.begin(), run.compiled.blocks.end(), is_alone), 2);
}

/// Every target, and every schedule with one of them: each pair of a type and a target is one program to build.
std::vector<TypedConfiguration> all_parameters() {
  std::vector<TypedConfiguration> all;
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    all.push_back({type, {"x86-64-linux", "rows"}});
    all.push_back({type, {"x86-64-linux-avx2", "channels:3", "clang++"}});
    all.push_back({type, {"x86-64-linux-avx512vnni", "auto"}});
    all.push_back({type, {"arm64-linux", "auto"}});
    all.push_back({type, {"arm64-linux-dotprod", "channels"}});
    all.push_back({type, {"generic", "auto"}});
  }
  for (const DType type : {DType::f32, DType::u8}) {
    for (const char* schedule : {"rows", "rows columns:3", "layerwise", "halide"})
      all.push_back({type, {"x86-64-linux-avx2", schedule}});
  }
  all.push_back({DType::u8, {"x86-64-linux-avx2", "rows plain"}});
  all.push_back({DType::u8, {"x86-64-linux-avx512", "rows"}});
  all.push_back({DType::i8, {"x86-64-linux-avxvnni", "rows"}});
  all.push_back({DType::i8, {"x86-64-linux-avx2", "rows", "", Numerics::xnnpack}});
  all.push_back({DType::i8, {"arm64-linux-dotprod", "rows", "", Numerics::xnnpack}});
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, FinishedConvs, testing::ValuesIn(all_parameters()), name_of);

/// Where the result's scale is much smaller, values are shifted beyond 32 bits, as in TFLite.
TEST(FinishedConvs, ValuesThatWrap) {
  constexpr const char* text = R"(graph "wraps"
inputs %0
outputs %5 %7 %9
%0 T[1,6,5,8] "x" $p
%1 T[24,1,1,8] "w" $w = seed 1
%2 i8[1] "slope" scale 7 = seed 3
%3 T[24] "slopes" scale 0.1 zero 3 = seed 4
%4 T[1,6,5,24] "a" scale 0.05 zero 100 = conv2d %0 %1
%5 T[1,6,5,24] "to 2^-25 of the scale" scale 1.5e-9 zero 9 = prelu %4 %2
%6 T[1,6,5,24] "b" scale 0.05 zero 100 = conv2d %0 %1
%7 T[1,6,5,24] "to 2^-22 of the scale" scale 1.5e-8 zero 9 = prelu %6 %3
%8 T[1,6,5,24] "c" scale 0.05 zero 100 = conv2d %0 %1
%9 T[1,6,5,24] "to 2^-12 of the scale" scale 1.3e-5 zero 120 = prelu %8 %3
)";
  const Graph graph = typed_graph(text, DType::u8);
  for (const char* target : {"x86-64-linux-avx2", "x86-64-linux-avx512vnni", "arm64-linux", "generic"}) {
    const std::optional<Machine> machine = find_machine(target);
    if (!machine) continue;
    SCOPED_TRACE(target);
    const Traced run = expect_blocks_as_interpreted(graph, {target}, *machine, random_inputs(graph));
    EXPECT_EQ(run.compiled.blocks.size(), 3u);
  }
}

// ---- the structure -----------------------------------------------------------------------------

Compiled compiled_for_avx2(const Graph& graph) {
  CompileOptions options;
  options.name = "net";
  options.schedule.variant = Variant::rows;
  Diagnostics diagnostics("test");
  options.target = parse_target("x86-64-linux-avx2", diagnostics).value();
  const std::optional<Compiled> compiled = compile(graph, options, diagnostics);
  NARROWS_CHECK(compiled.has_value(), diagnostics.str());
  return *compiled;
}

/// A stem, and an inverted residual behind it, with PRELU or clamps behind the convolutions.
Graph small_network(DType type, bool with_prelu) {
  return make_net(type, [&](Net& n) {
    const auto activated = [&](int x) { return with_prelu ? n.prelu(x) : x; };
    const Activation activation = with_prelu ? linear : Activation::relu6;
    const int x = activated(n.conv(n.input(48, 48, 3), 16, square(3, 2, 1, 1), activation));
    const int filtered =
        activated(n.depthwise(activated(n.conv(x, 96, square(1), activation)), square(3, 1, 1, 1), 1, activation));
    n.output(n.add(x, n.conv(filtered, 16)));
  });
}

/// The block is one function, computed as with clamps: the expanded tensor of 24x24x96 never exists as a whole.
TEST(FinishedConvs, BlocksStayFused) {
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    const Compiled compiled = compiled_for_avx2(small_network(type, true));
    const Compiled clamped = compiled_for_avx2(small_network(type, false));
    ASSERT_EQ(compiled.blocks.size(), 2u);
    EXPECT_EQ(compiled.blocks[0].title, "convolution 3x3, stride 2, 3 -> 16, prelu");
    const BlockReport &fused = compiled.blocks[1], &plain = clamped.blocks.at(1);
    EXPECT_EQ(fused.title, "inverted residual 3x3, stride 1, 16 -> 96 -> 16, prelu, residual");
    EXPECT_EQ(fused.origins.size(), 6u);
    EXPECT_TRUE(fused.fused);
    EXPECT_EQ(fused.schedule, plain.schedule);
    EXPECT_EQ(fused.scratch_bytes, plain.scratch_bytes);
    EXPECT_EQ(compiled.arena_bytes, clamped.arena_bytes);
    EXPECT_LT(compiled.arena_bytes, 24 * 24 * 96 * size_of(type));
  }
}

/// The types of data for which `row` finishes convolutions.
std::vector<DType> finished_types(const OpFacts& row) {
  if (row.kind == OpKind::lookup) return {DType::u8};
  if (row.kind == OpKind::silu || row.kind == OpKind::hard_sigmoid) return {DType::f32};
  return {DType::f32, DType::u8};
}

/// A convolution and `row` behind it.
std::string finished_text(const OpFacts& row) {
  std::string text =
      "graph \"net\"\ninputs %0\noutputs %3\n%0 T[1,6,5,8] \"x\" $p\n"
      "%1 T[12,1,1,8] \"w\" $w = seed 1\n%2 T[1,6,5,12] \"conv\" $p = conv2d %0 %1\n";
  std::string operands = "%2";
  for (int i = 1; i < row.min_inputs; ++i) {
    text += fmt::format("%{} T[{}] \"constant\" {} = seed 2\n", 3 + i, row.kind == OpKind::lookup ? 256 : 12,
                        row.kind == OpKind::lookup ? "$q" : "$w");
    operands += fmt::format(" %{}", 3 + i);
  }
  return text + fmt::format("%3 T[1,6,5,12] \"y\" $q = {} {}\n", row.name, operands);
}

/// Every operator whose row says so becomes part of a convolution.
TEST(FinishedConvs, EveryOperatorThatFinishes) {
  int rows = 0;
  for (const OpFacts& row : all_ops()) {
    if (!row.is(trait::finishes)) continue;
    ++rows;
    EXPECT_TRUE(row.is(trait::elementwise)) << row.name;
    for (const DType type : finished_types(row)) {
      const Compiled compiled = compiled_for_avx2(typed_graph(finished_text(row), type));
      ASSERT_EQ(compiled.blocks.size(), 1u) << row.name;
      EXPECT_NE(compiled.blocks[0].title.find(row.name), std::string::npos) << compiled.blocks[0].title;
    }
  }
  EXPECT_GE(rows, 6);
}

/// Functions that files write out leave blocks fused, in float and in 8 bit.
TEST(FinishedConvs, WrittenOutFunctions) {
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    const Graph graph = make_net(type, [](Net& n) {
      const int x = n.input(24, 24, 8);
      n.output(n.conv(silu(n, n.depthwise(silu(n, n.conv(x, 48)), square(3, 1, 1, 1), 1, linear)), 12));
    });
    const Compiled compiled = compiled_for_avx2(graph);
    ASSERT_EQ(compiled.blocks.size(), 1u);
    EXPECT_TRUE(compiled.blocks[0].fused);
    EXPECT_EQ(compiled.blocks[0].origins.size(), 7u);
    EXPECT_LT(compiled.arena_bytes, 24 * 24 * 48 * size_of(type));
  }
}

}  // namespace
}  // namespace narrows
