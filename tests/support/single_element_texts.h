// Graphs of functions, division and reductions, in the terms of single_op_texts.h.
#pragma once

namespace narrows::single_op_texts {

constexpr const char* functions = R"(graph "functions"
inputs %0
outputs %2 %3 %4 %5 %6 %7 %8 %9 %10 %11 %12 %13 %14 %15 %16 %17 %18 %19 %20 %22 %23 %24 %25 %26
%0 T[1,4,4,40] $p
%1 T[1,4,4,40] $p = max_pool %0
%2 T[1,4,4,40] "abs" $q = unary %1 function abs
%3 T[1,4,4,40] "neg of input" $q = unary %0 function neg
%4 T[1,4,4,40] "sign" $r = unary %1 function sign
%5 T[1,4,4,40] "square" $r = unary %1 function square
%6 T[1,4,4,40] "exp of input" $r = unary %0 function exp
%7 T[1,4,4,40] "sin" $q = unary %1 function sin
%8 T[1,4,4,40] "cos" $q = unary %1 function cos
%9 T[1,4,4,40] "tanh" $q = unary %1 function tanh
%10 T[1,4,4,40] "erf" $q = unary %1 function erf
%11 T[1,4,4,40] "floor" $p = unary %1 function floor
%12 T[1,4,4,40] "ceil" $p = unary %1 function ceil
%13 T[1,4,4,40] "round" $p = unary %1 function round
%14 T[1,4,4,40] "elu" $q = unary %1 function elu alpha 0.7
%15 T[1,4,4,40] "gelu" $p = unary %1 function gelu
%16 T[1,4,4,40] "gelu of input, by tanh" $q = unary %0 function gelu_tanh
%17 T[1,4,4,40] "softplus" $p = unary %1 function softplus
%18 T[1,4,4,40] "softsign" $q = unary %1 function softsign
%19 T[1,4,4,40] "mish" $p = unary %1 function mish
%20 T[1,4,4,40] "thresholded_relu" $p = unary %1 function thresholded_relu alpha 0.3
%21 T[1,4,4,40] $z = unary %1 function exp
%22 T[1,4,4,40] "sqrt" $q = unary %21 function sqrt
%23 T[1,4,4,40] "rsqrt" $q = unary %21 function rsqrt
%24 T[1,4,4,40] "reciprocal" $q = unary %21 function reciprocal
%25 T[1,4,4,40] "log" $q = unary %21 function log
%26 T[1,4,4,40] "tanh to a small scale" $w = unary %1 function tanh
)";

constexpr const char* divisions = R"(graph "divisions"
inputs %0 %1
outputs %4 %5 %6 %7 %8 %11 %12 %13 %14
%0 T[1,6,5,24] $p
%1 T[1,6,5,24] $q
%2 T[1,6,5,24] $z = unary %0 function exp
%3 T[1,6,5,24] $q = max_pool %1
%4 T[1,6,5,24] "div" $r = div %3 %2
%5 T[1,6,5,24] "div of input" $q = div %0 %2 activation relu6
%6 T[1,6,5,24] "squared difference" $r = squared_difference %2 %3
%7 T[1,6,5,24] "squared difference of inputs" $p = squared_difference %0 %1
%9 T[24] $r = seed 1
%10 T[1] $r = seed 2
%8 T[1,6,5,24] "div of a value for each channel" $p = div %9 %2 activation relu
%11 T[1,6,5,24] "div by a scalar" $q = div %0 %10
%12 T[1,6,5,24] "div of a scalar" $q = div %10 %2
%13 T[1,6,5,24] "squared difference from a scalar" $p = squared_difference %3 %10
%15 T[1,1,5,1] $q = seed 3
%14 T[1,6,5,24] "squared difference of columns" $q = squared_difference %15 %1
)";

constexpr const char* powers = R"(graph "powers"
inputs %0 %1
outputs %3 %4 %5 %6 %8
%0 f32[1,6,5,24]
%1 f32[1,6,5,24]
%2 f32[1,6,5,24] = unary %0 function exp
%3 f32[1,6,5,24] "pow" = pow %2 %1
%4 f32[1,6,5,24] "floor_div" = floor_div %1 %2
%5 f32[1,6,5,24] "floor_mod" = floor_mod %1 %2
%7 f32[24] = seed 1
%6 f32[1,6,5,24] "pow for each channel" = pow %2 %7
%8 f32[1,6,5,24] "floor_mod of channels" = floor_mod %0 %7
)";

constexpr const char* integers = R"(graph "integers"
inputs %0 %1
outputs %3 %4 %5 %6 %7 %8 %9 %10 %11 %12 %13 %14
%0 T[3,40]
%1 T[40]
%2 T[40] = seed 7
%3 T[3,40] "div" = div %0 %1
%4 T[3,40] "div by constants" = div %0 %2 activation relu6
%5 T[3,40] "pow" = pow %0 %1
%6 T[3,40] "squared difference" = squared_difference %0 %2
%7 T[3,40] "floor_div" = floor_div %0 %1
%8 T[3,40] "floor_mod" = floor_mod %0 %1
%9 T[3,40] "abs" = unary %0 function abs
%10 T[3,40] "neg" = unary %0 function neg
%11 T[3,40] "sign" = unary %0 function sign
%12 T[3] "sum" = sum %0 axes 1
%13 T[1,40] "largest" = reduce_max %0 axes 0
%14 T[1,1] "product" = reduce_prod %0 axes 0 1
)";

constexpr const char* reductions = R"(graph "reductions"
inputs %0 %7
outputs %2 %3 %4 %5 %6 %8 %9 %10 %11 %12
%0 T[1,7,6,130] $p
%1 T[1,7,6,130] $p = max_pool %0
%2 T[1,130] "sum over pixels" $q = sum %1 axes 1 2
%3 T[1,7,1,130] "sum of input over columns" $p = sum %0 axes 2
%4 T[1,7,6] "largest of channels" $p = reduce_max %1 axes 3
%5 T[1,1,1,130] "least of pixels" $p = reduce_min %1 axes 1 2
%6 T[1,1,1,1] "largest of input" $p = reduce_max %0 axes 0 1 2 3
%7 T[2,3,2,3,2,2,2,2] $p
%8 T[1,3,1,3,1,2,1,2] "sum over every other" $r = sum %7 axes 0 2 4 6
%9 T[1,3,1,3,1,2,1,2] "least of every other" $p = reduce_min %7 axes 0 2 4 6
%10 T[1,7,6,130] "rows of length 1" $l = l2_normalization %1
%11 T[1,7,6,130] "rows of input of length 1" $l = l2_normalization %0
%12 T[7,130] "largest of rows" $p = reduce_max %0 axes 0 2
)";

constexpr const char* products = R"(graph "products"
inputs %0 %1
outputs %2 %3
%0 f32[1,3,4,70]
%1 f32[1,3,4,20]
%2 f32[1,70] "product" = reduce_prod %0 axes 1 2
%3 f32[1,3,4,1] "product of channels" = reduce_prod %1 axes 3
)";

}  // namespace narrows::single_op_texts
