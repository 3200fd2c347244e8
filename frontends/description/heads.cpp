// Descriptions: what follows the backbone.
#include <fmt/format.h>

#include "frontends/description/description.h"

namespace narrows::description {
namespace {

constexpr Activation relu6 = Activation::relu6, none = Activation::none;

/// The end of Table 2.
int build_classifier(const Head& head, int features, Net& net) {
  int out = net.global_pool("pool", features);
  out = net.pointwise("logits", out, head.classes, none);
  out = net.reshape("logits/flat", out, {1, head.classes});
  return net.softmax("probabilities", out);
}

// ---- SSDLite, section 6.2 ----------------------------------------------------------------------

/// SSD's layers behind the backbone, with separable convolutions; each halves the map.
int build_extra(const std::string& name, int in, int channels, Net& net) {
  int out = net.pointwise(name + "/reduce", in, (channels + 1) / 2, relu6);
  out = net.depthwise(name + "/depthwise", out, 2, 1);
  return net.pointwise(name, out, channels, relu6);
}

/// `per_box` numbers for every box of every cell: [1, cells * anchors, per_box].
int build_predictor(const std::string& name, int in, int anchors, int per_box, Net& net) {
  int out = net.depthwise(name + "/depthwise", in, 1, 1);
  out = net.pointwise(name, out, anchors * per_box, none);
  const Shape map = net.shape(out);
  return net.reshape(name + "/flat", out, {1, map[1] * map[2] * anchors, per_box});
}

void build_ssdlite(const Head& head, int features, Net& net) {
  std::vector<int> maps;
  for (const std::string& name : head.features) maps.push_back(find_tensor(net.graph, name));
  int out = features;
  for (size_t i = 0; i < head.extra.size(); ++i) {
    out = build_extra(fmt::format("extra{}", i), out, head.extra[i], net);
    maps.push_back(out);
  }
  std::vector<int> boxes, scores;
  for (size_t i = 0; i < maps.size(); ++i) {
    boxes.push_back(build_predictor(fmt::format("boxes{}", i), maps[i], head.anchors[i], 4, net));
    scores.push_back(build_predictor(fmt::format("scores{}", i), maps[i], head.anchors[i], head.classes + 1, net));
  }
  const int all_boxes = net.concatenation("boxes", boxes, 1);
  const int all_scores = net.logistic("scores", net.concatenation("scores/raw", scores, 1));
  net.graph.outputs = {all_boxes, all_scores};
  if (!head.postprocess) return;
  std::vector<AnchorMap> cells;
  for (size_t i = 0; i < maps.size(); ++i)
    cells.push_back({net.shape(maps[i])[1], net.shape(maps[i])[2], head.anchors[i]});
  net.graph.outputs = build_postprocess(all_boxes, all_scores, head.classes, cells, net);
}

// ---- DeepLabv3, section 6.3 --------------------------------------------------------------------

/// Scores of the size of the feature map, or the class of every pixel of the picture.
int build_deeplab(const Network& network, int features, Net& net) {
  const Head& head = network.head;
  constexpr int channels = 256;
  const Shape map = net.shape(features);
  int pooled = net.global_pool("pool", features);
  pooled = net.pointwise("pool/project", pooled, channels, relu6);
  std::vector<int> branches = {net.resize("pool/spread", pooled, map[1], map[2]),
                               net.pointwise("aspp0", features, channels, relu6)};
  for (const int rate : head.rates) {
    branches.push_back(net.conv(fmt::format("aspp{}", branches.size() - 1), features, channels, {3, 1, rate}, relu6));
  }
  int out = net.concatenation("aspp", branches, 3);
  out = net.pointwise("aspp/project", out, channels, relu6);
  out = net.pointwise("logits", out, head.classes + 1, none);
  if (!head.class_map) return out;
  return net.arg_max("classes", net.resize("logits/resized", out, network.resolution, network.resolution));
}

}  // namespace

void build_head(const Network& network, int features, Net& net) {
  switch (network.head.kind) {
    case HeadKind::classifier:
      net.graph.outputs = {build_classifier(network.head, features, net)};
      return;
    case HeadKind::ssdlite:
      build_ssdlite(network.head, features, net);
      return;
    case HeadKind::deeplab:
      net.graph.outputs = {build_deeplab(network, features, net)};
      return;
  }
}

}  // namespace narrows::description
