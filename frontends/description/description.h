// Private to the front end of descriptions: a network in the paper's terms, between its file and its Graph.
//
// read_description() (file.cpp) runs these steps in order; the first that reports an error is the
// last.
//
//   parse             JSON by the schema, or the binary form                  file.cpp
//   check             every field has a legal value; all problems at once     checks.cpp
//   build             layers and shapes, weights still without values         backbone.cpp,
//   _heads.cpp check_sizes       tensors and weights within the limits below             net.cpp
//   fill_weights      the file's, or made-up values                           weights.cpp
//   fill_anchors      of a head with post-processing                          anchors.cpp
//   quantize_graph    for 8-bit types                                         quantize_graph.cpp
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"

namespace narrows::description_format {
struct Description;
}

namespace narrows::description {

/// A row of Table 2: n blocks of expansion t with c output channels, the first with stride s.
struct Row {
  int t, c, n, s;
};
/// The paper's Table 2.
const std::vector<Row>& table_2();

enum class HeadKind { classifier, ssdlite, deeplab };

struct Head {
  HeadKind kind = HeadKind::classifier;
  int classes = 0;                    ///< without background
  std::vector<std::string> features;  ///< ssdlite: names of layers
  std::vector<int> extra;             ///< ssdlite: channels of the layers behind the last
  std::vector<int> anchors;           ///< ssdlite: as many as features and extra
  bool postprocess = false;           ///< ssdlite
  int output_stride = 16;             ///< deeplab
  std::vector<int> rates;             ///< deeplab: dilations of the ASPP's branches; empty: there are none
  bool class_map = false;             ///< deeplab: output is the class of every pixel of the picture
};

/// A description whose fields have been checked, with all defaults filled in.
struct Network {
  int resolution = 224;
  double width = 1;
  int stem = 32;
  std::vector<Row> rows;
  int last = 1280;  ///< 0: there is none
  Head head;
  DType type = DType::f32;
  uint32_t seed = 1;
  std::vector<float> weights;  ///< of all filters one behind the other; empty: made up
  std::string weights_file;    ///< as written; empty: there is none
};

// Limits against descriptions that are small but stand for much memory.
constexpr int max_resolution = 4096;
constexpr int max_channels = 8192;  ///< before the width multiplier
constexpr int max_blocks = 1000;
constexpr int64_t max_parameters = 100'000'000;

/// Reports every field with an illegal value; then there is no result.
std::optional<Network> check(const description_format::Description& source, Diagnostics& diagnostics);
/// Reports weights that are no numbers or so large that sums of products might not be finite. `field` names
/// them.
void check_values(const std::string& field, const std::vector<float>& weights, Diagnostics& diagnostics);

/// c * width as a multiple of 8, and never less than 90 % of what was asked for.
int scaled_channels(int channels, double width);

/// Weights and bias of a convolution; tensor ids.
struct Filter {
  int weights, bias;
  float deviation;  ///< of the weights
};

/// A feature map with its boxes.
struct AnchorMap {
  int height, width, per_cell;
};

/// A window as high as it is wide.
struct SquareWindow {
  int kernel, stride = 1, dilation = 1;
};

/// A float graph whose weights have no values yet.
struct Net {
  Graph graph;
  std::vector<Filter> filters;
  int anchors = -1;  ///< tensor of the anchors, which has no values yet; -1: there is none
  std::vector<AnchorMap> anchor_maps;

  const Shape& shape(int tensor) const { return graph.tensors.at(tensor).shape; }
  int channels(int tensor) const { return shape(tensor).back(); }

  // Layers, net.cpp: each returns its output tensor, which is called `name`. Windows are centred
  // as with TensorFlow's padding SAME.
  int input(const std::string& name, int resolution);
  int conv(const std::string& name, int in, int channels, const SquareWindow& window, Activation activation);
  int pointwise(const std::string& name, int in, int channels, Activation activation);
  int depthwise(const std::string& name, int in, int stride, int dilation);
  int add(const std::string& name, int a, int b);
  int global_pool(const std::string& name, int in);
  int reshape(const std::string& name, int in, const Shape& shape);
  int concatenation(const std::string& name, const std::vector<int>& inputs, int axis);
  int softmax(const std::string& name, int in);
  int logistic(const std::string& name, int in);
  /// Corners on corners, as DeepLab does.
  int resize(const std::string& name, int in, int height, int width);
  /// The index of each pixel's largest channel.
  int arg_max(const std::string& name, int in);

  int put_op(OpKind kind, const std::string& name, const std::vector<int>& inputs, const Shape& shape,
             const Attributes& attr);
};

/// The tensor of that name, or -1.
int find_tensor(const Graph& graph, const std::string& name);

/// Appends input, stem, blocks and the last 1x1 convolution; returns the last tensor. The tensors that a head
/// may read are called "block3", "block3/expand" and "last".
int build_backbone(const Network& network, Net& net);
/// Appends the head behind `features`, and sets the graph's outputs.
void build_head(const Network& network, int features, Net& net);

// Defined in anchors.cpp.
/// Anchors (y, x, h, w) of all maps, in the order of their boxes.
std::vector<float> make_anchors(const std::vector<AnchorMap>& maps);
/// Appends post-processing of [1,N,4] boxes and [1,N,classes + 1] scores; returns its four results.
std::vector<int> build_postprocess(int boxes, int scores, int classes, const std::vector<AnchorMap>& maps, Net& net);
/// Reports what the post-processing cannot do.
void check_postprocess(const Net& net, Diagnostics& diagnostics);
void fill_anchors(Net& net);

/// Reports the first tensor that is too large, and too many weights.
void check_sizes(const Net& net, Diagnostics& diagnostics);
/// Elements of all weights and biases.
int64_t parameter_count(const Net& net);
/// Gives all weights and biases their values: the description's, of which there must be as many, or made-up
/// ones that are the same on every machine.
void fill_weights(const Network& network, Net& net);

}  // namespace narrows::description
