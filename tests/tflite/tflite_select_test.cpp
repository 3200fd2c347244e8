// Sound and unsound TFLite operators that pick, resize or convert elements.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"
#include "tests/support/tflite_words.h"

namespace narrows {
namespace {

// ---- resizes -------------------------------------------------------------------------------------

TfliteBuilder resize(bool align_corners, bool half_pixel_centers) {
  TfliteBuilder b = one_op(Code::RESIZE_BILINEAR, {1, 3, 4, 2}, {5, 7}, {1, 5, 7, 2});
  format::ResizeBilinearOptionsT options;
  options.align_corners = align_corners;
  options.half_pixel_centers = half_pixel_centers;
  b.op(0).builtin_options.Set(std::move(options));
  return b;
}

TEST(TfliteResize, Sampling) {
  const Op op = read(resize(/*align_corners=*/false, /*half_pixel_centers=*/false)).ops.at(0);
  EXPECT_EQ(op.kind, OpKind::resize_bilinear);
  EXPECT_EQ(op.inputs, Ids{0});
  EXPECT_EQ(op.attr.sampling, Sampling::asymmetric);
  EXPECT_EQ(read(resize(/*align_corners=*/true, /*half_pixel_centers=*/false)).ops.at(0).attr.sampling,
            Sampling::align_corners);
  EXPECT_EQ(read(resize(/*align_corners=*/false, /*half_pixel_centers=*/true)).ops.at(0).attr.sampling,
            Sampling::half_pixel);
  EXPECT_EQ(errors_of(resize(/*align_corners=*/true, /*half_pixel_centers=*/true)),
            "m: op 0 RESIZE_BILINEAR 'y': error: has both align_corners and half_pixel_centers; expected at most "
            "one\n");
}

TEST(TfliteResize, Nearest) {
  const TfliteBuilder b = one_op(Code::RESIZE_NEAREST_NEIGHBOR, {1, 3, 4, 2}, {5, 7}, {1, 5, 7, 2});
  EXPECT_EQ(read(b).ops.at(0).kind, OpKind::resize_nearest);
}

TEST(TfliteResize, Size) {
  EXPECT_EQ(errors_of(one_op(Code::RESIZE_BILINEAR, {1, 3, 4, 2}, {5, 0}, {1, 5, 7, 2})),
            "m: op 0 RESIZE_BILINEAR 'y': error: size 'operand' is [5,0], expected a positive height and width\n");
  EXPECT_EQ(warnings_of(one_op(Code::RESIZE_BILINEAR, {1, 3, 4, 2}, {5, 7}, {1, 5, 6, 2})),
            stale_shape("tensor 2 'y'", "[1,5,6,2]", "[1,5,7,2]"));
  EXPECT_EQ(errors_of(one_op(Code::RESIZE_BILINEAR, {3, 4}, {5, 7}, {5, 7})),
            "m: op 0 RESIZE_BILINEAR 'y': error: shape of input 'x' is [3,4], expected 4 dimensions\n");
}

// ---- ARG_MAX and CAST ----------------------------------------------------------------------------

TfliteBuilder arg_max(const std::vector<int32_t>& axis, const Shape& output, DType type = DType::i64) {
  TfliteBuilder b = one_op(Code::ARG_MAX, {1, 3, 4, 2}, axis, output);
  const int y_id = b.subgraph().outputs[0];
  b.tensor(y_id).type = type == DType::i64   ? format::TensorType::INT64
                        : type == DType::i32 ? format::TensorType::INT32
                                             : format::TensorType::FLOAT32;
  return b;
}

TEST(TfliteArgMax, AxisAndType) {
  const Graph graph = read(arg_max({-1}, {1, 3, 4}));
  EXPECT_EQ(graph.ops.at(0).kind, OpKind::arg_max);
  EXPECT_EQ(graph.ops.at(0).attr.axis, 3);
  EXPECT_EQ(graph.output(graph.ops[0]).type, DType::i64);
  EXPECT_EQ(read(arg_max({1}, {1, 4, 2}, DType::i32)).ops.at(0).attr.axis, 1);
}

TEST(TfliteArgMax, Errors) {
  EXPECT_EQ(errors_of(arg_max({4}, {1, 3, 4})),
            "m: op 0 ARG_MAX 'y': error: axis 4 is out of range; expected -4 to 3\n");
  EXPECT_EQ(errors_of(arg_max({1, 2}, {1, 3, 4})),
            "m: op 0 ARG_MAX 'y': error: axis 'operand' has 2 values, expected 1\n");
  EXPECT_EQ(warnings_of(arg_max({3}, {1, 3, 4, 1})), stale_shape("tensor 2 'y'", "[1,3,4,1]", "[1,3,4]"));
  EXPECT_EQ(errors_of(arg_max({3}, {1, 3, 4}, DType::f32)),
            "m: op 0 ARG_MAX 'y': error: output 'y' has type FLOAT32; supported: INT32, INT64\n");
}

TEST(TfliteCast, TypesAndShape) {
  TfliteBuilder b = one_op(Code::CAST, {4}, {}, {4});
  b.tensor(1).type = format::TensorType::INT32;
  EXPECT_EQ(read(b).ops.at(0).kind, OpKind::cast);
  b.tensor(1).shape = {5};
  EXPECT_EQ(warnings_of(b), stale_shape("tensor 1 'y'", "[5]", "[4]"));
}

// ---- slices --------------------------------------------------------------------------------------

TfliteBuilder slice(const Ids& begin, const Ids& size, const Shape& output) {
  TfliteBuilder b = one_op(Code::SLICE, {1, 5, 6, 4}, begin, output);
  b.op(0).inputs.push_back(b.add_ints("size", {static_cast<int>(size.size())}, size));
  return b;
}

TEST(TfliteSlice, BeginAndSize) {
  const Op op = read(slice({0, 1, 2, 0}, {1, 3, -1, 4}, {1, 3, 4, 4})).ops.at(0);
  EXPECT_EQ(op.kind, OpKind::slice);
  EXPECT_EQ(op.attr.begin, (Ids{0, 1, 2, 0}));
  EXPECT_EQ(op.attr.steps, (Ids{1, 1, 1, 1}));
}

TEST(TfliteSlice, Errors) {
  EXPECT_EQ(errors_of(slice({0, 3, 0, 0}, {1, 3, 6, 4}, {1, 3, 6, 4})),
            "m: op 0 SLICE 'y': error: elements 3 to 6 of dimension 1 of input 'x' with shape [1,5,6,4] are out of "
            "range or none\n");
  EXPECT_EQ(errors_of(slice({0, 0, 0}, {1, 5, 6, 4}, {1, 5, 6, 4})),
            "m: op 0 SLICE 'y': error: begin 'operand' has 3 values, expected 4 for input 'x' with shape "
            "[1,5,6,4]\n");
}

TfliteBuilder strided_slice(const Ids& begin, const Ids& end, const Ids& strides, const Shape& output,
                            format::StridedSliceOptionsT options = {}) {
  TfliteBuilder b = one_op(Code::STRIDED_SLICE, {1, 5, 6, 4}, begin, output);
  b.op(0).inputs.push_back(b.add_ints("end", {static_cast<int>(end.size())}, end));
  b.op(0).inputs.push_back(b.add_ints("strides", {static_cast<int>(strides.size())}, strides));
  b.op(0).builtin_options.Set(std::move(options));
  return b;
}

TEST(TfliteStridedSlice, StridesAndNegativeIndices) {
  const Op op = read(strided_slice({0, 0, -1, 0}, {1, -1, 0, 99}, {1, 2, -2, 1}, {1, 2, 3, 4})).ops.at(0);
  EXPECT_EQ(op.attr.begin, (Ids{0, 0, 5, 0}));
  EXPECT_EQ(op.attr.steps, (Ids{1, 2, -2, 1}));
}

TEST(TfliteStridedSlice, Masks) {
  format::StridedSliceOptionsT options;
  options.begin_mask = 1 << 1;
  options.end_mask = 1 << 1;
  options.shrink_axis_mask = 1 << 2;
  const Graph graph = read(strided_slice({0, 3, 2}, {1, 4, 9}, {1, -1, 1}, {1, 5, 4}, options));
  ASSERT_EQ(graph.ops.size(), 2u);  // the slice, and a reshape that drops the dimension
  EXPECT_EQ(graph.ops[0].attr.begin, (Ids{0, 4, 2, 0}));
  EXPECT_EQ(graph.output(graph.ops[0]).shape, (Shape{1, 5, 1, 4}));
  EXPECT_EQ(graph.ops[1].kind, OpKind::reshape);
  EXPECT_EQ(graph.output(graph.ops[1]).shape, (Shape{1, 5, 4}));
}

TEST(TfliteStridedSlice, Errors) {
  EXPECT_EQ(errors_of(strided_slice({0}, {1}, {0}, {1, 5, 6, 4})),
            "m: op 0 STRIDED_SLICE 'y': error: stride 0 of dimension 0 is not supported\n");
  EXPECT_EQ(errors_of(strided_slice({0, 3}, {1, 3}, {1, 1}, {1, 5, 6, 4})),
            "m: op 0 STRIDED_SLICE 'y': error: elements 3 to 3 of dimension 1 of input 'x' with shape "
            "[1,5,6,4] are "
            "out of range or none\n");
  format::StridedSliceOptionsT options;
  options.ellipsis_mask = 1;
  EXPECT_EQ(errors_of(strided_slice({0}, {1}, {1}, {1, 5, 6, 4}, options)),
            "m: op 0 STRIDED_SLICE 'y': error: ellipsis mask 1 and new axis mask 0 are not supported; "
            "expected 0\n");
  options.ellipsis_mask = 0;
  options.shrink_axis_mask = 1 << 3;
  EXPECT_EQ(errors_of(strided_slice({0, 0, 0}, {1, 5, 6}, {1, 1, 1}, {1, 5, 6}, options)),
            "m: op 0 STRIDED_SLICE 'y': error: shrink axis mask 8 names dimensions behind the 3 that begin, end and "
            "strides have\n");
}

// ---- SPLIT and PACK ------------------------------------------------------------------------------

TfliteBuilder split(int parts, const Shape& output) {
  TfliteBuilder b;
  const int axis = b.add_ints("axis", {}, {-1});
  const int input = b.add_input("x", DType::u8, {1, 2, 6}, per_tensor(0.5f, 3));
  for (int i = 0; i < parts; ++i)
    b.subgraph().outputs.push_back(b.add_tensor("y", DType::u8, output, per_tensor(0.5f, 3)));
  format::SplitOptionsT options;
  options.num_splits = parts;
  b.add_op(Code::SPLIT, {axis, input}, b.subgraph().outputs, std::move(options));
  return b;
}

TEST(TfliteSplit, BecomesSlices) {
  const Graph graph = read(split(3, {1, 2, 2}));
  ASSERT_EQ(graph.ops.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(graph.ops[i].kind, OpKind::slice);
    EXPECT_EQ(graph.ops[i].attr.begin, (Ids{0, 0, 2 * i}));
    EXPECT_EQ(graph.ops[i].output, graph.outputs[i]);
  }
}

TEST(TfliteSplit, Errors) {
  EXPECT_EQ(errors_of(split(4, {1, 2, 2})),
            "m: op 0 SPLIT 'y': error: dimension 2 of input 'x' with shape [1,2,6] cannot be split into 4 equal "
            "parts\n");
  EXPECT_EQ(warnings_of(split(2, {1, 2, 2})),
            "m: warning: tensor 2 'y' has shape [1,2,2] in the file, but [1,2,3] is what its operator writes, which "
            "counts; likewise 1 other tensor\n");
}

TfliteBuilder pack(const Shape& second) {
  TfliteBuilder b;
  b.add_input("a", DType::f32, {2, 3});
  b.add_input("b", DType::f32, second);
  b.subgraph().outputs = {b.add_tensor("y", DType::f32, {2, 2, 3})};
  format::PackOptionsT options;
  options.values_count = 2;
  options.axis = 1;
  b.add_op(Code::PACK, {0, 1}, {2}, std::move(options));
  return b;
}

TEST(TflitePack, BecomesReshapesAndConcatenation) {
  const Graph graph = read(pack({2, 3}));
  ASSERT_EQ(graph.ops.size(), 3u);
  EXPECT_EQ(graph.ops[0].kind, OpKind::reshape);
  EXPECT_EQ(graph.output(graph.ops[0]).shape, (Shape{2, 1, 3}));
  EXPECT_EQ(graph.ops[2].kind, OpKind::concatenation);
  EXPECT_EQ(graph.ops[2].attr.axis, 1);
}

TEST(TflitePack, Shapes) {
  EXPECT_EQ(errors_of(pack({3, 2})),
            "m: op 0 PACK 'y': error: input 'b' has shape [3,2], expected [2,3] as in input 'a'\n");
}

TEST(TflitePack, Batch) {
  TfliteBuilder b = pack({2, 3, 4});
  b.tensor(0).shape = {2, 3, 4};
  b.tensor(2).shape = {2, 2, 3, 4};
  EXPECT_EQ(errors_of(b),
            "m: op 0 PACK 'y': error: output 'a/row' with shape [2,1,3,4] has batch size 2; only batch size 1 is "
            "supported\n");
}

// ---- element by element --------------------------------------------------------------------------

TEST(TfliteMaximum, Quantization) {
  TfliteBuilder b;
  b.add_input("a", DType::u8, {4}, per_tensor(0.5f, 3));
  b.add_input("b", DType::u8, {4}, per_tensor(0.25f, 3));
  b.subgraph().outputs = {b.add_tensor("y", DType::u8, {4}, per_tensor(0.5f, 3))};
  b.add_op(Code::MAXIMUM, {0, 0}, {2});
  EXPECT_EQ(read(b).ops.at(0).kind, OpKind::maximum);
  // Stored values are compared whatever their scales.
  b.op(0).inputs = {0, 1};
  EXPECT_EQ(read(b).ops.at(0).kind, OpKind::reshape);
  EXPECT_EQ(read(b).ops.at(1).kind, OpKind::maximum);
}

TEST(TfliteHardSwish, Scales) {
  TfliteBuilder b;
  b.add_input("x", DType::i8, {4}, per_tensor(0.1f, 0));
  b.subgraph().outputs = {b.unary(Code::HARD_SWISH, "y", 0)};
  EXPECT_EQ(read(b).ops.at(0).kind, OpKind::hard_swish);
  b.quantization(1).scale = {0.0001f};
  EXPECT_EQ(errors_of(b),
            "m: op 0 HARD_SWISH 'y': error: scales 0.1 of input 'x' and 0.0001 of output 'y' are too far apart\n");
}

}  // namespace
}  // namespace narrows
