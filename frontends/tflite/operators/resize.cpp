// TFLite front end: RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR, and the operators whose results have another
// type: ARG_MAX and CAST.
#include <optional>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// Height and width, as a constant operand.
std::optional<std::vector<int64_t>> requested_size(OpReader& r) {
  const auto size = constant_integers(r, 1, "size");
  if (!size) return std::nullopt;
  if (size->size() == 2 && (*size)[0] > 0 && (*size)[1] > 0 && (*size)[0] < max_bytes && (*size)[1] < max_bytes) {
    return size;
  }
  r.fail(
      fmt::format("size '{}' is [{}], expected a positive height and width", r.input(1).name, fmt::join(*size, ",")));
  return std::nullopt;
}

template <class Options>
bool read_resize(OpReader& r, OpKind kind) {
  const Options* options = optional_options<Options>(r);
  if (!check_rank(r, 0, "input", 4) || !check_activations(r, 1)) return false;
  const auto size = requested_size(r);
  if (!size) return false;
  const bool align = options && options->align_corners(), half = options && options->half_pixel_centers();
  if (align && half) return r.fail("has both align_corners and half_pixel_centers; expected at most one");
  r.op.kind = kind;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  r.op.attr.sampling = align ? Sampling::align_corners : half ? Sampling::half_pixel : Sampling::asymmetric;
  const Shape& in = r.input(0).shape;
  return check_output_shape(r, {in[0], static_cast<int>((*size)[0]), static_cast<int>((*size)[1]), in[3]});
}

bool read_resize_bilinear(OpReader& r) {
  return read_resize<format::ResizeBilinearOptions>(r, OpKind::resize_bilinear);
}

bool read_resize_nearest_neighbor(OpReader& r) {
  return read_resize<format::ResizeNearestNeighborOptions>(r, OpKind::resize_nearest);
}

bool read_arg_max(OpReader& r) {
  const Tensor &in = r.input(0), &out = r.output();
  if (in.type != DType::f32 && !is_8bit(in.type)) {
    return r.fail(fmt::format("input '{}' has type {}; supported: FLOAT32, UINT8, INT8", in.name, type_name(in.type)));
  }
  if (out.type != DType::i32 && out.type != DType::i64) {
    return r.fail(fmt::format("output '{}' has type {}; supported: INT32, INT64", out.name, type_name(out.type)));
  }
  const auto values = constant_integers(r, 1, "axis");
  if (!values) return false;
  if (values->size() != 1)
    return r.fail(fmt::format("axis '{}' has {} values, expected 1", r.input(1).name, values->size()));
  r.op.kind = OpKind::arg_max;
  r.op.inputs = {r.input_id(0)};
  Shape shape = in.shape;
  if (!normalise_axis(r, values->front(), static_cast<int>(shape.size()), r.op.attr.axis)) return false;
  shape.erase(shape.begin() + r.op.attr.axis);
  return check_output_shape(r, shape);
}

bool read_cast(OpReader& r) {
  r.op.kind = r.input(0).type == DType::f16 ? OpKind::dequantize : OpKind::cast;
  r.op.inputs = {r.input_id(0)};
  if (r.input(0).type == DType::f16 && r.output().type != DType::f32) {
    return r.fail(fmt::format("output '{}' has type {}, expected FLOAT32 for input '{}' of type FLOAT16",
                              r.output().name, type_name(r.output().type), r.input(0).name));
  }
  return check_output_shape(r, r.input(0).shape);
}

constexpr Row rows[] = {
    {Code::ARG_MAX, 3, 2, 2, -1, read_arg_max},
    {Code::CAST, 7, 1, 1, -1, read_cast},
    {Code::RESIZE_BILINEAR, 4, 2, 2, -1, read_resize_bilinear},
    {Code::RESIZE_NEAREST_NEIGHBOR, 4, 2, 2, -1, read_resize_nearest_neighbor},
};

}  // namespace

const Table<Row> resize_rows = rows;

}  // namespace narrows::tflite
