// Packed regions: parameters, arrays of one value per channel, and weights in the order that kernels read.
#include <algorithm>
#include <cstring>

#include "compiler/byte_order.h"
#include "compiler/diagnostics.h"
#include "compiler/lower/conv_weights.h"
#include "compiler/lower/sort_steps.h"

namespace narrows {

namespace {

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
  for (size_t i = 0; i < w.unary.parameters.size(); ++i)
    put_i32(&bytes, at.unary_parameters + 4 * i, w.unary.parameters[i]);
  for (int n = 0; n < channels.count && channels.first + n < w.channels; ++n) {
    const int c = channels.first + n, i = channels.place(n);
    if (!w.unary.channels.empty()) put_i32(&bytes, at.unary_channels + 4 * i, w.unary.channels[c]);
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

/// Where each step of the reduction goes, for each tile of channels, whose order of computation is written to `bytes`.
std::vector<std::vector<int>> put_order(const ConvRow& s, const ConvLayout& at, const ConvWeights& w, WeightRange range,
                                        std::string* bytes) {
  std::vector<std::vector<int>> places;
  const int first_channel = range.first_channel;
  for (int first = 0; first < at.channels; first += at.tile) {
    range.first_channel = first_channel + first;
    range.channels = std::min({at.tile, s.out.channels - first, w.channels - range.first_channel});
    const StepOrder order = sort_steps(w, range, s.reduction.sorting);
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

/// A packed region as the target reads it. Behind what is there for each channel, weights of `size` bytes go up to
/// `weights_end`; the order of steps, if there is any, follows them.
std::string in_byte_order(std::string bytes, const RegionLayout& at, int64_t weights_end, int size) {
  if (!at.big_endian) return bytes;
  const auto begin = bytes.begin();
  turn_numbers(begin, begin + at.weights, 4);
  turn_numbers(begin + at.weights, begin + weights_end, size);
  turn_numbers(begin + weights_end, bytes.end(), 2);
  return bytes;
}

/// Where a step of a tile has element `k` of the quad of the tile's channel `c`.
int place_in_step(const ConvLayout& at, int quad, int c, int k) {
  return at.plane ? (c / at.plane * quad + k) * at.plane + c % at.plane : c * quad + k;
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
          const int64_t index = step * at.tile * quad + place_in_step(at, quad, c % at.tile, k % quad);
          if (s.arithmetic().requantizes())
            bytes[static_cast<size_t>(at.weights + index)] = byte_weight(w, first.channel + c, r, i);
          else if (i < w.row_size)
            put_float_weight(&bytes, at.weights, index, w, {first.channel + c, r, i});
        }
      }
    }
  }
  return in_byte_order(std::move(bytes), at, at.order ? at.order : at.bytes, size_of(s.arithmetic().weights));
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
  NARROWS_CHECK(!at.big_endian || !s.ring.interleaved, "rings hold words whose lowest byte comes first");
  return in_byte_order(std::move(bytes), at, at.bytes,
                       s.arithmetic().requantizes() ? 2 : size_of(s.arithmetic().weights));
}

}  // namespace narrows
