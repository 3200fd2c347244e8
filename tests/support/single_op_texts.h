// The graphs are written as text (compiler/graph/text/print.cpp) for any type:
//   T     the type, U the other 8-bit type
//   $p    parameters of a tensor of that type, as are $q and $r; $P those of U that mean the same as $p
//   $s    what TFLite gives to the output of softmax
//   $w    a scale so small that XNNPACK leaves the operator to TFLite
//   $z    one whose smallest stored number is 0
//   $l    what TFLite gives to the output of l2_normalization
//   $j    $q for u8, $p for i8, which TFLite joins only where all parameters are equal
// A max_pool of one pixel is a copy, so that an operator has a computed tensor to read.
#pragma once

namespace narrows::single_op_texts {

constexpr const char* pools = R"(graph "pools"
inputs %0
outputs %2 %3 %4 %5 %6
%0 T[1,9,8,70] $p
%1 T[1,9,8,70] $p = max_pool %0
%2 T[1,5,4,70] "max" $p = max_pool %1 kernel 3 3 stride 2 2 pad 1 1 0 1
%3 T[1,9,8,70] "average" $p = average_pool %1 kernel 3 2 pad 1 1 0 1
%4 T[1,4,3,70] "average of input" $p = average_pool %0 kernel 3 3 stride 2 2 activation relu6
%5 T[1,8,7,70] "max of input" $p = max_pool %0 kernel 2 2 activation relu
%6 T[1,1,1,70] "global average" $p = average_pool %1 kernel 9 8
)";

constexpr const char* means = R"(graph "means"
inputs %0 %7
outputs %2 %3 %4 %5 %6 %8
%0 T[1,7,6,130] $p
%1 T[1,7,6,130] $p = max_pool %0
%2 T[1,130] "over pixels" $q = mean %1 axes 1 2
%3 T[1,7,1,130] "over columns" $q = mean %1 axes 2
%4 T[1,7] "over the innermost" $r = mean %0 axes 2 3
%5 T[1,1,1,130] "over pixels of input" $r = mean %0 axes 1 2
%6 T[1,1,1,1] "over everything" $p = mean %1 axes 0 1 2 3
%7 T[2,3,2,3,2,2,2,2] $p
%8 T[1,3,1,3,1,2,1,2] "over every other" $q = mean %7 axes 0 2 4 6
)";

constexpr const char* binary = R"(graph "binary"
inputs %0 %1
outputs %4 %5 %6 %7 %8 %9 %15 %16 %17 %18 %19 %20 %21 %22 %24 %25 %26
%0 T[1,6,5,24] $p
%1 T[1,6,5,24] $q
%2 T[1,6,5,24] $p = max_pool %0
%3 T[1,6,5,24] $q = max_pool %1
%4 T[1,6,5,24] "add" $r = add %2 %3
%5 T[1,6,5,24] "sub" $r = sub %2 %3 activation relu
%6 T[1,6,5,24] "mul" $r = mul %2 %3 activation relu6
%7 T[1,6,5,24] "add inputs" $p = add %0 %1 activation relu_n1_to_1
%8 T[1,6,5,24] "square" $q = mul %0 %0
%9 T[1,6,5,24] "sub input" $q = sub %3 %0
%10 T[24] $r = seed 1
%11 T[1] $r = seed 2
%12 T[1,1,5,1] $q = seed 3
%13 T[6,1,24] $r = seed 4
%14 T[1,6,1,24] $q = mean %3 axes 2
%15 T[1,6,5,24] "add a value for each channel" $r = add %2 %10 activation relu6
%16 T[1,6,5,24] "mul by a scalar" $r = mul %2 %11
%17 T[1,6,5,24] "sub from a value for each channel" $r = sub %10 %2
%18 T[1,6,5,24] "mul by a value for each column" $r = mul %12 %0
%19 T[1,6,5,24] "add rows" $r = add %2 %13
%20 T[1,6,5,24] "both broadcast" $r = sub %12 %14
%21 T[1,6,5,24] "add with a small scale" $w = add %2 %3
%22 T[1,6,5,24] "mul with a small scale" $w = mul %2 %3
%23 T[1,6,1,24] $p = seed 5
%24 T[1,6,5,24] "maximum" $p = maximum %2 %23
%25 T[1,6,5,24] "minimum of input" $p = minimum %23 %0
%26 T[1,6,5,24] "maximum of nothing new" $p = maximum %0 %2
)";

constexpr const char* prelus = R"(graph "prelus"
inputs %0
outputs %4 %5 %7 %9 %10 %11 %12
%0 T[1,6,5,24] $p
%1 T[1,6,5,24] $p = max_pool %0
%2 T[24] $r = seed 1
%3 T[1] $q = seed 2
%4 T[1,6,5,24] "prelu with a slope for each channel" $q = prelu %1 %2
%5 T[1,6,5,24] "prelu of input with one slope" $r = prelu %0 %3
%6 T[6,5,1] $q = seed 3
%7 T[1,6,5,24] "prelu with a slope for each pixel" $p = prelu %1 %6
%8 T[1,6,5,24] $r = seed 4
%9 T[1,6,5,24] "prelu with a slope for each element" $q = prelu %1 %8
%10 T[1,6,5,24] "prelu to a small scale" $w = prelu %1 %2
%11 T[1,6,5,24] "prelu with one slope" $p = prelu %1 %3
%12 T[1,6,5,24] "prelu of input with computed slopes" $q = prelu %0 %1
)";

constexpr const char* unary = R"(graph "unary"
inputs %0
outputs %2 %3 %4 %5 %6 %7 %8 %9
%0 T[1,4,4,40] $p
%1 T[1,4,4,40] $p = max_pool %0
%2 T[1,4,4,40] "relu" $q = relu %1 activation relu
%3 T[1,4,4,40] "relu6 of input" $r = relu %0 activation relu6
%4 T[1,4,4,40] "relu_n1_to_1" $p = relu %1 activation relu_n1_to_1
%5 T[1,4,4,40] "logistic" $s = logistic %1
%6 T[1,4,4,40] "logistic of input" $q = logistic %0
%7 T[1,4,4,40] "hard_swish" $q = hard_swish %1
%8 T[1,4,4,40] "hard_swish of input" $p = hard_swish %0
%9 T[1,4,4,40] "hard_swish to a large scale" $r = hard_swish %1
)";

constexpr const char* slices = R"(graph "slices"
inputs %0 %1
outputs %3 %4 %5 %6 %7 %8
%0 T[1,5,6,7] $p
%1 T[2,3,4,2,5,3] $q
%2 T[1,5,6,7] $p = max_pool %0
%3 T[1,5,6,3] "slice channels" $p = slice %2 begin 0 0 0 2 steps 1 1 1 1
%4 T[1,2,3,7] "slice every other pixel" $p = slice %0 begin 0 1 0 0 steps 1 2 2 1
%5 T[1,5,6,7] "reverse pixels" $p = slice %2 begin 0 4 5 0 steps 1 -1 -1 1
%6 T[1,1,1,1] "slice one element" $p = slice %2 begin 0 3 2 5 steps 1 1 1 1
%7 T[1,2,3,2,3,1] "slice six dimensions" $q = slice %1 begin 1 1 0 0 4 2 steps 1 1 1 1 -2 1
%8 T[1,5,6,7] "slice everything" $p = slice %0 begin 0 0 0 0 steps 1 1 1 1
)";

constexpr const char* resizes = R"(graph "resizes"
inputs %0
outputs %2 %3 %4 %5 %6 %7 %8 %9 %10 %11 %12 %14
%0 T[1,5,7,21] $p
%1 T[1,5,7,21] $p = max_pool %0
%2 T[1,13,9,21] "bilinear" $p = resize_bilinear %1
%3 T[1,13,9,21] "bilinear of input, corners" $p = resize_bilinear %0 sampling align_corners
%4 T[1,13,9,21] "bilinear, half pixels" $p = resize_bilinear %1 sampling half_pixel
%5 T[1,3,4,21] "bilinear to a smaller image" $p = resize_bilinear %1 sampling half_pixel
%6 T[1,1,30,21] "bilinear to one row" $p = resize_bilinear %1 sampling align_corners
%7 T[1,10,14,21] "nearest" $p = resize_nearest %1
%8 T[1,13,9,21] "nearest of input, corners" $p = resize_nearest %0 sampling align_corners
%9 T[1,3,20,21] "nearest, half pixels" $p = resize_nearest %1 sampling half_pixel
%10 T[1,5,7,21] "bilinear to the same size" $p = resize_bilinear %1
%12 T[1,17,21,21] "visible scores" $p = resize_bilinear %1 sampling align_corners
%11 i64[1,17,21] "class map" = arg_max %12 axis 3
%13 T[1,1,1,21] $p = max_pool %1 kernel 5 7
%14 T[1,5,7,21] "bilinear of one pixel" $p = resize_bilinear %13 sampling align_corners
)";

constexpr const char* class_maps = R"(graph "class maps"
inputs %0 %14
outputs %3 %5 %8 %9 %10 %11 %12 %13 %15 %18 %20 %23
%0 T[1,5,7,21] $p
%1 T[1,5,7,21] $p = max_pool %0
%2 T[1,17,25,21] $p = resize_bilinear %1 sampling align_corners
%3 i64[1,17,25] "class map, corners" = arg_max %2 axis 3
%4 T[1,16,14,21] $p = resize_bilinear %0 sampling half_pixel
%5 i32[1,16,14] "class map of input, half pixels" = arg_max %4 axis 3
%6 T[1,5,7,21] $p = resize_bilinear %1 sampling align_corners
%7 T[1,9,13,21] $p = resize_bilinear %6
%8 i64[1,9,13] "class map behind an idle resize and another" = arg_max %7 axis 3
%9 i32[1,5,7] "arg_max of channels" = arg_max %1 axis 3
%10 i64[1,7,21] "arg_max of rows of input" = arg_max %0 axis 1
%11 i32[1,5,21] "arg_max of columns" = arg_max %1 axis 2
%12 f32[1,5,7] "cast of a class map" = cast %9
%13 i64[1,5,7] "cast to wide integers" = cast %9
%14 i32[40]
%15 i32[10] "slice of integers" = slice %14 begin 3 steps 3
%16 T[1,8,11,21] $p = resize_bilinear %0 sampling align_corners
%17 T[1,19,17,21] $p = resize_bilinear %16 sampling half_pixel
%18 i32[1,19,17] "class map of input behind two resizes" = arg_max %17 axis 3
%19 T[1,17,25,21] $p = resize_bilinear %1
%21 T[1,6,5,21] $p = resize_bilinear %19
%20 i64[1,6,5] "class map behind a larger image" = arg_max %21 axis 3
%22 T[1,2,3,21] $p = resize_bilinear %1 sampling half_pixel
%24 T[1,1,1,21] $p = resize_bilinear %22 sampling align_corners
%23 i64[1,1,1] "class map of one pixel" = arg_max %24 axis 3
)";

constexpr const char* casts = R"(graph "casts"
inputs %0 %1 %2
outputs %4 %5 %6 %7 %8 %9 %10 %11
%0 T[50] $p
%1 f32[50]
%2 i32[50]
%3 T[50] $p = relu %0 activation relu
%4 f32[50] "to f32" = cast %3
%5 f32[50] "input to f32" = cast %0
%6 T[50] "from f32" $q = cast %1
%7 U[50] "to the other type" $P = cast %3
%8 i32[50] "to i32" = cast %3
%9 T[50] "from i32" $p = cast %2
%10 i64[50] "f32 to i64" = cast %1
%11 i32[50] "f32 to i32" = cast %1
)";

constexpr const char* softmaxes = R"(graph "softmaxes"
inputs %0 %1
outputs %3 %5 %6 %7 %9
%0 T[1,1001] $p
%1 T[1,3,4,7] $q
%2 T[1,3,4,7] $q = max_pool %1
%3 T[1,1001] "softmax of input" $s = softmax %0
%4 T[3,28] $q = reshape %2
%5 T[3,28] "softmax of rows" $s = softmax %4 beta 0.7
%6 T[1,3,4,7] "softmax of pixels" $q = softmax %2 beta 1.5
%7 T[1,3,4,7] "softmax of large differences" $s = softmax %2 beta 40
%8 T[12,7] $q = reshape %1
%9 T[12,7] "softmax of reshaped input" $s = softmax %8
)";

constexpr const char* moves = R"(graph "moves"
inputs %0 %1 %2 %3
outputs %5 %6 %7 %8 %9 %10 %12 %13 %14 %16 %17 %18 %19 %20
%0 T[1,5,4,6] $p
%1 T[1,5,4,3] $j
%2 T[2,3,4,2,5,3] $p
%3 T[3,17] $q
%4 T[1,5,4,6] $p = max_pool %0
%5 T[1,8,7,6] "pad pixels" $p = pad %4 pads 0 0 1 2 3 0 0 0
%6 T[1,7,4,9] "pad rows and channels" $p = pad %0 pads 0 0 1 1 0 0 2 1
%7 T[5,18] "pad a matrix" $q = pad %3 pads 2 0 0 1
%8 T[1,4,5,6] "transpose pixels" $p = transpose %4 axes 0 2 1 3
%9 T[17,3] "transpose a matrix" $q = transpose %3 axes 1 0
%10 T[2,5,3,2,4,3] "transpose six dimensions" $p = transpose %2 axes 0 4 1 3 2 5
%11 T[1,5,4,3] $j = max_pool %1
%12 T[1,5,4,15] "join channels" $p = concatenation %4 %11 %4 axis 3
%13 T[1,5,4,9] "join inputs" $p = concatenation %0 %1 axis 3
%14 T[1,5,8,6] "join columns" $p = concatenation %4 %15 axis 2
%15 T[1,5,4,6] $p = seed 5
%16 T[1,10,4,6] "join rows" $p = concatenation %0 %4 axis 1
%17 T[1,6,4,5] "reverse dimensions" $p = transpose %0 axes 0 3 2 1
%18 T[1,6,5,4] "move channels" $p = transpose %4 axes 0 3 1 2
%21 T[1,1,5,4,6] $p = reshape %4
%19 T[1,1,5,4,6] "transpose nothing" $p = transpose %21 axes 1 0 2 3 4
%20 T[2,8,7,9,6] "pad all dimensions" $p = pad %21 pads 1 0 3 4 1 1 2 3 0 0
)";

constexpr const char* picks = R"(graph "picks"
inputs %0 %2
outputs %3 %4 %5 %6 %7 %9 %11 %14 %15 %16 %17 %19 %22
%0 T[1,5,6,12] $p
%1 T[1,5,6,12] $p = max_pool %0
%2 i32[5,2]
%20 i32[1] = values 3
%21 i32[5,2] = sub %2 %20
%3 T[1,10,12,3] "depth to space" $p = depth_to_space %1 stride 2 2
%4 T[1,12,11,2] "depth to space of input without edges" $p = depth_to_space %0 stride 3 2 pad 1 2 1 0
%5 T[1,8,9,12] "mirror pixels" $p = mirror_pad %1 pads 0 0 1 2 3 0 0 0
%6 T[1,6,6,16] "mirror channels of input" $p = mirror_pad %0 pads 0 0 0 1 0 0 3 1 mirror symmetric
%7 T[1,14,11,12] "repeat edges" $p = mirror_pad %1 pads 0 0 9 0 2 3 0 0 mirror edge
%8 i32[4,1] = values 3 0 -1 4
%9 T[1,4,6,12] "gather rows of input" $p = gather %0 %8 axis 1
%10 T[5,6,12] $p = reshape %1
%11 T[5,12] "gather pixels by computed indices" $p = gather %10 %21
%13 T[30,12] $p = reshape %1
%14 i64[30,4] "largest" = top_k %13
%15 i32[30,12] "sort" = top_k %13 smallest
%16 i32[5,1] "largest of integers" = top_k %21
%12 i64[30,4,1] = reshape %14
%17 T[30,4] "gather the largest" $p = gather %13 %12 axis 1 batch_dims 1
%18 T[1,5,1,6,12] $p = reshape %1
%19 T[1,5,3,6,12] "repeat rows" $p = slice %18 begin 0 0 0 0 0 steps 1 1 0 1 1
%22 i32[5,2] "largest of input" = top_k %2
)";

constexpr const char* suppressions = R"(graph "suppressions"
inputs %0 %1
outputs %2 %3 %4 %5
%0 f32[40,4]
%1 f32[40]
%2 i32[11] "select" = non_max_suppression %0 %1 detections 10 1 100 0 fast 0.1 0.3 1 1 1 1
%3 f32[10] "scores" = non_max_suppression %0 %1 detections 10 1 100 0 fast 0.1 0.3 1 1 1 1
%4 i32[41] "select by lowered scores" = non_max_suppression %0 %1 detections 40 1 100 0 fast -inf 0.9 1 1 1 1 sigma 0.5
%5 f32[40] "lowered scores" = non_max_suppression %0 %1 detections 40 1 100 0 fast -0.5 0.9 1 1 1 1 sigma 0.5
)";

constexpr const char* conversions = R"(graph "conversions"
inputs %0 %1 %2
outputs %4 %5 %6 %7 %8 %9 %10 %12
%0 f32[1,6,7,5]
%1 T[1,6,7,5] $p
%2 T[1,2,2,3] scale 0.1 0.2 0.3 zero 1 2 3 axis 3
%3 T[1,6,7,5] $p = max_pool %1
%4 T[1,6,7,5] "quantize" scale 0.0625 zero 9 = quantize %0
%5 f32[1,6,7,5] "dequantize" = dequantize %3
%6 f32[1,6,7,5] "dequantize input" = dequantize %1
%7 T[1,6,7,5] "requantize" $r = quantize %3
%8 U[1,6,7,5] "requantize to the other type" $P = quantize %3
%9 U[1,6,7,5] "requantize input to the other type" $P = quantize %1
%10 f32[1,2,2,3] "dequantize channels of input" = dequantize %2
%11 T[1,2,3,3] scale 0.1 0.2 0.3 zero 1 2 3 axis 3 = pad %2 pads 0 0 0 0 0 1 0 0
%12 f32[1,2,3,3] "dequantize channels" = dequantize %11
)";

constexpr const char* mixtures = R"(graph "mixtures"
inputs %0 %1
outputs %4 %5 %6 %7 %8 %9 %11 %13
%0 T[1,6,7,5] $p
%1 U[1,6,7,5] $P
%2 T[1,6,7,5] $p = max_pool %0
%3 U[1,6,7,5] $P = max_pool %1
%4 T[1,6,7,5] "add both types" $q = add %2 %3
%5 U[1,6,7,5] "mul both types of input" $P = mul %0 %1
%6 U[1,5] "mean to the other type" $P = mean %2 axes 1 2
%7 T[1,6,7,5] "softmax of the other type" $s = softmax %3
%8 T[1,6,7,5] "logistic of the other type" $q = logistic %3
%9 T[1,6,7,10] "join both types" $p = concatenation %2 %3 axis 3
%10 U[5] $P = seed 1
%11 T[1,6,7,5] "prelu with slopes of the other type" $q = prelu %2 %10
%12 T[1] $p = seed 2
%13 U[1,6,7,5] "prelu to the other type" $P = prelu %2 %12
)";

}  // namespace narrows::single_op_texts
