// Graphs as text, and what verify() says about wrong ones.
#include "compiler/graph/graph.h"

#include <gtest/gtest.h>

#include "compiler/graph/ops.h"

namespace narrows {
namespace {

Graph parsed(const std::string& text) {
  Diagnostics diagnostics("text");
  Graph graph = parse_graph(text, diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
  return graph;
}

std::string errors(const std::string& text) {
  Diagnostics diagnostics("text");
  parse_graph(text, diagnostics);
  return diagnostics.str();
}

std::string violations(const std::string& text) {
  std::string lines;
  for (const std::string& line : verify(parsed(text))) lines += line + "\n";
  return lines;
}

const char* const tiny_block = R"(graph "tiny"
inputs %0
%0 f32[1,4,4,8] "image"
%1 f32[2,1,1,8] "expand/w" = seed 1
%2 f32[2] "expand/b" = values 0.1 -3e-05
%3 f32[1,4,4,2] "expand" = conv2d %0 %1 %2 activation relu6 from 0 CONV_2D "expand"
%4 f32[1,3,3,2] = fill 0.5
%5 f32[1,2,2,2] "dw" = depthwise_conv2d %3 %4 kernel 3 3 stride 2 2 pad 0 1 0 1 from 2 PAD "p" from 3 X "dw"
%6 f32[1,2] = mean %5 axes 1 2
%7 f32[1,2] = softmax %6 beta 2
outputs %7
)";

const char* const quantized_ops = R"(graph "q"
inputs %0 %1
%0 u8[1,2,2,3] "a \"b\" \\ \x0a" scale 0.0078125 zero 128
%1 i8[1,2,2,3] scale 0.1 zero -4
%2 u8[1,2,2,3] scale 0.25 zero 7 = add %0 %1 activation relu
%3 i8[4,1,1,3] "w" scale 0.1 0.2 0.3 0.4 = seed 5
%4 i8[1,2,2,4] scale 1 = conv2d %2 %3
%5 i8[1,4,4,4] scale 1 = pad %4 pads 0 0 1 1 0 2 0 0
%6 i8[1,4,4,4] scale 1 = transpose %5 axes 0 2 1 3
%7 i8[1,4,8,4] scale 1 = concatenation %5 %6 axis 2
%8 i8[1,2,2,3] scale 0.1 0.2 0.3 zero 1 2 3 axis 3
outputs %7 %2
)";

TEST(GraphText, PrintsWhatItReads) {
  const std::string text = print(parsed(tiny_block), true);
  EXPECT_EQ(print(parsed(text), true), text);
  EXPECT_NE(text.find("%3 f32[1,4,4,2] \"expand\" = conv2d %0 %1 %2 activation relu6 from 0 CONV_2D \"expand\"\n"),
            std::string::npos);
  EXPECT_NE(text.find("%5 f32[1,2,2,2] \"dw\" = depthwise_conv2d %3 %4 kernel 3 3 stride 2 2 pad 0 1 0 1 from 2 PAD "
                      "\"p\" from 3 X \"dw\"\n"),
            std::string::npos);
  EXPECT_NE(text.find("%2 f32[2] \"expand/b\" = values 0.1 -3e-05\n"), std::string::npos);
}

TEST(GraphText, KeepsQuantizationNamesAndAttributes) {
  const Graph graph = parsed(quantized_ops);
  EXPECT_EQ(graph.tensors[0].name, "a \"b\" \\ \n");
  EXPECT_EQ(graph.tensors[3].quant.zero_point, std::vector<int32_t>(4, 0));
  EXPECT_EQ(graph.tensors[8].quant.axis, 3);
  EXPECT_EQ(graph.outputs, (std::vector<int>{7, 2}));
  const std::string text = print(graph, true);
  EXPECT_EQ(print(parsed(text), true), text);
  for (const char* line : {"%1 i8[1,2,2,3] scale 0.1 zero -4\n", "pads 0 0 1 1 0 2 0 0\n", "axes 0 2 1 3\n",
                           "concatenation %5 %6 axis 2\n", "scale 0.1 0.2 0.3 zero 1 2 3 axis 3\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST(GraphText, DataSurviveExactly) {
  const Graph graph = parsed(tiny_block), again = parsed(print(graph, true));
  ASSERT_EQ(graph.tensors.size(), again.tensors.size());
  for (size_t id = 0; id < graph.tensors.size(); ++id) EXPECT_EQ(graph.tensors[id].data, again.tensors[id].data);
  EXPECT_EQ(graph.tensors[1].data.size(), 2 * 8 * sizeof(float));
}

TEST(GraphText, LongConstantsArePrintedByHash) {
  const std::string text = print(parsed(tiny_block));
  EXPECT_NE(text.find("%1 f32[2,1,1,8] \"expand/w\" = hash "), std::string::npos);
  const std::string message = errors(text);
  EXPECT_NE(message.find("a constant cannot be read from its hash"), std::string::npos) << message;
}

TEST(GraphText, ReportsEveryLineThatItCannotRead) {
  EXPECT_EQ(errors("graph \"g\n%0 f32[1]\n%0 f32[1]\n%1 f64[2]\n%2 f32[2] = values 1\n%3 f32[1] = conv3d %0\n"
                   "%4 f32[1] = relu %0 activation swish\n%6 f32[1] = add %0 %0 speed 3\nhello\n"),
            "text: error: line 1: a quote is not closed\n"
            "text: error: line 3: tensor %0 has a line already\n"
            "text: error: line 4: expected a type such as f32[1,2], found 'f64[2]'\n"
            "text: error: line 5: expected 2 values, found 1\n"
            "text: error: line 6: unknown operator 'conv3d'\n"
            "text: error: line 7: unknown activation 'swish'\n"
            "text: error: line 8: unknown attribute 'speed'\n"
            "text: error: line 9: expected a tensor such as %3, found 'hello'\n"
            "text: error: tensor %5 has no line\n");
}

TEST(Verify, AcceptsSoundGraphs) {
  EXPECT_EQ(violations(tiny_block), "");
  EXPECT_EQ(violations(quantized_ops), "");
}

TEST(Verify, TensorsOnTheirOwn) {
  EXPECT_EQ(violations("%0 f32[1,0]\n%1 u8[4]\n%2 u8[4] scale -1\n%3 i8[4] scale 1 zero 200\n%4 f32[65536,65536]\n"
                       "%5 i8[3] scale 1 2\n%6 f32[2,3,3,1]\n"),
            "tensor 0 '': shape [1,0] is not positive\n"
            "tensor 1 '': 8-bit tensor without quantization parameters\n"
            "tensor 2 '': scale -1 is not finite and positive\n"
            "tensor 3 '': zero point 200 is out of the range of i8\n"
            "tensor 4 '': f32[65536,65536] does not fit in 31 bits\n"
            "tensor 5 '': 2 scales along dimension 0 of [3]\n"
            "tensor 6 '': rank-4 activation [2,3,3,1] has a batch\n");
}

TEST(Verify, WhoWritesAndReads) {
  EXPECT_EQ(violations("inputs %0 %9\n%0 f32[2]\n%1 f32[2] = relu %2 activation relu\n%2 f32[2]\noutputs %2 %8\n"),
            "graph inputs: tensor 9 does not exist\n"
            "op 0 relu: tensor 2 '' is read before it is written\n"
            "graph outputs: tensor 8 does not exist\n");
  Graph graph = parsed("inputs %0\n%0 f32[2]\n%1 f32[2] = relu %0 activation relu\n%2 f32[2] = fill 1\n");
  graph.ops.push_back(graph.ops[0]);
  graph.ops.push_back(graph.ops[0]);
  graph.ops[2].output = 2;
  graph.ops[2].attr.beta = 3;
  EXPECT_EQ(verify(graph), (std::vector<std::string>{
                               "op 1 relu: tensor 1 '' is written twice",
                               "op 2 relu: tensor 2 '' is a constant and written",
                               "op 2 relu: has an attribute that the operator does not use",
                           }));
}

/// What verify() says about one operator that reads %0, %1 ... and writes the last tensor.
std::string op_violation(const std::string& tensors, const std::string& op) {
  const Graph graph = parsed("inputs %0\n%0 " + tensors + " = " + op + "\n");
  const std::vector<std::string> lines = verify(graph);
  return lines.empty() ? "" : lines.back();
}

TEST(Verify, ShapeRules) {
  EXPECT_EQ(op_violation("f32[1,5,5,2]\n%1 f32[3,3,3,2] = fill 1\n%2 f32[1,5,5,3]", "conv2d %0 %1 kernel 3 3"),
            "op 0 conv2d: output shape is [1,5,5,3], expected [1,3,3,3]");
  EXPECT_EQ(op_violation("f32[1,5,5,2]\n%1 f32[3,3,3,2] = fill 1\n%2 f32[1,5,5,3]", "conv2d %0 %1"),
            "op 0 conv2d: kernel 1 1 does not fit weights [3,3,3,2]");
  EXPECT_EQ(op_violation("f32[1,5,5,2]\n%1 f32[1,1,1,3] = fill 1\n%2 f32[1,5,5,3]", "depthwise_conv2d %0 %1"),
            "op 0 depthwise_conv2d: weights [1,1,1,3] do not fit input [1,5,5,2]");
  EXPECT_EQ(op_violation("f32[1,2,2,2]\n%1 f32[1,1,1,2]", "average_pool %0 kernel 3 3"),
            "op 0 average_pool: the window does not fit into [1,2,2,2]");
  EXPECT_EQ(op_violation("f32[1,2,2,2]\n%1 f32[1,5,2,2]", "max_pool %0 pad 2 1 0 0"),
            "op 0 max_pool: padding must be smaller than the window");
  EXPECT_EQ(op_violation("f32[2,3]\n%1 f32[2] = fill 1\n%2 f32[2,3]", "add %0 %1"),
            "op 0 add: shapes [2,3] and [2] do not broadcast");
  EXPECT_EQ(op_violation("f32[2,3]\n%1 f32[4,3]", "pad %0 pads 1 0 0 0"),
            "op 0 pad: output shape is [4,3], expected [3,3]");
  EXPECT_EQ(op_violation("f32[2,3]\n%1 f32[3]", "mean %0 axes 1"), "op 0 mean: output shape is [3], expected [2,1]");
  EXPECT_EQ(op_violation("f32[2,3]\n%1 f32[3,2]", "transpose %0 axes 1 1"),
            "op 0 transpose: axes are not a permutation");
  EXPECT_EQ(op_violation("f32[2,3]\n%1 f32[7]", "reshape %0"), "op 0 reshape: shapes [2,3] and [7] differ in size");
  EXPECT_EQ(op_violation("f32[2,3]\n%1 f32[4,4] = fill 0\n%2 f32[2,4]", "fully_connected %0 %1"),
            "op 0 fully_connected: weights [4,4] do not fit input [2,3]");
  EXPECT_EQ(op_violation("f32[2,3]\n%1 f32[2,5]", "concatenation %0 axis 1"),
            "op 0 concatenation: inputs have 3 elements along axis 1");
}

TEST(Verify, TypeRules) {
  EXPECT_EQ(op_violation("f32[2]\n%1 u8[2] scale 1", "relu %0 activation relu"),
            "op 0 relu: types f32 and u8 do not go together");
  EXPECT_EQ(op_violation("f32[2]\n%1 f32[2]", "relu %0"), "op 0 relu: activation is missing");
  EXPECT_EQ(op_violation("f32[2]\n%1 f32[2]", "quantize %0"), "op 0 quantize: cannot go from f32 to f32");
  EXPECT_EQ(op_violation("i8[1,1,1,2] scale 1\n%1 i8[1,1,1,2] scale 2", "max_pool %0"),
            "op 0 max_pool: input and output must have the same scale and zero point");
  EXPECT_EQ(op_violation("u8[1,1,1,1] scale 1\n%1 u8[1,1,1,1] scale 1 = fill 1\n%2 f32[1] = fill 0\n%3 u8[1,1,1,1] "
                         "scale 1",
                         "conv2d %0 %1 %2"),
            "op 0 conv2d: bias is f32[1], expected i32[1]");
  EXPECT_EQ(op_violation("u8[1,1,1,1] scale 1 zero 128\n%1 i8[1,1,1,1] scale 1 = fill 1\n%2 i8[1,1,1,1] scale 1",
                         "conv2d %0 %1"),
            "");  // signedness may differ
}

TEST(Graph, ProducersAndConsumers) {
  const Graph graph = parsed(quantized_ops);
  EXPECT_EQ(graph.producer(2), 0);
  EXPECT_EQ(graph.producer(0), -1);
  EXPECT_EQ(graph.consumers(5), (std::vector<int>{3, 4}));
  EXPECT_TRUE(graph.is_output(2));
  EXPECT_FALSE(graph.is_output(3));
}

TEST(Ops, RowsStandInTheOrderOfOpKind) {
  for (const OpFacts& row : all_ops()) {
    EXPECT_EQ(facts(row.kind).name, row.name);
    EXPECT_EQ(parse_op_kind(row.name), row.kind);
  }
}

}  // namespace
}  // namespace narrows
