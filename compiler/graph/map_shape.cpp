#include "compiler/graph/map_shape.h"

#include "compiler/graph/map_layout.h"

namespace narrows {

std::optional<MapShape> map_shape(const Graph& graph, int tensor) {
  const Shape& s = graph.tensors.at(tensor).shape;
  if (s.size() != 4 || s[0] != 1) return std::nullopt;
  std::string layout = map_layout(graph, tensor);
  if (layout.empty()) layout = "NHWC";
  if (layout != "NHWC" && layout != "NCHW") return std::nullopt;
  return MapShape{map_size(s, layout, 'H'), map_size(s, layout, 'W'), map_size(s, layout, 'C'), layout == "NCHW"};
}

}  // namespace narrows
