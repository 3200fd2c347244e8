// TFLite front end: operators that move elements by a rule (TILE, SPACE_TO_DEPTH, DEPTH_TO_SPACE, REVERSE_V2). Where
// that is a slice or a transpose of the elements in other dimensions, the Graph has these.
#include <algorithm>

#include "frontends/repeats.h"
#include "frontends/tflite/op.h"

namespace narrows::tflite {

int put_before(OpReader& r, const Op& what, Tensor output) {
  Op op = what;
  output.data.clear();
  op.output = r.add(std::move(output));
  op.origins = r.op.origins;
  r.before.push_back(op);
  return op.output;
}

Tensor like_output(const OpReader& r, const Shape& shape, const char* suffix) {
  Tensor tensor = r.output();
  tensor.name += suffix;
  tensor.shape = shape;
  return tensor;
}

int reshaped(OpReader& r, int tensor, const Shape& shape) {
  Tensor result = tensor < static_cast<int>(r.graph.tensors.size()) ? r.graph.tensors[tensor]
                                                                    : r.added[tensor - r.graph.tensors.size()];
  if (result.shape == shape) return tensor;
  result.name += "/reshaped";
  result.shape = shape;
  Op op;
  op.inputs = {tensor};
  return put_before(r, op, std::move(result));
}

bool finish_with_reshape(OpReader& r, int tensor, const Shape& shape) {
  r.op.kind = OpKind::reshape;
  r.op.attr = {};
  r.op.inputs = {tensor};
  return check_output_shape(r, shape);
}

namespace {

// ---- blocks --------------------------------------------------------------------------------------

template <class Options>
bool read_block_size(OpReader& r, int& size) {
  const Options* options = required_options<Options>(r);
  if (!options || !check_copied(r, 1) || !check_rank(r, 0, "input", 4)) return false;
  size = options->block_size();
  return (size >= 1 && size <= 4096) || r.fail(fmt::format("block size {} is out of range; expected 1 to 4096", size));
}

bool fail_division(OpReader& r, int size) {
  return r.fail(fmt::format("input '{}' with shape {} cannot be divided into blocks of {}x{}", r.input(0).name,
                            to_string(r.input(0).shape), size, size));
}

bool read_space_to_depth(OpReader& r) {
  int size = 0;
  if (!read_block_size<format::SpaceToDepthOptions>(r, size)) return false;
  const Shape& in = r.input(0).shape;
  if (in[1] % size != 0 || in[2] % size != 0) return fail_division(r, size);
  const int height = in[1] / size, width = in[2] / size;
  const Shape shape = {in[0], height, width,
                       static_cast<int>(std::min<int64_t>(max_bytes, int64_t{in[3]} * size * size))};
  if (!check_output_shape(r, shape)) return false;
  const int blocks = reshaped(r, read_as_output(r, r.input_id(0)), {in[0], height, size, width, size, in[3]});
  Op move;
  move.kind = OpKind::transpose;
  move.attr.axes = {0, 1, 3, 2, 4, 5};
  move.inputs = {blocks};
  const int moved = put_before(r, move, like_output(r, {in[0], height, width, size, size, in[3]}, "/blocks"));
  return finish_with_reshape(r, moved, shape);
}

bool read_depth_to_space(OpReader& r) {
  int size = 0;
  if (!read_block_size<format::DepthToSpaceOptions>(r, size)) return false;
  const Shape& in = r.input(0).shape;
  if (in[3] % (size * size) != 0) return fail_division(r, size);
  r.op.kind = OpKind::depth_to_space;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  r.op.attr.window.stride_h = r.op.attr.window.stride_w = size;
  const auto times = [size](int n) { return static_cast<int>(std::min<int64_t>(max_bytes, int64_t{n} * size)); };
  return check_output_shape(r, {in[0], times(in[1]), times(in[2]), in[3] / (size * size)});
}

// ---- copies --------------------------------------------------------------------------------------

bool read_tile(OpReader& r) {
  if (!check_copied(r, 1)) return false;
  const auto requested = constant_integers(r, 1, "multiples");
  if (!requested) return false;
  const Shape& in = r.input(0).shape;
  const bool positive = std::all_of(requested->begin(), requested->end(), [](int64_t n) { return n >= 1; });
  if (requested->size() != in.size() || !positive) {
    return r.fail(fmt::format("multiples '{}' are [{}], expected {} positive numbers for input '{}' with shape {}",
                              r.input(1).name, fmt::join(*requested, ","), in.size(), r.input(0).name, to_string(in)));
  }
  Shape shape = in;
  std::vector<int> counts;
  for (size_t d = 0; d < in.size(); ++d) {
    counts.push_back(static_cast<int>(std::min<int64_t>((*requested)[d], max_bytes)));
    shape[d] = static_cast<int>(std::min<int64_t>(int64_t{in[d]} * counts[d], max_bytes));
  }
  if (!check_output_shape(r, shape)) return false;
  int tensor = read_as_output(r, r.input_id(0));
  const std::vector<Repeat> repeats = shape == in ? std::vector<Repeat>() : repeats_of(in, counts);
  for (const Repeat& repeat : repeats) {
    Op slice;
    slice.kind = OpKind::slice;
    slice.attr.begin.assign(repeat.in.size(), 0);
    slice.attr.steps = repeat.steps;
    slice.inputs = {reshaped(r, tensor, repeat.in)};
    tensor = put_before(r, slice, like_output(r, repeat.out, "/repeated"));
  }
  return finish_with_reshape(r, tensor, shape);
}

bool read_reverse(OpReader& r) {
  if (!check_copied(r, 1)) return false;
  const auto axes = constant_integers(r, 1, "axes");
  if (!axes) return false;
  const Shape& in = r.input(0).shape;
  r.op.kind = OpKind::slice;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  r.op.attr.begin.assign(in.size(), 0);
  r.op.attr.steps.assign(in.size(), 1);
  for (const int64_t axis : *axes) {
    int dimension = 0;
    if (!normalise_axis(r, axis, static_cast<int>(in.size()), dimension)) return false;
    r.op.attr.begin[dimension] = in[dimension] - 1;
    r.op.attr.steps[dimension] = -1;
  }
  return check_output_shape(r, in);
}

constexpr Row rows[] = {
    {Code::DEPTH_TO_SPACE, 2, 1, 1, -1, read_depth_to_space},
    {Code::REVERSE_V2, 3, 2, 2, -1, read_reverse},
    {Code::SPACE_TO_DEPTH, 2, 1, 1, -1, read_space_to_depth},
    {Code::TILE, 3, 2, 2, -1, read_tile},
};

}  // namespace

const Table<Row> move_rows = rows;

}  // namespace narrows::tflite
