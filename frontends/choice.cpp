#include "frontends/choice.h"

#include <algorithm>
#include <cstring>

namespace narrows {
namespace {

/// The element of a tensor that is broadcast to element `i` of one of the shape.
int64_t broadcast_place(const Shape& own, const Shape& shape, int64_t i) {
  int64_t place = 0, step = 1;
  for (size_t d = 1; d <= own.size(); ++d) {
    const int size = shape[shape.size() - d], own_size = own[own.size() - d];
    place += own_size == 1 ? 0 : i % size * step;
    step *= own_size;
    i /= size;
  }
  return place;
}

}  // namespace

std::optional<Shape> broadcast_shape(const std::vector<Shape>& shapes) {
  Shape result;
  for (const Shape& shape : shapes) {
    result.insert(result.begin(), shape.size() > result.size() ? shape.size() - result.size() : 0, 1);
    for (size_t d = 1; d <= shape.size(); ++d) {
      int& size = result[result.size() - d];
      const int own = shape[shape.size() - d];
      if (size != own && size != 1 && own != 1) return std::nullopt;
      size = std::max(size, own);
    }
  }
  return result;
}

Choice chosen_places(const Tensor& condition, const Shape& first, const Shape& second, const Shape& shape) {
  Choice choice;
  const int size = size_of(condition.type);
  for (int64_t i = 0; i < element_count(shape); ++i) {
    const auto from = condition.data.begin() + broadcast_place(condition.shape, shape, i) * size;
    const bool takes_first = std::any_of(from, from + size, [](uint8_t byte) { return byte != 0; });
    (takes_first ? choice.takes_first : choice.takes_second) = true;
    const int64_t place =
        takes_first ? broadcast_place(first, shape, i) : element_count(first) + broadcast_place(second, shape, i);
    choice.places.push_back(static_cast<int32_t>(place));
  }
  return choice;
}

Tensor indices_of(const Choice& choice) {
  Tensor tensor;
  tensor.type = DType::i32;
  tensor.shape = {static_cast<int>(choice.places.size()), 1};
  tensor.data.resize(choice.places.size() * sizeof(int32_t));
  std::memcpy(tensor.data.data(), choice.places.data(), tensor.data.size());
  return tensor;
}

}  // namespace narrows
