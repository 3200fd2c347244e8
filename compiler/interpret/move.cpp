// Operators that move elements by rules of their own, and TOPK_V2.
// Sources: tensorflow/lite/kernels/{depth_to_space,mirror_pad,gather,gather_nd,topk_v2}.cc. Where these report an index
// that is out of range, here it is moved to the edge.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

int64_t product(const Shape& shape, size_t begin, size_t end) {
  return element_count(Shape(shape.begin() + static_cast<int64_t>(begin), shape.begin() + static_cast<int64_t>(end)));
}

Bytes depth_to_space(const Call& call) {
  const Shape &in = call.input().shape, &out = call.output().shape;
  const Window& w = call.attr().window;
  const int64_t pixel = int64_t{out[3]} * size_of(call.output().type);
  Bytes result;
  for (int y = w.pad.top; y < out[1] + w.pad.top; ++y) {
    for (int x = w.pad.left; x < out[2] + w.pad.left; ++x) {
      const int part = y % w.stride_h * w.stride_w + x % w.stride_w;
      const int64_t at = int64_t{y / w.stride_h} * in[2] + x / w.stride_w;
      const auto from = call.in[0]->begin() + (at * w.stride_h * w.stride_w + part) * pixel;
      result.insert(result.end(), from, from + pixel);
    }
  }
  return result;
}

/// The place in the input of place `i` of its line of `size` elements with padding in front and behind.
int mirrored(int i, int size, Mirror mirror) {
  if (mirror == Mirror::edge) return std::clamp(i, 0, size - 1);
  const int shared = mirror == Mirror::reflect ? 0 : 1;  // the element at the edge is repeated
  if (i < 0) return -i - shared;
  return i < size ? i : 2 * size - 2 + shared - i;
}

Bytes mirror_pad(const Call& call) {
  const Shape &in = call.input().shape, &out = call.output().shape;
  const int64_t size = size_of(call.output().type);
  Bytes result(call.output().bytes());
  std::vector<int> at(out.size(), 0);
  for (size_t to = 0; to < result.size(); to += size) {
    int64_t from = 0;
    for (size_t d = 0; d < out.size(); ++d)
      from = from * in[d] + mirrored(at[d] - call.attr().pads[d][0], in[d], call.attr().mirror);
    std::memcpy(&result[to], call.in[0]->data() + from * size, size);
    for (size_t d = out.size(); d-- > 0 && ++at[d] == out[d];) at[d] = 0;
  }
  return result;
}

Bytes gather(const Call& call) {
  const Shape &data = call.input().shape, &at = call.input(1).shape;
  const auto batch_dims = static_cast<size_t>(call.attr().batch_dims), axis = static_cast<size_t>(call.attr().axis);
  const auto depth = static_cast<size_t>(at.back());
  const int64_t batches = product(data, 0, batch_dims), outer = product(data, batch_dims, axis);
  const int64_t places = product(data, axis, axis + depth), count = product(at, batch_dims, at.size() - 1);
  const int64_t piece = product(data, axis + depth, data.size()) * size_of(call.output().type);
  const std::vector<int64_t> indices = integers(call.input(1), *call.in[1]);
  Bytes result;
  for (int64_t line = 0; line < batches * outer; ++line) {
    for (int64_t i = 0; i < count; ++i) {
      int64_t place = 0;
      for (size_t k = 0; k < depth; ++k) {
        const int64_t size = data[axis + k], index = indices[(line / outer * count + i) * depth + k];
        place = place * size + std::clamp<int64_t>(index < 0 ? std::max(index, -size) + size : index, 0, size - 1);
      }
      const auto from = call.in[0]->begin() + (line * places + place) * piece;
      result.insert(result.end(), from, from + piece);
    }
  }
  return result;
}

/// Whether `a` comes in front of `b`; what is not a number comes last.
template <typename T>
bool comes_before(T a, T b, bool smallest) {
  if (smallest ? a < b : a > b) return true;
  return a == a && b != b;  // NOLINT(misc-redundant-expression)
}

template <typename T>
Bytes top_k_of(const Call& call, const std::vector<T>& in) {
  const int size = call.input().shape.back(), k = call.output().shape.back();
  Bytes result(call.output().bytes());
  for (size_t line = 0; line < in.size() / size; ++line) {
    const T* values = &in[line * size];
    std::vector<int> indices(size);
    std::iota(indices.begin(), indices.end(), 0);
    std::stable_sort(indices.begin(), indices.end(),
                     [&](int a, int b) { return comes_before(values[a], values[b], call.attr().smallest); });
    for (int i = 0; i < k; ++i) put_integer(call.output().type, &result, line * k + i, indices[i]);
  }
  return result;
}

Bytes top_k(const Call& call) {
  if (call.input().type == DType::f32) return top_k_of(call, floats(*call.in[0]));
  return top_k_of(call, integers(call.input(), *call.in[0]));
}

constexpr Evaluator rows[] = {
    {OpKind::depth_to_space, depth_to_space},
    {OpKind::mirror_pad, mirror_pad},
    {OpKind::gather, gather},
    {OpKind::top_k, top_k},
};

}  // namespace

const Table<Evaluator> move_evaluators = rows;

}  // namespace narrows::interpreter
