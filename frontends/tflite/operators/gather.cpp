// TFLite front end: operators that pick elements by indices (GATHER, GATHER_ND) or by a known condition (SELECT,
// SELECT_V2). Known indices with equal distances make a slice.
#include <algorithm>
#include <cstring>
#include <optional>

#include "frontends/choice.h"
#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// The values of a constant INT32 or INT64 tensor, however many; none where it is computed.
std::vector<int64_t> integers_of(const Tensor& tensor) {
  const size_t size = size_of(tensor.type);
  std::vector<int64_t> values(tensor.data.size() / size);
  for (size_t i = 0; i < values.size(); ++i) {
    int32_t narrow = 0;
    if (tensor.type == DType::i64) std::memcpy(&values[i], &tensor.data[i * size], size);
    if (tensor.type == DType::i32) std::memcpy(&narrow, &tensor.data[i * size], size);
    if (tensor.type == DType::i32) values[i] = narrow;
  }
  return values;
}

/// INT32 or INT64; where they are known, each is a place in its dimension, of which `sizes` has one for each of the
/// last dimension of the indices.
bool check_indices(OpReader& r, const Shape& sizes) {
  const Tensor& indices = r.input(1);
  if (!is_integer(indices.type)) {
    return r.fail(
        fmt::format("indices '{}' have type {}, expected INT32 or INT64", indices.name, type_name(indices.type)));
  }
  const std::vector<int64_t> values = integers_of(indices);
  for (size_t i = 0; i < values.size(); ++i) {
    const int size = sizes[i % sizes.size()];
    if (values[i] < 0 || values[i] >= size)
      return r.fail(fmt::format("index {} is out of range; expected 0 to {}", values[i], size - 1));
  }
  return true;
}

/// The indices with the shape; constants have 32 bits then.
int indices_of(OpReader& r, const Shape& shape) {
  const Tensor& indices = r.input(1);
  if (!indices.constant()) return reshaped(r, r.input_id(1), shape);
  Tensor narrow;
  narrow.name = indices.name + "/indices";
  narrow.type = DType::i32;
  narrow.shape = shape;
  for (const int64_t value : integers_of(indices)) {
    const auto index = static_cast<int32_t>(value);
    narrow.data.resize(narrow.data.size() + sizeof(index));
    std::memcpy(&narrow.data[narrow.data.size() - sizeof(index)], &index, sizeof(index));
  }
  return r.add(std::move(narrow));
}

/// Where known indices have equal distances: the first and the distance.
struct Progression {
  int begin, step;
};
std::optional<Progression> progression_of(const Tensor& indices) {
  const std::vector<int64_t> values = integers_of(indices);
  if (values.empty()) return std::nullopt;
  const int64_t step = values.size() > 1 ? values[1] - values[0] : 1;
  for (size_t i = 1; i < values.size(); ++i) {
    if (values[i] - values[i - 1] != step) return std::nullopt;
  }
  return Progression{static_cast<int>(values[0]), static_cast<int>(step)};
}

/// The slice along `axis` that a progression picks.
void set_slice(OpReader& r, const Progression& picked, int axis) {
  const size_t rank = r.input(0).shape.size();
  r.op.kind = OpKind::slice;
  r.op.attr.begin.assign(rank, 0);
  r.op.attr.steps.assign(rank, 1);
  r.op.attr.begin[axis] = picked.begin;
  r.op.attr.steps[axis] = picked.step;
}

/// The axis and the batch dimensions of GATHER.
bool read_dimensions(OpReader& r, int& axis, int& batch) {
  const auto* options = optional_options<format::GatherOptions>(r);
  const Shape &in = r.input(0).shape, &at = r.input(1).shape;
  batch = options ? options->batch_dims() : 0;
  if (!normalise_axis(r, options ? options->axis() : 0, static_cast<int>(in.size()), axis)) return false;
  if (batch < 0) batch += static_cast<int>(at.size());
  const bool fits = batch >= 0 && batch <= axis && batch <= static_cast<int>(at.size()) &&
                    std::equal(at.begin(), at.begin() + batch, in.begin());
  return fits || r.fail(fmt::format("{} batch dimensions do not fit axis {}, input '{}' with shape {} and indices '{}' "
                                    "with shape {}",
                                    options->batch_dims(), axis, r.input(0).name, to_string(in), r.input(1).name,
                                    to_string(at)));
}

bool read_gather(OpReader& r) {
  int axis = 0, batch = 0;
  if (!check_copied(r, 1) || !read_dimensions(r, axis, batch)) return false;
  const Shape &in = r.input(0).shape, &at = r.input(1).shape;
  if (!check_indices(r, {in[axis]})) return false;
  const int64_t count = element_count(Shape(at.begin() + batch, at.end()));
  Shape picked = in, shape(in.begin(), in.begin() + axis);
  picked[axis] = static_cast<int>(count);
  shape.insert(shape.end(), at.begin() + batch, at.end());
  shape.insert(shape.end(), in.begin() + axis + 1, in.end());
  if (shape.size() > max_rank)
    return r.fail(fmt::format("the result has {} dimensions, more than the limit of {}", shape.size(), max_rank));
  if (!check_output_shape(r, shape)) return false;
  const int data = read_as_output(r, r.input_id(0));
  const auto progression = batch == 0 ? progression_of(r.input(1)) : std::nullopt;
  if (progression) {
    set_slice(r, *progression, axis);
    r.op.inputs = {data};
  } else {
    Shape flat(at.begin(), at.begin() + batch);
    flat.insert(flat.end(), {static_cast<int>(count), 1});
    r.op.kind = OpKind::gather;
    r.op.attr.axis = axis;
    r.op.attr.batch_dims = batch;
    r.op.inputs = {data, indices_of(r, flat)};
  }
  return picked == shape || finish_with_reshape(r, put_before(r, r.op, like_output(r, picked, "/picked")), shape);
}

/// The data of GATHER_ND, whose indices start at dimension `axis`. Four dimensions that are no batch of maps get one
/// more in front.
int data_of(OpReader& r, int& axis) {
  const Tensor& in = r.input(0);
  axis = !in.constant() && in.shape.size() == 4 && in.shape[0] != 1 ? 1 : 0;
  if (axis == 0) return read_as_output(r, r.input_id(0));
  Shape shape = in.shape;
  shape.insert(shape.begin(), 1);
  Op reshape;
  reshape.inputs = {r.input_id(0)};
  return put_before(r, reshape, like_output(r, shape, "/data"));
}

bool read_gather_nd(OpReader& r) {
  if (!check_copied(r, 1)) return false;
  const Shape &in = r.input(0).shape, &at = r.input(1).shape;
  const int depth = at.empty() ? 0 : at.back();
  if (depth < 1 || depth > static_cast<int>(in.size())) {
    return r.fail(fmt::format("indices '{}' with shape {} do not fit input '{}' with shape {}", r.input(1).name,
                              to_string(at), r.input(0).name, to_string(in)));
  }
  if (!check_indices(r, Shape(in.begin(), in.begin() + depth))) return false;
  Shape shape(at.begin(), at.end() - 1);
  shape.insert(shape.end(), in.begin() + depth, in.end());
  if (shape.size() > max_rank)
    return r.fail(fmt::format("the result has {} dimensions, more than the limit of {}", shape.size(), max_rank));
  r.op.kind = OpKind::gather;
  const int data = data_of(r, r.op.attr.axis);
  r.op.inputs = {data, indices_of(r, at)};
  if (r.op.attr.axis == 0) return check_output_shape(r, shape);
  Shape picked = shape;
  picked.insert(picked.begin(), 1);
  return finish_with_reshape(r, put_before(r, r.op, like_output(r, picked, "/picked")), shape);
}

/// SELECT takes whole rows of its operands where its condition is a list.
Tensor condition_of(const OpReader& r) {
  Tensor condition = r.input(0);
  const Shape& in = r.input(1).shape;
  const bool rows = r.source.code == Code::SELECT && condition.shape.size() == 1 && in.size() > 1;
  if (rows && condition.shape[0] == in[0]) condition.shape.insert(condition.shape.end(), in.size() - 1, 1);
  return condition;
}

/// select(c, a, b) with a known condition  =>  gather(concatenation(a, b)), or one of them where that is all
bool read_select(OpReader& r) {
  if (!check_constant(r, 0, "condition") || !check_copy(r, r.input(1)) || !check_copy(r, r.input(2))) return false;
  const Tensor condition = condition_of(r);
  const Shape &a = r.input(1).shape, &b = r.input(2).shape;
  constexpr int64_t most = 1 << 20;
  const std::optional<Shape> shape = broadcast_shape({condition.shape, a, b});
  if (!shape || element_count(*shape) > most) {
    return r.fail(
        fmt::format("condition '{}' with shape {} chooses between {} and {}; expected shapes that can be "
                    "broadcast, and at most {} elements",
                    condition.name, to_string(r.input(0).shape), to_string(a), to_string(b), most));
  }
  const Choice choice = chosen_places(condition, a, b, *shape);
  const int first = read_as_output(r, r.input_id(1)), second = read_as_output(r, r.input_id(2));
  if (!choice.takes_second && a == *shape) return finish_with_reshape(r, first, *shape);
  if (!choice.takes_first && b == *shape) return finish_with_reshape(r, second, *shape);
  const auto size = [](const Shape& s) { return static_cast<int>(element_count(s)); };
  Op join, pick;
  join.kind = OpKind::concatenation;
  join.inputs = {reshaped(r, first, {size(a)}), reshaped(r, second, {size(b)})};
  pick.kind = OpKind::gather;
  pick.inputs = {put_before(r, join, like_output(r, {size(a) + size(b)}, "/both"))};
  Tensor indices = indices_of(choice);
  indices.name = condition.name + "/indices";
  pick.inputs.push_back(r.add(std::move(indices)));
  return finish_with_reshape(r, put_before(r, pick, like_output(r, {size(*shape)}, "/chosen")), *shape);
}

constexpr Row rows[] = {
    {Code::GATHER, 7, 2, 2, -1, read_gather},
    {Code::GATHER_ND, 5, 2, 2, -1, read_gather_nd},
    {Code::SELECT, 4, 3, 3, -1, read_select},
    {Code::SELECT_V2, 2, 3, 3, -1, read_select},
};

}  // namespace

const Table<Row> gather_rows = rows;

}  // namespace narrows::tflite
