// TFLite front end: operators that rank elements (TOPK_V2, ARG_MIN, NON_MAX_SUPPRESSION_V4 and V5). They have several
// outputs; in the Graph, each is an operator of its own or a part of one output.
#include <algorithm>
#include <cstring>
#include <optional>

#include "compiler/graph/detection.h"
#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// The single value of a constant INT32 or INT64 operand; nothing after an error.
std::optional<int64_t> constant_integer(OpReader& r, int i, const char* what) {
  const auto values = constant_integers(r, i, what);
  if (!values || values->size() == 1) return values ? std::optional(values->front()) : std::nullopt;
  r.fail(fmt::format("{} '{}' has {} values, expected 1", what, r.input(i).name, values->size()));
  return std::nullopt;
}

bool check_index_type(OpReader& r, int i, bool wide) {
  const Tensor& output = r.graph.tensors[r.output_id(i)];
  if (output.type == DType::i32 || (wide && output.type == DType::i64)) return true;
  return r.fail(fmt::format("output '{}' has type {}, expected INT32{}", output.name, type_name(output.type),
                            wide ? " or INT64" : ""));
}

/// Gives output `i` of several the shape, whatever the file says.
void set_shape(OpReader& r, int i, const Shape& shape) {
  if (r.graph.tensors[r.output_id(i)].shape != shape) r.shapes.emplace_back(r.output_id(i), shape);
}

/// Puts `op` in front, which writes output `i` of several.
void write_output(OpReader& r, Op op, int i) {
  op.output = r.output_id(i);
  op.origins = r.op.origins;
  r.before.push_back(std::move(op));
}

bool read_top_k(OpReader& r) {
  if (r.output_count() != 2) return r.fail(fmt::format("has {} outputs, expected 2", r.output_count()));
  if (!check_numbers(r, 1) || !check_index_type(r, 1, /*wide=*/false)) return false;
  const auto k = constant_integer(r, 1, "k");
  const Shape& in = r.input(0).shape;
  if (!k) return false;
  if (in.empty() || *k < 1 || *k > in.back()) {
    return r.fail(fmt::format("asks for {} values of input '{}' with shape {}; expected 1 to its last dimension", *k,
                              r.input(0).name, to_string(in)));
  }
  Shape shape = in;
  shape.back() = static_cast<int>(*k);
  const int rows = static_cast<int>(element_count(in) / in.back());
  set_shape(r, 1, shape);
  const int data = reshaped(r, read_as_output(r, r.input_id(0)), {rows, in.back()});
  Tensor flat = r.graph.tensors[r.output_id(1)];
  flat.name += "/rows";
  flat.shape = {rows, shape.back()};
  Op top;
  top.kind = OpKind::top_k;
  top.inputs = {data};
  const int indices = put_before(r, top, flat);
  Op reshape;
  reshape.inputs = {indices};
  write_output(r, reshape, 1);
  Op gather;
  gather.kind = OpKind::gather;
  gather.attr.axis = gather.attr.batch_dims = 1;
  gather.inputs = {data, reshaped(r, indices, {rows, shape.back(), 1})};
  return finish_with_reshape(r, put_before(r, gather, like_output(r, flat.shape, "/values")), shape);
}

bool read_arg_min(OpReader& r) {
  const Tensor& in = r.input(0);
  if (in.type != DType::f32 && !is_8bit(in.type) && in.type != DType::i32)
    return r.fail(
        fmt::format("input '{}' has type {}; supported: FLOAT32, UINT8, INT8, INT32", in.name, type_name(in.type)));
  const auto given = constant_integer(r, 1, "axis");
  int axis = 0;
  if (!check_index_type(r, 0, /*wide=*/true) || !given ||
      !normalise_axis(r, *given, static_cast<int>(in.shape.size()), axis))
    return false;
  const int size = in.shape[axis];
  const auto outer = static_cast<int>(element_count(Shape(in.shape.begin(), in.shape.begin() + axis)));
  const auto inner = static_cast<int>(element_count(in.shape) / size / outer);
  int data = reshaped(r, r.input_id(0), {outer, size, inner});
  if (inner > 1) {
    Op transpose;
    transpose.kind = OpKind::transpose;
    transpose.attr.axes = {0, 2, 1};
    transpose.inputs = {data};
    Tensor lines = in;
    lines.name += "/lines";
    lines.shape = {outer, inner, size};
    data = put_before(r, transpose, std::move(lines));
  } else {
    data = reshaped(r, data, {outer, inner, size});
  }
  Op top;
  top.kind = OpKind::top_k;
  top.attr.smallest = true;
  top.inputs = {data};
  Shape shape = in.shape;
  shape.erase(shape.begin() + axis);
  return finish_with_reshape(r, put_before(r, top, like_output(r, {outer, inner, 1}, "/index")), shape);
}

// ---- NON_MAX_SUPPRESSION -------------------------------------------------------------------------

/// A constant FLOAT32 operand of one value.
bool read_number(OpReader& r, int i, const char* what, float& value) {
  const Tensor& tensor = r.input(i);
  if (!check_constant(r, i, what)) return false;
  if (tensor.type != DType::f32 || element_count(tensor.shape) != 1) {
    return r.fail(fmt::format("{} '{}' has type {} and shape {}, expected one FLOAT32", what, tensor.name,
                              type_name(tensor.type), to_string(tensor.shape)));
  }
  std::memcpy(&value, tensor.data.data(), sizeof(value));
  return true;
}

bool check_boxes(OpReader& r) {
  const Tensor &boxes = r.input(0), &scores = r.input(1);
  for (const Tensor* tensor : {&boxes, &scores}) {
    if (tensor->type != DType::f32)
      return r.fail(fmt::format("input '{}' has type {}; supported: FLOAT32", tensor->name, type_name(tensor->type)));
  }
  if (boxes.shape.size() == 2 && boxes.shape[1] == 4 && scores.shape == Shape{boxes.shape[0]}) return true;
  return r.fail(fmt::format("boxes '{}' and scores '{}' have shapes {} and {}, expected [n,4] and [n]", boxes.name,
                            scores.name, to_string(boxes.shape), to_string(scores.shape)));
}

bool read_suppression_options(OpReader& r, DetectionOptions& o) {
  const auto most = constant_integer(r, 2, "largest number of boxes");
  bool ok = most && read_number(r, 3, "IoU threshold", o.iou_threshold);
  ok = ok && read_number(r, 4, "score threshold", o.score_threshold);
  ok = ok && (r.input_count() < 6 || read_number(r, 5, "sigma", o.sigma));
  if (!ok) return false;
  o.max_detections = static_cast<int>(std::clamp<int64_t>(*most, 0, INT32_MAX));
  const std::string problem = check_suppression(o);
  return problem.empty() || r.fail(problem);
}

/// The indices and their number are parts of one tensor, scores one of their own.
bool read_suppression(OpReader& r) {
  const int last = r.input_count() - 4;  // the number of boxes; with a sigma, the scores stand in front
  if (r.output_count() != last + 1)
    return r.fail(fmt::format("has {} outputs, expected {}", r.output_count(), last + 1));
  Op select;
  select.kind = OpKind::non_max_suppression;
  select.inputs = {r.input_id(0), r.input_id(1)};
  if (!check_boxes(r) || !read_suppression_options(r, select.attr.detection)) return false;
  if (!check_index_type(r, 0, /*wide=*/false) || !check_index_type(r, last, /*wide=*/false)) return false;
  const int most = select.attr.detection.max_detections;
  if (last == 2) {
    const Tensor& scores = r.graph.tensors[r.output_id(1)];
    if (scores.type != DType::f32)
      return r.fail(fmt::format("output '{}' has type {}, expected FLOAT32", scores.name, type_name(scores.type)));
    set_shape(r, 1, {most});
    write_output(r, select, 1);
  }
  Op slice;
  slice.kind = OpKind::slice;
  slice.attr.steps = {1};
  slice.inputs = {put_before(r, select, like_output(r, {most + 1}, "/packed"))};
  slice.attr.begin = {most};
  Op count;
  count.inputs = {put_before(r, slice, like_output(r, {1}, "/count"))};
  set_shape(r, last, {});
  write_output(r, count, last);
  r.op.kind = OpKind::slice;
  r.op.inputs = slice.inputs;
  r.op.attr.begin = {0};
  r.op.attr.steps = {1};
  return check_output_shape(r, {most});
}

constexpr Row rows[] = {
    {Code::ARG_MIN, 3, 2, 2, -1, read_arg_min},
    {Code::NON_MAX_SUPPRESSION_V4, 1, 5, 5, -1, read_suppression, 2},
    {Code::NON_MAX_SUPPRESSION_V5, 1, 6, 6, -1, read_suppression, 3},
    {Code::TOPK_V2, 3, 2, 2, -1, read_top_k, 2},
};

}  // namespace

const Table<Row> rank_rows = rows;

}  // namespace narrows::tflite
