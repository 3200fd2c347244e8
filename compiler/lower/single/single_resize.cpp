// RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR, ARG_MAX and CAST (runtime/resize.h, arg_max.h and cast.h).
#include "compiler/lower/single/single_resize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/arena.h"
#include "compiler/graph/resize.h"

namespace narrows {

namespace {

std::string tap_table(const SingleCode& s, const Tensor& in, const Tensor& out, Sampling sampling) {
  const Target& target = s.context.target();
  if (in.type == DType::i8) {
    return packed(bilinear_taps_q10(in.shape[1], out.shape[1], sampling), target) +
           packed(bilinear_taps_q10(in.shape[2], out.shape[2], sampling), target);
  }
  return packed(bilinear_taps(in.shape[1], out.shape[1], sampling), target) +
         packed(bilinear_taps(in.shape[2], out.shape[2], sampling), target);
}

int64_t product(const Shape& shape, size_t begin, size_t end) {
  return std::accumulate(shape.begin() + begin, shape.begin() + end, int64_t{1}, std::multiplies<int64_t>());
}

}  // namespace

ResizeNames declare_resize(SingleCode& s, const Op& op, const std::string& number, int in_shift, int out_shift) {
  const Tensor &in = s.context.graph.input(op, 0), &out = s.context.graph.output(op);
  const std::string weight = in.type == DType::i8 ? "i32" : "f32";
  const ResizeNames names = {"resize" + number, "taps" + number, "(" + weight + "*)scratch"};
  const std::string table = s.weights.empty() ? "weights" : fmt::format("(weights + {})", s.weights.size());
  s.weights += tap_table(s, in, out, op.attr.sampling);
  s.scratch_bytes = std::max(s.scratch_bytes, aligned(int64_t{2} * in.shape[2] * in.shape[3] * 4));
  s.body.line("const Resize {} = {{{}, {}, {}, {}, {}, {}}};", names.sizes, in.shape[2], in.shape[3], out.shape[1],
              out.shape[2], in_shift, out_shift);
  s.body.line("const Tap<{0}>* const {1} = (const Tap<{0}>*){2};  // {3} rows, {4} columns", weight, names.taps, table,
              out.shape[1], out.shape[2]);
  return names;
}

namespace {

void lower_resize_bilinear(SingleCode& s) {
  s.share("part", s.out.tensor.shape[1]);
  const ResizeNames names = declare_resize(s, s.op, "", s.in[0].shift, s.out.shift);
  s.body.line("interpolate_image(in, out, {}, part, {}, {});", names.sizes, names.taps, names.rows);
}

void lower_resize_nearest(SingleCode& s) {
  const Tensor &in = s.in[0].tensor, &out = s.out.tensor;
  const int64_t pixel = int64_t{1} * in.shape[3] * size_of(in.type);
  s.weights = packed(nearest_taps(in.shape[1], out.shape[1], s.op.attr.sampling), s.context.target()) +
              packed(nearest_taps(in.shape[2], out.shape[2], s.op.attr.sampling), s.context.target());
  s.body.line("copy_nearest_pixels(in, out, {}, {}, {}, {}, (const i32*)weights);", out.shape[1], out.shape[2],
              in.shape[2] * pixel, pixel);
  if (s.in[0].shift != s.out.shift) s.body.line("flip_sign(out, out, {});", s.out.count());
}

void lower_arg_max(SingleCode& s) {
  const Shape& in = s.in[0].tensor.shape;
  const size_t axis = s.op.attr.axis;
  s.body.line("index_largest(in, out, {}, {}, {});", product(in, 0, axis), in[axis], product(in, axis + 1, in.size()));
}

void lower_cast(SingleCode& s) {
  const Operand &in = s.in[0], &out = s.out;
  if (in.tensor.type == DType::f32 && out.tensor.type != DType::f32) {
    const int bits = 8 * size_of(out.tensor.type) - (out.tensor.type == DType::u8 ? 0 : 1);
    const auto highest = static_cast<int64_t>((uint64_t{1} << bits) - 1);
    const std::string lowest = out.tensor.type == DType::u8 ? "0" : fmt::format("-{} - 1", highest);
    s.body.line("cast_from_f32(in, out, {}, {}, {}, {}, {});", out.count(), out.shift, lowest, highest,
                float_literal(std::ldexp(1.0f, bits)));
  } else if (out.tensor.type == DType::f32) {
    s.body.line("cast_to_f32(in, out, {}, {});", out.count(), in.shift);
  } else {
    s.body.line("cast_integers(in, out, {}, {}, {});", out.count(), in.shift, out.shift);
  }
}

constexpr SingleLowering rows[] = {
    {OpKind::resize_bilinear, lower_resize_bilinear},
    {OpKind::resize_nearest, lower_resize_nearest},
    {OpKind::arg_max, lower_arg_max},
    {OpKind::cast, lower_cast},
};

}  // namespace

const Table<SingleLowering> resize_lowerings = rows;

}  // namespace narrows
