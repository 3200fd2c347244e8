// TFLite front end: operators that divide a tensor among several outputs (SPLIT, SPLIT_V, UNPACK), each of which
// becomes a `slice`.
#include <algorithm>
#include <numeric>
#include <optional>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// The single integer of constant operand `i`.
std::optional<int64_t> constant_axis(OpReader& r, int i) {
  const auto values = constant_integers(r, i, "axis");
  if (!values || values->size() == 1) return values ? std::optional(values->front()) : std::nullopt;
  r.fail(fmt::format("axis '{}' has {} values, expected 1", r.input(i).name, values->size()));
  return std::nullopt;
}

/// Output i has the next sizes[i] elements along `axis` of tensor `source`; where `dropped`, without that dimension.
/// The operator that is read ends as the last of the slices or reshapes.
bool divide(OpReader& r, int source, int axis, const std::vector<int>& sizes, bool dropped) {
  const Tensor& in = r.graph.tensors[source];
  Op slice = r.op;
  slice.kind = OpKind::slice;
  slice.attr.begin.assign(in.shape.size(), 0);
  slice.attr.steps.assign(in.shape.size(), 1);
  for (size_t i = 0; i < sizes.size(); ++i) {
    Shape part = in.shape, shape = part;
    part[axis] = shape[axis] = sizes[i];
    if (dropped) shape.erase(shape.begin() + axis);
    r.op = slice;
    r.op.output = r.output_id(static_cast<int>(i));
    if (!check_copy(r, in) || !check_output_shape(r, shape)) return false;
    if (dropped && !check_same_quantization(r, 0)) return false;  // UnpackPrepare() in kernels/unpack.cc
    r.op.inputs = {read_as_output(r, source)};
    if (dropped) {
      Tensor kept = r.output();
      kept.name += "/slice";
      kept.shape = part;
      r.op.output = r.add(std::move(kept));
      r.before.push_back(r.op);
      r.op.kind = OpKind::reshape;
      r.op.attr = {};
      r.op.inputs = {r.op.output};
      r.op.output = r.output_id(static_cast<int>(i));
    }
    if (i + 1 < sizes.size()) r.before.push_back(r.op);
    slice.attr.begin[axis] += sizes[i];
  }
  return true;
}

bool read_split(OpReader& r) {
  const int count = r.output_count();
  const auto* options = optional_options<format::SplitOptions>(r);
  if (options && options->num_splits() != count)
    return r.fail(fmt::format("splits into {} parts, but has {} outputs", options->num_splits(), count));
  const auto source_axis = constant_axis(r, 0);
  const Tensor& in = r.input(1);
  int axis = 0;
  if (!source_axis || !normalise_axis(r, *source_axis, static_cast<int>(in.shape.size()), axis)) return false;
  if (in.shape[axis] % count != 0) {
    return r.fail(fmt::format("dimension {} of input '{}' with shape {} cannot be split into {} equal parts", axis,
                              in.name, to_string(in.shape), count));
  }
  return divide(r, r.input_id(1), axis, std::vector<int>(count, in.shape[axis] / count), /*dropped=*/false);
}

bool read_split_v(OpReader& r) {
  const Tensor& in = r.input(0);
  const auto requested = constant_integers(r, 1, "sizes");
  const auto source_axis = constant_axis(r, 2);
  int axis = 0;
  if (!requested || !source_axis || !normalise_axis(r, *source_axis, static_cast<int>(in.shape.size()), axis))
    return false;
  const int count = r.output_count();
  if (static_cast<int>(requested->size()) != count)
    return r.fail(fmt::format("splits into {} parts, but has {} outputs", requested->size(), count));
  // A single -1 stands for what the others leave.
  int64_t known = 0;
  std::vector<int> sizes;
  for (int64_t size : *requested) {
    sizes.push_back(static_cast<int>(std::clamp<int64_t>(size, -2, max_bytes)));
    known += std::max(0, sizes.back());
  }
  const auto open = std::find(sizes.begin(), sizes.end(), -1);
  if (open != sizes.end()) {
    *open = static_cast<int>(std::clamp<int64_t>(in.shape[axis] - known, -2, max_bytes));
    known += *open;
  }
  const bool positive = std::all_of(sizes.begin(), sizes.end(), [](int size) { return size > 0; });
  if (!positive || known != in.shape[axis]) {
    return r.fail(fmt::format("dimension {} of input '{}' with shape {} cannot be split into parts of [{}]", axis,
                              in.name, to_string(in.shape), fmt::join(*requested, ",")));
  }
  return divide(r, r.input_id(0), axis, sizes, /*dropped=*/false);
}

bool read_unpack(OpReader& r) {
  const auto* options = required_options<format::UnpackOptions>(r);
  if (!options) return false;
  const Tensor& in = r.input(0);
  int axis = 0;
  if (!normalise_axis(r, options->axis(), static_cast<int>(in.shape.size()), axis)) return false;
  const int count = r.output_count();
  if (options->num() != count || in.shape[axis] != count) {
    return r.fail(fmt::format("unpacks {} values of dimension {} of input '{}' with shape {}, but has {} outputs",
                              options->num(), axis, in.name, to_string(in.shape), count));
  }
  return divide(r, r.input_id(0), axis, std::vector<int>(count, 1), /*dropped=*/true);
}

constexpr Row rows[] = {
    {Code::SPLIT, 4, 2, 2, -1, read_split, many},
    {Code::SPLIT_V, 2, 3, 3, -1, read_split_v, many},
    {Code::UNPACK, 4, 1, 1, -1, read_unpack, many},
};

}  // namespace

const Table<Row> split_rows = rows;

}  // namespace narrows::tflite
