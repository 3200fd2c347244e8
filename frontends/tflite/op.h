// Private to the TFLite front end: one operator while it is being read, and the checks that many operators
// share.
//
// Every check returns false after it reported an error at the operator.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/rules/op_rules.h"
#include "compiler/table.h"
#include "frontends/tflite/reader.h"

namespace narrows::tflite {

/// When an operator's reader is called, its operands are as many as its row says,
/// their indices are in range and their tensors were read without error; only inputs that the row calls
/// optional may be absent, or constants without elements. On success the reader has filled `op`, whose output
/// and origin are set before the call.
struct OpReader {
  const SourceOp& source;
  const Graph& graph;
  Diagnostics& diagnostics;
  Op op;
  std::vector<Op> before = {};                     ///< further operators that stand in front of `op`
  std::vector<Tensor> added = {};                  ///< tensors that the file does not have
  std::vector<std::pair<int, Shape>> shapes = {};  ///< of outputs for which the file has none, or another one
  /// The output's values, where they are known already; then the operator itself is left out.
  std::optional<std::vector<uint8_t>> known = {};
  /// Height and width of the blocks that SPACE_TO_BATCH_ND cuts tensors into; in the Graph these are whole.
  const std::map<int, MapSize>* cuts = nullptr;
  std::optional<MapSize> output_cut = {};

  const format::Operator& file_op() const { return *source.source; }
  int input_count() const { return static_cast<int>(length(source.source->inputs())); }
  int input_id(int i) const { return source.source->inputs()->Get(static_cast<flatbuffers::uoffset_t>(i)); }
  /// Input `i` is there and has elements.
  bool has_input(int i) const { return names_input(i) && !has_no_elements(input(i)); }
  bool names_input(int i) const { return i < input_count() && input_id(i) >= 0; }
  const Tensor& input(int i) const { return graph.tensors[input_id(i)]; }
  const Tensor& output() const { return graph.tensors[op.output]; }
  int output_count() const { return static_cast<int>(length(source.source->outputs())); }
  int output_id(int i) const { return source.source->outputs()->Get(static_cast<flatbuffers::uoffset_t>(i)); }
  std::optional<MapSize> cut_of(int i) const {
    const auto found = cuts->find(input_id(i));
    return found == cuts->end() ? std::nullopt : std::optional(found->second);
  }
  /// The id that the tensor will have behind those of the graph.
  int add(Tensor tensor) {
    added.push_back(std::move(tensor));
    return static_cast<int>(graph.tensors.size() + added.size()) - 1;
  }

  bool fail(std::string message) {
    diagnostics.error(source.origin, std::move(message));
    return false;
  }
};

/// An operator that can be read. Versions only grow when an operator gains a type or an option; types and
/// options are checked one by one, so that all versions up to the newest known one read alike.
struct Row {
  format::BuiltinOperator code;
  int newest_version;
  int min_inputs, max_inputs;
  int optional_input;  ///< may be -1 in the file; none: -1
  bool (*read)(OpReader&);
  int max_outputs = 1;
  const char* custom = "";  ///< name of a custom operator
};

using Code = format::BuiltinOperator;
constexpr int many = static_cast<int>(max_operands);

// The rows of each file that reads operators; operators.cpp joins them.
extern const Table<Row> broadcast_rows;
extern const Table<Row> constant_rows;
extern const Table<Row> conv_rows;
extern const Table<Row> detection_rows;
extern const Table<Row> division_rows;
extern const Table<Row> elementwise_rows;
extern const Table<Row> function_rows;
extern const Table<Row> gather_rows;
extern const Table<Row> layout_rows;
extern const Table<Row> move_rows;
extern const Table<Row> rank_rows;
extern const Table<Row> reduce_rows;
extern const Table<Row> reshape_rows;
extern const Table<Row> resize_rows;
extern const Table<Row> slice_rows;
extern const Table<Row> space_batch_rows;
extern const Table<Row> split_rows;
extern const Table<Row> transpose_conv_rows;
extern const Table<Row> window_rows;

// ---- shared checks, checks.cpp ---------------------------------------------------------------

/// Reports that the operator's options are not of the expected kind.
void report_options(OpReader& r, format::BuiltinOptions expected);
/// The options table of the operator; null after an error.
template <class Options>
const Options* required_options(OpReader& r) {
  const Options* options = r.file_op().builtin_options_as<Options>();
  if (!options) report_options(r, format::BuiltinOptionsTraits<Options>::enum_value);
  return options;
}
/// The options table, or null where the file has none; then every member has its default.
template <class Options>
const Options* optional_options(OpReader& r) {
  return r.file_op().builtin_options_as<Options>();
}

bool read_activation(OpReader& r, format::ActivationFunctionType source);

/// Input `i` (`what` in messages) has `rank` dimensions.
bool check_rank(OpReader& r, int i, const char* what, size_t rank);
/// Inputs 0 ... count-1 and the output have one type, FLOAT32, UINT8 or INT8, and one scale if they are
/// 8-bit.
bool check_activations(OpReader& r, int count);
/// check_activations(), for operators that also take INT32 and INT64.
bool check_numbers(OpReader& r, int count);
/// check_numbers(), for operators that take nothing quantized.
bool check_plain_numbers(OpReader& r, int count);
/// The 8-bit output has the parameters of 8-bit input `i`; for the operators whose kernels insist on that.
bool check_same_quantization(OpReader& r, int i);
/// The scale of 8-bit input 0 is below 2^30 times the output's, so that its fixed-point multiplier has a meaning.
bool check_scale_ratio(OpReader& r);
/// Most kernels that copy, select or average stored values look at no scale and no zero point but the output's, and
/// read their inputs as if they had these. So does an operator that reads the result: `tensor`, or a reshape of it
/// that gives its stored values the output's parameters.
int read_as_output(OpReader& r, int tensor);
/// The operator, which is complete, writes a tensor of this shape with another zero point than the output's, and a
/// reshape makes its stored values the output's.
void write_with_zero_point(OpReader& r, int zero_point, const Shape& shape);
/// The output has the type of `in`, whichever that is, and both have one scale if they are 8-bit.
bool check_copy(OpReader& r, const Tensor& in);
/// check_copy() of inputs 0 ... count-1.
bool check_copied(OpReader& r, int count);
/// The 8-bit output has scale 1/256; for operators with results from 0 to 1.
bool check_unit_scale(OpReader& r);
/// Gives the output the shape `expected`, whatever the file says: TFLite makes the shapes of all outputs anew. Fails
/// where it is too large.
bool check_output_shape(OpReader& r, const Shape& expected);
bool check_constant(OpReader& r, int i, const char* what);
/// An operator with two inputs of one type, whose shapes are broadcast.
bool read_operands(OpReader& r, OpKind kind);  // elementwise.cpp

/// The values of a constant INT32 or INT64 operand; empty after an error.
std::optional<std::vector<int64_t>> constant_integers(OpReader& r, int i, const char* what);
/// `axis` with negative values counted from the end of `rank` dimensions.
bool normalise_axis(OpReader& r, int64_t axis, int rank, int& result);

// ---- operators in front of the one that is read, move.cpp ------------------------------------

/// Puts `op` in front, without its output, which becomes a tensor like `output`; returns the tensor.
int put_before(OpReader& r, const Op& op, Tensor output);
/// The output, as a tensor of another shape.
Tensor like_output(const OpReader& r, const Shape& shape, const char* suffix);
/// A tensor of the file, or of an operator in front, with another shape.
int reshaped(OpReader& r, int tensor, const Shape& shape);
/// The operator gives `tensor` the output's shape, which is `shape`.
bool finish_with_reshape(OpReader& r, int tensor, const Shape& shape);

/// A window as the file has it, with padding by rule.
struct WindowSource {
  format::Padding padding;
  int kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
};
/// Fills the operator's window, with its padding for a map; the size of the result, nothing after an error.
std::optional<MapSize> read_window(OpReader& r, const WindowSource& source, const MapSize& map);

/// read_window() of a map that is cut into blocks, for its whole.
std::optional<MapSize> read_cut_window(OpReader& r, const WindowSource& source, const MapSize& map,
                                       const MapSize& cut);  // space_batch.cpp
/// Gives the outputs the shapes and values that the reader of the operator has found. False after an error.
bool take_results(Reader& reader, OpReader& r);  // results.cpp
/// What an operator writes that was not read is unknown to the readers of those that follow, unless the file states it.
void forget_outputs(Reader& reader, const SourceOp& op);  // results.cpp
/// Warns of shapes in the file that are not what operators write, if the model can be read.
void warn_of_stale_shapes(const Reader& reader);  // results.cpp
/// The operator can read inputs that are cut into blocks; its output is then cut alike.
bool check_cut(OpReader& r);  // space_batch.cpp

}  // namespace narrows::tflite
