// ONNX front end: TFLite_Detection_PostProcess of domain "narrows", as TensorFlow Lite has it. Its options are
// attributes, its four outputs slices of the Graph's one.
#include "compiler/graph/detection.h"

#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

bool read_integer(const NodeReader& r, const char* name, bool required, int* value) {
  if (!r.has(name)) return !required || r.fail(fmt::format("has no attribute {}", name));
  const int64_t found = r.integer(name, 0);
  *value = static_cast<int>(found);
  return *value == found || r.fail(fmt::format("{} is {}, which does not fit in 32 bits", name, found));
}

bool read_real(const NodeReader& r, const char* name, float* value) {
  *value = r.real(name, 0);
  return r.has(name) || r.fail(fmt::format("has no attribute {}", name));
}

bool read_options(const NodeReader& r, DetectionOptions* o) {
  bool ok = read_integer(r, "max_detections", true, &o->max_detections);
  ok &= read_integer(r, "max_classes_per_detection", false, &o->classes_per_detection);
  ok &= read_integer(r, "detections_per_class", false, &o->detections_per_class);
  ok &= read_integer(r, "num_classes", true, &o->classes);
  ok &= read_real(r, "nms_score_threshold", &o->score_threshold);
  ok &= read_real(r, "nms_iou_threshold", &o->iou_threshold);
  ok &= read_real(r, "y_scale", &o->y_scale);
  ok &= read_real(r, "x_scale", &o->x_scale);
  ok &= read_real(r, "h_scale", &o->h_scale);
  ok &= read_real(r, "w_scale", &o->w_scale);
  o->regular = r.integer("use_regular_nms", 0) != 0;
  return ok;
}

bool check_inputs(const NodeReader& r, const DetectionOptions& o) {
  bool ok = true;
  for (int i = 1; i < 3; ++i) {
    if (r.tensor(i).type != DType::f32)
      ok = r.fail(fmt::format("input '{}' has type {}, expected FLOAT", r.name(i), type_name(r.tensor(i).type)));
  }
  ok &= check_constant(r, 2, "anchors");
  for (const std::string& problem : check_detection(o, r.input(0).shape, r.input(1).shape, r.input(2).shape))
    ok = r.fail(problem);
  return ok;
}

/// Output i, from where it stands in `packed`.
Result read_part(NodeReader& r, int packed, const DetectionPart& part, int i) {
  r.output = i;
  const Shape flat = {static_cast<int>(element_count(part.shape))};
  Attributes attr;
  attr.begin = {part.begin};
  attr.steps = {1};
  const bool reshaped = part.shape.size() > 1;
  const Result slice = emit(r, {OpKind::slice, attr, {packed}, flat, identity_order(1), reshaped ? "/flat" : ""});
  if (!slice || !reshaped) return slice;
  return emit(r, {OpKind::reshape, {}, {slice->tensor}, part.shape, identity_order(part.shape.size())});
}

Result read_detection_postprocess(NodeReader& r) {
  Attributes attr;
  if (!read_options(r, &attr.detection) || !check_inputs(r, attr.detection)) return std::nullopt;
  std::vector<int> inputs;
  for (int i = 0; i < 3; ++i) {
    const std::optional<int> tensor = in_order(r, r.input(i), identity_order(r.input(i).shape.size()));
    if (!tensor) return std::nullopt;
    inputs.push_back(*tensor);
  }
  const std::string problem = check_detection_anchors(r.reader.graph.tensors[inputs[2]]);
  if (!problem.empty()) return r.refuse(problem);
  const Result packed = emit(
      r, {OpKind::detection_postprocess, attr, inputs, detection_shape(attr.detection), identity_order(1), "/packed"});
  if (!packed) return std::nullopt;
  Result first;
  for (int i = 0; i < detection_parts; ++i) {
    const Result part = read_part(r, packed->tensor, detection_part(attr.detection, i), i);
    if (!part) return std::nullopt;
    if (i == 0)
      first = part;
    else
      r.further.push_back(*part);
  }
  return first;
}

constexpr Row rows[] = {
    {"narrows.TFLite_Detection_PostProcess",
     3,
     3,
     4,
     read_detection_postprocess,
     nullptr,
     nullptr,
     {{"detections_per_class", type::integer},
      {"h_scale", type::real},
      {"max_classes_per_detection", type::integer},
      {"max_detections", type::integer},
      {"nms_iou_threshold", type::real},
      {"nms_score_threshold", type::real},
      {"num_classes", type::integer},
      {"use_regular_nms", type::integer},
      {"w_scale", type::real},
      {"x_scale", type::real},
      {"y_scale", type::real}}},
};

}  // namespace

const Table<Row> detection_rows = rows;

}  // namespace narrows::onnx_format
