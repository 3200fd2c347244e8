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

/// The weight of a float convolution, at element `index` of the array at byte `at`.
void put_float_weight(std::string* bytes, int64_t at, int64_t index, const ConvWeights& w, int c, int r, int i) {
  const DType type = w.arithmetic.weights;
  if (type == DType::f32) {
    put_f32(bytes, at + 4 * index, w.at_f32(c, r, i));
  } else {
    const uint16_t bits = static_cast<uint16_t>(w.at(c, r, i));  // of an i8 the low byte
    put(bytes, at + size_of(type) * index, &bits, size_of(type));
  }
}

/// Parameters, bias and multipliers of channel `first` + i at index i, or crossed(i).
std::string pack_finish(const Finish& finish, const RegionLayout& at, const ConvWeights& w,
                        const std::vector<int32_t>& params, int first, int channels, bool crosses = false) {
  std::string bytes(static_cast<size_t>(at.bytes), '\0');
  for (size_t i = 0; i < params.size(); ++i) put_i32(&bytes, 4 * i, params[i]);
  // Channels that only fill vectors, and those that are 0 whatever their shift.
  const int least_shift = finish.requantization.below_half ? 1 : 0;
  for (int i = 0; i < at.channels && least_shift > 0; ++i) put_i32(&bytes, at.shift + 4 * i, least_shift);
  for (int n = 0; n < channels && first + n < w.channels; ++n) {
    const int c = first + n, i = crosses ? crossed(n) : n;
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

/// The steps of the reduction in the order of computation, for each tile of channels, written to `bytes`.
std::vector<std::vector<int>> put_order(const ConvRow& s, const ConvLayout& at, const ConvWeights& w, int first_channel,
                                        int first_depth, std::string* bytes) {
  std::vector<std::vector<int>> places;
  for (int first = 0; first < at.channels; first += at.tile) {
    const int channels = std::min({at.tile, s.channels - first, w.channels - first_channel - first});
    const StepOrder order = sort_steps(w, {first_channel + first, channels, first_depth, s.depth}, s.joins);
    std::vector<uint16_t> numbers{static_cast<uint16_t>(order.joined), static_cast<uint16_t>(order.small)};
    for (const int step : order.steps) numbers.push_back(static_cast<uint16_t>(4 * step));
    put(bytes, at.order + 2 * int64_t{first / at.tile} * at.order_stride(), numbers.data(), 2 * numbers.size());
    places.push_back(order.steps);
  }
  return places;
}

}  // namespace

std::string pack_conv(const ConvRow& s, const ConvLayout& at, const ConvWeights& w, const std::vector<int32_t>& params,
                      int first_channel, int first_depth) {
  std::string bytes = pack_finish(s.finish, at, w, params, first_channel, s.channels);
  const int quad = s.finish.arithmetic.quad;
  // Where the steps of each tile go, which follow each other unless they are sorted.
  std::vector<std::vector<int>> places;
  if (at.order) {
    for (const std::vector<int>& order : put_order(s, at, w, first_channel, first_depth, &bytes)) {
      places.emplace_back(order.size());
      for (size_t i = 0; i < order.size(); ++i) places.back()[order[i]] = static_cast<int>(i);
    }
  }
  for (int c = 0; c < s.channels && first_channel + c < w.channels; ++c) {
    for (int r = 0; r < s.rows; ++r) {
      for (int t = 0; t < s.taps; ++t) {
        for (int k = 0; k < s.depth; ++k) {
          const int i = t * s.depth + first_depth + k;
          const int place = at.order ? places[c / at.tile][k / quad] : k / quad;
          const int64_t step = ((int64_t{c / at.tile} * s.rows + r) * s.taps + t) * (at.depth / quad) + place;
          const int64_t index = (step * at.tile + c % at.tile) * quad + k % quad;
          // Elements that only pad the reduction have weight 0, which in 8-bit convolutions is stored like any
          // other weight.
          const bool own = i < w.row_size;
          if (!s.finish.arithmetic.requantizes()) {
            if (own) put_float_weight(&bytes, at.weights, index, w, first_channel + c, r, i);
          } else {
            bytes[static_cast<size_t>(at.weights + index)] =
                static_cast<char>((own ? w.at(first_channel + c, r, i) : 0) - w.weight_zero);
          }
        }
      }
    }
  }
  return bytes;
}

namespace {

/// Weight `value` of row r, column j, lane c for a rotation of an interleaved ring.
void put_rotated(std::string* bytes, const DepthwiseRow& s, const RegionLayout& at, const ConvWeights& w, int value,
                 int rotation, int r, int j, int c) {
  const int byte = (rotation + r) & 3;
  const int64_t column = (int64_t{rotation} * s.kernel_w + j) * at.channels;
  if (!s.halves) {
    (*bytes)[static_cast<size_t>(at.weights + 4 * (column + c) + byte)] = static_cast<char>(value - w.weight_zero);
    return;
  }
  const int lane = c % at.lanes;
  const int64_t index = 4 * (column + c - lane) + 2 * at.lanes * (byte & 1) + 2 * lane + byte / 2;
  const int16_t half = static_cast<int16_t>(value);
  put(bytes, at.weights + 2 * index, &half, 2);
}

}  // namespace

std::string pack_depthwise(const DepthwiseRow& s, const RegionLayout& at, const ConvWeights& w,
                           std::vector<int32_t> params, int first_channel) {
  if (s.tap_zero) {
    // Rotation r has live rows in bytes r, r + 1, ... (modulo 4); the byte without a row gets no correction.
    for (int rotation = 0; rotation < 4; ++rotation) {
      uint32_t word = 0;
      for (int r = 0; r < s.kernel_h; ++r) {
        word |= static_cast<uint32_t>(static_cast<uint8_t>(w.weight_zero)) << 8 * ((rotation + r) & 3);
      }
      params[param::tap_zero + rotation] = static_cast<int32_t>(word);
    }
  }
  std::string bytes =
      pack_finish(s.finish, at, w, params, first_channel, s.channels, s.finish.requantization.crosses_lanes);
  for (int c = 0; c < s.channels && first_channel + c < w.channels; ++c) {
    const int place = s.finish.requantization.crosses_lanes ? crossed(c) : c;
    for (int r = 0; r < s.kernel_h; ++r) {
      for (int j = 0; j < s.kernel_w; ++j) {
        const int64_t index = (int64_t{r} * s.kernel_w + j) * at.channels + c;
        if (!s.finish.arithmetic.requantizes()) {
          put_float_weight(&bytes, at.weights, index, w, first_channel + c, r, j);
        } else if (!s.interleaved) {
          const int16_t value = static_cast<int16_t>(w.at(first_channel + c, r, j));
          put(&bytes, at.weights + 2 * index, &value, 2);
        } else {
          const int value = w.at(first_channel + c, r, j);
          for (int rotation = 0; rotation < 4; ++rotation) put_rotated(&bytes, s, at, w, value, rotation, r, j, place);
        }
      }
    }
  }
  return bytes;
}

}  // namespace narrows
