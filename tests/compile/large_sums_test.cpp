// 8-bit convolutions whose biases lie at the ends of 32 bits and whose multipliers are from 0 to beyond 1: dead
// channels, as converters write them, and others. Emitted code against the interpreter, whose rounding is compared with
// recorded results of TFLite in quantization_test.cpp.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "compiler/blocks/block.h"
#include "compiler/graph/ops.h"
#include "compiler/measure/random_inputs.h"
#include "tests/support/net.h"
#include "tests/support/test_data.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

/// Every kind of block: a stem, an inverted residual that adds, a depthwise convolution by itself, a 1x1 convolution
/// that is pooled at once, and a fully connected layer.
Graph network(DType type) {
  return make_net(type, [](Net& net) {
    const int stem = net.conv(net.input(9, 8, 3), 24, square(3, 2, 1, 1), Activation::relu6);
    const int block = net.add(stem, net.inverted_residual(stem, 3, 24));
    const int filtered = net.depthwise(block, square(3, 2, 1, 1), 1, Activation::none);
    net.output(filtered);
    net.output(net.fully_connected(net.mean(net.conv(filtered, 40, square(1), Activation::relu)), 20));
  });
}

/// Gives every second channel of each convolution a bias at an end of some range, and, where weights have a scale for
/// each channel, one that makes the multiplier tiny, about 1 or large.
void put_extremes(Graph* graph) {
  const int32_t biases[] = {INT32_MIN,     INT32_MAX,  1 << 30,     -(1 << 30),       1073741952,      -1073741952,
                            (1 << 30) - 1, 1500000000, -1500000000, INT32_MAX - 9000, INT32_MIN + 9000};
  const double multipliers[] = {0x1p-40, 0x1p-33, 0.75 * 0x1p-31, 0x1p-31, 0x1p-30, 1.7 * 0x1p-24,
                                0x1p-22, 0.3,     0.9999,         1,       1.5,     70};
  size_t n = 0;
  for (const Op& op : graph->ops) {
    if (!is_convolution(op)) continue;
    Tensor &weights = graph->tensors[op.inputs[1]], &bias = graph->tensors[op.inputs[2]];
    const double unit = double(graph->input(op, 0).scale()) / graph->output(op).scale();
    for (int c = 0; c < bias.shape[0]; c += 2, ++n) {
      std::memcpy(&bias.data[4 * size_t(c)], &biases[n % std::size(biases)], 4);
      if (weights.quant.scale.size() > 1)
        weights.quant.scale[c] = static_cast<float>(multipliers[n % std::size(multipliers)] / unit);
    }
  }
}

/// uint8 has one scale for all weights: every multiplier is the same.
void put_multiplier(Graph* graph, double multiplier) {
  for (const Op& op : graph->ops) {
    if (!is_convolution(op)) continue;
    const double unit = double(graph->input(op, 0).scale()) / graph->output(op).scale();
    graph->tensors[op.inputs[1]].quant.scale = {static_cast<float>(multiplier / unit)};
  }
}

class LargeSums : public testing::TestWithParam<Configuration> {};

TEST_P(LargeSums, AsInterpreted) {
  const Configuration& c = GetParam();
  const std::optional<Machine> machine = find_machine(c.target, c.compiler);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << c.target;
  for (const DType type : {DType::i8, DType::u8}) {
    SCOPED_TRACE(to_string(type));
    Graph graph = network(type);
    put_extremes(&graph);
    expect_blocks_as_interpreted(graph, c, *machine, random_inputs(graph));
  }
}

const Configuration configurations[] = {{"host", "rows"},
                                        {"host", "cascade"},
                                        {"host", "halide", "", Numerics::xnnpack},
                                        {"x86-64-linux-sse41", "rows"},
                                        {"x86-64-linux-avx2", "auto"},
                                        {"x86-64-linux-avx2", "channels:3", "", Numerics::xnnpack},
                                        {"x86-64-linux-avx512", "auto", "clang++"},
                                        {"arm64-linux", "layerwise"},
                                        {"arm64-linux-dotprod", "rows", "", Numerics::xnnpack}};

INSTANTIATE_TEST_SUITE_P(All, LargeSums, testing::ValuesIn(configurations), [](const auto& info) {
  const Configuration& c = info.param;
  return identifier(c.target, c.schedule) + (c.numerics == Numerics::xnnpack ? "_xnnpack" : "");
});

TEST(LargeSums, WithOneMultiplierForAllChannels) {
  const Machine machine = unoptimized_host();
  for (const double multiplier : {1.7 * 0x1p-24, 0.9999, 70.0}) {
    SCOPED_TRACE(multiplier);
    Graph graph = network(DType::u8);
    put_extremes(&graph);
    put_multiplier(&graph, multiplier);
    expect_blocks_as_interpreted(graph, {"host", "auto"}, machine, random_inputs(graph));
  }
}

/// Signed numbers must not overflow in C++, so that what wraps is unsigned.
TEST(LargeSums, AreCleanForSanitizers) {
  for (const char* target : {"x86-64-linux-sse41", "x86-64-linux-avx2"}) {
    std::optional<Machine> machine = find_machine(target);
    if (!machine) continue;
    std::vector<std::string>& flags = machine->toolchain.flags;
    flags.insert(flags.end(), {"-fsanitize=undefined", "-fno-sanitize-recover=all"});
    for (const DType type : {DType::i8, DType::u8}) {
      Graph graph = network(type);
      put_extremes(&graph);
      expect_blocks_as_interpreted(graph, {target, "rows"}, *machine, random_inputs(graph));
    }
  }
}

TEST(LargeSums, OfAPublicModel) {
  NARROWS_NEEDS_TEST_DATA();
  const Graph graph = read_graph(test_data() / "models" / "more" / "vww_96_int8.tflite");
  for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack})
    expect_as_interpreted(graph, numerics, unoptimized_host());
}

/// The form of the rounding that takes any sum is for channels that need it.
TEST(LargeSums, OfDeadChannelsCostNothing) {
  CompileOptions options;
  options.name = "net";
  // The function itself stands in every file; kernels call it inside of other calls.
  const auto is_called = [&](const Graph& graph) {
    for (const File& file : compile_or_throw(graph, options).files) {
      if (file.name == "net.cpp") return file.content.find("(requantize_large(") != std::string::npos;
    }
    throw std::runtime_error("no net.cpp");
  };
  Graph graph = network(DType::i8);
  const Op& stem = graph.ops[0];
  const int32_t bias = 1073741952;
  std::memcpy(graph.tensors[stem.inputs[2]].data.data(), &bias, 4);
  graph.tensors[stem.inputs[1]].quant.scale[0] = 1e-10f;
  EXPECT_FALSE(is_called(graph));
  // Around this bias the result changes from 64 to 65.
  const double unit = double(graph.input(stem, 0).scale()) / graph.output(stem).scale();
  graph.tensors[stem.inputs[1]].quant.scale[0] = static_cast<float>(64.5 / bias / unit);
  EXPECT_TRUE(is_called(graph));
}

TEST(LargeSums, MultipliersBeyondThoseOfTfliteAreRefused) {
  Diagnostics diagnostics("m");
  const Graph graph = parse_graph(R"(graph "g"
inputs %0
%0 i8[1,2] "x" scale 2 zero 0
%1 i8[2,2] "w" scale 1 1e10 = values 1 2 3 4
%2 i8[1,2] "y" scale 1 zero 0 = fully_connected %0 %1 from 0 FULLY_CONNECTED "y"
outputs %2
)",
                                  diagnostics);
  EXPECT_FALSE(compile(graph, {}, diagnostics));
  EXPECT_EQ(
      diagnostics.str(),
      "m: op 0 FULLY_CONNECTED 'y': error: input scale 2 * weight scale 10000000000 / output scale 1 is 20000000000 in "
      "channel 1; below 2^30 is legal\n");
}

}  // namespace
}  // namespace narrows
