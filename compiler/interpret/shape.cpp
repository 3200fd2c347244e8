// Operators that move elements: PAD, TRANSPOSE, CONCATENATION, SLICE and STRIDED_SLICE.
// Sources: tensorflow/lite/kernels/internal/reference/{pad.h,transpose.h,concatenation.h,strided_slice.h}.
#include <algorithm>
#include <cstring>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

/// Where an element goes, counted in elements: offset + the sum of position * stride over all dimensions.
struct Place {
  int64_t offset;
  std::vector<int64_t> strides;
};

/// Copies every element of `in`, which has `size` bytes, to its place in `out`.
void scatter(const Bytes& in, const Shape& shape, int size, const Place& place, Bytes* out) {
  const std::vector<int64_t>& strides = place.strides;
  std::vector<int> at(shape.size(), 0);
  int64_t to = place.offset;
  for (size_t from = 0; from < in.size(); from += size) {
    std::memcpy(out->data() + to * size, in.data() + from, size);
    for (size_t d = shape.size(); d-- > 0;) {
      to += strides[d];
      if (++at[d] < shape[d]) break;
      to -= strides[d] * shape[d];
      at[d] = 0;
    }
  }
}

std::vector<int64_t> dense_strides(const Shape& shape) {
  std::vector<int64_t> strides(shape.size());
  int64_t stride = 1;
  for (size_t d = shape.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= shape[d];
  }
  return strides;
}

/// What input `i` of a concatenation becomes in the scale of the output. Only uint8 models have unequal
/// scales.
Bytes rescaled(const Call& call, int i) {
  const Tensor &input = call.input(i), &output = call.output();
  const bool same = !is_quantized(input) || (input.type == output.type && input.scale() == output.scale() &&
                                             input.zero_point() == output.zero_point());
  // XNNPACK copies whatever the scales are; it leaves operators with more inputs to TFLite.
  constexpr size_t most_xnnpack_inputs = 4;
  const bool xnnpack = call.numerics == Numerics::xnnpack && call.in.size() <= most_xnnpack_inputs;
  if (same || (xnnpack && input.type == output.type)) return *call.in[i];

  const Range range = activation_range(Activation::none, output);
  const float scale = input.scale() * (1.0f / output.scale());
  const float bias = static_cast<float>(-input.zero_point()) * scale;
  const std::vector<int16_t> in = stored(input, *call.in[i]);
  Bytes out(in.size());
  for (size_t k = 0; k < in.size(); ++k) {
    out[k] = to_byte(round_to_int(static_cast<float>(in[k]) * scale + bias) + output.zero_point(), range);
  }
  return out;
}

Bytes pad(const Call& call) {
  const Tensor& output = call.output();
  const std::vector<int64_t> strides = dense_strides(output.shape);
  int64_t offset = 0;
  for (size_t d = 0; d < strides.size(); ++d) offset += call.attr().pads[d][0] * strides[d];
  const uint8_t zero = is_quantized(output) ? static_cast<uint8_t>(output.zero_point()) : 0;
  Bytes out(output.bytes(), zero);
  if (call.attr().fill != 0) out = bytes_of(std::vector<float>(element_count(output.shape), call.attr().fill));
  scatter(*call.in[0], call.input().shape, size_of(output.type), {offset, strides}, &out);
  return out;
}

Bytes transpose(const Call& call) {
  const Tensor& output = call.output();
  const std::vector<int64_t> out_strides = dense_strides(output.shape);
  std::vector<int64_t> strides(out_strides.size());
  for (size_t d = 0; d < strides.size(); ++d) strides[call.attr().axes[d]] = out_strides[d];
  Bytes out(output.bytes());
  scatter(*call.in[0], call.input().shape, size_of(output.type), {0, strides}, &out);
  return out;
}

Bytes slice(const Call& call) {
  const Shape& shape = call.output().shape;
  const std::vector<int64_t> strides = dense_strides(call.input().shape);
  const int size = size_of(call.output().type);
  std::vector<int> at(shape.size(), 0);
  int64_t from = 0;
  for (size_t d = 0; d < shape.size(); ++d) from += call.attr().begin[d] * strides[d];
  Bytes out(call.output().bytes());
  for (size_t to = 0; to < out.size(); to += size) {
    std::memcpy(out.data() + to, call.in[0]->data() + from * size, size);
    for (size_t d = shape.size(); d-- > 0;) {
      const int64_t step = call.attr().steps[d] * strides[d];
      from += step;
      if (++at[d] < shape[d]) break;
      from -= step * shape[d];
      at[d] = 0;
    }
  }
  return out;
}

Bytes concatenation(const Call& call) {
  const Tensor& output = call.output();
  const int axis = call.attr().axis;
  const std::vector<int64_t> strides = dense_strides(output.shape);
  Bytes out(output.bytes());
  int64_t offset = 0;
  for (size_t i = 0; i < call.in.size(); ++i) {
    const Shape& shape = call.input(static_cast<int>(i)).shape;
    scatter(rescaled(call, static_cast<int>(i)), shape, size_of(output.type), {offset, strides}, &out);
    offset += shape[axis] * strides[axis];
  }
  return out;
}

constexpr Evaluator rows[] = {
    {OpKind::pad, pad},
    {OpKind::transpose, transpose},
    {OpKind::concatenation, concatenation},
    {OpKind::slice, slice},
};

}  // namespace

const Table<Evaluator> shape_evaluators = rows;

}  // namespace narrows::interpreter
