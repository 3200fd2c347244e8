#include "compiler/measure/random_inputs.h"

#include <cstring>
#include <random>

namespace narrows {
namespace {

template <typename T>
void append(T value, Bytes* bytes) {
  uint8_t stored[sizeof(T)];
  std::memcpy(stored, &value, sizeof(T));
  bytes->insert(bytes->end(), stored, stored + sizeof(T));
}

/// The distributions of <random> differ between libraries; plain bits do not.
void append_random(DType type, std::mt19937_64& random, Bytes* bytes) {
  const uint64_t bits = random() >> 40;  // 24 of them: a float holds them exactly
  switch (type) {
    case DType::f32:
      return append(static_cast<float>(bits) / 8388608.0f - 1.0f, bytes);
    case DType::f16:
      break;  // only of constants
    case DType::u8:
    case DType::i8:
      return append(static_cast<uint8_t>(bits), bytes);
    case DType::i32:
      return append(static_cast<int32_t>(bits), bytes);
    case DType::i64:
      return append(static_cast<int64_t>(bits), bytes);
  }
}

}  // namespace

std::vector<Bytes> random_inputs(const Graph& graph, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Bytes> inputs;
  for (const int id : graph.inputs) {
    const Tensor& tensor = graph.tensors.at(id);
    Bytes bytes;
    for (int64_t i = 0; i < element_count(tensor.shape); ++i) append_random(tensor.type, random, &bytes);
    inputs.push_back(std::move(bytes));
  }
  return inputs;
}

}  // namespace narrows
