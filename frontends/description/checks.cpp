// Descriptions: every field has a legal value. A message names the field as JSON would, with what it is and
// what would be legal.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "description_generated.h"
#include "frontends/description/description.h"

namespace narrows::description {
namespace {

namespace format = description_format;

constexpr int max_layers = 100;  ///< of each list of the head
constexpr int max_classes = 100000;
constexpr int max_anchors = 100;
constexpr int max_rate = 1000;  ///< of a dilated convolution

struct Checker {
  Diagnostics& diagnostics;

  template <class Number>
  void range(const std::string& field, Number value, Number low, Number high) {
    // Written so that not-a-number is out of range, too.
    if (value >= low && value <= high) return;
    diagnostics.error(fmt::format("{} is {}; expected {} to {}", field, value, low, high));
  }

  void one_of(const std::string& field, int value, const std::vector<int>& legal) {
    if (std::find(legal.begin(), legal.end(), value) != legal.end()) return;
    diagnostics.error(fmt::format("{} is {}; expected {}", field, value, fmt::join(legal, ", ")));
  }

  /// The position of the name in `legal`, whose first is the default.
  int name(const std::string& field, const flatbuffers::String* value, const std::vector<std::string>& legal) {
    if (!value) return 0;
    const auto found = std::find(legal.begin(), legal.end(), value->str());
    if (found != legal.end()) return static_cast<int>(found - legal.begin());
    diagnostics.error(fmt::format("{} is '{}'; expected {}", field, value->str(), fmt::join(legal, ", ")));
    return -1;
  }
};

// ---- rows --------------------------------------------------------------------------------------

std::vector<Row> check_rows(const flatbuffers::Vector<flatbuffers::Offset<format::Row>>* source, Checker& checker) {
  if (!source) return table_2();
  std::vector<Row> rows;
  for (const format::Row* row : *source) {
    const std::string field = fmt::format("rows[{}]", rows.size());
    checker.range(field + ".t", row->t(), 1, 100);
    checker.range(field + ".c", row->c(), 1, max_channels);
    checker.range(field + ".n", row->n(), 1, max_blocks);
    checker.one_of(field + ".s", row->s(), {1, 2});
    rows.push_back({row->t(), row->c(), row->n(), row->s()});
  }
  if (rows.empty()) checker.diagnostics.error("rows is empty; expected at least one row");
  int64_t blocks = 0;
  for (const Row& row : rows) blocks += std::clamp(row.n, 0, max_blocks);
  if (blocks > max_blocks) {
    checker.diagnostics.error(fmt::format("rows have {} blocks, more than the limit of {}", blocks, max_blocks));
  }
  return rows;
}

/// A layer that SSDLite may read.
struct Layer {
  std::string name;
  int stride;  ///< of the picture
  bool expanded;
};

std::vector<Layer> list_layers(const Network& network) {
  std::vector<Layer> layers;
  int stride = 2, number = 0;
  for (const Row& row : network.rows) {
    for (int i = 0; i < row.n; ++i) {
      const std::string name = fmt::format("block{}", number++);
      if (row.t != 1) layers.push_back({name + "/expand", stride, true});
      if (i == 0) stride = std::min(stride * row.s, 1 << 20);
      layers.push_back({name, stride, false});
    }
  }
  if (network.last > 0) layers.push_back({"last", stride, false});
  return layers;
}

// ---- heads -------------------------------------------------------------------------------------

/// As in section 6.2: the widest tensor in front of the last stride, and the end of the backbone.
std::vector<std::string> default_features(const std::vector<Layer>& layers) {
  std::vector<std::string> features;
  const int last_stride = layers.back().stride;
  for (size_t i = 0; i + 1 < layers.size() && features.empty(); ++i) {
    const bool reaches =
        layers[i].expanded && layers[i].stride * 2 == last_stride && layers[i + 1].stride == last_stride;
    if (reaches) features.push_back(layers[i].name);
  }
  features.push_back(layers.back().name);
  return features;
}

void check_features(const Head& head, const std::vector<Layer>& layers, Checker& checker) {
  for (size_t i = 0; i < head.features.size(); ++i) {
    const auto same = [&](const Layer& layer) { return layer.name == head.features[i]; };
    if (std::any_of(layers.begin(), layers.end(), same)) continue;
    std::vector<std::string> legal;
    for (const Layer& layer : layers) legal.push_back(layer.name);
    checker.diagnostics.error(fmt::format("head.features[{}] is '{}', which is not a layer", i, head.features[i]));
    checker.diagnostics.note(fmt::format("layers: {}", fmt::join(legal, ", ")));
  }
}

std::vector<int> integers(const flatbuffers::Vector<int32_t>* source) {
  return source ? std::vector<int>(source->begin(), source->end()) : std::vector<int>();
}

/// `layers` is empty where the rows are not legal.
void check_ssdlite(const format::Head& source, const std::vector<Layer>& layers, Head& head, Checker& checker) {
  if (source.features()) {
    for (const flatbuffers::String* name : *source.features()) head.features.push_back(name->str());
    if (!layers.empty()) check_features(head, layers, checker);
  } else if (!layers.empty()) {
    head.features = default_features(layers);
  }
  head.postprocess = source.postprocess().value_or(false);
  head.extra = source.extra() ? integers(source.extra()) : std::vector<int>{512, 256, 256, 128};
  for (size_t i = 0; i < head.extra.size(); ++i) {
    checker.range(fmt::format("head.extra[{}]", i), head.extra[i], 1, max_channels);
  }
  const bool features_known = source.features() || !layers.empty();
  const size_t maps = head.features.size() + head.extra.size();
  if (maps == 0 && features_known)
    checker.diagnostics.error("head.features and head.extra are empty; expected at least one layer");
  if (maps > max_layers) {
    checker.diagnostics.error(fmt::format("head has {} layers, more than the limit of {}", maps, max_layers));
  }
  // SSD has three boxes per cell of the finest map and six elsewhere.
  head.anchors = integers(source.anchors());
  if (!source.anchors()) {
    head.anchors.assign(maps, 6);
    if (maps > 0) head.anchors[0] = 3;
  }
  for (size_t i = 0; i < head.anchors.size(); ++i) {
    checker.range(fmt::format("head.anchors[{}]", i), head.anchors[i], 1, max_anchors);
  }
  if (head.anchors.size() != maps && features_known) {
    checker.diagnostics.error(
        fmt::format("head.anchors has {} numbers; expected {}, one for each of {} features and {} extra layers",
                    head.anchors.size(), maps, head.features.size(), head.extra.size()));
  }
}

void check_unused(const format::Head& source, HeadKind kind, const std::string& name, Checker& checker) {
  const auto unused = [&](bool given, const char* field, HeadKind owner) {
    if (given && kind != owner) {
      checker.diagnostics.error(fmt::format("head.{} has no meaning for the head '{}'", field, name));
    }
  };
  unused(source.features(), "features", HeadKind::ssdlite);
  unused(source.extra(), "extra", HeadKind::ssdlite);
  unused(source.anchors(), "anchors", HeadKind::ssdlite);
  unused(source.postprocess().has_value(), "postprocess", HeadKind::ssdlite);
  unused(source.output_stride().has_value(), "output_stride", HeadKind::deeplab);
  unused(source.aspp().has_value(), "aspp", HeadKind::deeplab);
  unused(source.rates(), "rates", HeadKind::deeplab);
  unused(source.output(), "output", HeadKind::deeplab);
}

void check_deeplab(const format::Head& source, Head& head, Checker& checker) {
  head.output_stride = source.output_stride().value_or(16);
  checker.one_of("head.output_stride", head.output_stride, {8, 16, 32});
  head.class_map = checker.name("head.output", source.output(), {"logits", "classes"}) == 1;
  if (!source.aspp().value_or(false)) {
    if (source.rates()) checker.diagnostics.error("head.rates has no meaning without head.aspp");
    return;
  }
  if (!source.rates()) {
    // Chen et al., arXiv 1706.05587, section 3.3.
    const int stride = std::max(1, head.output_stride);
    for (const int rate : {6, 12, 18}) head.rates.push_back(std::max(1, rate * 16 / stride));
    return;
  }
  head.rates = integers(source.rates());
  if (head.rates.empty()) checker.diagnostics.error("head.rates is empty; expected at least one rate");
  if (head.rates.size() > max_layers) {
    checker.diagnostics.error(
        fmt::format("head.rates has {} numbers, more than the limit of {}", head.rates.size(), max_layers));
  }
  for (size_t i = 0; i < head.rates.size(); ++i) {
    checker.range(fmt::format("head.rates[{}]", i), head.rates[i], 1, max_rate);
  }
}

Head check_head(const format::Head& source, const std::vector<Layer>& layers, Checker& checker) {
  const std::vector<std::string> names = {"classifier", "ssdlite", "deeplab"};
  constexpr int default_classes[] = {1000, 80, 20};  // ImageNet, COCO, VOC 2012
  Head head;
  const int kind = checker.name("head.kind", source.kind(), names);
  head.classes = source.classes().value_or(default_classes[std::max(0, kind)]);
  checker.range("head.classes", head.classes, 1, max_classes);
  if (kind < 0) return head;
  head.kind = static_cast<HeadKind>(kind);
  check_unused(source, head.kind, names[kind], checker);
  if (head.kind == HeadKind::ssdlite) check_ssdlite(source, layers, head, checker);
  if (head.kind == HeadKind::deeplab) check_deeplab(source, head, checker);
  return head;
}

std::vector<float> check_weights(const flatbuffers::Vector<float>* source, Checker& checker) {
  if (!source) return {};
  if (source->size() == 0) checker.diagnostics.error("weights is empty; expected numbers, or no such field");
  const std::vector<float> weights(source->begin(), source->end());
  check_values("weights", weights, checker.diagnostics);
  return weights;
}

}  // namespace

void check_values(const std::string& field, const std::vector<float>& weights, Diagnostics& diagnostics) {
  const auto legal = [](float w) { return std::fabs(w) <= 1e6f; };
  const auto bad = std::find_if_not(weights.begin(), weights.end(), legal);
  if (bad == weights.end()) return;
  diagnostics.error(fmt::format("{}[{}] is {}; expected -1000000 to 1000000", field, bad - weights.begin(), *bad));
}

std::optional<Network> check(const format::Description& source, Diagnostics& diagnostics) {
  const int errors_before = diagnostics.error_count();
  Checker checker{diagnostics};
  Network network;
  network.resolution = source.resolution();
  network.width = source.width();
  network.stem = source.stem();
  network.last = source.last();
  network.seed = source.seed();
  checker.range("resolution", network.resolution, 1, max_resolution);
  checker.range("width", network.width, 0.05, 8.0);
  checker.range("stem", network.stem, 1, max_channels);
  checker.range("last", network.last, 0, max_channels);
  const int type = checker.name("type", source.type(), {"float32", "int8", "uint8"});
  network.type = type == 1 ? DType::i8 : type == 2 ? DType::u8 : DType::f32;

  network.weights = check_weights(source.weights(), checker);
  if (source.weights_file()) {
    network.weights_file = source.weights_file()->str();
    if (source.weights()) diagnostics.error("weights and weights_file are both given; expected one of them");
    if (network.weights_file.empty()) {
      diagnostics.error("weights_file is empty; expected a file name, or no such field");
    }
  }

  const int errors_before_rows = diagnostics.error_count();
  network.rows = check_rows(source.rows(), checker);
  // Which layers there are is known only where the rows are legal.
  const bool rows_ok = diagnostics.error_count() == errors_before_rows;
  const std::vector<Layer> layers = rows_ok ? list_layers(network) : std::vector<Layer>();
  flatbuffers::FlatBufferBuilder defaults;
  defaults.Finish(format::CreateHead(defaults));
  const auto* default_head = flatbuffers::GetRoot<format::Head>(defaults.GetBufferPointer());
  network.head = check_head(source.head() ? *source.head() : *default_head, layers, checker);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return network;
}

}  // namespace narrows::description
