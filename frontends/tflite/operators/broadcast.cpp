// TFLite front end: BROADCAST_TO, which becomes concatenations of a tensor with itself, and SHAPE, which becomes a
// constant.
#include <cstring>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// Appends the operator that makes `tensor` of the shape; returns its output.
int append(OpReader& r, OpKind kind, int axis, const std::vector<int>& inputs, const Shape& shape) {
  Tensor result = r.output();
  result.name += "/broadcast";
  result.shape = shape;
  Op op;
  op.kind = kind;
  op.attr.axis = axis;
  op.inputs = inputs;
  op.output = r.add(std::move(result));
  op.origins = r.op.origins;
  r.before.push_back(op);
  return op.output;
}

bool read_broadcast_to(OpReader& r) {
  if (!check_copied(r, 1)) return false;
  const auto requested = constant_integers(r, 1, "shape");
  if (!requested) return false;
  Shape shape = r.input(0).shape;
  shape.insert(shape.begin(), requested->size() > shape.size() ? requested->size() - shape.size() : 0, 1);
  bool fits = requested->size() == shape.size();
  for (size_t d = 0; fits && d < shape.size(); ++d) {
    const int64_t size = (*requested)[d];
    fits = shape[d] == size || (shape[d] == 1 && size >= 1 && size <= static_cast<int64_t>(max_operands));
  }
  if (!fits) {
    return r.fail(fmt::format("input '{}' with shape {} cannot be broadcast to [{}]", r.input(0).name,
                              to_string(r.input(0).shape), fmt::join(*requested, ",")));
  }
  int tensor = read_as_output(r, r.input_id(0));
  if (shape != r.input(0).shape) tensor = append(r, OpKind::reshape, 0, {tensor}, shape);
  // Inner dimensions first, so that the copies are of larger and larger pieces.
  for (size_t d = shape.size(); d-- > 0;) {
    const auto size = static_cast<size_t>((*requested)[d]);
    if (shape[d] == static_cast<int>(size)) continue;
    shape[d] = static_cast<int>(size);
    tensor = append(r, OpKind::concatenation, static_cast<int>(d), std::vector<int>(size, tensor), shape);
  }
  r.op.kind = OpKind::reshape;
  r.op.inputs = {tensor};
  return check_output_shape(r, shape);
}

bool read_shape(OpReader& r) {
  const Shape& shape = r.input(0).shape;
  const DType type = r.output().type;
  if (type != DType::i32 && type != DType::i64) {
    return r.fail(fmt::format("output '{}' has type {}, expected INT32 or INT64", r.output().name, type_name(type)));
  }
  const Shape size = {static_cast<int>(shape.size())};
  if (!check_output_shape(r, size)) return false;
  Tensor values = r.output();
  values.shape = size;
  values.name += "/values";
  values.data.resize(values.bytes());
  for (size_t d = 0; d < shape.size(); ++d) {
    const int64_t wide = shape[d];
    std::memcpy(&values.data[d * size_of(type)], type == DType::i64 ? static_cast<const void*>(&wide) : &shape[d],
                size_of(type));
  }
  r.op.kind = OpKind::reshape;
  r.op.inputs = {r.add(std::move(values))};
  return true;
}

constexpr Row rows[] = {
    {Code::BROADCAST_TO, 3, 2, 2, -1, read_broadcast_to},
    {Code::SHAPE, 1, 1, 1, -1, read_shape},
};

}  // namespace

const Table<Row> broadcast_rows = rows;

}  // namespace narrows::tflite
