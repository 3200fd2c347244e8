// Feature pyramids, as FPNLite and RetinaNet detectors have them: five levels, the coarser ones enlarged and added to
// the finer ones in one of the ways that converters write, and heads whose weights all levels share.
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "compiler/measure/random_inputs.h"
#include "frontends/frontends.h"
#include "tests/support/detector.h"
#include "tests/support/emitted.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

namespace format = tflite_format;
using Code = TfliteBuilder::Code;

enum class Enlarge { pack, resize, broadcast };

class Pyramid {
 public:
  Pyramid(DType type, Enlarge enlarge) : type_(type), enlarge_(enlarge) {}

  std::vector<uint8_t> build() {
    const int image = b_.add_input("image", type_, {1, 64, 64, 3}, quant());
    std::vector<int> levels;  // fine to coarse
    int map = conv("stem", image, weights("stem/w", {8, 3, 3, 3}), 2);
    for (int i = 0; i < 3; ++i) {
      map = conv(name("c", i), map, weights(name("c", i) + "/w", {16, 3, 3, channels(map)}), 2);
      levels.push_back(conv(name("lateral", i), map, weights(name("lateral", i) + "/w", {12, 1, 1, 16})));
    }
    for (int i = 1; i >= 0; --i)
      levels[i] = b_.add(name("sum", i), enlarge(name("up", i), levels[i + 1]), levels[i], {}, quant());
    for (int i = 3; i < 5; ++i)
      levels.push_back(conv(name("p", i), levels.back(), weights(name("p", i) + "/w", {12, 3, 3, 12}), 2));
    const int boxes = head("boxes", levels, 4), raw = head("scores", levels, 4);
    const int scores = b_.unary(Code::LOGISTIC, "scores/logistic", raw, per_tensor(1.0f / 256, lowest()));
    return finish(boxes, scores);
  }

 private:
  static std::string name(const char* prefix, int i) { return prefix + std::to_string(i); }
  int lowest() const { return type_ == DType::u8 ? 0 : -128; }
  Quant quant() const { return per_tensor(0.05f, lowest() + 120); }
  int channels(int tensor) { return b_.tensor(tensor).shape.back(); }

  int weights(const std::string& name, const Shape& shape, int axis = 0) {
    std::vector<float> values(element_count(shape));
    for (float& v : values) v = std::uniform_real_distribution<float>(-0.2f, 0.2f)(random_);
    return b_.add_weights(name, type_, shape, values, axis);
  }
  int conv(const std::string& name, int in, int w, int stride = 1) {
    TfliteBuilder::Window window;
    window.stride = stride;
    return b_.conv2d(name, {in, w}, window, {}, quant());
  }

  int output(const std::string& name, const Shape& shape) { return b_.add_tensor(name, type_, shape, quant()); }

  int pack(const std::string& name, int in, int axis) {
    Shape shape = b_.tensor(in).shape;
    shape.insert(shape.begin() + axis, 2);
    const int out = output(name, shape);
    format::PackOptionsT options;
    options.values_count = 2, options.axis = axis;
    b_.add_op(Code::PACK, {in, in}, {out}, std::move(options));
    return out;
  }

  /// Twice as high and as wide.
  int enlarge(const std::string& name, int in) {
    const Shape s = b_.tensor(in).shape, doubled = {1, 2 * s[1], 2 * s[2], s[3]};
    if (enlarge_ == Enlarge::pack)
      return b_.reshape(name, pack(name + "/rows", pack(name + "/columns", in, 3), 2), doubled);
    if (enlarge_ == Enlarge::resize) {
      const int out = output(name, doubled);
      b_.add_op(Code::RESIZE_NEAREST_NEIGHBOR, {in, b_.add_ints(name + "/size", {2}, {2 * s[1], 2 * s[2]})}, {out},
                format::ResizeNearestNeighborOptionsT());
      return out;
    }
    const int apart = b_.reshape(name + "/apart", in, {1, s[1], 1, s[2], 1, s[3]});
    const int wide = output(name + "/wide", {1, s[1], 2, s[2], 2, s[3]});
    b_.add_op(Code::BROADCAST_TO, {apart, b_.add_ints(name + "/shape", {6}, {1, s[1], 2, s[2], 2, s[3]})}, {wide});
    return b_.reshape(name, wide, doubled);
  }

  /// One separable convolution for all levels; their cells follow each other.
  int head(const std::string& name, const std::vector<int>& levels, int per_cell) {
    const int depthwise = weights(name + "/dw", {1, 3, 3, 12}, 3),
              pointwise = weights(name + "/pw", {per_cell, 1, 1, 12});
    std::vector<int> parts;
    int cells = 0;
    for (size_t i = 0; i < levels.size(); ++i) {
      const std::string at = name + std::to_string(i);
      const int filtered = b_.depthwise_conv2d(at + "/filtered", {levels[i], depthwise}, {}, {}, quant());
      const int map = conv(at, filtered, pointwise);
      const Shape s = b_.tensor(map).shape;
      cells += s[1] * s[2];
      parts.push_back(b_.reshape(at + "/flat", map, {1, s[1] * s[2], per_cell}));
    }
    const int out = output(name, {1, cells, per_cell});
    format::ConcatenationOptionsT options;
    options.axis = 1;
    b_.add_op(Code::CONCATENATION, parts, {out}, std::move(options));
    return out;
  }

  std::vector<uint8_t> finish(int boxes, int scores) {
    const int n = b_.tensor(boxes).shape[1];
    DetectionOptions o = small_detector_options();
    o.classes = 3, o.max_detections = 10, o.score_threshold = 0.1f;
    std::vector<float> anchors;
    for (int i = 0; i < n; ++i) {
      const float v = static_cast<float>(i) / static_cast<float>(n);
      anchors.insert(anchors.end(), {v, 1 - v, 0.1f + v, 0.2f});
    }
    std::vector<int> outputs;
    for (const char* what : {"out_boxes", "out_classes", "out_scores", "out_count"})
      outputs.push_back(b_.add_tensor(what, DType::f32, {}));
    const int op = b_.add_custom_op("TFLite_Detection_PostProcess",
                                    {boxes, scores, b_.add_floats("anchors", {n, 4}, anchors)}, outputs);
    b_.op(op).custom_options = detector_options(o);
    // The heads themselves, too: detections change places with the last bit of a float.
    outputs.insert(outputs.end(), {boxes, scores});
    if (type_ == DType::f32) outputs = {boxes, scores};
    return b_.finish(outputs);
  }

  DType type_;
  Enlarge enlarge_;
  TfliteBuilder b_;
  std::mt19937 random_{7};
};

Graph pyramid(DType type, Enlarge enlarge) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_tflite(Pyramid(type, enlarge).build(), "m", diagnostics);
  NARROWS_CHECK(graph.has_value(), diagnostics.str());
  return *graph;
}

/// All ways to enlarge mean the same.
TEST(Fpn, WaysToEnlarge) {
  for (DType type : {DType::f32, DType::u8, DType::i8}) {
    const Graph first = pyramid(type, Enlarge::pack);
    const std::vector<Bytes> inputs = random_inputs(first);
    const std::vector<Bytes> expected = interpret(first, inputs);
    for (Enlarge enlarge : {Enlarge::resize, Enlarge::broadcast}) {
      const Graph other = pyramid(type, enlarge);
      const std::vector<Bytes> values = interpret(other, inputs);
      for (size_t i = 0; i < first.outputs.size(); ++i)
        EXPECT_EQ(values[other.outputs.at(i)], expected[first.outputs[i]]) << to_string(type) << " output " << i;
    }
  }
}

struct Parameters {
  DType type;
  Enlarge enlarge;
  const char* target;
};

class Fpn : public testing::TestWithParam<Parameters> {};

TEST_P(Fpn, AsInterpreted) {
  const auto [type, enlarge, target] = GetParam();
  const std::optional<Machine> machine = find_machine(target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << target;
  const Graph graph = pyramid(type, enlarge);
  expect_blocks_as_interpreted(graph, {target, "auto"}, *machine, random_inputs(graph));
}

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const char* const names[] = {"pack", "resize", "broadcast"};
  return std::string(to_string(info.param.type)) + "_" +
         identifier(info.param.target, names[static_cast<int>(info.param.enlarge)]);
}

INSTANTIATE_TEST_SUITE_P(Detection, Fpn,
                         testing::Values(Parameters{DType::u8, Enlarge::pack, "host"},
                                         Parameters{DType::f32, Enlarge::broadcast, "host"},
                                         Parameters{DType::i8, Enlarge::pack, "arm64-linux"},
                                         Parameters{DType::i8, Enlarge::resize, "x86-64-linux-avx2"}),
                         name_of);

/// Each head is stored once, not once for every level: its weights are equal, and so are all scales.
TEST(FpnWeights, SharedByAllLevels) {
  const Graph graph = pyramid(DType::u8, Enlarge::pack);
  Diagnostics diagnostics("test");
  CompileOptions options;
  options.name = "net";
  options.target = *parse_target("x86-64-linux-avx2", diagnostics);
  const std::optional<Compiled> compiled = compile(graph, options, diagnostics);
  ASSERT_TRUE(compiled) << diagnostics.str();
  int in_place = 0;
  for (const BlockReport& block : compiled->blocks) in_place += block.schedule == "5 of 5 parts written in place";
  EXPECT_EQ(in_place, 2);
}

}  // namespace
}  // namespace narrows
