// TFLite front end: the custom operator TFLite_Detection_PostProcess, whose options are a FlexBuffer. Its four outputs
// become slices of the Graph's one.
#include "compiler/graph/detection.h"

#include <flatbuffers/flexbuffers.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// A copy that is aligned and ends in zeros: the verifier of FlatBuffers 2.0.8 does not see to it that keys end
/// inside of the buffer.
struct OptionBytes {
  std::vector<uint8_t> bytes;
  size_t size = 0;
};

/// The map at the root of the operator's options; nothing after an error.
std::optional<flexbuffers::Map> read_map(OpReader& r, OptionBytes* copy) {
  const auto* source = r.file_op().custom_options();
  copy->size = length(source);
  if (copy->size > 0) copy->bytes.assign(source->begin(), source->end());
  copy->bytes.resize(copy->size + 16, 0);
  const size_t n = copy->size;
  // The root stands at the end, in front of its type and the number of its bytes.
  const bool aligned = n >= 3 && copy->bytes[n - 1] >= 1 && (n - 2) % copy->bytes[n - 1] == 0;
  if (!aligned || !flexbuffers::VerifyBuffer(copy->bytes.data(), n)) {
    r.fail(fmt::format("the {} bytes of options are not a well-formed FlexBuffer", n));
    return std::nullopt;
  }
  const flexbuffers::Reference root = flexbuffers::GetRoot(copy->bytes.data(), n);
  if (root.IsMap()) return root.AsMap();
  r.fail("the options are not a map of names to values");
  return std::nullopt;
}

/// Options that are numbers; reports those that are missing, or are something else.
class Options {
 public:
  Options(OpReader& r, const flexbuffers::Map& map) : r_(r), map_(map) {}

  bool ok() const { return ok_; }

  void integer(const char* name, int* value) {
    const flexbuffers::Reference found = map_[name];
    if (!found.IsIntOrUint()) return report(name, "an integer", found);
    const bool huge = found.IsUInt() && found.AsUInt64() > INT64_MAX;
    const int64_t wide = huge ? INT64_MAX : found.AsInt64();
    *value = static_cast<int>(std::clamp<int64_t>(wide, INT32_MIN, INT32_MAX));
    if (wide == *value && !huge) return;
    ok_ = r_.fail(fmt::format("option {} is {}, which does not fit in 32 bits", name,
                              found.IsUInt() ? fmt::format("{}", found.AsUInt64()) : fmt::format("{}", wide)));
  }
  void integer_or_default(const char* name, int* value) {
    if (!map_[name].IsNull()) integer(name, value);
  }
  void real(const char* name, float* value) {
    const flexbuffers::Reference found = map_[name];
    if (!found.IsNumeric()) return report(name, "a number", found);
    *value = found.AsFloat();
  }
  void boolean_or_default(const char* name, bool* value) {
    const flexbuffers::Reference found = map_[name];
    if (found.IsNull()) return;
    if (!found.IsBool() && !found.IsIntOrUint()) return report(name, "true or false", found);
    *value = found.IsBool() ? found.AsBool() : found.AsInt64() != 0;
  }

 private:
  void report(const char* name, const char* expected, const flexbuffers::Reference& found) {
    ok_ = false;
    if (found.IsNull())
      r_.fail(fmt::format("option {} is missing; expected {}", name, expected));
    else
      r_.fail(fmt::format("option {} is not {}", name, expected));
  }

  OpReader& r_;
  const flexbuffers::Map& map_;
  bool ok_ = true;
};

bool read_options(OpReader& r, DetectionOptions* o) {
  OptionBytes copy;
  const auto map = read_map(r, &copy);
  if (!map) return false;
  Options options(r, *map);
  options.integer("max_detections", &o->max_detections);
  options.integer("max_classes_per_detection", &o->classes_per_detection);
  options.integer_or_default("detections_per_class", &o->detections_per_class);
  options.boolean_or_default("use_regular_nms", &o->regular);
  options.real("nms_score_threshold", &o->score_threshold);
  options.real("nms_iou_threshold", &o->iou_threshold);
  options.integer("num_classes", &o->classes);
  options.real("y_scale", &o->y_scale);
  options.real("x_scale", &o->x_scale);
  options.real("h_scale", &o->h_scale);
  options.real("w_scale", &o->w_scale);
  return options.ok();
}

bool check_operand_types(OpReader& r) {
  const char* const names[] = {"boxes", "scores", "anchors"};
  for (int i = 0; i < 3; ++i) {
    const Tensor& t = r.input(i);
    if (t.type != DType::f32 && !is_8bit(t.type))
      return r.fail(
          fmt::format("{} '{}' have type {}; supported: FLOAT32, UINT8, INT8", names[i], t.name, type_name(t.type)));
    if (is_8bit(t.type) && t.quant.scale.size() != 1)
      return r.fail(fmt::format("{} '{}' have {} scales, expected 1", names[i], t.name, t.quant.scale.size()));
  }
  return check_constant(r, 2, "anchors");
}

std::vector<uint8_t> dequantized(const Tensor& t) {
  std::vector<uint8_t> bytes;
  for (uint8_t byte : t.data) {
    const int stored = t.type == DType::u8 ? int{byte} : int{static_cast<int8_t>(byte)};
    const float value = t.scale() * static_cast<float>(stored - t.zero_point());
    const size_t at = bytes.size();
    bytes.resize(at + sizeof(value));
    std::memcpy(&bytes[at], &value, sizeof(value));
  }
  return bytes;
}

/// Anchors as floats, however the file has them; all of them must be numbers, and none smaller than nothing.
bool check_anchors(OpReader& r, int* anchors) {
  const Tensor& source = r.input(2);
  *anchors = r.input_id(2);
  Tensor real = source;
  if (is_8bit(source.type)) {
    real.type = DType::f32;
    real.quant = {};
    real.name += "/dequantized";
    real.data = dequantized(source);
    *anchors = r.add(real);
  }
  const std::string problem = check_detection_anchors(real);
  return problem.empty() || r.fail(problem);
}

/// Files leave the shapes of the outputs open; they are those that the options imply.
bool set_output(OpReader& r, int i, const Shape& shape) {
  const Tensor& output = r.graph.tensors[r.output_id(i)];
  if (output.type != DType::f32)
    return r.fail(fmt::format("output '{}' has type {}, expected FLOAT32", output.name, type_name(output.type)));
  r.shapes.emplace_back(r.output_id(i), shape);
  return true;
}

/// Output i as a part of `packed`: a slice, and a reshape where the part has more than one dimension.
bool add_output(OpReader& r, int i, int packed, const DetectionOptions& o) {
  const DetectionPart part = detection_part(o, i);
  if (!set_output(r, i, part.shape)) return false;
  Op slice;
  slice.kind = OpKind::slice;
  slice.inputs = {packed};
  slice.attr.begin = {part.begin};
  slice.attr.steps = {1};
  slice.output = r.output_id(i);
  slice.origins = r.op.origins;
  if (part.shape.size() > 1) {
    Tensor flat;
    flat.name = r.graph.tensors[slice.output].name + "/flat";
    flat.shape = {static_cast<int>(element_count(part.shape))};
    slice.output = r.add(std::move(flat));
    r.before.push_back(slice);
    slice.kind = OpKind::reshape;
    slice.attr = {};
    slice.inputs = {slice.output};
    slice.output = r.output_id(i);
  }
  r.before.push_back(slice);
  return true;
}

bool read_detection_postprocess(OpReader& r) {
  if (r.output_count() != detection_parts)
    return r.fail(fmt::format("has {} outputs, expected {}", r.output_count(), detection_parts));
  DetectionOptions& o = r.op.attr.detection;
  bool ok = check_operand_types(r);
  ok &= read_options(r, &o);
  if (!ok) return false;
  const auto problems = check_detection(o, r.input(0).shape, r.input(1).shape, r.input(2).shape);
  for (const std::string& problem : problems) r.fail(problem);
  int anchors = -1;
  if (!problems.empty() || !check_anchors(r, &anchors)) return false;

  Tensor packed;
  packed.name = r.output().name + "/packed";
  packed.shape = detection_shape(o);
  Op detection = r.op;
  detection.kind = OpKind::detection_postprocess;
  detection.inputs = {r.input_id(0), r.input_id(1), anchors};
  detection.output = r.add(std::move(packed));
  const int output = detection.output;
  r.before.push_back(std::move(detection));
  for (int i = 0; i < detection_parts; ++i) {
    if (!add_output(r, i, output, o)) return false;
  }
  // The last operator is the one that is read.
  r.op = r.before.back();
  r.before.pop_back();
  return true;
}

constexpr Row rows[] = {
    {Code::CUSTOM, 1, 3, 3, -1, read_detection_postprocess, detection_parts, "TFLite_Detection_PostProcess"},
};

}  // namespace

const Table<Row> detection_rows = rows;

}  // namespace narrows::tflite
