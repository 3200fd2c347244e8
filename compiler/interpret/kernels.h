// What the files of the interpreter share: rows with one kernel per operator, and helpers that turn raw bytes into
// numbers. Kernels are plain loops over dense arrays. 8-bit kernels work on numbers that have left their type
// behind, so that uint8 and int8 tensors can be mixed; only the clamp at the end looks at the type of the
// output. Their short names have a namespace of their own.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/graph/quantization.h"
#include "compiler/interpret/interpret.h"
#include "compiler/table.h"

namespace narrows::interpreter {

/// One operator and the bytes of its inputs.
struct Call {
  const Graph& graph;
  const Op& op;
  const std::vector<const Bytes*>& in;
  Numerics numerics;

  const Tensor& input(int i = 0) const { return graph.input(op, i); }
  const Tensor& output() const { return graph.output(op); }
  const Attributes& attr() const { return op.attr; }
  bool has_input(size_t i) const { return i < in.size(); }
};

/// What an operator does: bytes of the inputs in, bytes of the output out.
struct Evaluator {
  OpKind kind;
  Bytes (*evaluate)(const Call&);
};

// The rows of each file. interpret.cpp joins them to a table of its own: the table in compiler/graph/ops.cpp is below
// this folder and must not know of it; a test finds operators that have a row there and none here.
extern const Table<Evaluator> conv_evaluators;
extern const Table<Evaluator> elementwise_evaluators;
extern const Table<Evaluator> division_evaluators;
extern const Table<Evaluator> function_evaluators;
extern const Table<Evaluator> reduce_evaluators;
extern const Table<Evaluator> l2_normalization_evaluators;
extern const Table<Evaluator> pool_evaluators;
extern const Table<Evaluator> mean_evaluators;
extern const Table<Evaluator> softmax_evaluators;
extern const Table<Evaluator> activation_evaluators;
extern const Table<Evaluator> hard_swish_evaluators;
extern const Table<Evaluator> shape_evaluators;
extern const Table<Evaluator> resize_evaluators;
extern const Table<Evaluator> arg_max_evaluators;
extern const Table<Evaluator> quantize_evaluators;
extern const Table<Evaluator> detection_evaluators;
extern const Table<Evaluator> move_evaluators;
extern const Table<Evaluator> suppression_evaluators;

// Bytes to numbers and back (values.cpp).
std::vector<float> floats(const Bytes& bytes);
std::vector<int32_t> ints(const Bytes& bytes);
/// The integers of a tensor of any type but floats, as it stores them.
std::vector<int64_t> integers(const Tensor& tensor, const Bytes& bytes);
/// Element `i` of a tensor of integers becomes `value`, which wraps around where the type is too narrow.
void put_integer(DType type, Bytes* bytes, size_t i, int64_t value);
Bytes bytes_of(const std::vector<float>& values);
/// The numbers that an 8-bit tensor stores.
std::vector<int16_t> stored(const Tensor& tensor, const Bytes& bytes);
/// stored - zero point, per channel where the tensor is quantized per channel.
std::vector<int16_t> centered(const Tensor& tensor, const Bytes& bytes);

/// std::round as an integer, saturated; 0 for NaN.
int32_t round_to_int(float value);
/// The byte of an 8-bit tensor that stores `value` after clamping.
inline uint8_t to_byte(int32_t value, Range range) {
  return static_cast<uint8_t>(value < range.min ? range.min : value > range.max ? range.max : value);
}

}  // namespace narrows::interpreter
