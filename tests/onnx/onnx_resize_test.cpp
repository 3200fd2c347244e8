// Resize and Upsample: ONNX's ways to place pixels against a plain evaluation of their definitions.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

double asymmetric(int i, int in, int out) { return double(i) * in / out; }
double half_pixel(int i, int in, int out) { return (i + 0.5) * in / out - 0.5; }
double pytorch_half_pixel(int i, int in, int out) { return out > 1 ? half_pixel(i, in, out) : 0; }
double align_corners(int i, int in, int out) { return out > 1 ? double(i) * (in - 1) / (out - 1) : 0; }
double tf_half_pixel(int i, int in, int out) { return (i + 0.5) * in / out; }

double prefer_floor(double x) { return std::ceil(x - 0.5); }
double prefer_ceil(double x) { return std::floor(x + 0.5); }
double down(double x) { return std::floor(x); }
double up(double x) { return std::ceil(x); }

/// Resize of `map` to `size`, height and width.
OnnxBuilder resize(const Shape& map, const std::array<int, 2>& size, const char* mode, const char* coordinates,
                   const char* nearest = nullptr) {
  OnnxBuilder b;
  b.input("x", map);
  b.integers("sizes", {1, map[1], size[0], size[1]});
  Node& node = b.op("Resize", {"x", "", "", "sizes"}, "y");
  set(node, "mode", mode);
  set(node, "coordinate_transformation_mode", coordinates);
  if (nearest) set(node, "nearest_mode", nearest);
  b.output("y");
  return b;
}

TEST(OnnxResize, Linear) {
  const struct {
    const char* name;
    Position at;
  } ways[] = {{"asymmetric", asymmetric},
              {"half_pixel", half_pixel},
              {"align_corners", align_corners},
              {"pytorch_half_pixel", pytorch_half_pixel}};
  const int sizes[][2] = {{8, 10}, {4, 5}, {7, 13}, {2, 3}, {1, 1}, {9, 1}};
  const Array x = numbers({1, 3, 4, 5});
  for (const auto& way : ways) {
    for (const auto& size : sizes) {
      SCOPED_TRACE(testing::Message() << way.name << " " << size[0] << "x" << size[1]);
      const OnnxBuilder b = resize(x.shape, {size[0], size[1]}, "linear", way.name);
      expect_near(resize_linear_nchw(x, size[0], size[1], way.at), run_onnx(b, {x})[0]);
    }
  }
}

TEST(OnnxResize, Nearest) {
  const struct {
    const char *coordinates, *nearest;
    Position at;
    double (*round)(double);
    int height, width;
  } ways[] = {
      {"asymmetric", "floor", asymmetric, down, 9, 7},
      {"asymmetric", "floor", asymmetric, down, 2, 3},
      {"half_pixel", "round_prefer_floor", half_pixel, prefer_floor, 8, 10},
      {"half_pixel", "round_prefer_ceil", half_pixel, prefer_ceil, 7, 9},
      {"pytorch_half_pixel", "round_prefer_floor", pytorch_half_pixel, prefer_floor, 12, 15},
      {"align_corners", "round_prefer_ceil", align_corners, prefer_ceil, 7, 9},
      {"tf_half_pixel_for_nn", "floor", tf_half_pixel, down, 7, 9},
      {"asymmetric", "ceil", asymmetric, up, 4, 5},
  };
  const Array x = numbers({1, 2, 4, 5});
  for (const auto& way : ways) {
    SCOPED_TRACE(testing::Message() << way.coordinates << " " << way.nearest << " " << way.height);
    const OnnxBuilder b = resize(x.shape, {way.height, way.width}, "nearest", way.coordinates, way.nearest);
    expect_near(resize_nearest_nchw(x, way.height, way.width, way.at, way.round), run_onnx(b, {x})[0]);
  }
}

/// Rows and columns that only two different ways of the Graph can place.
TEST(OnnxResize, RowsAndColumnsSampledApart) {
  const Array x = numbers({1, 2, 4, 5});
  const OnnxBuilder b = resize(x.shape, {1, 9}, "linear", "pytorch_half_pixel");
  expect_near(resize_linear_nchw(x, 1, 9, pytorch_half_pixel), run_onnx(b, {x})[0]);
  EXPECT_EQ(count_ops(read_onnx_graph(b), OpKind::resize_bilinear), 2);
}

TEST(OnnxResize, Scales) {
  const Array x = numbers({1, 2, 4, 5});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("scales", {4}, {1, 1, 2, 1.5f});
  set(b.op("Resize", {"x", "", "scales"}, "y"), "mode", "linear");
  b.output("y");
  // 5 * 1.5 is no whole number.
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Resize 'y': error: coordinate_transformation_mode 'half_pixel' from 4x5 to 8x7 pixels is not "
            "supported; supported: what asymmetric, align_corners or half_pixel with the scale 8/4 and 7/5 give\n");
  b.initializer(0).clear_raw_data();
  for (const float scale : {1.f, 1.f, 2.f, 2.f}) b.initializer(0).add_float_data(scale);
  expect_near(resize_linear_nchw(x, 8, 10, half_pixel), run_onnx(b, {x})[0]);
}

TEST(OnnxResize, Axes) {
  const Array x = numbers({1, 2, 4, 5});
  OnnxBuilder b(18);
  b.input("x", x.shape);
  b.integers("sizes", {3, 8});
  Node& node = b.op("Resize", {"x", "", "", "sizes"}, "y");
  set(node, "mode", "linear");
  set(node, "axes", Ints{3, 2});
  b.output("y");
  expect_near(resize_linear_nchw(x, 8, 3, half_pixel), run_onnx(b, {x})[0]);
}

TEST(OnnxResize, OlderVersions) {
  const Array x = numbers({1, 2, 4, 5});
  for (const int opset : {7, 9, 10}) {
    OnnxBuilder b(opset);
    b.input("x", x.shape);
    b.floats("scales", {4}, {1, 1, 2, 2});
    if (opset == 7) {
      Node& node = b.op("Upsample", {"x"}, "y");
      onnx::AttributeProto& scales = *node.add_attribute();
      scales.set_name("scales");
      scales.set_type(onnx::AttributeProto::FLOATS);
      for (const float scale : {1.f, 1.f, 2.f, 2.f}) scales.add_floats(scale);
      set(node, "mode", "linear");
    } else {
      set(b.op(opset == 9 ? "Upsample" : "Resize", {"x", "scales"}, "y"), "mode", "linear");
    }
    b.output("y");
    expect_near(resize_linear_nchw(x, 8, 10, asymmetric), run_onnx(b, {x})[0]);
    b.node(0).mutable_attribute(b.node(0).attribute_size() - 1)->set_s("nearest");
    expect_near(resize_nearest_nchw(x, 8, 10, asymmetric, down), run_onnx(b, {x})[0]);
  }
}

/// As PyTorch writes interpolate(x, size = y.shape[2:]).
TEST(OnnxResize, SizesFromShapes) {
  const Array x = numbers({1, 2, 4, 5});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.input("z", {1, 7, 8, 9});
  b.integers("two", {2});
  b.integers("four", {4});
  b.integers("zero", {0});
  b.op("Shape", {"z"}, "shape");
  b.op("Slice", {"shape", "two", "four"}, "map");
  b.op("Shape", {"x"}, "own");
  b.op("Slice", {"own", "zero", "two"}, "front");
  set(b.op("Concat", {"front", "map"}, "sizes"), "axis", 0);
  set(b.op("Resize", {"x", "", "", "sizes"}, "y"), "mode", "linear");
  b.op("Relu", {"z"}, "r");
  b.output("y");
  b.output("r");
  expect_near(resize_linear_nchw(x, 8, 9, half_pixel), run_onnx(b, {x, numbers({1, 7, 8, 9})})[0]);
}

TEST(OnnxResize, Refused) {
  const Shape map = {1, 2, 4, 5};
  EXPECT_EQ(errors_of_onnx(resize(map, {8, 10}, "cubic", "half_pixel")),
            "m: op 0 Resize 'y': error: mode 'cubic' is not supported; supported: nearest, linear\n");
  EXPECT_EQ(errors_of_onnx(resize(map, {8, 10}, "linear", "tf_crop_and_resize")),
            "m: op 0 Resize 'y': error: coordinate_transformation_mode 'tf_crop_and_resize' is not supported; "
            "supported: half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric, "
            "tf_half_pixel_for_nn\n");
  EXPECT_EQ(errors_of_onnx(resize(map, {8, 10}, "nearest", "asymmetric", "up")),
            "m: op 0 Resize 'y': error: nearest_mode 'up' is not known; expected round_prefer_floor, "
            "round_prefer_ceil, floor or ceil\n");
  EXPECT_EQ(errors_of_onnx(resize(map, {7, 10}, "nearest", "asymmetric", "ceil")),
            "m: op 0 Resize 'y': error: coordinate_transformation_mode 'asymmetric' with nearest_mode 'ceil' "
            "from 4x5 "
            "to 7x10 pixels is not supported; supported: what asymmetric, align_corners or half_pixel with "
            "the scale "
            "7/4 and 10/5 give\n");
  OnnxBuilder b = resize(map, {8, 10}, "linear", "half_pixel");
  b.initializer(0).set_int64_data(1, 3);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Resize 'y': error: resizes [1,2,4,5] to [1,3,8,10]; supported: height and width, from 1 "
            "to 65536 "
            "pixels\n");
  b.node(0).set_input(3, "");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Resize 'y': error: expected either scales or sizes\n");
  b = resize(map, {8, 10}, "linear", "half_pixel");
  set(b.node(0), "antialias", 1);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Resize 'y': error: antialias 1 is not supported; expected 0\n");
  b = resize(map, {8, 10}, "linear", "half_pixel");
  set(b.node(0), "keep_aspect_ratio_policy", "not_larger");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Resize 'y': error: keep_aspect_ratio_policy 'not_larger' is not supported; supported: "
            "stretch\n");
  b = resize(map, {8, 10}, "linear", "half_pixel");
  b.initializer(0).set_dims(0, 3);
  b.initializer(0).mutable_int64_data()->RemoveLast();
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Resize 'y': error: sizes is [1,2,8]; expected 4 values\n");
}

}  // namespace
}  // namespace narrows
