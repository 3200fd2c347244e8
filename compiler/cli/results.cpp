#include "compiler/cli/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "compiler/cli/detections.h"
#include "compiler/graph/map_shape.h"
#include "compiler/measure/compare.h"

namespace narrows {
namespace {

constexpr size_t top = 5;

/// Every dimension but one is 1, whichever that is: [1,1000], [1,1000,1,1].
bool is_one_row(const Tensor& tensor) {
  const int64_t count = element_count(tensor.shape);
  return count > 1 && std::find(tensor.shape.begin(), tensor.shape.end(), count) != tensor.shape.end();
}

Results results_of(const Graph& graph, int output) {
  const int id = graph.outputs[output];
  const Tensor& tensor = graph.tensors.at(id);
  const int arg_max = arg_max_of(graph, id);
  if (arg_max >= 0) {
    const Op& op = graph.ops[arg_max];
    return {ResultKind::class_map, output, graph.input(op, 0).shape.at(op.attr.axis)};
  }
  if (tensor.type != DType::f32 && !is_quantized(tensor)) return {};
  if (is_one_row(tensor)) return {ResultKind::scores, output, static_cast<int>(element_count(tensor.shape))};
  const std::optional<MapShape> map = map_shape(graph, id);
  const bool scored = map && map->channels > 1 && map->height * map->width > 1 && graph.outputs.size() == 1;
  return scored ? Results{ResultKind::score_map, output, map->channels} : Results();
}

int classes_of_detector(const Graph& graph) {
  for (const Op& op : graph.ops) {
    if (op.kind == OpKind::detection_postprocess) return op.attr.detection.classes;
  }
  return 0;
}

/// The real number that an element stands for.
double real_value(const Tensor& tensor, const Bytes& bytes, int64_t index) {
  const double stored = element(tensor, bytes, index);
  if (!is_quantized(tensor)) return stored;
  return (stored - tensor.zero_point()) * static_cast<double>(tensor.scale());
}

/// The largest values with the names of their classes; values of 0 only where they are scores.
std::string list_top(const std::vector<double>& values, bool zeros, const Labels& labels) {
  std::vector<size_t> classes(values.size());
  std::iota(classes.begin(), classes.end(), size_t{0});
  std::stable_sort(classes.begin(), classes.end(), [&](size_t a, size_t b) { return values[a] > values[b]; });
  classes.resize(std::min(classes.size(), top));
  std::string text;
  for (const size_t c : classes) {
    if (zeros || values[c] > 0) text += fmt::format("{:7.4f}  {}\n", values[c], labels.name(static_cast<int64_t>(c)));
  }
  return text;
}

std::string list_scores(const Tensor& tensor, const Bytes& bytes, const Labels& labels) {
  std::vector<double> scores(static_cast<size_t>(element_count(tensor.shape)));
  for (size_t i = 0; i < scores.size(); ++i) scores[i] = real_value(tensor, bytes, static_cast<int64_t>(i));
  return list_top(scores, /*zeros=*/true, labels);
}

std::string list_shares(std::vector<double> pixels, const Labels& labels) {
  const double all = std::accumulate(pixels.begin(), pixels.end(), 0.0);
  for (double& count : pixels) count /= all;
  return "  share  label\n" + list_top(pixels, /*zeros=*/false, labels);
}

std::string list_class_map(const Tensor& tensor, const Bytes& bytes, int classes, const Labels& labels) {
  std::vector<double> pixels(static_cast<size_t>(classes));
  for (int64_t i = 0; i < element_count(tensor.shape); ++i) {
    const auto c = static_cast<int64_t>(element(tensor, bytes, i));
    if (c >= 0 && c < classes) ++pixels[static_cast<size_t>(c)];
  }
  return list_shares(pixels, labels);
}

std::string list_score_map(const Tensor& tensor, const MapShape& map, const Bytes& bytes, const Labels& labels) {
  std::vector<double> pixels(static_cast<size_t>(map.channels));
  const int64_t size = int64_t{map.height} * map.width;
  for (int64_t i = 0; i < size; ++i) {
    const auto score = [&](int64_t c) {
      return element(tensor, bytes, map.planes ? c * size + i : i * map.channels + c);
    };
    int64_t best = 0;
    for (int64_t c = 1; c < map.channels; ++c) best = score(c) > score(best) ? c : best;
    ++pixels[static_cast<size_t>(best)];
  }
  return list_shares(pixels, labels);
}

}  // namespace

Results find_results(const Graph& graph) {
  if (find_detections(graph)) return {ResultKind::detections, 0, classes_of_detector(graph)};
  for (int output = 0; output < static_cast<int>(graph.outputs.size()); ++output) {
    const Results results = results_of(graph, output);
    if (results.kind != ResultKind::none) return results;
  }
  return {};
}

std::string list_results(const Graph& graph, const Results& results, const std::vector<Bytes>& outputs,
                         const Labels& labels) {
  const int id = graph.outputs.at(results.output);
  const Tensor& tensor = graph.tensors.at(id);
  const Bytes& bytes = outputs.at(results.output);
  switch (results.kind) {
    case ResultKind::none:
      return "";
    case ResultKind::detections:
      return list_detections(*find_detections(graph), outputs, labels);
    case ResultKind::scores:
      return list_scores(tensor, bytes, labels);
    case ResultKind::class_map:
      return list_class_map(tensor, bytes, results.classes, labels);
    case ResultKind::score_map:
      return list_score_map(tensor, *map_shape(graph, id), bytes, labels);
  }
  return "";
}

}  // namespace narrows
