// Activations that leave one stored value: of relu where the zero point is the largest value, of relu6 and relu_n1_to_1
// where a step is larger than what they keep.
#include "tests/support/graphs.h"

namespace narrows {
namespace {

// As typed_graph() fills it in. $s has large steps, $t its zero point at the end of the type.
constexpr const char* text = R"(graph "collapsed"
inputs %0 %1
outputs %5 %6 %7 %12 %15 %18 %20 %22 %24 %26 %27 %28
%0 T[1,7,6,8] $p
%1 T[1,7,6,8] $p
%2 T[8,1,1,8] $w = seed 1
%3 T[1,3,3,8] $w = seed 2
%4 T[12,3,3,8] $w = seed 3
%5 T[1,7,6,8] "pointwise" $t = conv2d %0 %2 activation relu
%6 T[1,7,6,8] "depthwise" $s = depthwise_conv2d %0 %3 kernel 3 3 pad 1 1 1 1 activation relu6
%7 T[1,3,2,12] "dense" $s = conv2d %0 %4 kernel 3 3 stride 2 2 activation relu_n1_to_1

%8 T[20,1,1,8] $w = seed 4
%9 T[1,7,6,20] "expanded" $s = conv2d %0 %8 activation relu6
%10 T[1,3,3,20] $w = seed 5
%11 T[8,1,1,20] $w = seed 6
%29 T[1,7,6,20] $p = depthwise_conv2d %9 %10 kernel 3 3 pad 1 1 1 1
%12 T[1,7,6,8] $p = conv2d %29 %11

%13 T[1,7,6,20] $p = conv2d %0 %8
%14 T[1,7,6,20] "filtered" $t = depthwise_conv2d %13 %10 kernel 3 3 pad 1 1 1 1 activation relu
%15 T[1,7,6,8] $p = conv2d %14 %11

%16 T[1,7,6,8] $p = conv2d %1 %2
%17 T[1,7,6,8] "added" $s = conv2d %0 %2 activation relu6
%18 T[1,7,6,8] $p = add %17 %16

%19 T[1,7,6,8] $p = conv2d %0 %2
%20 T[1,7,6,8] "sum" $s = add %19 %16 activation relu6

%21 T[1,7,6,8] $s = conv2d %16 %2 activation relu6
%22 T[1,1,1,8] "pooled" $s = average_pool %21 kernel 7 6

%23 T[5,336] $w = seed 7
%24 T[1,5] "fully connected" $t = fully_connected %0 %23 activation relu
%25 T[1,7,6,8] $s = conv2d %1 %2
%26 T[1,7,6,8] "single sum" $s = add %16 %16 activation relu6
%27 T[1,7,6,8] "product" $t = mul %16 %16 activation relu
%28 T[1,7,6,8] "largest" $s = max_pool %25 kernel 3 3 pad 1 1 1 1 activation relu6
)";

}  // namespace

Graph collapsed_graph(DType type) {
  std::string filled = text;
  const bool u8 = type == DType::u8;
  using Words = std::pair<std::string, std::string>;
  for (const auto& [from, to] : {Words("$s", u8 ? "scale 20 zero 120" : "scale 20 zero -8"),
                                 Words("$t", u8 ? "scale 0.05 zero 255" : "scale 0.05 zero 127")}) {
    for (size_t at = 0; (at = filled.find(from, at)) != std::string::npos; at += to.size())
      filled.replace(at, from.size(), to);
  }
  return typed_graph(filled, type);
}

}  // namespace narrows
