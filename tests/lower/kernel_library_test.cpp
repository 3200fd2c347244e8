// Which kernels of an emitted file are one.
#include "compiler/lower/kernel_library.h"

#include <gtest/gtest.h>

#include "schedules/spec_key.h"

namespace narrows {
namespace {

Target avx2() {
  Diagnostics diagnostics("test");
  return *parse_target("x86-64-linux-avx2", diagnostics);
}

ConvRow pointwise() {
  ConvRow s;
  s.reduction.depth = s.reduction.pixel_stride = 8;
  s.out.channels = s.out.stride = 16;
  s.out.width = 4;
  s.finish.clamp_f32 = {0, 6};
  s.tile = {2, 2};
  return s;
}

TEST(KernelLibrary, EqualSpecsAreOne) {
  KernelLibrary library(avx2());
  EXPECT_EQ(library.get(pointwise()), library.get(pointwise()));
  EXPECT_EQ(library.kernels().size(), 1u);
}

TEST(KernelLibrary, SpecsOfOneTextAreOne) {
  KernelLibrary library(avx2());
  ConvRow ordered = pointwise();
  ordered.reduction.sorting = Sorting::never;  // floats are never sorted
  ASSERT_NE(spec_key(ordered), spec_key(pointwise()));
  EXPECT_EQ(library.get(pointwise()), library.get(ordered));
  ConvRow clamped = pointwise();
  clamped.finish.clamp_f32 = {0, 5};
  // The name that the second spec did not need is free.
  EXPECT_EQ(library.get(clamped), library.get(pointwise()) + "_2");
  EXPECT_EQ(library.kernels().size(), 2u);
}

TEST(SpecKey, TellsMembersApart) {
  ConvRow a = pointwise(), b = pointwise();
  EXPECT_EQ(spec_key(a), spec_key(b));
  a.reduction.taps = 3, b.reduction.tap_stride = 3;
  EXPECT_NE(spec_key(a), spec_key(b));
  b = a = pointwise();
  b.finish.requantization.large_sums = true;
  EXPECT_NE(spec_key(a), spec_key(b));
}

}  // namespace
}  // namespace narrows
