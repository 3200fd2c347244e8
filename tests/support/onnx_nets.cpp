#include "tests/support/onnx_nets.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Names = std::vector<std::string>;

struct Stored {
  float scale;
  int zero;
};

/// What the parts of both kinds of networks share.
struct Net {
  OnnxBuilder b;
  OnnxNetOptions options;
  int count = 0;

  std::string fresh(const char* base) { return base + std::to_string(count++); }
  bool is_unsigned() const { return options.activations == onnx::TensorProto::UINT8; }
  /// How numbers from 0 on are stored, and numbers around 0.
  Stored positive(float scale) const { return {scale, is_unsigned() ? 0 : -128}; }
  Stored centered(float scale) const { return {scale, is_unsigned() ? 128 : 0}; }

  std::vector<float> weight_scales(int channels, float scale) const {
    std::vector<float> scales = {scale};
    for (int c = 1; options.per_channel && c < channels; ++c)
      scales.push_back(scale * static_cast<float>(4 + c % 5) / 4);
    return scales;
  }
  /// Zero point of weights that are not signed.
  int weight_zero() const { return options.weights == onnx::TensorProto::UINT8 ? 127 : 0; }
  std::vector<int> weights(int64_t n, int seed) const { return small_integers(n, weight_zero() - 127, 255, seed); }
  std::vector<int> bias(int channels) const { return small_integers(channels, -800, 1600, channels); }
  std::vector<float> bias_scales(const std::vector<float>& weights, float in) const {
    std::vector<float> scales;
    for (const float scale : weights) scales.push_back(scale * in);
    return scales;
  }
  std::string list(const char* name, const std::vector<float>& values) {
    return b.floats(fresh(name), values.size() > 1 ? Shape{static_cast<int>(values.size())} : Shape{}, values);
  }
};

void set_window(OnnxBuilder::Node& node, int kernel, int stride, int group) {
  set(node, "pads", Ints(4, kernel / 2));
  set(node, "strides", Ints{stride, stride});
  if (group > 1) set(node, "group", group);
}

struct Conv {
  int in, out, kernel, stride, group;
  bool clip = false;  ///< to 0 to 6, by an operator of its own
};

/// Every method takes a real value, and returns one that has been stored in between.
struct QdqNet : Net {
  Stored as = {0.0078125f, 0};  ///< of the value returned last

  std::string through(const std::string& x, const Stored& stored) {
    as = stored;
    return b.dequantize(b.quantize(x, stored.scale, stored.zero, options.activations), stored.scale, stored.zero,
                        options.activations);
  }
  std::string conv(const std::string& x, const Conv& conv, const Stored& stored) {
    const auto& [in, out, kernel, stride, group, clip] = conv;
    const int reduction = in / group * kernel * kernel;
    const std::vector<float> scales = weight_scales(out, 0.05f / static_cast<float>(reduction));
    const Shape shape = {out, in / group, kernel, kernel};
    const std::string w = b.dequantized(
        fresh("w"), {shape, options.weights, weights(element_count(shape), count), scales, {weight_zero()}});
    const std::string bias_name =
        b.dequantized(fresh("b"), {{out}, onnx::TensorProto::INT32, bias(out), bias_scales(scales, as.scale)});
    std::string y = fresh("conv");
    set_window(b.op("Conv", {x, w, bias_name}, y), kernel, stride, group);
    if (clip) {
      const std::string clipped = fresh("clip");
      b.op("Clip", {y, "zero", "six"}, clipped);
      y = clipped;
    }
    return through(y, stored);
  }
  std::string add(const std::string& x, const std::string& z, const Stored& stored) {
    const std::string y = fresh("add");
    b.op("Add", {x, z}, y);
    return through(y, stored);
  }
  /// [1,3,16,16] to [1,8,8,8].
  std::string backbone() {
    b.scalar("zero", 0);
    b.scalar("six", 6);
    as = centered(0.0078125f);
    b.input_of("image", {1, 3, 16, 16}, options.activations);
    const std::string x = b.dequantize("image", as.scale, as.zero, options.activations);
    const std::string stem = conv(x, {3, 8, 3, 2, 1, true}, positive(0.0078f));
    const std::string expanded = conv(stem, {8, 24, 1, 1, 1, true}, positive(0.0156f));
    const std::string filtered = conv(expanded, {24, 24, 3, 1, 24, true}, positive(0.0117f));
    const std::string narrow = conv(filtered, {24, 8, 1, 1, 1}, centered(0.0091f));
    return add(stem, narrow, centered(0.0117f));
  }
};

QdqNet start_qdq(const OnnxNetOptions& options) { return {{OnnxBuilder(13), options, 0}}; }

/// Every method takes and returns stored values.
struct QLinearNet : Net {
  Stored as = {0.0078125f, 0};

  Names parameters(const Stored& stored) {
    return {b.scalar(fresh("scale"), stored.scale), b.stored(fresh("zero"), {}, options.activations, {stored.zero})};
  }
  static Names joined(std::initializer_list<Names> parts) {
    Names all;
    for (const Names& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  }
  std::string conv(const std::string& x, const Conv& conv, const Stored& stored) {
    const int in = conv.in, out = conv.out, kernel = conv.kernel, group = conv.group;
    const int reduction = in / group * kernel * kernel;
    const std::vector<float> scales = weight_scales(out, 0.05f / static_cast<float>(reduction));
    const Shape shape = {out, in / group, kernel, kernel};
    const std::string w = b.stored(fresh("w"), shape, options.weights, weights(element_count(shape), count));
    const Shape per_channel = scales.size() > 1 ? Shape{out} : Shape{};
    const Names of_w = {list("w_scale", scales), b.stored(fresh("w_zero"), per_channel, options.weights,
                                                          std::vector<int>(scales.size(), weight_zero()))};
    const std::string bias_name = b.stored(fresh("b"), {out}, onnx::TensorProto::INT32, bias(out));
    const std::string y = fresh("conv");
    set_window(b.op("QLinearConv", joined({{x}, parameters(as), {w}, of_w, parameters(stored), {bias_name}}), y),
               kernel, conv.stride, group);
    as = stored;
    return y;
  }
  std::string custom(const std::string& type, const Names& inputs, const Stored& stored) {
    const std::string y = fresh("y");
    b.op(type, joined({inputs, parameters(stored)}), y).set_domain("com.microsoft");
    as = stored;
    return y;
  }
};

}  // namespace

OnnxBuilder qdq_classifier(const OnnxNetOptions& options) {
  QdqNet net = start_qdq(options);
  OnnxBuilder& b = net.b;
  const std::string map = net.backbone();
  b.op("GlobalAveragePool", {map}, "pool");
  const std::string pooled = net.through("pool", net.centered(0.006f));
  const std::vector<float> scales = net.weight_scales(5, 0.02f);
  b.dequantized("matrix", {{5, 8}, options.weights, net.weights(40, 1), scales, {net.weight_zero()}});
  b.dequantized("matrix_bias", {{5}, onnx::TensorProto::INT32, net.bias(5), net.bias_scales(scales, net.as.scale)});
  b.op("Flatten", {pooled}, "flat");
  set(b.op("Gemm", {"flat", "matrix", "matrix_bias"}, "logits"), "transB", 1);
  const std::string logits = net.through("logits", net.centered(0.04f));
  b.op("Softmax", {logits}, "probabilities");
  b.output(b.quantize("probabilities", 1 / 256.f, net.positive(1).zero, options.activations), options.activations);
  return b;
}

OnnxBuilder qdq_segmenter(const OnnxNetOptions& options) {
  QdqNet net = start_qdq(options);
  OnnxBuilder& b = net.b;
  const std::string map = net.backbone();
  const std::string scores = net.conv(map, {8, 5, 1, 1, 1}, net.centered(0.01f));
  b.integers("sizes", {1, 5, 31, 31});
  OnnxBuilder::Node& resize = b.op("Resize", {scores, "", "", "sizes"}, "large");
  set(resize, "mode", "linear");
  set(resize, "coordinate_transformation_mode", "align_corners");
  const std::string large = net.through("large", net.as);
  OnnxBuilder::Node& index = b.op("ArgMax", {large}, "classes");
  set(index, "axis", 1);
  set(index, "keepdims", 0);
  b.output("classes", onnx::TensorProto::INT64);
  return b;
}

OnnxBuilder qlinear_classifier(const OnnxNetOptions& options) {
  QLinearNet net{{OnnxBuilder(13), options, 0}};
  OnnxBuilder& b = net.b;
  onnx::OperatorSetIdProto& custom = *b.model.add_opset_import();
  custom.set_domain("com.microsoft");
  custom.set_version(1);
  net.as = net.centered(0.0078125f);
  b.input_of("image", {1, 3, 16, 16}, options.activations);
  // The clamp at 0 and at most 6 lies in the range of what is stored.
  const std::string stem = net.conv("image", {3, 8, 3, 2, 1}, net.positive(0.0078f));
  const Stored of_stem = net.as;
  const std::string expanded = net.conv(stem, {8, 24, 1, 1, 1}, net.positive(0.0156f));
  const std::string filtered = net.conv(expanded, {24, 24, 3, 1, 24}, net.positive(0.0117f));
  const std::string narrow = net.conv(filtered, {24, 8, 1, 1, 1}, net.centered(0.0091f));
  const Names stem_and_narrow = QLinearNet::joined({{stem}, net.parameters(of_stem), {narrow}, net.parameters(net.as)});
  const std::string sum = net.custom("QLinearAdd", stem_and_narrow, net.centered(0.0117f));
  const std::string pooled =
      net.custom("QLinearGlobalAveragePool", QLinearNet::joined({{sum}, net.parameters(net.as)}), net.centered(0.006f));
  set(*b.graph().mutable_node(b.graph().node_size() - 1), "channels_last", 0);
  b.op("Flatten", {pooled}, "flat");
  b.stored("matrix", {8, 5}, options.weights, net.weights(40, 1));
  const Names of_matrix = {b.scalar("matrix_scale", 0.02f),
                           b.stored("matrix_zero", {}, options.weights, {net.weight_zero()})};
  b.op("QLinearMatMul",
       QLinearNet::joined(
           {{"flat"}, net.parameters(net.as), {"matrix"}, of_matrix, net.parameters(net.centered(0.04f))}),
       "scores");
  b.output("scores", options.activations);
  return b;
}

namespace {

/// y = op(x quantized, w) * scales, as onnxruntime writes it; w is stored.
std::string dynamic_op(OnnxBuilder& b, const std::string& op, const std::string& x, const std::string& w,
                       const std::string& name) {
  const std::string q = x + "_q", s = q + "_s", z = q + "_z";
  OnnxBuilder::Node& quantize = b.op("DynamicQuantizeLinear", {x}, q);
  quantize.add_output(s);
  quantize.add_output(z);
  OnnxBuilder::Node& node = b.op(op, {q, w, z, w + "_zero"}, name + "_i");
  if (op == "ConvInteger") set(node, "pads", Ints{1, 1, 1, 1});
  set(b.op("Cast", {name + "_i"}, name + "_f"), "to", static_cast<int>(onnx::TensorProto::FLOAT));
  b.op("Mul", {s, w + "_scale"}, name + "_s");
  b.op("Mul", {name + "_f", name + "_s"}, name);
  return name;
}

}  // namespace

OnnxBuilder dynamic_classifier(int weights, int zero_point) {
  OnnxBuilder b;
  const int least = weights == onnx::TensorProto::UINT8 ? 0 : -127;
  b.input("x", {1, 2, 6, 5});
  b.stored("w", {3, 2, 3, 3}, weights, small_integers(54, least, 255));
  b.stored("w_zero", {}, weights, {zero_point});
  b.scalar("w_scale", 0.01f);
  b.floats("w_bias", {1, 3, 1, 1}, {0.5f, -0.5f, 0.25f});
  b.stored("m", {90, 4}, weights, small_integers(360, least, 255, 1));
  b.stored("m_zero", {4}, weights, std::vector<int>(4, zero_point));
  b.floats("m_scale", {4}, {0.02f, 0.01f, 0.015f, 0.005f});
  b.floats("m_bias", {4}, {1, 2, 3, 4});
  b.op("Add", {dynamic_op(b, "ConvInteger", "x", "w", "conv"), "w_bias"}, "sum");
  b.op("Relu", {"sum"}, "relu");
  b.op("Flatten", {"relu"}, "flat");
  b.op("Add", {dynamic_op(b, "MatMulInteger", "flat", "m", "product"), "m_bias"}, "y");
  b.output("y");
  return b;
}

namespace {

void cast_to(OnnxBuilder& b, const std::string& x, int type, const std::string& name) {
  set(b.op("Cast", {x}, name), "to", type);
}

}  // namespace

OnnxBuilder model_in_halves() {
  OnnxBuilder b;
  b.input("x", {1, 2, 4, 5});
  cast_to(b, "x", onnx::TensorProto::FLOAT16, "x16");
  halves(b, "w", {3, 2, 3, 3}, small_numbers(54));
  halves(b, "b", {3}, {0.1f, 0.2f, 0.3f});
  b.scalar("low", 0.1f);
  cast_to(b, "low", onnx::TensorProto::FLOAT16, "low16");
  halves(b, "high", {}, {6});
  set(b.op("Conv", {"x16", "w", "b"}, "conv"), "pads", Ints{1, 1, 1, 1});
  b.op("Clip", {"conv", "low16", "high"}, "clipped");
  cast_to(b, "clipped", onnx::TensorProto::FLOAT, "y");
  b.output("y");
  return b;
}

}  // namespace narrows
