// ONNX operators as their definitions have them, in NCHW and plain loops, to compare the compiled graph with.
#pragma once

#include <functional>
#include <vector>

#include "compiler/graph/quantization.h"
#include "frontends/frontends.h"
#include "tests/support/onnx_builder.h"

namespace narrows {

/// Elements in the model's order.
struct Array {
  Shape shape;
  std::vector<float> values;
};
Array numbers(const Shape& shape, int seed = 0);
/// As they lie in memory.
std::vector<uint8_t> bytes_of(const std::vector<float>& values);

struct Slide {
  int stride = 1, dilation = 1;
  int top = 0, left = 0, bottom = 0, right = 0;
};
/// `group` groups; weights [out, in / group, h, w].
Array conv_nchw(const Array& x, const Array& w, const std::vector<float>& bias, int group, const Slide& slide);
/// The mean, or the largest, of the pixels of each window that lie in the map.
Array average_pool_nchw(const Array& x, int kernel, const Slide& slide);
Array max_pool_nchw(const Array& x, int kernel, const Slide& slide);
/// With zeros around it, by the four sides of `pads`.
Array padded_nchw(const Array& x, const Slide& pads);
/// Dimension i of the result is dimension perm[i] of `x`.
Array transpose(const Array& x, const std::vector<int>& perm);
/// [m,k] times [k,n].
Array matmul(const Array& a, const Array& b);
/// f(x, y) with y broadcast to x.
Array combine(const Array& x, const Array& y, const std::function<float(float, float)>& f);
/// What DequantizeLinear makes of numbers of one type that are stored with these parameters.
Array dequantized(const Array& stored, float scale, int zero_point);
/// What DequantizeLinear makes of QuantizeLinear: halves go to even numbers.
Array rounded(const Array& x, float scale, int zero_point, DType type);
/// Height and width resized; `at` gives the coordinate in the input of a coordinate of the output, from the
/// two sizes.
using Position = std::function<double(int i, int in, int out)>;
Array resize_linear_nchw(const Array& x, int height, int width, const Position& at);
/// `round` chooses one of the two pixels that the coordinate lies between.
Array resize_nearest_nchw(const Array& x, int height, int width, const Position& at,
                          const std::function<double(double)>& round);
/// Elements [begin, end) along `axis`.
Array part(const Array& x, int axis, int begin, int end);
Array apply(const Array& x, const std::function<float(float)>& f);

/// Reads the model, checks the graph and evaluates it; one array per output, in the model's or the options'
/// layout. 8-bit inputs and outputs are the numbers that are stored.
std::vector<Array> run_onnx(const OnnxBuilder& builder, const std::vector<Array>& inputs,
                            const ReadOptions& options = {}, Numerics numerics = Numerics::tflite);
/// The graph as read; fails the test where there is none.
Graph read_onnx_graph(const OnnxBuilder& builder, const ReadOptions& options = {});
/// Equal shapes; values within 1e-5 of the range.
void expect_near(const Array& expected, const Array& actual);
/// Equal shapes; values no further apart than `distance`.
void expect_within(const Array& expected, const Array& actual, double distance);
int count_ops(const Graph& graph, OpKind kind);

}  // namespace narrows
