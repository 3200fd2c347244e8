#include "compiler/lower/conv_weights.h"

#include <algorithm>
#include <cstring>

#include "compiler/lower/constant_channels.h"

namespace narrows {

namespace {

template <typename T>
std::vector<T> values(const Tensor& t) {
  std::vector<T> v(t.data.size() / sizeof(T));
  std::memcpy(v.data(), t.data.data(), v.size() * sizeof(T));
  return v;
}

/// TFLite's layouts [out,h,w,in] and [out,in] are [channel][row][column * depth + k] already; depthwise
/// weights [1,h,w,out] are transposed.
template <typename T, typename Get>
std::vector<T> reorder(const ConvWeights& c, bool depthwise, Get get) {
  std::vector<T> out(size_t{1} * c.channels * c.rows * c.row_size);
  const size_t taps = size_t{1} * c.rows * c.row_size;
  for (size_t i = 0; i < out.size(); ++i) out[i] = get(depthwise ? (i % taps) * c.channels + i / taps : i);
  return out;
}

int weight_zero_point(const Tensor& w, size_t channel) {
  return w.quant.zero_point[w.quant.zero_point.size() == 1 ? 0 : channel];
}

/// The smallest correction that brings every weight into i8. Weights span at most 255, so there is one.
int choose_weight_zero(const std::vector<int>& weights) {
  const auto [lo, hi] = std::minmax_element(weights.begin(), weights.end());
  if (*hi > 127) return *hi - 127;
  return *lo < -128 ? *lo + 128 : 0;
}

void read_quantized(const Graph& graph, const Op& op, Numerics numerics, const Target& target, ConvWeights* c) {
  const Tensor &in = graph.input(op, 0), &w = graph.input(op, 1), &out = graph.output(op);
  const size_t per_channel = size_t{1} * c->rows * c->row_size;
  c->weights = reorder<int>(*c, op.kind == OpKind::depthwise_conv2d, [&](size_t i) {
    return w.type == DType::u8 ? int{w.data[i]} : int{static_cast<int8_t>(w.data[i])};
  });
  for (size_t i = 0; i < c->weights.size(); ++i) c->weights[i] -= weight_zero_point(w, i / per_channel);
  c->bias = op.inputs.size() > 2 ? values<int32_t>(graph.input(op, 2)) : std::vector<int32_t>(c->channels);
  c->multipliers = output_multipliers(in, w, out, c->channels);
  c->scales = output_scales(in, w, out, c->channels);
  const Range all = stored_range(in.type), inputs{all.min - in.zero_point(), all.max - in.zero_point()};
  fold_constant_channels(c, inputs, out.zero_point(), activation_range(op.attr.activation, out), numerics);
  c->weight_zero = choose_weight_zero(c->weights);
  const int64_t in_zero = in.zero_point() + stored_shift(in.type, target);
  for (int ch = 0; ch < c->channels; ++ch) {
    int64_t sum = 0;
    for (size_t i = 0; i < per_channel; ++i) sum += c->weights[ch * per_channel + i];
    c->bias[ch] = static_cast<int32_t>(static_cast<uint32_t>(c->bias[ch]) - static_cast<uint32_t>(in_zero * sum));
  }
  c->out_zero = out.zero_point() + stored_shift(out.type, target);
}

/// Weights of a float convolution.
void read_float(const Tensor& w, bool depthwise, ConvWeights* c) {
  if (w.type == DType::f32) {
    const std::vector<float> data = values<float>(w);
    c->weights_f32 = reorder<float>(*c, depthwise, [&](size_t i) { return data[i]; });
  } else if (w.type == DType::f16) {
    const std::vector<uint16_t> data = values<uint16_t>(w);
    c->weights = reorder<int>(*c, depthwise, [&](size_t i) { return data[i]; });
  } else {
    const std::vector<int8_t> data = values<int8_t>(w);
    c->weights = reorder<int>(*c, depthwise, [&](size_t i) { return data[i]; });
    c->scales = w.quant.scale;
    c->scales.resize(c->channels, c->scales[0]);
  }
}

Range stored_range(Activation activation, const Tensor& output, const Target& target) {
  const Range r = activation_range(activation, output);
  const int shift = stored_shift(output.type, target);
  return {r.min + shift, r.max + shift};
}

/// The two operands of the add behind a convolution: the convolution's own result and the other tensor.
std::pair<const Tensor*, const Tensor*> operands(const ConvSource& source) {
  const Op &own = source.conv.before_add(), &add = *source.conv.add;
  return {&source.graph.output(own), &source.graph.input(add, add.inputs[0] == own.output ? 1 : 0)};
}

}  // namespace

ConvWeights read_conv(const Graph& graph, const FinishedConv& conv, Numerics numerics, const Target& target) {
  const Op& op = *conv.conv;
  const Tensor& w = graph.input(op, 1);
  const bool depthwise = op.kind == OpKind::depthwise_conv2d;
  ConvWeights c;
  if (conv.unary) c.unary = unary_constants(graph, *conv.unary, target);
  if (op.kind == OpKind::fully_connected) {
    c.channels = w.shape[0], c.row_size = w.shape[1];
  } else {
    c.channels = w.shape[depthwise ? 3 : 0], c.rows = w.shape[1];
    c.row_size = depthwise ? w.shape[2] : w.shape[2] * w.shape[3];
  }
  c.arithmetic = arithmetic_of(graph, op, numerics, target);
  if (c.arithmetic.requantizes()) {
    read_quantized(graph, op, numerics, target, &c);
    return c;
  }
  read_float(w, depthwise, &c);
  c.bias_f32 = op.inputs.size() > 2 ? values<float>(graph.input(op, 2)) : std::vector<float>(c.channels);
  return c;
}

const ConvWeights& WeightCache::of(const FinishedConv& conv) {
  const int output = conv.conv->output;
  const auto known = known_.find(output);
  if (known != known_.end()) return known->second;
  return known_.emplace(output, read_conv(graph_, conv, numerics_, target_)).first->second;
}

namespace {

/// What is known of the multipliers and stored range of an 8-bit convolution.
Requantization make_requantization(const ConvSource& source, const ConvWeights& w) {
  Requantization r;
  const Op& conv = *source.conv.conv;
  r.clamp = stored_range(conv.attr.activation, source.graph.output(conv), source.target);
  r.has_zero_point = w.out_zero != 0;
  r.from_zero = r.clamp.min == w.out_zero;
  r.large_sums = w.large_sums;
  r.below_one = std::all_of(w.scales.begin(), w.scales.end(), [](float scale) { return scale < 1; });
  if (w.arithmetic.rounds_as_tflite()) {
    r.left_shift = std::any_of(w.multipliers.begin(), w.multipliers.end(), [](Multiplier m) { return m.shift > 0; });
    r.below_half = std::all_of(w.multipliers.begin(), w.multipliers.end(),
                               [](Multiplier m) { return m.shift < 0 || m.value == 0; });
  }
  return r;
}

/// What is known of the addition behind an 8-bit convolution.
Residual make_residual(const ConvSource& source, const ConvWeights& w) {
  const Op& add = *source.conv.add;
  const Tensor& sum = source.graph.output(add);
  Residual r;
  r.added = true;
  r.clamp = stored_range(add.attr.activation, sum, source.target);
  const auto [own, other] = operands(source);
  const bool xnnpack = w.arithmetic.rounding == Rounding::xnnpack && xnn_takes_add(*own, *other, sum);
  r.rounding = xnnpack ? Rounding::xnnpack : Rounding::tflite;
  if (!xnnpack) {
    r.shifts = add_parameters(*own, *other, sum).out.shift < 0;
    r.larger = own->scale() < other->scale();
  }
  return r;
}

}  // namespace

Finish make_finish(const ConvSource& source, const ConvWeights& w) {
  Finish f;
  const FinishedConv& conv = source.conv;
  f.arithmetic = w.arithmetic;
  f.unary = w.unary.unary;
  if (w.arithmetic.requantizes()) {
    f.requantization = make_requantization(source, w);
    if (conv.add) f.residual = make_residual(source, w);
    return f;
  }
  f.clamp_f32 = activation_range_f32(conv.conv->attr.activation);
  f.residual.added = conv.add != nullptr;
  if (conv.add) f.residual.clamp_f32 = activation_range_f32(conv.add->attr.activation);
  return f;
}

std::vector<int32_t> make_params(const ConvSource& source, const ConvWeights& w, const Finish& finish) {
  std::vector<int32_t> p(param::count);
  p[param::zero_point] = w.out_zero;
  p[param::weight_zero] = w.weight_zero;
  if (!source.conv.add || !w.arithmetic.requantizes()) return p;
  const Tensor& sum = source.graph.output(*source.conv.add);
  const auto [own, other] = operands(source);
  const int own_shift = stored_shift(own->type, source.target), other_shift = stored_shift(other->type, source.target);
  p[param::add_zero1] = other->zero_point() + other_shift;
  p[param::add_zero_point] = sum.zero_point() + stored_shift(sum.type, source.target);
  if (finish.residual.rounding == Rounding::tflite) {
    const AddParameters a = add_parameters(*own, *other, sum);
    p[param::add_multiplier0] = a.in0.value, p[param::add_shift0] = -a.in0.shift;
    p[param::add_multiplier1] = a.in1.value, p[param::add_shift1] = -a.in1.shift;
    p[param::add_multiplier] = a.out.value, p[param::add_shift] = -a.out.shift;
  } else {
    const XnnAddParameters a = xnn_add_parameters(*own, *other, sum);
    p[param::add_multiplier0] = a.multiplier0, p[param::add_multiplier1] = a.multiplier1;
    p[param::add_bias] = a.bias - own_shift * a.multiplier0 - other_shift * a.multiplier1;
    p[param::add_shift] = a.shift;
  }
  return p;
}

}  // namespace narrows
