#include "compiler/measure/compare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "compiler/graph/ops.h"
#include "schedules/arithmetic.h"

namespace narrows {
namespace {

template <typename T>
double load(const Bytes& bytes, int64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return static_cast<double>(value);
}

double range_of(const Tensor& tensor, const Bytes& bytes, int64_t elements) {
  double low = INFINITY, high = -INFINITY;
  for (int64_t i = 0; i < elements; ++i) {
    const double value = element(tensor, bytes, i);
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const double range = high > low ? high - low : std::abs(high);
  return std::isfinite(range) ? range : 0;
}

/// 3, {4, 2} -> "[1,1]"
std::string coordinates(int64_t index, const Shape& shape) {
  std::vector<int64_t> list(shape.size());
  for (size_t i = shape.size(); i-- > 0;) {
    list[i] = index % shape[i];
    index /= shape[i];
  }
  return fmt::format("[{}]", fmt::join(list, ","));
}

}  // namespace

double element(const Tensor& tensor, const Bytes& bytes, int64_t index) {
  switch (tensor.type) {
    case DType::f32:
      return load<float>(bytes, index);
    case DType::f16:
      break;  // only of constants
    case DType::u8:
      return load<uint8_t>(bytes, index);
    case DType::i8:
      return load<int8_t>(bytes, index);
    case DType::i32:
      return load<int32_t>(bytes, index);
    case DType::i64:
      return load<int64_t>(bytes, index);
  }
  return 0;
}

Bytes in_tensor_type(Bytes bytes, const Tensor& tensor, const Target& target) {
  if (tensor.type != stored_dtype(tensor.type, target)) {
    for (uint8_t& byte : bytes) byte ^= 0x80;  // the types are 128 apart, which is the top bit
  }
  return bytes;
}

double fixed_range(const Graph& graph, int tensor) {
  const int producer = graph.producer(tensor);
  if (producer < 0) return 0;
  const Op& op = graph.ops.at(producer);
  if (op.kind == OpKind::reshape) return fixed_range(graph, op.inputs.at(0));
  return facts(op.kind).is(trait::unit_range) ? 1 : 0;
}

int arg_max_of(const Graph& graph, int tensor) {
  for (int op = graph.producer(tensor); op >= 0; op = graph.producer(graph.ops[op].inputs[0])) {
    const OpKind kind = graph.ops[op].kind;
    if (kind == OpKind::arg_max) return op;
    if (kind != OpKind::cast && kind != OpKind::reshape) return -1;
  }
  return -1;
}

int64_t count_ties(const Graph& graph, int tensor, const std::vector<Bytes>& values, const Bytes& found) {
  const int arg_max = arg_max_of(graph, tensor);
  if (arg_max < 0) return 0;
  const Op& op = graph.ops[arg_max];
  const int id = op.inputs[0];
  const Tensor& scores = graph.tensors[id];
  if (scores.type != DType::f32) return 0;
  const int classes = scores.shape[op.attr.axis];
  const int64_t inner = element_count(Shape(scores.shape.begin() + op.attr.axis + 1, scores.shape.end()));
  const double fixed = fixed_range(graph, id);
  const double range = fixed > 0 ? fixed : range_of(scores, values[id], element_count(scores.shape));
  int64_t ties = 0;
  for (int64_t i = 0; i < element_count(graph.tensors[tensor].shape); ++i) {
    const double expected = element(graph.tensors[tensor], values[tensor], i),
                 other = element(graph.tensors[tensor], found, i);
    if (expected == other) continue;
    if (!(other >= 0 && other < classes) || other != std::floor(other)) return 0;
    const auto score = [&](double c) {
      return element(scores, values[id], (i / inner * classes + static_cast<int64_t>(c)) * inner + i % inner);
    };
    if (!(std::abs(score(expected) - score(other)) <= 2 * kFloatBound * range)) return 0;
    ++ties;
  }
  return ties;
}

Comparison compare(const Tensor& tensor, const Bytes& expected, const Bytes& found, double range) {
  const auto bytes = static_cast<size_t>(tensor.bytes());
  NARROWS_CHECK(expected.size() == bytes && found.size() == bytes,
                fmt::format("tensor '{}': expected {} bytes, interpreted {}, traced {}", tensor.name, bytes,
                            expected.size(), found.size()));
  Comparison result;
  result.elements = element_count(tensor.shape);
  const bool is_float = tensor.type == DType::f32;
  if (is_float) result.range = range > 0 ? range : range_of(tensor, expected, result.elements);
  const double bound = result.range * kFloatBound;
  const size_t size = static_cast<size_t>(size_of(tensor.type));

  result.equal = true;
  for (int64_t i = 0; i < result.elements; ++i) {
    const size_t at = static_cast<size_t>(i) * size;
    if (std::memcmp(expected.data() + at, found.data() + at, size) == 0) continue;
    ++result.different;
    const double e = element(tensor, expected, i), f = element(tensor, found, i);
    const bool fits = is_float && std::abs(e - f) <= bound;
    if (!(std::abs(e - f) <= result.max_difference)) result.max_difference = std::abs(e - f);
    if (result.first < 0 || (result.equal && !fits)) {
      result.first = i;
      result.expected = e;
      result.found = f;
    }
    result.equal = result.equal && fits;
  }
  return result;
}

std::string describe(const Comparison& comparison, const Tensor& tensor) {
  if (comparison.equal && comparison.max_difference == 0) return "equal";
  const bool is_float = tensor.type == DType::f32;
  if (is_float && comparison.equal) {
    return fmt::format("within {:.1e} of the range", comparison.max_difference / comparison.range);
  }
  std::string text = fmt::format("{} of {} elements differ, by up to {:g}", comparison.different, comparison.elements,
                                 comparison.max_difference);
  if (is_float) text += fmt::format(" in a range of {:g}", comparison.range);
  return text + fmt::format("; first at {}: expected {:.9g}, found {:.9g}", coordinates(comparison.first, tensor.shape),
                            comparison.expected, comparison.found);
}

}  // namespace narrows
