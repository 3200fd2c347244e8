// Private to the ONNX front end: a model while it is being read.
//
// read_onnx() (file.cpp) runs these steps in order. Every step reports what it finds and goes on with
// the parts that are sound; what depends on a part that was reported is not looked at, so that no problem
// shows twice.
//
//   parse, check_model   bytes are a model of a known version and operator set           file.cpp
//   read_initializers    constants that some node reads                                  tensors.cpp
//   read_inputs          types, shapes, symbolic dimensions                              ends.cpp
//   read_nodes           names, attributes, operands, shape rules of every operator      nodes.h, op.h
//   write_outputs        the tensors that the model returns                              ends.cpp
//   check_declared_shapes, report_halves   what may surprise                             declared.cpp, halves.cpp
//
// ONNX maps are NCHW, the Graph's are NHWC. No pass repairs that: the reader keeps, for every named value, in
// which order the dimensions of its tensor stand (Value below). Operators that do not care take any order,
// those that do ask for the order they need (in_order(), layout.cpp), and only where the two differ does
// a transpose come to be. An explicit Transpose node just renames dimensions. So the transposes of a network
// that computes in maps cancel, except at its edges.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/costs.h"
#include "compiler/graph/graph.h"
#include "frontends/frontends.h"
#include "onnx/onnx_pb.h"

namespace narrows::onnx_format {

namespace format = ::onnx;

// Limits against files that are small but stand for much work.
constexpr int max_nodes = 100000;   ///< in the model itself, and in all bodies together as often as they are read
constexpr int max_operands = 1000;  ///< of one node
constexpr int64_t oldest_opset = 7, newest_opset = 23;
constexpr size_t max_rank = 8;
constexpr int64_t max_bytes = INT32_MAX;  ///< of one tensor, and of all constants in files

/// Dimension i of a tensor is dimension order[i] of the value it holds.
using Order = std::vector<int>;
Order identity_order(size_t rank);
/// The order of a map's dimensions: the value is NCHW, the tensor NHWC. Likewise for convolution weights: OIHW, OHWI.
inline Order channels_last() { return {0, 2, 3, 1}; }

/// The value is what the tensor holds times the power of a scale that is known at run time only (dynamic.cpp).
struct Unit {
  int scale = -1;  ///< which one; -1: none
  int power = 0;   ///< 0 with a scale: the zero point that goes with it
};

/// A named value of the model. `shape` is the model's. The tensor holds `map` in `order`. Where `map` is not
/// `shape`, a Reshape or Flatten lies between them that has not been computed yet: whoever reads the value
/// may be able to do without (a matrix product permutes its weights), otherwise in_order() computes it.
struct Value {
  int tensor = -1;
  Shape shape;
  Shape map;
  Order order;
  Unit unit = {};
};

struct SourceNode {
  const format::NodeProto* node = nullptr;
  Origin origin;
};

/// The files beside the model that hold the bytes of constants.
struct DataFiles {
  std::optional<std::string> folder = {};  ///< of the model; nothing where that comes from memory
  std::set<std::string> refused = {};      ///< by the names that the model uses; these were reported
  int64_t bytes = 0;                       ///< that were read
};

/// A function of the model, with fields that are newer than the schema that this is built with.
struct ModelFunction {
  const format::FunctionProto* source = nullptr;
  std::vector<format::AttributeProto> defaults = {};  ///< of attributes
};
using FunctionName = std::tuple<std::string, std::string, std::string>;  ///< domain, name, overload

/// The model's functions, and what has been read of them and of branches.
struct Bodies {
  std::map<FunctionName, ModelFunction> functions = {};
  bool overloads = false;                      ///< some function has one
  std::set<const ModelFunction*> failed = {};  ///< something in these was reported, at the first call
  std::map<std::string, int> names = {};       ///< that values have or will get, with how often each was asked for
  int depth = 0;                               ///< of the body that is being read
  int64_t nodes = 0, bytes = 0;                ///< that were copied
  bool refused = false;                        ///< there were too many of them, which was reported
};

struct Reader {
  const format::ModelProto& model;
  const ReadOptions& options;
  Diagnostics& diagnostics;
  int64_t opset = 0;
  Graph graph = {};
  std::vector<SourceNode> nodes = {};
  std::map<std::string, Value> values = {};                  ///< what has been read so far, by the model's names
  std::set<std::string> failed = {};                         ///< names whose value was reported
  std::map<std::tuple<int, Shape, Order>, int> copies = {};  ///< results of in_order(): tensor, shape, order
  int64_t source_bytes = 0;                                  ///< of the model's file
  int64_t constant_bytes = 0;                                ///< of all constants that operators have made so far
  FoldedWork folded = {};                                    ///< operators on constants
  std::map<int, int> stored = {};                            ///< dequantized constants: from tensor to its 8 bits
  int run_time_scales = 0;                                   ///< of DynamicQuantizeLinear, so far
  bool computes_in_halves = false;                           ///< the model; not what is made of it
  DataFiles files = {};
  Bodies bodies = {};
  std::vector<Origin> unsupported = {};  ///< nodes that cannot be read

  const format::GraphProto& source() const { return model.graph(); }
};

void read_initializers(Reader& reader);
/// A constant of the model or of a body, which becomes the value `name`.
void read_initializer(Reader& reader, const format::TensorProto& source, const std::string& name);
void read_inputs(Reader& reader);
void read_nodes(Reader& reader);
void write_outputs(Reader& reader);
/// Whether the file says of a dimension how large it is.
inline bool is_fixed(const format::TensorShapeProto::Dimension& dimension) {
  return dimension.has_dim_value() && dimension.dim_value() > 0;
}
/// Warns where the file declares other shapes than its operators make.
void check_declared_shapes(Reader& reader);
/// FLOAT16 constants are read as floats; those that became weights are halves again after this.
void narrow_weights(Reader& reader);
/// Warns where the model rounds values to FLOAT16 at run time.
void report_halves(Reader& reader);

/// What the stored numbers of a model input mean to the first operator that computes with them; operators
/// that move elements may stand between. Where that cannot be told, every number stands for itself: a wrong
/// guess only costs a copy.
Quant quantization_of_input(const Reader& reader, const std::string& input, DType type);  // input_numbers.cpp

/// The tensor of a TensorProto, named `label` in messages; nothing after an error.
std::optional<Tensor> read_tensor(const format::TensorProto& source, const std::string& label, DataFiles& files,
                                  Diagnostics& diagnostics);
/// Many constants may be the same part of a file, so that a small model can stand for more than there is memory.
bool check_external_size(const format::ModelProto& model, Diagnostics& diagnostics);  // external.cpp
/// The `bytes` bytes of a TensorProto that has them in another file; nothing after an error.
std::optional<std::string> read_external(const format::TensorProto& source, const std::string& label, int64_t bytes,
                                         DataFiles& files, Diagnostics& diagnostics);
/// A value whose tensor stands in the model's own order.
Value plain_value(Reader& reader, Tensor tensor);

/// ONNX's names, as messages use them: "FLOAT".
std::string type_name(int type);
std::string type_name(DType type);
/// Nothing for types that are not supported.
std::optional<DType> dtype(int type);
/// The parameters of 8-bit tensors of which nothing else is known: every number stands for itself.
inline Quant plain_numbers() { return {{1.0f}, {0}, 0}; }

}  // namespace narrows::onnx_format
