#include "compiler/graph/graph.h"

#include <algorithm>

namespace narrows {

int size_of(DType type) {
  switch (type) {
    case DType::u8:
    case DType::i8:
      return 1;
    case DType::f16:
      return 2;
    case DType::f32:
    case DType::i32:
      return 4;
    case DType::i64:
      return 8;
  }
  return 0;
}

int64_t element_count(const Shape& shape) {
  // Saturates above every legal size, so that the shapes of a hostile file cannot overflow.
  const int64_t limit = int64_t{1} << 31;
  int64_t count = 1;
  for (int dimension : shape) count = std::clamp(count * dimension, -limit, limit);
  return count;
}

std::string to_string(const Shape& shape) {
  std::string text;
  for (int dimension : shape) text += (text.empty() ? "" : ",") + std::to_string(dimension);
  return "[" + text + "]";
}

int Graph::producer(int tensor) const {
  for (size_t i = 0; i < ops.size(); ++i) {
    if (ops[i].output == tensor) return static_cast<int>(i);
  }
  return -1;
}

std::vector<int> Graph::consumers(int tensor) const {
  std::vector<int> found;
  for (size_t i = 0; i < ops.size(); ++i) {
    const std::vector<int>& inputs = ops[i].inputs;
    if (std::find(inputs.begin(), inputs.end(), tensor) != inputs.end()) found.push_back(static_cast<int>(i));
  }
  return found;
}

bool Graph::is_output(int tensor) const { return std::find(outputs.begin(), outputs.end(), tensor) != outputs.end(); }

int Graph::add(Tensor tensor) {
  tensors.push_back(std::move(tensor));
  return static_cast<int>(tensors.size()) - 1;
}

}  // namespace narrows
