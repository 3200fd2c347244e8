// TFLite front end: operators that only give the same bytes another shape.
#include <optional>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

bool finish(OpReader& r, const Shape& shape) {
  r.op.kind = OpKind::reshape;
  r.op.inputs = {r.input_id(0)};
  return check_output_shape(r, shape);
}

/// The new shape of RESHAPE: a constant operand, or in old files an option, where [0] stands for a scalar.
std::optional<std::vector<int64_t>> requested_shape(OpReader& r) {
  if (r.has_input(1)) return constant_integers(r, 1, "shape");
  if (r.names_input(1)) return std::vector<int64_t>();
  const auto* options = optional_options<format::ReshapeOptions>(r);
  if (!options || !options->new_shape()) {
    r.fail("has neither a shape operand nor a shape option");
    return std::nullopt;
  }
  if (options->new_shape()->size() > max_rank) {
    r.fail(
        fmt::format("new shape has {} dimensions, more than the limit of {}", options->new_shape()->size(), max_rank));
    return std::nullopt;
  }
  std::vector<int64_t> shape(options->new_shape()->begin(), options->new_shape()->end());
  if (shape == std::vector<int64_t>{0}) shape.clear();
  return shape;
}

/// Replaces a single -1 by what the other dimensions leave of `count` elements.
bool resolve(OpReader& r, const std::vector<int64_t>& requested, int64_t count, Shape& shape) {
  int64_t known = 1;
  int unknown = -1;
  for (size_t i = 0; i < requested.size(); ++i) {
    const int64_t size = requested[i];
    if (size == -1 && unknown < 0) {
      unknown = static_cast<int>(i);
    } else if (size < 1 || size > max_bytes || (known *= size) > max_bytes) {
      return r.fail(fmt::format("new shape [{}] is not valid; expected positive sizes and at most one -1",
                                fmt::join(requested, ",")));
    }
    shape.push_back(static_cast<int>(size));
  }
  if (unknown >= 0 && count % known == 0) shape[unknown] = static_cast<int>(count / known);
  if (unknown >= 0 ? count % known == 0 : count == known) return true;
  return r.fail(fmt::format("new shape [{}] does not hold the {} elements of input '{}' with shape {}",
                            fmt::join(requested, ","), count, r.input(0).name, to_string(r.input(0).shape)));
}

bool read_reshape(OpReader& r) {
  if (!check_copied(r, 1)) return false;
  const auto requested = requested_shape(r);
  if (!requested) return false;
  Shape shape;
  return resolve(r, *requested, element_count(r.input(0).shape), shape) && finish(r, shape);
}

bool read_squeeze(OpReader& r) {
  if (!check_copied(r, 1)) return false;
  const Shape& in = r.input(0).shape;
  const auto* options = optional_options<format::SqueezeOptions>(r);
  const bool all = !options || length(options->squeeze_dims()) == 0;
  std::vector<bool> dropped(in.size(), false);
  for (size_t i = 0; i < in.size(); ++i) dropped[i] = all && in[i] == 1;
  for (size_t i = 0; !all && i < length(options->squeeze_dims()); ++i) {
    int dimension = 0;
    const int axis = options->squeeze_dims()->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (!normalise_axis(r, axis, static_cast<int>(in.size()), dimension)) return false;
    if (in[dimension] != 1) {
      return r.fail(fmt::format("dimension {} of input '{}' with shape {} cannot be dropped; expected size 1",
                                dimension, r.input(0).name, to_string(in)));
    }
    dropped[dimension] = true;
  }
  Shape shape;
  for (size_t i = 0; i < in.size(); ++i) {
    if (!dropped[i]) shape.push_back(in[i]);
  }
  return finish(r, shape);
}

bool read_expand_dims(OpReader& r) {
  if (!check_copied(r, 1) || !check_same_quantization(r, 0)) return false;
  const auto values = constant_integers(r, 1, "axis");
  if (!values) return false;
  if (values->size() != 1)
    return r.fail(fmt::format("axis '{}' has {} values, expected 1", r.input(1).name, values->size()));
  Shape shape = r.input(0).shape;
  int axis = 0;
  if (!normalise_axis(r, values->front(), static_cast<int>(shape.size()) + 1, axis)) return false;
  shape.insert(shape.begin() + axis, 1);
  return finish(r, shape);
}

constexpr Row rows[] = {
    {Code::EXPAND_DIMS, 1, 2, 2, -1, read_expand_dims},
    {Code::RESHAPE, 2, 1, 2, 1, read_reshape},
    {Code::SQUEEZE, 3, 1, 1, -1, read_squeeze},
};

}  // namespace

const Table<Row> reshape_rows = rows;

}  // namespace narrows::tflite
