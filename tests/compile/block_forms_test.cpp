// Chains that have more or less than an inverted residual: without a projection, with a full convolution as the
// expansion, and with a multiplication of each channel in front. All cases of one type stand in one program; names of
// tensors tell the case.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/net.h"
#include "tests/support/traced.h"
#include "tests/support/typed_configuration.h"

namespace narrows {
namespace {

constexpr Activation linear = Activation::none, relu6 = Activation::relu6;

/// A pixel of factors from 0 to 1 for the channels of `x`.
int gate(Net& n, int x, int channels) {
  const int squeezed = n.fully_connected(n.mean(x), 12);
  return n.reshape(n.function(OpKind::logistic, n.fully_connected(squeezed, channels)), {1, 1, 1, channels});
}

/// An inverted residual with squeeze-and-excitation.
int squeezed(Net& n, int x, int expanded, int channels, const Window& window) {
  const int wide = n.function(OpKind::hard_swish, n.conv(x, expanded));
  const int filtered = n.function(OpKind::hard_swish, n.depthwise(wide, window, 1, linear));
  return n.conv(n.mul(filtered, gate(n, filtered, expanded)), channels);
}

template <int channels>
void without_projection(Net& n) {
  n.output(n.depthwise(n.conv(n.input(11, 9, 8), channels, square(1), relu6)));
}

template <int channels>
void full_expansion(Net& n) {
  n.output(n.conv(n.conv(n.input(11, 9, channels), 4 * channels + 1, square(3, 1, 1, 1), relu6), channels));
}

const NetCase cases[] = {
    {"7 channels without a projection", without_projection<7>},
    {"16 channels without a projection", without_projection<16>},
    {"20 channels without a projection", without_projection<20>},
    {"a stem of stride 2 without a projection",
     [](Net& n) { n.output(n.depthwise(n.conv(n.input(17, 14, 3), 24, square(3, 2, 1, 1)), square(5, 2, 1, 2))); }},
    {"a dilated window without a projection",
     [](Net& n) { n.output(n.depthwise(n.conv(n.input(13, 12, 8), 40), square(3, 1, 2, 2))); }},
    {"functions without a projection",
     [](Net& n) {
       const int wide = n.function(OpKind::logistic, n.conv(n.input(11, 9, 8), 24));
       n.output(n.function(OpKind::hard_swish, n.depthwise(wide, square(3, 1, 1, 1), 1, linear)));
     }},
    {"two blocks without projections",
     [](Net& n) {
       const int x = n.depthwise(n.conv(n.input(12, 9, 8), 24), square(3, 2, 1, 1));
       n.output(n.depthwise(n.conv(x, 20, square(3, 1, 1, 1))));
     }},
    {"a full expansion of 5 channels", full_expansion<5>},
    {"a full expansion of 16 channels", full_expansion<16>},
    {"a full expansion of stride 2",
     [](Net& n) { n.output(n.conv(n.conv(n.input(18, 19, 8), 48, square(5, 2, 1, 2), relu6), 12)); }},
    {"a full expansion with a residual",
     [](Net& n) {
       const int x = n.conv(n.input(9, 9, 8), 16);
       n.output(n.add(x, n.conv(n.prelu(n.conv(x, 64, square(3, 1, 1, 1))), 16)));
     }},
    {"two full convolutions of one pixel", [](Net& n) { n.output(n.conv(n.conv(n.input(9, 8, 8), 40), 12)); }},
    {"squeezed", [](Net& n) { n.output(squeezed(n, n.input(9, 10, 8), 40, 12, square(3, 1, 1, 1))); }},
    {"squeezed, of stride 2", [](Net& n) { n.output(squeezed(n, n.input(19, 18, 8), 20, 12, square(5, 2, 1, 2))); }},
    {"squeezed, with a residual",
     [](Net& n) {
       const int x = n.conv(n.input(10, 9, 8), 24);
       n.output(n.add(x, squeezed(n, x, 72, 24, square(3, 1, 1, 1)), relu6));
     }},
    {"a padded residual of stride 1",
     [](Net& n) {
       const int x = n.conv(n.input(10, 9, 8), 13);
       n.output(n.add(n.conv(n.depthwise(x, square(5, 1, 1, 2), 1, linear), 21), n.pad_channels(x, 21), relu6));
     }},
    {"a padded residual of other rows",
     [](Net& n) {
       const int x = n.conv(n.input(16, 16, 8), 16);
       const int small = n.conv(x, 12, square(2, 2));
       n.output(n.add(n.conv(n.depthwise(n.conv(x, 40), square(3, 2, 1, 1)), 24), n.pad_channels(small, 24)));
     }},
    {"a padded residual of a pixel",
     [](Net& n) {
       const int x = n.conv(n.input(3, 4, 8), 10);
       n.output(n.add(n.conv(x, 20), n.pad_channels(x, 20)));
     }},
    {"squeezed in front of windows",
     [](Net& n) {
       const int x = n.conv(n.input(10, 9, 8), 21);
       n.output(n.conv(n.mul(gate(n, x, 21), x), 8, square(3, 2, 1, 1)));
     }},
    {"squeezed into a smaller scale",
     [](Net& n) {
       const int x = n.conv(n.input(10, 9, 8), 32);
       n.output(n.depthwise(n.conv(n.mul(x, gate(n, x, 32)), 48, square(1), relu6)));
     }},
};

Graph all_cases(DType type) {
  return make_net(type, [](Net& n) { build_all(n, cases); });
}

class BlockForms : public testing::TestWithParam<TypedConfiguration> {};

TEST_P(BlockForms, AsInterpreted) {
  const TypedConfiguration& p = GetParam();
  const std::optional<Machine> machine = find_machine(p.configuration.target, p.configuration.compiler);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << p.configuration.target;
  const Graph graph = all_cases(p.type);
  const Traced run = expect_blocks_as_interpreted(graph, p.configuration, *machine, random_inputs(graph));
  const auto alone = [&](const char* kind) {
    return std::count_if(run.compiled.blocks.begin(), run.compiled.blocks.end(),
                         [&](const BlockReport& b) { return b.kind == kind; });
  };
  EXPECT_EQ(alone("mul"), 0);
  EXPECT_EQ(alone("pad"), 0);
  EXPECT_EQ(alone("depthwise convolution"), 0);
  EXPECT_EQ(alone("hard swish"), 0);
}

std::vector<TypedConfiguration> all_parameters() {
  std::vector<TypedConfiguration> all;
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    all.push_back({type, {"x86-64-linux", "rows"}});
    all.push_back({type, {"x86-64-linux-avx2", "auto", "clang++"}});
    all.push_back({type, {"x86-64-linux-avx512vnni", "auto"}});
    all.push_back({type, {"arm64-linux-dotprod", "auto"}});
    all.push_back({type, {"generic", "auto"}});
  }
  for (const DType type : {DType::f32, DType::u8}) {
    for (const char* schedule : {"rows columns:3", "layerwise", "halide", "channels"})
      all.push_back({type, {"x86-64-linux-avx2", schedule}});
  }
  all.push_back({DType::u8, {"x86-64-linux-avx2", "rows plain"}});
  for (const char* target : {"x86-64-linux-avx2", "arm64-linux"})
    all.push_back({DType::i8, {target, "rows", "", Numerics::xnnpack}});
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, BlockForms, testing::ValuesIn(all_parameters()), name_of);

// ---- the structure -----------------------------------------------------------------------------

Compiled compiled_rows(const Graph& graph) {
  CompileOptions options;
  options.name = "net";
  options.schedule.variant = Variant::rows;
  Diagnostics diagnostics("test");
  options.target = parse_target("x86-64-linux-avx2", diagnostics).value();
  const std::optional<Compiled> compiled = compile(graph, options, diagnostics);
  NARROWS_CHECK(compiled.has_value(), diagnostics.str());
  return *compiled;
}

/// Of squeeze-and-excitation, the wide tensor of 24x24x72 exists once, and what it is made from not at all.
TEST(BlockForms, WideTensorExistsOnce) {
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    const Graph graph = make_net(type, [](Net& n) {
      const int x = n.conv(n.input(24, 24, 8), 12);
      n.output(n.add(x, squeezed(n, x, 72, 12, square(3, 1, 1, 1))));
    });
    const Compiled compiled = compiled_rows(graph);
    ASSERT_EQ(compiled.blocks.size(), 6u);
    EXPECT_EQ(compiled.blocks[1].title, "inverted residual without projection 3x3, stride 1, 12 -> 72, hard_swish");
    EXPECT_EQ(compiled.blocks[5].title, "pointwise convolution, stride 1, 72 -> 12, of scaled channels, residual");
    EXPECT_TRUE(compiled.blocks[1].fused && compiled.blocks[5].fused);
    EXPECT_LT(compiled.arena_bytes, 24 * 24 * (72 + 30) * size_of(type));
  }
}

/// With a full convolution as the expansion, the wide tensor never exists.
TEST(BlockForms, FullExpansion) {
  for (const DType type : {DType::f32, DType::u8}) {
    const Graph graph =
        make_net(type, [](Net& n) { n.output(n.conv(n.conv(n.input(24, 24, 8), 64, square(3, 1, 1, 1), relu6), 12)); });
    const Compiled compiled = compiled_rows(graph);
    ASSERT_EQ(compiled.blocks.size(), 1u);
    EXPECT_EQ(compiled.blocks[0].title, "convolution and projection 3x3, stride 1, 8 -> 64 -> 12");
    EXPECT_LT(compiled.arena_bytes, 24 * 24 * 64 * size_of(type));
  }
}

}  // namespace
}  // namespace narrows
