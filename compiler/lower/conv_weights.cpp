#include "compiler/lower/conv_weights.h"

#include <algorithm>
#include <cstring>

#include "compiler/lower/constant_channels.h"
#include "compiler/lower/sort_steps.h"

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

/// The two operands of an add behind `op`: its own result and the other tensor.
std::pair<const Tensor*, const Tensor*> operands(const Graph& graph, const Op& op, const Op& add) {
  return {&graph.output(op), &graph.input(add, add.inputs[0] == op.output ? 1 : 0)};
}

void put(std::string* bytes, int64_t at, const void* value, size_t size) {
  std::memcpy(&(*bytes)[static_cast<size_t>(at)], value, size);
}
void put_i32(std::string* bytes, int64_t at, int32_t value) { put(bytes, at, &value, 4); }
void put_f32(std::string* bytes, int64_t at, float value) { put(bytes, at, &value, 4); }

struct WeightIndex {
  int channel, row, element;
};

/// Writes a weight of a float convolution as element `to` of the array at byte `array`.
void put_float_weight(std::string* bytes, int64_t array, int64_t to, const ConvWeights& w, WeightIndex from) {
  const DType type = w.arithmetic.weights;
  if (type == DType::f32) {
    put_f32(bytes, array + 4 * to, w.at_f32(from.channel, from.row, from.element));
  } else {
    // An i8 is the low byte.
    const uint16_t bits = static_cast<uint16_t>(w.at(from.channel, from.row, from.element));
    put(bytes, array + size_of(type) * to, &bits, size_of(type));
  }
}

int in_order(int channel) { return channel; }

/// Channels [first, first + count) of a convolution, the n-th of which is at index place(n) of the packed arrays.
struct PackedChannels {
  int first, count;
  int (*place)(int n) = in_order;
};

/// A region with parameters, bias and multipliers, and zeros where the weights go.
std::string pack_finish(const Finish& finish, const RegionLayout& at, const ConvWeights& w,
                        const std::vector<int32_t>& params, const PackedChannels& channels) {
  std::string bytes(static_cast<size_t>(at.bytes), '\0');
  for (size_t i = 0; i < params.size(); ++i) put_i32(&bytes, 4 * i, params[i]);
  // Channels that only fill vectors, and those that are 0 whatever their shift.
  const int least_shift = finish.requantization.below_half ? 1 : 0;
  for (int i = 0; i < at.channels && least_shift > 0; ++i) put_i32(&bytes, at.shift + 4 * i, least_shift);
  for (int n = 0; n < channels.count && channels.first + n < w.channels; ++n) {
    const int c = channels.first + n, i = channels.place(n);
    switch (finish.arithmetic.rounding) {
      case Rounding::none:
        put_f32(&bytes, at.bias + 4 * i, w.bias_f32[c]);
        if (finish.arithmetic.scales_sums()) put_f32(&bytes, at.multiplier + 4 * i, w.scales[c]);
        break;
      case Rounding::xnnpack:
        put_i32(&bytes, at.bias + 4 * i, w.bias[c]);
        put_f32(&bytes, at.multiplier + 4 * i, w.scales[c]);
        break;
      case Rounding::tflite:
        put_i32(&bytes, at.bias + 4 * i, w.bias[c]);
        put_i32(&bytes, at.multiplier + 4 * i, w.multipliers[c].value);
        put_i32(&bytes, at.shift + 4 * i, std::max(-w.multipliers[c].shift, least_shift));
        if (finish.requantization.left_shift)
          put_i32(&bytes, at.left_shift + 4 * i, std::max(w.multipliers[c].shift, 0));
        break;
    }
  }
  return bytes;
}

}  // namespace

ConvWeights read_conv(const Graph& graph, const Op& op, Numerics numerics, const Target& target) {
  const Tensor& w = graph.input(op, 1);
  const bool depthwise = op.kind == OpKind::depthwise_conv2d;
  ConvWeights c;
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

const ConvWeights& WeightCache::of(const Op& op) {
  const auto known = known_.find(op.output);
  if (known != known_.end()) return known->second;
  return known_.emplace(op.output, read_conv(graph_, op, numerics_, target_)).first->second;
}

namespace {

/// What is known of the multipliers and stored range of an 8-bit convolution.
Requantization make_requantization(const ConvSource& source, const ConvWeights& w) {
  Requantization r;
  r.clamp = stored_range(source.conv.attr.activation, source.graph.output(source.conv), source.target);
  r.has_zero_point = w.out_zero != 0;
  r.from_zero = r.clamp.min == w.out_zero;
  r.large_sums = w.large_sums;
  r.below_one = std::all_of(w.scales.begin(), w.scales.end(), [](float scale) { return scale < 1; });
  if (w.arithmetic.rounding == Rounding::tflite) {
    r.left_shift = std::any_of(w.multipliers.begin(), w.multipliers.end(), [](Multiplier m) { return m.shift > 0; });
    r.below_half = std::all_of(w.multipliers.begin(), w.multipliers.end(),
                               [](Multiplier m) { return m.shift < 0 || m.value == 0; });
  }
  return r;
}

/// What is known of the addition behind an 8-bit convolution.
Residual make_residual(const ConvSource& source, const ConvWeights& w) {
  const Op& add = *source.add;
  const Tensor& sum = source.graph.output(add);
  Residual r;
  r.added = true;
  r.clamp = stored_range(add.attr.activation, sum, source.target);
  const auto [own, other] = operands(source.graph, source.conv, add);
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
  f.arithmetic = w.arithmetic;
  if (w.arithmetic.requantizes()) {
    f.requantization = make_requantization(source, w);
    if (source.add) f.residual = make_residual(source, w);
    return f;
  }
  f.clamp_f32 = activation_range_f32(source.conv.attr.activation);
  f.residual.added = source.add != nullptr;
  if (source.add) f.residual.clamp_f32 = activation_range_f32(source.add->attr.activation);
  return f;
}

std::vector<int32_t> make_params(const ConvSource& source, const ConvWeights& w, const Finish& finish) {
  std::vector<int32_t> p(param::count);
  p[param::zero_point] = w.out_zero;
  p[param::weight_zero] = w.weight_zero;
  if (!source.add || !w.arithmetic.requantizes()) return p;
  const Tensor& sum = source.graph.output(*source.add);
  const auto [own, other] = operands(source.graph, source.conv, *source.add);
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

namespace {

/// Where each step of the reduction goes, for each tile of channels, whose order of computation is written to `bytes`.
std::vector<std::vector<int>> put_order(const ConvRow& s, const ConvLayout& at, const ConvWeights& w, WeightRange range,
                                        std::string* bytes) {
  std::vector<std::vector<int>> places;
  const int first_channel = range.first_channel;
  for (int first = 0; first < at.channels; first += at.tile) {
    range.first_channel = first_channel + first;
    range.channels = std::min({at.tile, s.out.channels - first, w.channels - range.first_channel});
    const StepOrder order = sort_steps(w, range, s.reduction.sorting == Sorting::joined_first);
    std::vector<uint16_t> numbers{static_cast<uint16_t>(order.joined), static_cast<uint16_t>(order.small)};
    for (const int step : order.steps) numbers.push_back(static_cast<uint16_t>(4 * step));
    put(bytes, at.order + 2 * int64_t{first / at.tile} * at.order_stride(), numbers.data(), 2 * numbers.size());
    places.emplace_back(order.steps.size());
    for (size_t i = 0; i < order.steps.size(); ++i) places.back()[order.steps[i]] = static_cast<int>(i);
  }
  return places;
}

/// The weight of a convolution that requantizes, from which the zero point of the packed weights is taken. Elements
/// that only pad the reduction have weight 0, which is stored like any other weight.
char byte_weight(const ConvWeights& w, int c, int r, int i) {
  return static_cast<char>((i < w.row_size ? w.at(c, r, i) : 0) - w.weight_zero);
}

}  // namespace

std::string pack_conv(const ConvRow& s, const ConvLayout& at, const ConvWeights& w, const std::vector<int32_t>& params,
                      Corner first) {
  std::string bytes = pack_finish(s.finish, at, w, params, {first.channel, s.out.channels});
  const Reduction& red = s.reduction;
  const int quad = s.arithmetic().quad;
  // Where the steps of each tile go, which follow each other unless they are sorted.
  std::vector<std::vector<int>> places;
  if (at.order) places = put_order(s, at, w, {first.channel, 0, first.depth, red.depth}, &bytes);
  for (int c = 0; c < s.out.channels && first.channel + c < w.channels; ++c) {
    for (int r = 0; r < red.rows; ++r) {
      for (int t = 0; t < red.taps; ++t) {
        for (int k = 0; k < red.depth; ++k) {
          const int i = t * red.depth + first.depth + k;
          const int place = at.order ? places[c / at.tile][k / quad] : k / quad;
          const int64_t step = ((int64_t{c / at.tile} * red.rows + r) * red.taps + t) * (at.depth / quad) + place;
          const int64_t index = (step * at.tile + c % at.tile) * quad + k % quad;
          if (s.arithmetic().requantizes())
            bytes[static_cast<size_t>(at.weights + index)] = byte_weight(w, first.channel + c, r, i);
          else if (i < w.row_size)
            put_float_weight(&bytes, at.weights, index, w, {first.channel + c, r, i});
        }
      }
    }
  }
  return bytes;
}

namespace {

/// Where a weight goes in a row-interleaved ring's weights: for one rotation of the ring.
struct RingPlace {
  int rotation, row, column;
  int channel;  ///< among those of the kernel
};

void put_rotated(std::string* bytes, const DepthwiseRow& s, const RegionLayout& at, const RingPlace& to, int weight) {
  const int slot = (to.rotation + to.row) & 3;
  const int64_t column = (int64_t{to.rotation} * s.kernel_w + to.column) * at.channels;
  if (!s.ring.wide_weights) {
    (*bytes)[static_cast<size_t>(at.weights + 4 * (column + to.channel) + slot)] = static_cast<char>(weight);
    return;
  }
  const int lane = to.channel % at.lanes;
  const int64_t index = 4 * (column + to.channel - lane) + 2 * at.lanes * (slot & 1) + 2 * lane + slot / 2;
  const int16_t half = static_cast<int16_t>(weight);
  put(bytes, at.weights + 2 * index, &half, 2);
}

/// For each rotation of the ring the zero point of the weights, in the bytes of rows. Rotation r has live rows in bytes
/// r, r + 1, ... (modulo 4); the byte without a row gets no correction.
void put_tap_zeros(const DepthwiseRow& s, int weight_zero, std::vector<int32_t>* params) {
  for (int rotation = 0; rotation < 4; ++rotation) {
    uint32_t word = 0;
    for (int r = 0; r < s.kernel_h; ++r) {
      word |= static_cast<uint32_t>(static_cast<uint8_t>(weight_zero)) << 8 * ((rotation + r) & 3);
    }
    (*params)[param::tap_zero + rotation] = static_cast<int32_t>(word);
  }
}

}  // namespace

std::string pack_depthwise(const DepthwiseRow& s, const RegionLayout& at, const ConvWeights& w,
                           std::vector<int32_t> params, int first_channel) {
  if (s.ring.tap_zero) put_tap_zeros(s, w.weight_zero, &params);
  const auto place = s.finish.requantization.crosses_lanes ? crossed : in_order;
  std::string bytes = pack_finish(s.finish, at, w, params, {first_channel, s.channels, place});
  for (int c = 0; c < s.channels && first_channel + c < w.channels; ++c) {
    for (int r = 0; r < s.kernel_h; ++r) {
      for (int j = 0; j < s.kernel_w; ++j) {
        const int64_t index = (int64_t{r} * s.kernel_w + j) * at.channels + c;
        if (!s.arithmetic().requantizes()) {
          put_float_weight(&bytes, at.weights, index, w, {first_channel + c, r, j});
          continue;
        }
        const int value = w.at(first_channel + c, r, j);
        const int16_t half = static_cast<int16_t>(value);
        if (!s.ring.interleaved) put(&bytes, at.weights + 2 * index, &half, 2);
        for (int rotation = 0; rotation < 4 && s.ring.interleaved; ++rotation)
          put_rotated(&bytes, s, at, {rotation, r, j, place(c)}, s.ring.wide_weights ? value : value - w.weight_zero);
      }
    }
  }
  return bytes;
}

}  // namespace narrows
