// TFLite front end: operators that take a part of a tensor (SLICE, STRIDED_SLICE), and PACK. Parts become the Graph's
// `slice`; PACK becomes reshapes and a concatenation.
#include <algorithm>
#include <optional>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// As many integers as `rank`, or fewer where `fewer` says that this is allowed.
std::optional<std::vector<int64_t>> integers_per_dimension(OpReader& r, int i, const char* what, bool fewer) {
  const size_t rank = r.input(0).shape.size();
  auto values = constant_integers(r, i, what);
  if (!values || values->size() == rank || (fewer && values->size() < rank)) return values;
  r.fail(fmt::format("{} '{}' has {} values, expected {} for input '{}' with shape {}", what, r.input(i).name,
                     values->size(), rank, r.input(0).name, to_string(r.input(0).shape)));
  return std::nullopt;
}

/// Elements `begin`, `begin` + `step`, ... in front of `end` of one dimension.
struct Part {
  int64_t begin, end, step;

  int64_t size() const { return step > 0 ? (end - begin + step - 1) / step : (begin - end - step - 1) / -step; }
};

/// Fills the operator with the parts; returns the shape of what they make, which is empty after an error.
Shape set_slice(OpReader& r, const std::vector<Part>& parts) {
  const Shape& in = r.input(0).shape;
  r.op.kind = OpKind::slice;
  r.op.inputs = {read_as_output(r, r.input_id(0))};
  r.op.attr.begin.clear(), r.op.attr.steps.clear();
  Shape shape;
  for (size_t d = 0; d < parts.size(); ++d) {
    const Part& p = parts[d];
    if (p.begin < 0 || p.begin > in[d] || p.end > in[d] || p.size() < 1) {
      r.fail(fmt::format("elements {} to {} of dimension {} of input '{}' with shape {} are out of range or none",
                         p.begin, p.end, d, r.input(0).name, to_string(in)));
      return {};
    }
    r.op.attr.begin.push_back(static_cast<int>(p.begin));
    r.op.attr.steps.push_back(static_cast<int>(p.step));
    shape.push_back(static_cast<int>(p.size()));
  }
  return shape;
}

bool masked(int mask, size_t dimension) { return (mask >> dimension & 1) != 0; }

/// An index of STRIDED_SLICE: negative ones count from the end, others are clamped.
int64_t resolve(int64_t index, int size, int64_t step) {
  if (index < 0) index += size;
  return step > 0 ? std::clamp<int64_t>(index, 0, size) : std::clamp<int64_t>(index, -1, size - 1);
}

/// The rules of tensorflow/lite/kernels/internal/strided_slice_logic.h for one dimension.
Part strided_part(const format::StridedSliceOptions& o, size_t d, int size, Part written) {
  const int64_t step = written.step;
  const bool shrink = masked(o.shrink_axis_mask(), d);
  const int64_t begin = masked(o.begin_mask(), d) ? (step > 0 ? 0 : size - 1) : resolve(written.begin, size, step);
  if (shrink) return {begin, begin + 1, 1};
  if (masked(o.end_mask(), d)) return {begin, step > 0 ? size : -1, step};
  const int64_t end = o.offset() ? written.begin + written.end : written.end;
  return {begin, resolve(end, size, step), step};
}

/// Drops the dimensions of the mask: the slice writes a tensor of its own, and a reshape the output.
bool shrink(OpReader& r, const Shape& sliced, int mask) {
  Shape shape;
  for (size_t d = 0; d < sliced.size(); ++d) {
    if (!masked(mask, d)) shape.push_back(sliced[d]);
  }
  if (!check_output_shape(r, shape)) return false;
  if (shape.size() == sliced.size()) return true;
  Tensor tensor = r.output();
  tensor.name += "/slice";
  tensor.shape = sliced;
  Op reshape = r.op;
  reshape.kind = OpKind::reshape;
  reshape.attr = {};
  reshape.inputs = {r.add(tensor)};
  r.op.output = reshape.inputs[0];
  r.before.push_back(r.op);
  r.op = reshape;
  return true;
}

bool read_slice(OpReader& r) {
  if (!check_copied(r, 1)) return false;
  const auto begin = integers_per_dimension(r, 1, "begin", /*fewer=*/false);
  const auto size = integers_per_dimension(r, 2, "size", /*fewer=*/false);
  if (!begin || !size) return false;
  std::vector<Part> parts;
  for (size_t d = 0; d < begin->size(); ++d) {
    const int64_t first = std::clamp<int64_t>((*begin)[d], -1, max_bytes);
    const int64_t count = std::clamp<int64_t>((*size)[d], -1, max_bytes);
    parts.push_back({first, count == -1 ? r.input(0).shape[d] : first + count, 1});
  }
  const Shape shape = set_slice(r, parts);
  return shape.size() == parts.size() && check_output_shape(r, shape);
}

bool read_strided_slice(OpReader& r) {
  const auto* options = required_options<format::StridedSliceOptions>(r);
  if (!options || !check_copied(r, 1)) return false;
  if (options->ellipsis_mask() != 0 || options->new_axis_mask() != 0) {
    return r.fail(fmt::format("ellipsis mask {} and new axis mask {} are not supported; expected 0",
                              options->ellipsis_mask(), options->new_axis_mask()));
  }
  const auto begin = integers_per_dimension(r, 1, "begin", /*fewer=*/true);
  const auto end = integers_per_dimension(r, 2, "end", /*fewer=*/true);
  const auto strides = integers_per_dimension(r, 3, "strides", /*fewer=*/true);
  if (!begin || !end || !strides) return false;
  if (begin->size() != end->size() || begin->size() != strides->size())
    return r.fail("begin, end and strides have different numbers of values");
  if (options->shrink_axis_mask() >> begin->size() != 0) {
    return r.fail(fmt::format("shrink axis mask {} names dimensions behind the {} that begin, end and strides have",
                              options->shrink_axis_mask(), begin->size()));
  }
  std::vector<Part> parts;
  for (size_t d = 0; d < r.input(0).shape.size(); ++d) {
    const int size = r.input(0).shape[d];
    if (d >= begin->size()) {
      parts.push_back({0, size, 1});
      continue;
    }
    const int64_t step = (*strides)[d];
    if (step == 0 || step > max_bytes || step < -max_bytes || (step < 0 && masked(options->shrink_axis_mask(), d)))
      return r.fail(fmt::format("stride {} of dimension {} is not supported", step, d));
    parts.push_back(strided_part(*options, d, size, {(*begin)[d], (*end)[d], step}));
  }
  const Shape shape = set_slice(r, parts);
  return shape.size() == parts.size() && shrink(r, shape, options->shrink_axis_mask());
}

bool read_pack(OpReader& r) {
  const auto* options = required_options<format::PackOptions>(r);
  if (!options || !check_copied(r, r.input_count())) return false;
  if (options->values_count() != r.input_count())
    return r.fail(fmt::format("packs {} values, but has {} inputs", options->values_count(), r.input_count()));
  const Shape& in = r.input(0).shape;
  if (!normalise_axis(r, options->axis(), static_cast<int>(in.size()) + 1, r.op.attr.axis)) return false;
  Shape row = in;
  row.insert(row.begin() + r.op.attr.axis, 1);
  r.op.kind = OpKind::concatenation;
  for (int i = 0; i < r.input_count(); ++i) {
    if (!check_same_quantization(r, i)) return false;  // Prepare() in kernels/pack.cc
    if (r.input(i).shape != in) {
      return r.fail(fmt::format("input '{}' has shape {}, expected {} as in input '{}'", r.input(i).name,
                                to_string(r.input(i).shape), to_string(in), r.input(0).name));
    }
    Tensor tensor = r.input(i);
    tensor.name += "/row";
    tensor.shape = row;
    tensor.data.clear();
    Op reshape;
    reshape.inputs = {r.input_id(i)};
    reshape.output = r.add(tensor);
    reshape.origins = r.op.origins;
    r.before.push_back(reshape);
    r.op.inputs.push_back(reshape.output);
  }
  row[r.op.attr.axis] = r.input_count();
  return check_output_shape(r, row);
}

constexpr Row rows[] = {
    {Code::PACK, 4, 1, many, -1, read_pack},
    {Code::SLICE, 6, 3, 3, -1, read_slice},
    {Code::STRIDED_SLICE, 8, 4, 4, -1, read_strided_slice},
};

}  // namespace

const Table<Row> slice_rows = rows;

}  // namespace narrows::tflite
