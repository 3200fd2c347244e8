// TFLite front end: operators that rearrange elements: PAD, PADV2, MIRROR_PAD, CONCATENATION, TRANSPOSE.
#include <algorithm>
#include <cstring>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// PADV2 says what to fill with: one constant, which TFLite reads as it is stored (EvalInt() in kernels/pad.cc).
bool check_padding_value(OpReader& r) {
  const Tensor& value = r.input(2);
  const Tensor& in = r.input(0);
  if (!value.constant() || value.type != in.type || element_count(value.shape) != 1) {
    return r.fail(fmt::format("padding value '{}' has type {} and shape {}, expected one constant of type {}",
                              value.name, type_name(value.type), to_string(value.shape), type_name(in.type)));
  }
  const bool zero = std::all_of(value.data.begin(), value.data.end(), [](uint8_t byte) { return byte == 0; });
  if (in.type == DType::f32 || is_8bit(in.type) || zero) return true;
  return r.fail(fmt::format("padding value '{}' is not zero; with type {}, only padding with zero is supported",
                            value.name, type_name(in.type)));
}

/// Sets what the padding is. A stored value is the zero of a tensor that has it as its zero point: such a tensor is
/// padded, and its stored values are then the output's.
void set_padding_value(OpReader& r, const Shape& shape) {
  const Tensor& value = r.input(2);
  if (value.type == DType::f32) {
    std::memcpy(&r.op.attr.fill, value.data.data(), sizeof(float));
    return;
  }
  if (!is_8bit(value.type)) return;
  write_with_zero_point(r, value.type == DType::u8 ? value.data[0] : static_cast<int8_t>(value.data[0]), shape);
}

bool check_padding_shape(OpReader& r, size_t rank) {
  const Tensor& tensor = r.input(1);
  if (tensor.shape == Shape{static_cast<int>(rank), 2}) return true;
  return r.fail(fmt::format("paddings '{}' have shape {}, expected [{},2] for input '{}' with shape {}", tensor.name,
                            to_string(tensor.shape), rank, r.input(0).name, to_string(r.input(0).shape)));
}

/// Makes an operator that pads of `op`; `shape` becomes that of what it writes.
bool read_paddings(OpReader& r, OpKind kind, Shape& shape) {
  shape = r.input(0).shape;
  if (!check_padding_shape(r, shape.size())) return false;
  const auto pads = constant_integers(r, 1, "paddings");
  if (!pads) return false;
  r.op.kind = kind;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  for (size_t i = 0; i < shape.size(); ++i) {
    const int64_t before = (*pads)[2 * i], after = (*pads)[2 * i + 1];
    constexpr int64_t limit = 1 << 20;
    if (before < 0 || after < 0 || before > limit || after > limit) {
      return r.fail(
          fmt::format("padding {} and {} of dimension {} is out of range; expected 0 to {}", before, after, i, limit));
    }
    if (shape[i] > INT32_MAX - before - after) return r.fail(fmt::format("padding makes dimension {} too large", i));
    shape[i] += static_cast<int>(before + after);
    r.op.attr.pads.push_back({static_cast<int>(before), static_cast<int>(after)});
  }
  return true;
}

bool read_pad(OpReader& r) {
  if (!check_numbers(r, 1)) return false;
  if (r.input_count() == 3 && !check_padding_value(r)) return false;
  Shape shape;
  if (!read_paddings(r, OpKind::pad, shape) || !check_output_shape(r, shape)) return false;
  if (r.input_count() == 3) set_padding_value(r, shape);
  return true;
}

bool read_mirror_pad(OpReader& r) {
  const auto* options = required_options<format::MirrorPadOptions>(r);
  if (!options || !check_numbers(r, 1)) return false;
  if (options->mode() != format::MirrorPadMode::REFLECT && options->mode() != format::MirrorPadMode::SYMMETRIC)
    return r.fail(
        fmt::format("mode {} is not supported; supported: REFLECT, SYMMETRIC", static_cast<int>(options->mode())));
  const bool reflect = options->mode() == format::MirrorPadMode::REFLECT;
  Shape shape;
  if (!read_paddings(r, OpKind::mirror_pad, shape)) return false;
  r.op.attr.mirror = reflect ? Mirror::reflect : Mirror::symmetric;
  const Shape& in = r.input(0).shape;
  for (size_t d = 0; d < in.size(); ++d) {
    const auto [before, after] = r.op.attr.pads[d];
    const int most = reflect ? in[d] - 1 : in[d];
    if (before <= most && after <= most) continue;
    return r.fail(fmt::format("padding {} and {} of dimension {} is out of range; expected 0 to {} with mode {}",
                              before, after, d, most, reflect ? "REFLECT" : "SYMMETRIC"));
  }
  return check_output_shape(r, shape);
}

bool read_concatenation(OpReader& r) {
  const auto* options = required_options<format::ConcatenationOptions>(r);
  if (!options || !check_numbers(r, r.input_count())) return false;
  if (!read_activation(r, options->fused_activation_function())) return false;
  if (r.op.attr.activation != Activation::none)
    return r.fail("a fused activation is not supported here; supported: NONE");
  Shape shape = r.input(0).shape;
  const int rank = static_cast<int>(shape.size());
  if (!normalise_axis(r, options->axis(), rank, r.op.attr.axis)) return false;
  int64_t along = 0;
  r.op.kind = OpKind::concatenation;
  for (int i = 0; i < r.input_count(); ++i) {
    Shape other = r.input(i).shape;
    r.op.inputs.push_back(r.input_id(i));
    if (other.size() == shape.size()) {
      along += other[r.op.attr.axis];
      other[r.op.attr.axis] = shape[r.op.attr.axis];
    }
    if (other != shape) {
      return r.fail(
          fmt::format("input '{}' with shape {} does not fit input '{}' with shape {}; expected equal shapes outside "
                      "axis {}",
                      r.input(i).name, to_string(r.input(i).shape), r.input(0).name, to_string(shape), r.op.attr.axis));
    }
    // TFLite rescales UINT8 inputs, but copies those of type INT8.
    if (r.output().type == DType::i8 && !check_same_quantization(r, i)) return false;
  }
  shape[r.op.attr.axis] = static_cast<int>(std::min<int64_t>(along, INT32_MAX));
  return check_output_shape(r, shape);
}

bool read_transpose(OpReader& r) {
  if (!check_numbers(r, 1)) return false;
  const auto permutation = constant_integers(r, 1, "permutation");
  if (!permutation) return false;
  const Shape& in = r.input(0).shape;
  r.op.kind = OpKind::transpose;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  std::vector<bool> seen(in.size(), false);
  Shape shape;
  for (int64_t axis : *permutation) {
    int source = 0;
    if (!normalise_axis(r, axis, static_cast<int>(in.size()), source)) return false;
    if (seen[source]) return r.fail(fmt::format("permutation '{}' names dimension {} twice", r.input(1).name, source));
    seen[source] = true;
    shape.push_back(in[source]);
    r.op.attr.axes.push_back(source);
  }
  if (shape.size() != in.size()) {
    return r.fail(fmt::format("permutation '{}' has {} values, expected {} for input '{}' with shape {}",
                              r.input(1).name, shape.size(), in.size(), r.input(0).name, to_string(in)));
  }
  return check_output_shape(r, shape);
}

constexpr Row rows[] = {
    {Code::CONCATENATION, 5, 1, many, -1, read_concatenation},
    {Code::MIRROR_PAD, 3, 2, 2, -1, read_mirror_pad},
    {Code::PAD, 4, 2, 2, -1, read_pad},
    {Code::PADV2, 4, 3, 3, -1, read_pad},
    {Code::TRANSPOSE, 7, 2, 2, -1, read_transpose},
};

}  // namespace

const Table<Row> layout_rows = rows;

}  // namespace narrows::tflite
