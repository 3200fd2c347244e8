#include "tests/support/graphs.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <stdexcept>

#include "frontends/frontends.h"
#include "tests/support/mobilenet_v2.h"
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

Graph float16_demo_graph() { return graph_of(float16_model(demo_model(DType::f32, 0.35f, 33, /*dense=*/false))); }

Graph typed_graph(std::string text, DType type) {
  std::map<std::string, std::string> words = {{"$p", ""}, {"$q", ""}, {"$w", ""}};
  // TFLite joins 8-bit tensors of unequal scales only where they are UINT8.
  if (type == DType::u8)
    words = {{"$p", "scale 0.05 zero 120"}, {"$q", "scale 0.04 zero 99"}, {"$w", "scale 0.006 zero 128"}};
  if (type == DType::i8) words = {{"$p", "scale 0.05 zero -8"}, {"$q", "scale 0.05 zero -8"}, {"$w", "scale 0.006"}};
  words["T["] = std::string(to_string(type)) + "[";
  for (const auto& [from, to] : words) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, from.size(), to);
  }
  Diagnostics diagnostics("text");
  Graph graph = parse_graph(text, diagnostics);
  NARROWS_CHECK(diagnostics.ok(), diagnostics.str());
  for (const std::string& line : verify(graph)) ADD_FAILURE() << line;
  return graph;
}

Graph tiny_graph(DType type) {
  return make_net(type, [](Net& net) {
    const int stem = net.conv(net.input(9, 8, 3), 8, square(3, 2, 1, 1), Activation::relu6);
    const int block = net.add(stem, net.inverted_residual(stem, 3, 8));
    net.output(net.fully_connected(net.mean(net.conv(block, 20)), 10));
  });
}

}  // namespace narrows
