// Input by rows: what is computed is that of the tensor form, bit for bit, and every row is pulled once.
// tests/compile/programs/ rows.cpp does the work.
#include <gtest/gtest.h>

#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/net.h"
#include "tests/support/targets.h"
#include "tests/support/test_data.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

constexpr Activation relu6 = Activation::relu6;

struct Case {
  const char* name;
  void (*build)(Net& net);
  int pulled;  ///< rows, of all that there are
};

const Case cases[] = {
    {"stem",
     [](Net& n) {
       const int x = n.conv(n.depthwise(n.conv(n.input(13, 12, 3), 8, square(3, 2, 1, 1), relu6)), 8);
       n.output(n.conv(n.depthwise(n.conv(x, 24, square(1), relu6), square(3, 2, 1, 1)), 12));
     },
     13},
    {"expansion", [](Net& n) { n.output(n.inverted_residual(n.input(9, 8, 8), 3, 12)); }, 9},
    {"1x1 of stride 2", [](Net& n) { n.output(n.conv(n.input(9, 8, 8), 12, square(1, 2))); }, 9},
    {"stride beyond the kernel, with a rest", [](Net& n) { n.output(n.conv(n.input(12, 9, 5), 7, square(2, 3))); }, 11},
    {"dilated depthwise, multiplied",
     [](Net& n) { n.output(n.conv(n.depthwise(n.input(9, 8, 3), square(3, 2, 2, 2), 2), 12)); }, 9},
    {"tiles of a single row", [](Net& n) { n.output(n.conv(n.input(1, 9, 16), 24)); }, 1},
    {"few rows", [](Net& n) { n.output(n.conv(n.input(3, 9, 16), 24)); }, 3},
    {"pool behind the convolution", [](Net& n) { n.output(n.global_average_pool(n.conv(n.input(5, 4, 8), 24))); }, 5},
};

/// The output that the case gives by rows.
Bytes run_rows(const Graph& graph, const Configuration& configuration, const Machine& machine, const Bytes& input,
               int pulled) {
  CompileOptions options = options_for(configuration, machine);
  options.input_rows = true, options.emit_main = false;
  options.task_work = 1;
  Workspace workspace(compile_or_throw(graph, options).files);
  const Bytes program = read_bytes(Path(NARROWS_SOURCE_DIR) / "tests/compile/programs/rows.cpp");
  workspace.write({{"rows.cpp", std::string(program.begin(), program.end())}});
  workspace.write("in0.bin", input);
  const std::vector<std::string>& runner = machine.toolchain.runner;
  workspace.run_or_throw(
      joined({machine.toolchain.compiler, machine.toolchain.flags, {"net.cpp", "rows.cpp", "-o", "rows"}}));
  const std::string printed = workspace.run_or_throw(joined({runner, {"./rows", "net.weights", "in0.bin"}}));
  EXPECT_EQ(printed, std::to_string(pulled) + "\n");
  return workspace.read("out0.bin");
}

void expect_as_tensor(const Graph& graph, const Configuration& configuration, int pulled) {
  const std::optional<Machine> machine = find_machine(configuration.target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << configuration.target;
  const std::vector<Bytes> inputs = random_inputs(graph);
  const Traced tensor = run_traced(graph, configuration, *machine, inputs);
  EXPECT_EQ(tensor.outputs[0], run_rows(graph, configuration, *machine, inputs[0], pulled));
}

class InputRows : public testing::TestWithParam<DType> {};

TEST_P(InputRows, AsTensorOnTheHost) { expect_as_tensor(tiny_graph(GetParam()), {"host", "auto"}, 9); }
TEST_P(InputRows, AsTensorOnArm) { expect_as_tensor(tiny_graph(GetParam()), {"arm64-linux-dotprod", "auto"}, 9); }

INSTANTIATE_TEST_SUITE_P(All, InputRows, testing::Values(DType::f32, DType::u8, DType::i8),
                         [](const testing::TestParamInfo<DType>& info) { return to_string(info.param); });

TEST(InputRowsCases, AsInterpreted) {
  const Machine machine = *find_machine("host");
  for (size_t i = 0; i < std::size(cases); ++i) {
    SCOPED_TRACE(cases[i].name);
    const Graph graph = make_net(i % 2 ? DType::u8 : DType::f32, cases[i].build);
    const std::vector<Bytes> inputs = random_inputs(graph);
    const Bytes found = run_rows(graph, {"host", i ? "rows" : "cascade"}, machine, inputs[0], cases[i].pulled);
    expect_equal("output", graph, graph.outputs[0], interpret(graph, inputs)[graph.outputs[0]], found);
  }
}

TEST(InputRowsCases, PixelsAreConverted) {
  const Graph graph = typed_graph(R"(graph "pixels"
inputs %0
outputs %5
%0 u8[1,9,13,3] scale 1 zero 0
%1 f32[3] = values 123.5 116.25 103.75
%2 f32[1,9,13,3] = dequantize %0
%3 f32[1,9,13,3] = sub %2 %1
%4 f32[8,3,3,3] = seed 1
%5 f32[1,5,7,8] = conv2d %3 %4 kernel 3 3 stride 2 2 pad 1 1 1 1
)",
                                  DType::f32);
  const std::vector<Bytes> inputs = random_inputs(graph);
  const Bytes found = run_rows(graph, {"host", "auto"}, *find_machine("host"), inputs[0], 9);
  expect_equal("output", graph, graph.outputs[0], interpret(graph, inputs)[graph.outputs[0]], found);
}

TEST(InputRowsCases, FloatsAreQuantized) {
  const Graph graph = typed_graph(R"(graph "floats"
inputs %0
outputs %3
%0 f32[1,9,13,3]
%1 i8[1,9,13,3] scale 0.02 zero 5 = quantize %0
%2 i8[8,3,3,3] scale 0.006 zero 0 = seed 1
%3 i8[1,5,7,8] scale 0.05 zero -3 = conv2d %1 %2 kernel 3 3 stride 2 2 pad 1 1 1 1
)",
                                  DType::f32);
  const std::vector<Bytes> inputs = random_inputs(graph);
  const Bytes found = run_rows(graph, {"host", "auto"}, *find_machine("host"), inputs[0], 9);
  EXPECT_EQ(found, interpret(graph, inputs)[graph.outputs[0]]);
}

// ---- what is refused ---------------------------------------------------------------------------

std::string refusal(const std::function<void(Net&)>& build) {
  CompileOptions options;
  options.name = "net";
  options.target = target_named("x86-64-linux-avx2");
  options.input_rows = true;
  Diagnostics diagnostics("net");
  EXPECT_FALSE(compile(make_net(DType::f32, build), options, diagnostics));
  return diagnostics.str();
}

TEST(InputRowsRefusals, TwoInputs) {
  EXPECT_EQ(refusal([](Net& n) {
              n.output(n.conv(n.input(5, 4, 8), 8));
              n.output(n.conv(n.input(5, 4, 8), 8));
            }),
            "net: error: --input rows: the model has 2 inputs; rows can be pulled by a convolution alone\n"
            "net: note: legal would be --input tensor\n");
}

TEST(InputRowsRefusals, TwoReaders) {
  EXPECT_EQ(
      refusal([](Net& n) {
        n.start("image");
        const int x = n.input(5, 4, 8);
        n.output(n.add(x, n.conv(x, 8)));
      }),
      "net: error: --input rows: 2 operators read the input 'image 0'; rows can be pulled by a convolution alone\n"
      "net: note: legal would be --input tensor\n");
}

TEST(InputRowsRefusals, ASingleOperator) {
  EXPECT_EQ(
      refusal([](Net& n) {
        n.start("image");
        n.output(n.conv(n.global_average_pool(n.input(5, 4, 8)), 8));
      }),
      "net: error: --input rows: operator average_pool reads the input 'image 0'; rows can be pulled by a convolution "
      "alone\nnet: note: legal would be --input tensor\n");
}

TEST(InputRowsRefusals, AConvolutionThatIsPooled) {
  EXPECT_EQ(refusal([](Net& n) {
              n.start("image");
              n.output(n.global_average_pool(n.conv(n.input(5, 4, 8), 24)));
            }),
            "net: error: --input rows: the convolution that reads the input 'image 0' is pooled at once; rows can be "
            "pulled by a "
            "convolution alone\nnet: note: legal would be --input tensor\n");
}

TEST(InputRowsRefusals, AnInputThatIsAnOutput) {
  EXPECT_EQ(refusal([](Net& n) {
              n.start("image");
              const int x = n.input(5, 4, 8);
              n.output(x);
              n.output(n.conv(x, 8));
            }),
            "net: error: --input rows: the input 'image 0' is an output; rows can be pulled by a convolution alone\n"
            "net: note: legal would be --input tensor\n");
}

}  // namespace
}  // namespace narrows
