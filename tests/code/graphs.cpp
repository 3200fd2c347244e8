#include "tests/code/graphs.h"

#include <stdexcept>

#include "examples/models/mobilenet_v2.h"
#include "frontends/frontends.h"
#include "tests/support/net.h"

namespace narrows {

Graph demo_graph(DType type, float width, int size, bool dense) {
  MobileNetV2 net;
  net.type = type;
  net.width = width;
  net.size = size;
  net.dense = dense;
  net.classes = 101;
  const std::vector<ValueRange> ranges = type == DType::f32 ? std::vector<ValueRange>() : calibrate(net);
  Diagnostics diagnostics("demo model");
  const std::optional<Graph> graph = read_tflite(build_mobilenet_v2(net, ranges), "demo", diagnostics);
  if (!graph) throw std::runtime_error(diagnostics.str());
  return *graph;
}

Graph tiny_graph(DType type) {
  return make_net(type, [](Net& net) {
    const int stem = net.conv(net.input(9, 8, 3), 8, square(3, 2, 1, 1), Activation::relu6);
    const int block = net.add(stem, net.inverted_residual(stem, 3, 8));
    net.output(net.fully_connected(net.mean(net.conv(block, 20)), 10));
  });
}

}  // namespace narrows
