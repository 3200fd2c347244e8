// DeepLab networks with made-up weights: what output strides, dilated blocks, ASPP and class maps become, for
// every schedule and type.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/description.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

/// Output stride 8: blocks of dilation 1, 2 and 4, some of them with a residual; an ASPP whose rates are
/// smaller and larger than the map; class map out.
Graph small_deeplab(const std::string& type) {
  return read_json(R"({
    "resolution": 49, "width": 0.35, "stem": 16, "last": 0,
    "rows": [
      { "t": 1, "c": 16, "n": 1, "s": 1 },
      { "t": 6, "c": 24, "n": 1, "s": 2 },
      { "t": 6, "c": 32, "n": 1, "s": 2 },
      { "t": 6, "c": 64, "n": 2, "s": 2 },
      { "t": 4, "c": 96, "n": 2, "s": 2 }
    ],
    "head": { "kind": "deeplab", "classes": 4, "output_stride": 8, "aspp": true, "rates": [2, 4, 18],
              "output": "classes" },
    "type": ")" + type +
                   "\" }");
}

struct Parameters {
  std::string type;
  Configuration configuration;
};

void PrintTo(const Parameters& p, std::ostream* out) {
  *out << p.type << " for " << p.configuration.target << ", " << p.configuration.schedule;
}

class SmallDeeplab : public testing::TestWithParam<Parameters> {};

TEST_P(SmallDeeplab, AsInterpreted) {
  const Configuration& configuration = GetParam().configuration;
  const std::optional<Machine> machine = find_machine(configuration.target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << configuration.target;
  const Graph graph = small_deeplab(GetParam().type);
  expect_blocks_as_interpreted(graph, configuration, *machine, random_inputs(graph));
}

/// Every schedule and every type, but not every pair, for the sake of time.
std::vector<Parameters> all_parameters() {
  return {{"uint8", {"host", "rows"}},
          {"uint8", {"host", "channels:3"}},
          {"uint8", {"host", "layerwise"}},
          {"uint8", {"host", "halide"}},
          {"float32", {"x86-64-linux-avx2", "rows"}},
          {"float32", {"host", "channels:3"}},
          {"int8", {"x86-64-linux-avx2", "auto"}},
          {"int8", {"arm64-linux-dotprod", "auto"}}};
}

INSTANTIATE_TEST_SUITE_P(All, SmallDeeplab, testing::ValuesIn(all_parameters()), [](const auto& info) {
  const Configuration& c = info.param.configuration;
  return info.param.type + "_" + identifier(c.target, c.schedule);
});

Compiled compiled_for(const Graph& graph, const std::string& target) {
  Diagnostics diagnostics("test");
  CompileOptions options;
  options.name = "net";
  options.target = *parse_target(target, diagnostics);
  return compile_or_throw(graph, options);
}

/// Depthwise convolutions by dilation that stand in a block with the expansion in front of them.
TEST(DeeplabBlocks, DilationDoesNotStopFusion) {
  const Graph graph = small_deeplab("uint8");
  const Compiled compiled = compiled_for(graph, "x86-64-linux-avx2");
  std::vector<int> dilations;
  for (const BlockReport& block : compiled.blocks) {
    for (const Origin& origin : block.origins) {
      const Op& op = graph.ops.at(origin.index);
      if (op.kind != OpKind::depthwise_conv2d || !block.fused) continue;
      EXPECT_GE(block.origins.size(), 3u) << block.title;
      dilations.push_back(op.attr.window.dilation_h);
    }
  }
  EXPECT_EQ(dilations, (std::vector<int>{1, 1, 1, 1, 2, 2, 4}));
}

/// Layer by layer, with all scores at full size, width 1.0 takes 8.7 MB in 8 bits.
TEST(DeeplabBlocks, ClassMapOf513) {
  for (const char* target : {"x86-64-linux-avx2", "arm64-linux-dotprod"}) {
    for (const char* aspp : {"false", "true"}) {
      SCOPED_TRACE(target);
      const Graph graph = read_json(R"({"resolution": 513, "last": 0, "type": "uint8",
          "head": {"kind": "deeplab", "output": "classes", "aspp": )" +
                                    std::string(aspp) + "}}");
      const Compiled compiled = compiled_for(graph, target);
      std::cout << target << ", aspp " << aspp << ": arena " << compiled.arena_bytes << " bytes\n";
      EXPECT_LE(compiled.arena_bytes, 3600000);
      // No block writes the scores, and there is no room for them.
      EXPECT_LT(compiled.arena_bytes, 513 * 513 * 21);
      const auto writes_scores = [&](const BlockReport& block) {
        return element_count(compiled.graph.tensors.at(block.output_tensor).shape) == 513 * 513 * 21;
      };
      EXPECT_TRUE(std::none_of(compiled.blocks.begin(), compiled.blocks.end(), writes_scores));
      EXPECT_EQ(compiled.blocks.back().kind, "resize and arg max");
    }
  }
}

}  // namespace
}  // namespace narrows
