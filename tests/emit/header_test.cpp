// What <name>.h tells of inputs and outputs.
#include <gtest/gtest.h>

#include "tests/support/graphs.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

std::string header(const Graph& graph) {
  CompileOptions options;
  options.name = "net";
  options.target = host_target();
  const Compiled compiled = compile_or_throw(graph, options);
  return compiled.files[0].content;
}

void expect_text(const std::string& header, const std::string& text) {
  EXPECT_NE(header.find(text), std::string::npos) << text << "\nis not in\n" << header.substr(0, 4000);
}

/// The input [1,9,8,3] is NHWC, as in every TFLite model; the output [1,10] is no map.
TEST(Header, NamesDimensionsOfMapsOnly) {
  const std::string text = header(tiny_graph(DType::u8));
  expect_text(text, "u8[1,9,8,3]  NHWC, real = ");
  expect_text(text,
              "#define NET_INPUT0_SHAPE {1, 9, 8, 3}\n"
              "#define NET_INPUT0_LAYOUT NET_NHWC\n"
              "#define NET_INPUT0_HEIGHT 9\n"
              "#define NET_INPUT0_WIDTH 8\n"
              "#define NET_INPUT0_CHANNELS 3\n");
  for (const char* macro : {"NET_OUTPUT0_LAYOUT", "NET_OUTPUT0_HEIGHT", "u8[1,10]  NHWC"})
    EXPECT_EQ(text.find(macro), std::string::npos) << macro;
}

/// As the ONNX front end makes it of a file whose maps are NCHW.
TEST(Header, NamesDimensionsOfTransposedMaps) {
  Diagnostics diagnostics("text");
  const std::string text = header(parse_graph(R"(graph "g"
inputs %0
outputs %4 %5
%0 f32[1,3,4,6] "image"
%1 f32[1,4,6,3] = transpose %0 axes 0 2 3 1
%2 f32[8,1,1,3] = seed 1
%3 f32[1,4,6,8] = conv2d %1 %2
%4 f32[1,8,4,6] "map" = transpose %3 axes 0 3 1 2
%5 f32[1,4,6,8] "last" = relu %3 activation relu
)",
                                              diagnostics));
  EXPECT_EQ(diagnostics.str(), "");
  expect_text(text, "image f32[1,3,4,6]  NCHW\n");
  expect_text(text, "map f32[1,8,4,6]  NCHW\n");
  expect_text(text, "last f32[1,4,6,8]  NHWC\n");
  expect_text(text,
              "#define NET_INPUT0_LAYOUT NET_NCHW\n"
              "#define NET_INPUT0_HEIGHT 4\n"
              "#define NET_INPUT0_WIDTH 6\n"
              "#define NET_INPUT0_CHANNELS 3\n");
  expect_text(text,
              "#define NET_OUTPUT0_LAYOUT NET_NCHW\n"
              "#define NET_OUTPUT0_HEIGHT 4\n"
              "#define NET_OUTPUT0_WIDTH 6\n"
              "#define NET_OUTPUT0_CHANNELS 8\n");
  expect_text(text, "#define NET_OUTPUT1_LAYOUT NET_NHWC\n");
}

/// The stack that a frame takes is the C++ compiler's choice: the header says whose (tests/emit/stack_test.cpp).
TEST(Header, SaysWhichCompilerTheStackIsFor) {
  expect_text(header(tiny_graph(DType::f32)),
              "no globals\n"
              " * Stack      at most 4 KiB as GCC builds it at -O1, -O2, -Os; Clang and other levels can need more\n");
}

}  // namespace
}  // namespace narrows
