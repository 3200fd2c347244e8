// Descriptions: the anchors of an ssdlite head, and post-processing of its boxes.
//
// The anchors are those of ssd_anchor_generator in TensorFlow's object detection API (create_ssd_anchors, smallest
// scale 0.2, largest 0.95): with six boxes per cell, five aspect ratios of the map's scale and a square between it and
// the next one; with three boxes per cell of the first map, fewer and smaller ones.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "compiler/graph/detection.h"
#include "frontends/description/description.h"

namespace narrows::description {
namespace {

constexpr double smallest_scale = 0.2, largest_scale = 0.95;

struct Box {
  double scale, aspect_ratio;  ///< of width to height
};

/// 1, 2, 3, 1/2, 1/3, and then 4, 1/4, 5, 1/5 ...
double aspect_ratio(int i) {
  constexpr double usual[] = {1, 2, 3, 1.0 / 2, 1.0 / 3};
  if (i < 5) return usual[i];
  const int larger = 4 + (i - 5) / 2;
  return i % 2 == 1 ? larger : 1.0 / larger;
}

double scale_of(size_t map, size_t maps) {
  if (map == maps) return 1;
  if (maps == 1) return smallest_scale;
  return smallest_scale + (largest_scale - smallest_scale) * static_cast<double>(map) / static_cast<double>(maps - 1);
}

std::vector<Box> boxes_of_a_cell(size_t map, size_t maps, int count) {
  const double scale = scale_of(map, maps), next = scale_of(map + 1, maps);
  if (map == 0 && count == 3) return {{0.1, 1}, {scale, 2}, {scale, 0.5}};
  std::vector<Box> boxes;
  for (int i = 0; i < std::max(1, count - 1); ++i) boxes.push_back({scale, aspect_ratio(i)});
  if (count > 1) boxes.push_back({std::sqrt(scale * next), 1});
  return boxes;
}

}  // namespace

std::vector<float> make_anchors(const std::vector<AnchorMap>& maps) {
  std::vector<float> anchors;
  for (size_t i = 0; i < maps.size(); ++i) {
    const std::vector<Box> boxes = boxes_of_a_cell(i, maps.size(), maps[i].per_cell);
    for (int y = 0; y < maps[i].height; ++y) {
      for (int x = 0; x < maps[i].width; ++x) {
        for (const Box& box : boxes) {
          const double root = std::sqrt(box.aspect_ratio);
          for (const double v :
               {(y + 0.5) / maps[i].height, (x + 0.5) / maps[i].width, box.scale / root, box.scale * root})
            anchors.push_back(static_cast<float>(v));
        }
      }
    }
  }
  return anchors;
}

std::vector<int> build_postprocess(int boxes, int scores, int classes, const std::vector<AnchorMap>& maps, Net& net) {
  Attributes attr;
  DetectionOptions& o = attr.detection;
  // As models of the object detection API have them.
  o.max_detections = 10;
  o.classes = classes;
  o.score_threshold = 1e-8f, o.iou_threshold = 0.6f;
  o.y_scale = o.x_scale = 10, o.h_scale = o.w_scale = 5;
  Tensor anchors;
  anchors.name = "anchors";
  anchors.shape = {net.shape(boxes)[1], 4};
  net.anchors = net.graph.add(std::move(anchors));
  net.anchor_maps = maps;
  const int packed =
      net.put_op(OpKind::detection_postprocess, "detections", {boxes, scores, net.anchors}, detection_shape(o), attr);
  const char* const names[] = {"detections/boxes", "detections/classes", "detections/scores", "detections/count"};
  std::vector<int> outputs;
  for (int i = 0; i < detection_parts; ++i) {
    const DetectionPart part = detection_part(o, i);
    Attributes slice;
    slice.begin = {part.begin};
    slice.steps = {1};
    const std::string name = names[i];
    const int flat =
        net.put_op(OpKind::slice, name + "/flat", {packed}, {static_cast<int>(element_count(part.shape))}, slice);
    outputs.push_back(net.reshape(name, flat, part.shape));
  }
  return outputs;
}

void fill_anchors(Net& net) {
  if (net.anchors < 0) return;
  const std::vector<float> values = make_anchors(net.anchor_maps);
  Tensor& tensor = net.graph.tensors[net.anchors];
  tensor.data.resize(values.size() * sizeof(float));
  std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
}

void check_postprocess(const Net& net, Diagnostics& diagnostics) {
  for (const Op& op : net.graph.ops) {
    if (op.kind != OpKind::detection_postprocess) continue;
    const auto shape = [&](int i) { return net.graph.input(op, i).shape; };
    for (const std::string& problem : check_detection(op.attr.detection, shape(0), shape(1), shape(2)))
      diagnostics.error("head: " + problem);
  }
}

}  // namespace narrows::description
