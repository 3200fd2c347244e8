#include "compiler/cli/detections.h"

#include <fmt/format.h>

#include <cstring>

#include "compiler/graph/detection.h"

namespace narrows {
namespace {

/// Which part of a detection_postprocess the tensor is; -1: none.
int part_of(const Graph& graph, int tensor) {
  int producer = graph.producer(tensor);
  if (producer >= 0 && graph.ops[producer].kind == OpKind::reshape)
    producer = graph.producer(graph.ops[producer].inputs[0]);
  if (producer < 0 || graph.ops[producer].kind != OpKind::slice) return -1;
  const Op& slice = graph.ops[producer];
  const int source = graph.producer(slice.inputs[0]);
  if (source < 0 || graph.ops[source].kind != OpKind::detection_postprocess) return -1;
  for (int i = 0; i < detection_parts; ++i) {
    const DetectionPart part = detection_part(graph.ops[source].attr.detection, i);
    const bool same =
        slice.attr.begin[0] == part.begin && element_count(graph.tensors[tensor].shape) == element_count(part.shape);
    if (same) return i;
  }
  return -1;
}

std::vector<float> floats_of(const Bytes& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

}  // namespace

std::optional<DetectionOutputs> find_detections(const Graph& graph) {
  DetectionOutputs which = {-1, -1, -1, -1};
  for (size_t i = 0; i < graph.outputs.size(); ++i) {
    const int part = part_of(graph, graph.outputs[i]);
    if (part >= 0) which[part] = static_cast<int>(i);
  }
  for (int output : which) {
    if (output < 0) return std::nullopt;
  }
  return which;
}

std::string list_detections(const DetectionOutputs& which, const std::vector<Bytes>& outputs, const Labels& labels) {
  const auto part = [&](int i) { return floats_of(outputs.at(which[i])); };
  const std::vector<float> boxes = part(0), classes = part(1), scores = part(2), count = part(3);
  std::string text =
      fmt::format("{:>7}  {:>7} {:>7} {:>7} {:>7}  {}\n", "score", "top", "left", "bottom", "right", "label");
  // Where boxes have several classes each, the count is of boxes; the rows behind a box's last class have score 0.
  for (size_t i = 0; i < scores.size() && count.at(0) > 0; ++i) {
    if (scores[i] == 0) continue;
    const float* b = &boxes[4 * i];
    text += fmt::format("{:7.4f}  {:7.4f} {:7.4f} {:7.4f} {:7.4f}  {}\n", scores[i], b[0], b[1], b[2], b[3],
                        labels.name(static_cast<int64_t>(classes[i])));
  }
  return text;
}

}  // namespace narrows
