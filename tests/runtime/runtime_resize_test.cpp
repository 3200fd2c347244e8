// Resizes, ARG_MAX and CAST of the runtime against the interpreter: every byte must be the same, floats
// included.
#include <gtest/gtest.h>

#include <limits>

#include "compiler/graph/resize.h"
#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

namespace emitted {
#define LANES 4
#include "runtime/arg_max.h"
#include "runtime/arg_max_resized.h"
#include "runtime/quantize.h"
#include "runtime/resize.h"
}  // namespace emitted

const Shape small = {1, 5, 7, 19}, large = {1, 12, 9, 19};
const emitted::Range all_rows = {0, large[1]};

/// A resize, what it is followed by where the model goes on with ARG_MAX, and the tables of both directions.
template <typename W>
struct Case {
  SingleOp op;
  std::vector<emitted::Tap<W>> taps;
  std::vector<W> rows;
  int width;

  Case(DType type, Sampling sampling, int width = large[2])
      : op(OpKind::resize_bilinear, {random_tensor(type, small)}, {}), rows(2 * small[2] * small[3]), width(width) {
    Tensor result = op.input();
    result.shape = {1, large[1], width, large[3]};
    op.graph.tensors[op.op.output] = result;
    op.op.attr.sampling = sampling;
    op.out.resize(result.bytes());
  }
  void add(const std::vector<Tap<W>>& table) {
    for (const Tap<W>& t : table) taps.push_back({t.low, t.high, t.low_weight, t.high_weight});
  }
  emitted::Resize sizes(int in_shift, int out_shift) const {
    return {small[2], small[3], large[1], width, in_shift, out_shift};
  }
};

constexpr Sampling samplings[] = {Sampling::asymmetric, Sampling::align_corners, Sampling::half_pixel};

TEST(RuntimeResize, BilinearF32) {
  for (Sampling sampling : samplings) {
    Case<float> c(DType::f32, sampling);
    c.add(bilinear_taps(small[1], large[1], sampling));
    c.add(bilinear_taps(small[2], large[2], sampling));
    for (emitted::Range part : {emitted::Range{5, large[1]}, emitted::Range{0, 5}}) {
      emitted::interpolate_image(c.op.data<f32>(), c.op.result<f32>(), c.sizes(0, 0), part, c.taps.data(),
                                 c.rows.data());
    }
    EXPECT_EQ(c.op.out, c.op.expected());
  }
}

/// uint8 images whose memory holds int8 numbers, in and out.
TEST(RuntimeResize, BilinearU8) {
  for (Sampling sampling : samplings) {
    Case<float> c(DType::u8, sampling);
    c.add(bilinear_taps(small[1], large[1], sampling));
    c.add(bilinear_taps(small[2], large[2], sampling));
    const Bytes expected = c.op.expected();
    emitted::interpolate_image(c.op.data<u8>(), c.op.result<u8>(), c.sizes(0, 0), all_rows, c.taps.data(),
                               c.rows.data());
    EXPECT_EQ(c.op.out, expected);
    emitted::interpolate_image(c.op.data<u8>(), c.op.result<i8>(), c.sizes(0, -128), all_rows, c.taps.data(),
                               c.rows.data());
    for (uint8_t& byte : c.op.out) byte ^= 0x80;
    EXPECT_EQ(c.op.out, expected);
  }
}

TEST(RuntimeResize, BilinearI8) {
  for (Sampling sampling : samplings) {
    Case<int32_t> c(DType::i8, sampling);
    c.add(bilinear_taps_q10(small[1], large[1], sampling));
    c.add(bilinear_taps_q10(small[2], large[2], sampling));
    const Bytes expected = c.op.expected();
    emitted::interpolate_image(c.op.data<i8>(), c.op.result<i8>(), c.sizes(0, 0), all_rows, c.taps.data(),
                               c.rows.data());
    EXPECT_EQ(c.op.out, expected);
    for (uint8_t& byte : c.op.in[0]) byte ^= 0x80;
    emitted::interpolate_image(c.op.data<u8>(), c.op.result<i8>(), c.sizes(128, 0), all_rows, c.taps.data(),
                               c.rows.data());
    EXPECT_EQ(c.op.out, expected);
  }
}

TEST(RuntimeResize, Nearest) {
  for (Sampling sampling : samplings) {
    Case<float> c(DType::f32, sampling);
    c.op.op.kind = OpKind::resize_nearest;
    std::vector<int32_t> taps = nearest_taps(small[1], large[1], sampling);
    const std::vector<int32_t> columns = nearest_taps(small[2], large[2], sampling);
    taps.insert(taps.end(), columns.begin(), columns.end());
    const int pixel = 4 * small[3];
    emitted::copy_nearest_pixels(c.op.in[0].data(), c.op.out.data(), large[1], large[2], small[2] * pixel, pixel,
                                 taps.data());
    EXPECT_EQ(c.op.out, c.op.expected());
  }
}

/// The fused form gives what ARG_MAX makes of the whole resized image. Of scores of a few values, many are largest.
template <typename Scores, typename T, typename W, typename Taps>
void check_arg_max(DType type, Taps taps) {
  for (Sampling sampling : samplings) {
    for (const int width : {20, 3, 7, 100}) {  // pixels between two columns: one, and more than a vector
      SCOPED_TRACE(std::string(to_string(type)) + " " + std::to_string(width));
      Case<W> c(type, sampling, width);
      T* const scores = reinterpret_cast<T*>(c.op.in[0].data());
      for (size_t i = 0; i < c.op.in[0].size() / sizeof(T); ++i) {
        const int whole = static_cast<int>(scores[i]) / 40;
        scores[i] = static_cast<T>(whole);
      }
      c.add(taps(small[1], large[1], sampling));
      c.add(taps(small[2], width, sampling));
      const Bytes resized = c.op.expected();
      std::vector<i64> expected(large[1] * width), actual(expected.size());
      emitted::index_largest(reinterpret_cast<const T*>(resized.data()), expected.data(), large[1] * width, large[3],
                             1);
      for (emitted::Range part : {emitted::Range{5, large[1]}, emitted::Range{0, 5}})
        emitted::index_largest_of_resized<Scores>(c.op.template data<T>(), actual.data(), c.sizes(0, 0), part,
                                                  c.taps.data(), c.rows.data());
      EXPECT_EQ(actual, expected);
    }
  }
}

TEST(RuntimeResize, ArgMaxOfResized) {
  check_arg_max<emitted::F32Scores, f32, float>(DType::f32, bilinear_taps);
  check_arg_max<emitted::ByteScores, u8, float>(DType::u8, bilinear_taps);
  check_arg_max<emitted::IntegerScores, i8, int32_t>(DType::i8, bilinear_taps_q10);
}

TEST(RuntimeResize, WhatIsNoNumberOnlyCountsInFront) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float scores[2][3] = {{nan, 1, 2}, {1, nan, 2}};
  const emitted::Tap<float> taps[] = {{0, 0, 1, 0}, {0, 0, 1, 0}};  // a row, a column
  for (int i = 0; i < 2; ++i) {
    float rows[6];
    int32_t index = -1;
    emitted::index_largest_of_resized<emitted::F32Scores>(scores[i], &index, {1, 3, 1, 1, 0, 0}, {0, 1}, taps, rows);
    EXPECT_EQ(index, 2 * i);
  }
}

TEST(RuntimeResize, ArgMax) {
  Tensor map;
  map.type = DType::i32;
  for (DType type : {DType::f32, DType::i8}) {
    SingleOp s(OpKind::arg_max, {random_tensor(type, {3, 8, 5})}, map);
    for (int axis : {0, 1, 2}) {
      Shape shape = {3, 8, 5};
      const int size = shape[axis], inner = axis == 2 ? 1 : axis == 1 ? 5 : 40;
      shape.erase(shape.begin() + axis);
      s.op.attr.axis = axis;
      s.graph.tensors[s.op.output].shape = shape;
      s.out.resize(s.output().bytes());
      const int outer = 120 / size / inner;
      if (type == DType::f32) emitted::index_largest(s.data<f32>(), s.result<i32>(), outer, size, inner);
      if (type == DType::i8) emitted::index_largest(s.data<i8>(), s.result<i32>(), outer, size, inner);
      EXPECT_EQ(s.out, s.expected());
    }
  }
}

TEST(RuntimeResize, Cast) {
  SingleOp f(OpKind::cast, {random_tensor(DType::f32, {100})}, random_tensor(DType::u8, {100}));
  emitted::cast_from_f32(f.data<f32>(), f.result<u8>(), 100, 0, 0, 255, 256.0f);
  EXPECT_EQ(f.out, f.expected());
  SingleOp u(OpKind::cast, {random_tensor(DType::u8, {100})}, random_tensor(DType::f32, {100}));
  emitted::cast_to_f32(u.data<u8>(), u.result<f32>(), 100, 0);
  EXPECT_EQ(u.out, u.expected());
}

}  // namespace
}  // namespace narrows
