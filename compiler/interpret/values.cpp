#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

template <typename T>
std::vector<T> numbers(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

template <typename T>
std::vector<int64_t> widened(const Bytes& bytes) {
  const std::vector<T> values = numbers<T>(bytes);
  return {values.begin(), values.end()};
}

template <typename T>
void put(Bytes* bytes, size_t i, int64_t value) {
  const T stored_value = static_cast<T>(value);
  std::memcpy(bytes->data() + i * sizeof(T), &stored_value, sizeof(T));
}

}  // namespace

std::vector<float> floats(const Bytes& bytes) { return numbers<float>(bytes); }
std::vector<int32_t> ints(const Bytes& bytes) { return numbers<int32_t>(bytes); }

std::vector<int64_t> integers(const Tensor& tensor, const Bytes& bytes) {
  if (tensor.type == DType::i64) return widened<int64_t>(bytes);
  if (tensor.type == DType::i32) return widened<int32_t>(bytes);
  return tensor.type == DType::i8 ? widened<int8_t>(bytes) : widened<uint8_t>(bytes);
}

void put_integer(DType type, Bytes* bytes, size_t i, int64_t value) {
  if (type == DType::i64) return put<int64_t>(bytes, i, value);
  if (type == DType::i32) return put<int32_t>(bytes, i, value);
  put<uint8_t>(bytes, i, value);
}

Bytes bytes_of(const std::vector<float>& values) {
  Bytes bytes(values.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::vector<int16_t> stored(const Tensor& tensor, const Bytes& bytes) {
  std::vector<int16_t> values(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    values[i] = tensor.type == DType::i8 ? static_cast<int8_t>(bytes[i]) : bytes[i];
  }
  return values;
}

std::vector<int16_t> centered(const Tensor& tensor, const Bytes& bytes) {
  std::vector<int16_t> values = stored(tensor, bytes);
  const size_t channels = tensor.quant.zero_point.size();
  // Elements between two neighbours along the quantized dimension.
  size_t stride = 1;
  for (size_t d = tensor.quant.axis + 1; d < tensor.shape.size(); ++d) stride *= tensor.shape[d];
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t channel = channels == 1 ? 0 : i / stride % channels;
    values[i] = static_cast<int16_t>(values[i] - tensor.quant.zero_point[channel]);
  }
  return values;
}

int32_t round_to_int(float value) {
  if (std::isnan(value)) return 0;
  const float rounded = std::round(value);
  if (rounded >= 0x1p31f) return std::numeric_limits<int32_t>::max();
  if (rounded < -0x1p31f) return std::numeric_limits<int32_t>::min();
  return static_cast<int32_t>(rounded);
}

}  // namespace narrows::interpreter
