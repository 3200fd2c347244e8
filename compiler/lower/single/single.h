// Operators that are blocks of their own. What their lowerings share; each family has a file single_*.cpp,
// and lower_single.cpp puts the function around the body that they write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/byte_order.h"
#include "compiler/index.h"
#include "compiler/lower/lower.h"
#include "compiler/table.h"
#include "compiler/writer.h"

namespace narrows {

/// A tensor as emitted code meets it: memory holds the model's own values plus `shift`, which is 0, 128 or
/// -128.
struct Operand {
  const Tensor& tensor;
  std::string name;  ///< of the pointer
  DType memory;
  int shift;

  int zero() const { return tensor.zero_point() + shift; }
  int64_t count() const { return element_count(tensor.shape); }
};

/// The function of one operator while it is written.
struct SingleCode {
  const PlanContext& context;
  const Op& op;
  std::vector<Operand> in;
  Operand out;
  Writer body;          ///< sees the pointers of the operands, and `scratch` and `weights` if there are any
  std::string weights;  ///< tables that the body reads
  int64_t scratch_bytes = 0;
  std::optional<size_t> in_place;  ///< input that is where the output is
  int64_t units = 0;               ///< of work that threads share, such as rows of the output; 0: it is not shared

  /// Declares the task's share of `count` units as `name`.
  void share(const char* name, int64_t count) {
    units = count;
    if (context.options.threads)
      body.line("const Range {} = share({}, 0, task);", name, count);
    else
      body.line("const Range {} = {{0, {}}};", name, count);
  }
  bool f32() const { return out.memory == DType::f32; }
  bool xnnpack() const { return context.options.numerics == Numerics::xnnpack; }
};

/// The function of `op`, or of a block that starts with it and writes `output`, with an empty body.
SingleCode start_single(const PlanContext& context, const Op& op, int output);
/// "concatenation, 19x19x12 and 10x10x24 -> 1917x4"
std::string single_title(const SingleCode& s, const std::string& kind);
/// The block, once the body is written; `kind` as reports name it.
BlockCode finish_single(const SingleCode& s, const std::string& kind);

/// How an operator becomes a block of its own.
struct SingleLowering {
  OpKind kind;
  void (*write)(SingleCode&);  ///< writes the body, and the tables that it reads
  /// For operators on single elements: the struct of runtime/elementwise.h that computes one float.
  const char* f32_functor = "";
};

// The rows of each single_*.cpp, which lower_single.cpp joins. Convolutions, matrix products, concatenation and reshape
// have no row: they are blocks of other kinds.
extern const Table<SingleLowering> binary_lowerings;
extern const Table<SingleLowering> unary_lowerings;
extern const Table<SingleLowering> softmax_lowerings;
extern const Table<SingleLowering> pool_lowerings;
extern const Table<SingleLowering> reduce_lowerings;
extern const Table<SingleLowering> shape_lowerings;
extern const Table<SingleLowering> resize_lowerings;
extern const Table<SingleLowering> detection_lowerings;
extern const Table<SingleLowering> move_lowerings;
/// The operator's row; null where it has none.
const SingleLowering* find_lowering(OpKind kind);

/// Smallest and largest value in memory of an 8-bit output behind the operator's activation.
Range memory_range(const SingleCode& s);

/// The struct that computes one float of an operator on single elements, with its activation: "AddF32{0.0f, 6.0f}".
std::string f32_element(const SingleCode& s);

/// The operator as a function of one byte, from the memory of input `i` to the memory of the output: what the
/// interpreter makes of each of the 256 values. The other operand of an operator with broadcasting is a constant of one
/// element.
std::vector<uint8_t> tabulate(const SingleCode& s, int i);

/// The struct of runtime/scale_row.h for `mul`, the product of a map and of a pixel: "Scale8{...}".
std::string product_functor(const PlanContext& context, const Op& mul, const std::vector<int>& map_and_pixel);

/// 32-bit numbers, or structs of them, as they lie in the weights.
template <typename T>
std::string packed(const std::vector<T>& values, const Target& target) {
  static_assert(sizeof(T) % 4 == 0, "f32, i32, or structs of these");
  const std::string bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return in_byte_order(bytes, 4, target);
}

/// One loop of a nest over tensors: how often it runs, and its step in elements through each of them.
template <int tensors>
struct Loop {
  int64_t size;
  int64_t step[tensors];
};

/// Drops loops that run once, and makes one of two where that walks through every tensor in the same order.
template <int tensors>
std::vector<Loop<tensors>> merge(const std::vector<Loop<tensors>>& loops) {
  std::vector<Loop<tensors>> merged;
  for (const Loop<tensors>& loop : loops) {
    if (loop.size == 1) continue;
    bool joins = !merged.empty();
    for (int t = 0; joins && t < tensors; ++t) joins = merged.back().step[t] == loop.step[t] * loop.size;
    if (joins) {
      merged.back().size *= loop.size;
      for (int t = 0; t < tensors; ++t) merged.back().step[t] = loop.step[t];
    } else {
      merged.push_back(loop);
    }
  }
  return merged;
}

/// Declares a share of the output's elements; "in + part.begin, out + part.begin, part.end - part.begin".
std::string share_elements(SingleCode& s);

/// "{1, 1, 56, 24}": the values, filled up in front to `count` of them.
std::string braced(std::vector<int64_t> values, size_t count, int64_t filler);
/// The sizes of loops, or their steps through one tensor, in the form of the runtime: `count` numbers, outer
/// before inner.
template <int tensors>
std::string braced_sizes(const std::vector<Loop<tensors>>& loops, size_t count) {
  std::vector<int64_t> sizes;
  for (const Loop<tensors>& loop : loops) sizes.push_back(loop.size);
  return braced(sizes, count, 1);
}
template <int tensors>
std::string braced_steps(const std::vector<Loop<tensors>>& loops, size_t count, int tensor) {
  std::vector<int64_t> steps;
  for (const Loop<tensors>& loop : loops) steps.push_back(loop.step[tensor]);
  return braced(steps, count, 0);
}

/// Steps in elements along the dimensions of a dense tensor.
std::vector<int64_t> dense_steps(const Shape& shape);

}  // namespace narrows
