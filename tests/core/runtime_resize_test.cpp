// Resizes, ARG_MAX and CAST of the runtime against the interpreter: every byte must be the same, floats
// included.
#include <gtest/gtest.h>

#include "compiler/resize.h"
#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

namespace emitted {
#include "runtime/arg_max.h"
#include "runtime/cast.h"
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

  Case(DType type, Sampling sampling)
      : op(OpKind::resize_bilinear, {random_tensor(type, small)}, {}), rows(2 * small[2] * small[3]) {
    Tensor result = op.input();
    result.shape = large;
    op.graph.tensors[op.op.output] = result;
    op.op.attr.sampling = sampling;
    op.out.resize(result.bytes());
  }
  void add(const std::vector<Tap<W>>& table) {
    for (const Tap<W>& t : table) taps.push_back({t.low, t.high, t.low_weight, t.high_weight});
  }
  emitted::Resize sizes(int in_shift, int out_shift) const {
    return {small[2], small[3], large[1], large[2], in_shift, out_shift};
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
    emitted::copy_nearest_pixels(c.op.in[0].data(), c.op.out.data(), large[1], large[2], small[2] * pixel,
                                 pixel, taps.data());
    EXPECT_EQ(c.op.out, c.op.expected());
  }
}

/// The fused form gives what ARG_MAX makes of the whole resized image.
TEST(RuntimeResize, ArgMaxOfResized) {
  Case<float> c(DType::u8, Sampling::align_corners);
  c.add(bilinear_taps(small[1], large[1], Sampling::align_corners));
  c.add(bilinear_taps(small[2], large[2], Sampling::align_corners));
  const Bytes scores = c.op.expected();
  std::vector<i64> expected(large[1] * large[2]), actual(expected.size());
  emitted::index_largest(scores.data(), expected.data(), large[1] * large[2], large[3], 1);
  Bytes row(large[2] * large[3]);
  emitted::index_largest_of_resized(c.op.data<u8>(), actual.data(), c.sizes(0, 0), all_rows, c.taps.data(),
                                    c.rows.data(), row.data());
  EXPECT_EQ(actual, expected);
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
