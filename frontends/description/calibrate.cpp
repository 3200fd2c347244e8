#include "frontends/description/calibrate.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "compiler/interpret/interpret.h"

namespace narrows {
namespace {

/// Smooth waves of a different length in each channel, with a little noise; values from -1 to 1.
Bytes made_up_picture(int size, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> pixels;
  for (int i = 0; i < size * size * 3; ++i) {
    const int c = i % 3, column = i / 3 % size, row = i / 3 / size;
    const float phase =
        static_cast<float>(row * (c + 1 + seed % 3) + column * (3 - c)) * 6.28f / static_cast<float>(size);
    const float noise = static_cast<float>(random() >> 16) / 65536 - 0.5f;
    pixels.push_back(std::clamp(0.8f * std::sin(phase) + 0.4f * noise, -1.0f, 1.0f));
  }
  Bytes bytes(pixels.size() * sizeof(float));
  std::memcpy(bytes.data(), pixels.data(), bytes.size());
  return bytes;
}

void widen(ValueRange& range, const Bytes& bytes) {
  for (size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, &bytes[i], sizeof(value));
    range = {std::min(range.low, value), std::max(range.high, value)};
  }
}

}  // namespace

std::vector<ValueRange> calibrate(const Graph& graph, uint32_t seed) {
  std::vector<ValueRange> ranges(graph.tensors.size());
  const int size = graph.tensors.at(graph.inputs.at(0)).shape.at(1);
  for (uint32_t picture = 0; picture < 2; ++picture) {
    const std::vector<Bytes> values = interpret(graph, {made_up_picture(size, seed + picture)});
    for (size_t i = 0; i < ranges.size(); ++i) {
      if (graph.tensors[i].type == DType::f32) widen(ranges[i], values[i]);
    }
  }
  return ranges;
}

}  // namespace narrows
