// TFLite front end: operators that make one element of many: MEAN, SUM, REDUCE_MAX, REDUCE_MIN and REDUCE_PROD over any
// dimensions, and L2_NORMALIZATION.
#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

bool read_reduction(OpReader& r, OpKind kind) {
  const auto* options = optional_options<format::ReducerOptions>(r);
  const auto axes = constant_integers(r, 1, "axes");
  if (!axes) return false;
  const Shape& in = r.input(0).shape;
  std::vector<bool> reduced(in.size(), false);
  for (int64_t axis : *axes) {
    int dimension = 0;
    if (!normalise_axis(r, axis, static_cast<int>(in.size()), dimension)) return false;
    reduced[dimension] = true;
  }
  r.op.kind = kind;
  r.op.inputs = {r.input_id(0)};
  Shape shape;
  for (size_t i = 0; i < in.size(); ++i) {
    if (reduced[i]) r.op.attr.axes.push_back(static_cast<int>(i));
    if (!reduced[i])
      shape.push_back(in[i]);
    else if (options && options->keep_dims())
      shape.push_back(1);
  }
  return check_output_shape(r, shape);
}

bool read_mean(OpReader& r) { return check_activations(r, 1) && read_reduction(r, OpKind::mean); }
bool read_sum(OpReader& r) { return check_numbers(r, 1) && check_scale_ratio(r) && read_reduction(r, OpKind::sum); }

/// TFLite refuses other scales and zero points (EvalType() in kernels/reduce.cc).
bool read_extremum(OpReader& r, OpKind kind) {
  return check_numbers(r, 1) && check_same_quantization(r, 0) && read_reduction(r, kind);
}

bool read_reduce_max(OpReader& r) { return read_extremum(r, OpKind::reduce_max); }
bool read_reduce_min(OpReader& r) { return read_extremum(r, OpKind::reduce_min); }

bool read_reduce_prod(OpReader& r) {
  if (!check_plain_numbers(r, 1)) return false;
  return read_reduction(r, OpKind::reduce_prod);
}

/// TFLite insists on the scale and the zero point (Prepare() in kernels/l2norm.cc).
bool check_normalized(OpReader& r) {
  const Tensor& out = r.output();
  const int zero = out.type == DType::u8 ? 128 : 0;
  if (!is_8bit(out.type) || (out.scale() == 1.0f / 128 && out.zero_point() == zero)) return true;
  return r.fail(fmt::format("output '{}' has scale {} and zero point {}, expected {} and {}", out.name, out.scale(),
                            out.zero_point(), 1.0f / 128, zero));
}

bool read_l2_normalization(OpReader& r) {
  const auto* options = optional_options<format::L2NormOptions>(r);
  if (options && !read_activation(r, options->fused_activation_function())) return false;
  if (r.op.attr.activation != Activation::none)
    return r.fail("a fused activation is not supported here; supported: NONE");
  if (!check_activations(r, 1) || !check_normalized(r)) return false;
  if (r.input(0).shape.empty())
    return r.fail(fmt::format("input '{}' has no dimensions, expected at least 1", r.input(0).name));
  r.op.kind = OpKind::l2_normalization;
  r.op.inputs = {r.input_id(0)};
  return check_output_shape(r, r.input(0).shape);
}

constexpr Row rows[] = {
    {Code::L2_NORMALIZATION, 2, 1, 1, -1, read_l2_normalization},
    {Code::MEAN, 3, 2, 2, -1, read_mean},
    {Code::REDUCE_MAX, 3, 2, 2, -1, read_reduce_max},
    {Code::REDUCE_MIN, 3, 2, 2, -1, read_reduce_min},
    {Code::REDUCE_PROD, 2, 2, 2, -1, read_reduce_prod},
    {Code::SUM, 2, 2, 2, -1, read_sum},
};

}  // namespace

const Table<Row> reduce_rows = rows;

}  // namespace narrows::tflite
