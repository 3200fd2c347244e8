// Private to the ONNX front end: one node while it is being read, and what many operators share.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/rules/op_rules.h"
#include "compiler/table.h"
#include "frontends/onnx/reader.h"
#include "frontends/phases.h"

namespace narrows::onnx_format {

/// The first output of a node; nothing after an error, which has been reported at the node.
using Result = std::optional<Value>;

struct Operand {
  std::string name;  ///< printable
  Value value;
};

/// When an operator's reader is called, the node has as many operands as its row says,
/// all of them were read without error, and its attributes are known to the row and have the types it
/// names. Only inputs that the row does not require may be absent, and only where it says so may one be a constant
/// without elements. Readers of operators with several
/// outputs return the first, and append the others to `further`.
struct NodeReader {
  Reader& reader;
  const SourceNode& source;
  std::vector<Value> further = {};  ///< outputs 1, 2, ...; outputs beyond these cannot be used
  int output = 0;                   ///< the output that results are named after
  /// Where there are any: what stands in the place of the node's own inputs. An operator of quantized numbers
  /// is read as one of real numbers this way.
  std::vector<Operand> operands = {};
  const char* suffix = "";  ///< of the names of results
  bool line = false;        ///< maps have one row, of which the attributes say nothing

  const format::NodeProto& node() const { return *source.node; }
  int input_count() const { return operands.empty() ? node().input_size() : static_cast<int>(operands.size()); }
  bool has_input(int i) const;
  const Value& input(int i) const;
  const Tensor& tensor(int i) const { return reader.graph.tensors[input(i).tensor]; }
  /// Input `i` is there and has elements. Exporters write constants without elements for inputs that are absent.
  bool has_elements(int i) const { return has_input(i) && element_count(tensor(i).shape) > 0; }
  std::string name(int i) const;    ///< of input i, printable
  std::string output_name() const;  ///< of output `output`, printable; of one without a name: of the first

  // Attributes; the default where the node has none.
  bool has(const char* attribute) const;
  int64_t integer(const char* attribute, int64_t otherwise) const;
  float real(const char* attribute, float otherwise) const;
  std::string text(const char* attribute, const std::string& otherwise) const;
  std::vector<int64_t> integers(const char* attribute) const;
  std::vector<float> reals(const char* attribute) const;
  const format::TensorProto& tensor_attribute(const char* attribute) const;
  const format::GraphProto& graph_attribute(const char* attribute) const;

  bool fail(std::string message) const {
    reader.diagnostics.error(source.origin, std::move(message));
    return false;
  }
  std::nullopt_t refuse(std::string message) const {
    fail(std::move(message));
    return std::nullopt;
  }
};

/// The tensor of an attribute; nothing after an error.
std::optional<Tensor> read_value(const NodeReader& r, const format::TensorProto& value);

namespace type {
constexpr auto integer = format::AttributeProto::INT, integers = format::AttributeProto::INTS,
               real = format::AttributeProto::FLOAT, reals = format::AttributeProto::FLOATS,
               text = format::AttributeProto::STRING, tensor = format::AttributeProto::TENSOR,
               graph = format::AttributeProto::GRAPH;
}

struct Attribute {
  const char* name;
  format::AttributeProto::AttributeType type;
};

/// An operator that can be read, with its domain where that is not ONNX's own. What versions of it have added
/// (inputs in the place of attributes, for the most part) is told apart by its readers.
struct Row {
  static constexpr int none = max_operands;

  const char* name;
  int min_inputs, max_inputs, max_outputs;
  // By the type of the first input; null where it is not supported. `integers` reads operators on integers that are
  // known at compile time, by which models compute shapes; `bytes` reads those that compute nothing with stored 8-bit
  // numbers.
  Result (*floats)(NodeReader&);
  Result (*integers)(NodeReader&);
  Result (*bytes)(NodeReader&);
  Attribute attributes[12] = {};  ///< those behind the last one have no name
  int first_empty = none;         ///< inputs from this one on may be constants without elements
};

/// The row of a convolution, of real numbers or of quantized ones, with the attributes that all of them have.
constexpr Row convolution_row(Row row) {
  constexpr Attribute attributes[] = {{"auto_pad", type::text}, {"dilations", type::integers},
                                      {"group", type::integer}, {"kernel_shape", type::integers},
                                      {"pads", type::integers}, {"strides", type::integers}};
  int i = 0;
  for (const Attribute& attribute : attributes) row.attributes[i++] = attribute;
  return row;
}

constexpr int many = max_operands;

// The rows of each file that reads operators; nodes.cpp joins them.
extern const Table<Row> activation_rows;
extern const Table<Row> bodies_rows;
extern const Table<Row> conv_rows;
extern const Table<Row> conv_transpose_rows;
extern const Table<Row> detection_rows;
extern const Table<Row> dimensions_rows;
extern const Table<Row> dynamic_rows;
extern const Table<Row> elementwise_rows;
extern const Table<Row> fill_rows;
extern const Table<Row> function_rows;
extern const Table<Row> gather_rows;
extern const Table<Row> integers_rows;
extern const Table<Row> matmul_rows;
extern const Table<Row> move_rows;
extern const Table<Row> normalization_rows;
extern const Table<Row> pool_rows;
extern const Table<Row> qlinear_rows;
extern const Table<Row> quantization_rows;
extern const Table<Row> rank_rows;
extern const Table<Row> reduce_rows;
extern const Table<Row> resize_rows;
extern const Table<Row> select_rows;
extern const Table<Row> shape_rows;

// Readers that rows of other files name, or that operators on quantized numbers call for the real ones.
Result read_leaky_relu(NodeReader& r);           // activation.cpp
Result read_sigmoid(NodeReader& r);              // activation.cpp
Result read_softmax(NodeReader& r);              // activation.cpp
Result read_conv(NodeReader& r);                 // conv.cpp
Result read_concat(NodeReader& r);               // dimensions.cpp
Result read_add(NodeReader& r);                  // elementwise.cpp
Result read_mul(NodeReader& r);                  // elementwise.cpp
Result integers_arithmetic(NodeReader& r);       // integers.cpp
Result integers_cast(NodeReader& r);             // integers.cpp
Result integers_concat(NodeReader& r);           // integers.cpp
Result integers_gather(NodeReader& r);           // integers.cpp
Result integers_slice(NodeReader& r);            // integers.cpp
Result read_matmul(NodeReader& r);               // matmul.cpp
Result read_average_pool(NodeReader& r);         // pool.cpp
Result read_global_average_pool(NodeReader& r);  // pool.cpp
Result read_gather(NodeReader& r);               // gather.cpp
Result read_slice(NodeReader& r);                // select.cpp
Result read_cast(NodeReader& r);                 // shape.cpp

// ---- checks, checks.cpp ------------------------------------------------------------------------

bool check_rank(const NodeReader& r, int i, const char* what, size_t rank);
bool check_map(const NodeReader& r);  ///< input 0 is [1,c,h,w]; constants may be anything
/// A constant, or one behind DequantizeLinear.
bool check_constant(const NodeReader& r, int i, const char* what);
bool check_float(const NodeReader& r, int i, const char* what);
/// Input `i` is no constant without elements.
bool check_elements(const NodeReader& r, int i);
/// `axis` with negative values counted from the end of `rank` dimensions.
bool normalise_axis(const NodeReader& r, int64_t axis, size_t rank, int& result);
/// Sorted, each once.
bool normalise_axes(const NodeReader& r, const std::vector<int64_t>& axes, size_t rank, std::vector<int>& result);
/// The integers of input `i`, which must be constant.
std::optional<std::vector<int64_t>> constant_integers(const NodeReader& r, int i, const char* what);
/// The floats of constant input `i`, in the model's order of dimensions.
std::optional<std::vector<float>> constant_floats(const NodeReader& r, int i, const char* what);
/// Older operator sets have an attribute where newer ones have an input: whichever the node has; nothing
/// after an error, empty where it has neither.
std::optional<std::vector<int64_t>> integers_of(const NodeReader& r, const char* attribute, int i);

// ---- graph building, layout.cpp ----------------------------------------------------------------

Shape permuted(const Shape& shape, const Order& order);
/// No dimension larger than 1 changes its place.
bool keeps_bytes(const Shape& shape, const Order& order);
/// The tensor of `value` with its dimensions in `order`; nothing after an error.
std::optional<int> in_order(NodeReader& r, const Value& value, const Order& order);
/// `value` without a reshape that waits.
Result settled(NodeReader& r, const Value& value);
/// Where dimension `dimension` of a value stands in its tensor.
int place_of(const Order& order, int dimension);
/// What the elements of a tensor are.
struct Representation {
  DType type = DType::f32;
  Quant quant;
};
/// An operator that is to be appended.
struct NewOp {
  OpKind kind;
  Attributes attr;
  std::vector<int> inputs;
  Shape shape;              ///< of the result, in the model's order of dimensions
  Order order;              ///< in which the result has its dimensions
  const char* suffix = "";  ///< the result is named after the node's output, with this behind
};
/// Appends an operator; computes it where all inputs are constants, except dequantize: passes want to see what
/// constants store. The elements of the result are what those of the first input are.
Result emit(NodeReader& r, const NewOp& op);
/// Like emit(), with elements of another kind.
Result emit_as(NodeReader& r, const Representation& as, const NewOp& op);
/// An operator that changes each element by itself.
struct UnaryOp {
  OpKind kind;
  Attributes attr = {};
};
/// Elements stay where they are, whatever the order; a reshape that waits goes on waiting.
Result emit_unary(NodeReader& r, const Representation& as, const UnaryOp& op, const Value& value,
                  const char* suffix = "");
/// Size, rank and batch of a tensor that is to be.
bool check_size(const NodeReader& r, const Shape& shape, bool constant);
/// Counts a constant that an operator makes, before there is memory for it: a small file can ask for many large ones.
/// False, and an error, where all of them together take too much.
bool count_constant(const NodeReader& r, int64_t bytes);
/// A constant, perhaps without elements, or one behind DequantizeLinear.
bool is_known(const Reader& reader, int tensor);
/// The numbers of such a tensor.
std::vector<float> known_floats(const Reader& reader, int tensor);
/// A constant of the Graph; nothing after an error.
std::optional<int> add_floats(NodeReader& r, const char* suffix, const Shape& shape, const std::vector<float>& values);
/// Likewise as a value in the model's order.
Result floats_value(NodeReader& r, const char* suffix, const Shape& shape, const std::vector<float>& values);
Result integers_value(NodeReader& r, const Shape& shape, const std::vector<int64_t>& values);

// ---- arithmetic, elementwise.cpp ---------------------------------------------------------------

/// An operator with two operands, which are broadcast.
Result emit_binary(NodeReader& r, OpKind kind, const Value& left, const Value& right, const char* suffix = "");

// ---- functions, functions.cpp ------------------------------------------------------------------

/// A function of each element, which stays where it is.
Result emit_function(NodeReader& r, Function function, const Value& value, const char* suffix = "", float alpha = 1);
/// The value times a number.
Result emit_scaled(NodeReader& r, const Value& value, float factor, const char* suffix = "");

// ---- one of many, reduce.cpp -------------------------------------------------------------------

/// Whether dimensions that are reduced stay, with size 1.
enum class Dimensions { kept, dropped };
struct Reduced {
  std::vector<int> axes = {};  ///< sorted
  Dimensions dimensions = Dimensions::kept;
};
/// A mean, sum or the like over some dimensions of the value.
Result emit_reduction(NodeReader& r, OpKind kind, const Value& given, const Reduced& reduced, const char* suffix = "");

// ---- weights, conv.cpp -------------------------------------------------------------------------

/// Elements [begin, begin + count) of the first dimension of a constant, which stands in the model's order.
Result rows_of(NodeReader& r, const Value& value, int begin, int count, const char* suffix);

// ---- pieces, select.cpp ------------------------------------------------------------------------

/// Elements begin, begin + step, ... of one dimension.
struct Cut {
  int begin = 0, step = 1, size = 0;
};
/// The pieces of a value, one cut for each of its dimensions.
Result emit_slice(NodeReader& r, const Value& value, const std::vector<Cut>& cuts, const char* suffix = "");

/// `value` without dimension `axis`, of size 1, which moves nothing.
Result without(NodeReader& r, const Value& value, int axis);
/// One tensor of the Graph and the shape of its value: the tensor of `value`, whose dimensions stand in order, as a
/// tensor of another shape.
std::optional<int> flattened(NodeReader& r, int tensor, const Shape& shape, const char* suffix);  // move.cpp

// ---- quantization, quantization.cpp ------------------------------------------------------------

/// Scales of input `i` and zero points of the next one (0 where it is absent) for numbers of `type`: one, or
/// one for each element of dimension `axis` of `shape`.
std::optional<Quant> read_parameters(const NodeReader& r, int i, DType type, const Shape& shape, int axis);
/// The `count` zero points in input `i`, of numbers of `type`; zeros where it is absent.
std::optional<std::vector<int32_t>> read_zero_points(const NodeReader& r, int i, DType type, size_t count);
/// The type that the zero point in input `i` asks for; UINT8 where there is none.
std::optional<DType> quantized_type(const NodeReader& r, int i);
/// What `value` stores, taken as numbers with the parameters `quant`, whose axis is one of the value's.
Result reinterpreted(NodeReader& r, const Value& value, Quant quant);
Result emit_dequantize(NodeReader& r, const Value& value, const Quant& quant, const char* suffix = "");
Result emit_quantize(NodeReader& r, const Value& value, DType type, const Quant& quant);

// ---- scales of run time, dynamic.cpp -----------------------------------------------------------

/// Some input depends on a scale of run time.
bool has_units(const NodeReader& r);
/// In which unit the result of such a node stands; an error where it is none of those that may read such inputs.
std::optional<Unit> unit_of_result(const NodeReader& r);

// ---- one dimension, lines.cpp ------------------------------------------------------------------

/// True where input 0 is [n,c,w].
inline bool is_line(const NodeReader& r) { return r.input(0).shape.size() == 3; }
/// `read` of such an input and of weights [out,in,w], as a map of one row.
Result read_line(NodeReader& r, Result (*read)(NodeReader&));

// ---- windows, window.cpp -----------------------------------------------------------------------

/// Fills kernel, strides and dilations of `window` from the attributes that the node has.
bool read_extents(const NodeReader& r, Window& window);
/// Fills `pad` from the attribute `pads`, where the node has it.
bool read_explicit_pads(const NodeReader& r, Padding& pad);
/// What a node of a transposed convolution says of its window and of its output.
struct Transposed {
  TransposedSize height, width;
};
/// For a map [1,c,h,w] and weights [in,out,h,w]; nothing after an error.
std::optional<Transposed> read_transposed(const NodeReader& r, const Shape& map, const Shape& weights);

/// Fills `window` from the attributes that the node has; the size of the result for a map, nothing after an error. Its
/// padding is what the attributes say, which `stated` gets, and what rounding up adds.
std::optional<MapSize> read_window(const NodeReader& r, const MapSize& map, Window& window, Padding* stated = nullptr);

}  // namespace narrows::onnx_format
