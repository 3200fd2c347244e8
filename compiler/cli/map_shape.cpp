#include "compiler/cli/map_shape.h"

#include "compiler/map_layout.h"

namespace narrows {

std::optional<MapShape> map_shape(const Graph& graph, int tensor) {
  const Shape& s = graph.tensors.at(tensor).shape;
  if (s.size() != 4 || s[0] != 1) return std::nullopt;
  const std::string layout = map_layout(graph, tensor);
  if (layout == "NCHW") return MapShape{s[2], s[3], s[1], true};
  if (layout == "NHWC" || layout.empty()) return MapShape{s[1], s[2], s[3], false};
  return std::nullopt;
}

}  // namespace narrows
