#include "tests/code/graphs.h"

#include <stdexcept>

#include "tests/support/mobilenet_v2.h"
#include "frontends/frontends.h"
#include "tests/support/narrow.h"
#include "tests/support/net.h"

namespace narrows {

namespace {

std::vector<uint8_t> demo_model(DType type, float width, int size, bool dense) {
  MobileNetV2 net;
  net.type = type;
  net.width = width;
  net.size = size;
  net.dense = dense;
  net.classes = 101;
  const std::vector<ValueRange> ranges = type == DType::f32 ? std::vector<ValueRange>() : calibrate(net);
  return build_mobilenet_v2(net, ranges);
}

Graph graph_of(const std::vector<uint8_t>& model) {
  Diagnostics diagnostics("demo model");
  const std::optional<Graph> graph = read_tflite(model, "demo", diagnostics);
  if (!graph) throw std::runtime_error(diagnostics.str());
  return *graph;
}

}  // namespace

Graph demo_graph(DType type, float width, int size, bool dense) {
  return graph_of(demo_model(type, width, size, dense));
}

Graph float16_demo_graph() { return graph_of(float16_model(demo_model(DType::f32, 0.35f, 33, false))); }

Graph tiny_graph(DType type) {
  return make_net(type, [](Net& net) {
    const int stem = net.conv(net.input(9, 8, 3), 8, square(3, 2, 1, 1), Activation::relu6);
    const int block = net.add(stem, net.inverted_residual(stem, 3, 8));
    net.output(net.fully_connected(net.mean(net.conv(block, 20)), 10));
  });
}

}  // namespace narrows
