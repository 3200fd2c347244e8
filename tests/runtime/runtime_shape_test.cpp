// Operators of the runtime that move elements, against the interpreter: every byte must be the same.
#include <gtest/gtest.h>

#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

#include "runtime/shape_ops.h"

TEST(RuntimeShape, Pad) {
  SingleOp s(OpKind::pad, {random_tensor(DType::u8, {1, 3, 4, 5})}, random_tensor(DType::u8, {1, 6, 4, 9}));
  s.op.attr.pads = {{{0, 0}}, {{1, 2}}, {{0, 0}}, {{3, 1}}};
  pad_bytes(s.in[0].data(), s.out.data(), {{1, 3, 4, 5}, {0, 1, 0, 3}, {1, 6, 4, 9}}, s.output().zero_point());
  EXPECT_EQ(s.out, s.expected());

  SingleOp f(OpKind::pad, {random_tensor(DType::f32, {2, 3})}, random_tensor(DType::f32, {4, 6}));
  f.op.attr.pads = {{{1, 1}}, {{1, 2}}};
  pad_bytes(f.in[0].data(), f.out.data(), {{1, 1, 2, 12}, {0, 0, 1, 4}, {1, 1, 4, 24}}, 0);
  EXPECT_EQ(f.out, f.expected());
}

TEST(RuntimeShape, Transpose) {
  SingleOp s(OpKind::transpose, {random_tensor(DType::f32, {1, 3, 4, 5})}, random_tensor(DType::f32, {1, 5, 3, 4}));
  s.op.attr.axes = {0, 3, 1, 2};
  transpose_elements(s.data<u32>(), s.result<u32>(), {{1, 1, 1, 5, 3, 4}, {0, 0, 0, 1, 20, 5}});
  EXPECT_EQ(s.out, s.expected());

  SingleOp b(OpKind::transpose, {random_tensor(DType::i8, {2, 3, 2, 3, 2, 2})},
             random_tensor(DType::i8, {2, 2, 3, 2, 3, 2}));
  b.op.attr.axes = {5, 4, 3, 2, 1, 0};
  transpose_elements(b.data<u8>(), b.result<u8>(), {{2, 2, 3, 2, 3, 2}, {1, 2, 4, 12, 24, 72}});
  EXPECT_EQ(b.out, b.expected());
}

TEST(RuntimeShape, Concatenation) {
  SingleOp s(OpKind::concatenation, {random_tensor(DType::f32, {1, 4, 2, 3}), random_tensor(DType::f32, {1, 4, 5, 3})},
             random_tensor(DType::f32, {1, 4, 7, 3}));
  s.op.attr.axis = 2;
  copy_blocks(s.in[0].data(), s.out.data(), 4, 2 * 3 * 4, 7 * 3 * 4);
  copy_blocks(s.in[1].data(), s.out.data() + 2 * 3 * 4, 4, 5 * 3 * 4, 7 * 3 * 4);
  EXPECT_EQ(s.out, s.expected());
}

}  // namespace
}  // namespace narrows
