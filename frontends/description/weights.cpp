// Descriptions: made-up weights. Integers and single float operations only, so that every machine makes the
// same bytes.
#include <cstring>

#include "frontends/description/description.h"

namespace narrows::description {
namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): a counter and a mixing function.
uint64_t next(uint64_t& state) {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// About normally distributed: the sum of four uniform 16-bit numbers.
float normal(uint64_t& state, float deviation) {
  const uint64_t bits = next(state);
  int sum = -4 * 32768;
  for (int shift = 0; shift < 64; shift += 16) sum += static_cast<int>(bits >> shift & 0xffff);
  return static_cast<float>(sum) / 37837 * deviation;  // 37837: standard deviation of the sum
}

/// Where the values of weights and biases come from, one after the other.
struct Source {
  const std::vector<float>& given;
  size_t position = 0;
  uint64_t state;

  float next(float deviation) { return given.empty() ? normal(state, deviation) : given.at(position++); }
};

void fill(Tensor& tensor, Source& source, float deviation) {
  const int64_t count = element_count(tensor.shape);
  tensor.data.resize(count * sizeof(float));
  for (int64_t i = 0; i < count; ++i) {
    const float value = source.next(deviation);
    std::memcpy(&tensor.data[i * sizeof(float)], &value, sizeof(value));
  }
}

}  // namespace

void fill_weights(const Network& network, Net& net) {
  constexpr float bias_deviation = 0.1f;
  Source source{network.weights, 0, network.seed};
  for (const Filter& filter : net.filters) {
    fill(net.graph.tensors[filter.weights], source, filter.deviation);
    fill(net.graph.tensors[filter.bias], source, bias_deviation);
  }
}

}  // namespace narrows::description
