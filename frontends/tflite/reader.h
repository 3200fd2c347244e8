// Private to the TFLite front end: a model while it is being read.
//
// read_tflite() (file.cpp) runs these steps in order. Every step reports what it finds and goes on
// with the parts that are sound, so that one run shows all problems of a model; a part that was reported is
// not looked at again, so that no problem shows twice.
//
//   verify_file      bytes are a well-formed flatbuffer of this format           file.cpp
//   check_model      version, subgraphs, sizes within the limits below           file.cpp
//   list_tensors     names                                                       tensors.cpp
//   list_operators   operator codes, operand indices in range                    operators.cpp
//   read_tensors     types, shapes, constants, quantization parameters           tensors.cpp, quant.cpp, sparse.cpp
//   read_sizes       sizes of inputs that the file leaves open                   sizes.cpp
//   check_dataflow   inputs, outputs, execution order, one producer per tensor   dataflow.cpp
//   read_operators   options, operand types, shape rules                         operators.cpp, op.h
//
// Tensor ids in the Graph are TFLite's tensor indices. A tensor that no operator of the Graph uses is kept as a name
// only, with type f32 and shape [1], unless it is a constant.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/rules/op_rules.h"
#include "tflite_generated.h"

namespace narrows::tflite {

namespace format = narrows::tflite_format;

// Limits against files that are small but stand for much work: flatbuffer tables may be shared.
constexpr size_t max_operators = 100000;
constexpr size_t max_tensors = 500000;
constexpr size_t max_operands = 1000;  ///< of one operator
constexpr size_t max_rank = 8;
constexpr int64_t max_bytes = INT32_MAX;  ///< of one tensor, and of all constants together

/// One operator of the file.
struct SourceOp {
  const format::Operator* source = nullptr;
  format::BuiltinOperator code = format::BuiltinOperator::ADD;
  std::string custom;  ///< name of a custom operator
  int version = 1;
  Origin origin;
  bool supported = false;
  bool sound = false;  ///< all tensor indices are in range (absent inputs apart)
};

/// What stands behind one operator's output in the file, where that is not what the operator writes.
struct StaleShape {
  int tensor;
  Shape in_file;
};

struct Reader {
  const std::vector<uint8_t>& file;
  const format::Model& model;
  const format::SubGraph& subgraph;
  Diagnostics& diagnostics;
  Graph graph = {};
  std::vector<SourceOp> ops = {};
  std::vector<bool> usable = {};       ///< per tensor: it was read without an error
  std::vector<bool> unquantized = {};  ///< per tensor: 8-bit without parameters; the Graph has scale 1, zero point 0
  std::vector<StaleShape> stale = {};
  bool misses_cuts = false;          ///< a SPACE_TO_BATCH_ND could not be read
  std::map<int, MapSize> cuts = {};  ///< tensors that are in blocks between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND
  int64_t made_bytes = 0;            ///< of constants that operators make of others while the model is read
  /// Sizes of inputs are not the file's: shapes of what operators write are made anew.
  bool derives = false;
  bool open = false;  ///< some sizes are not known, so that operators cannot be read
};

/// False where it is unknown what some operators read and write; then missing producers are not reported.
bool all_sound(const Reader& reader);
void list_tensors(Reader& reader);
void list_operators(Reader& reader);
/// False if nothing else can be looked at.
bool read_tensors(Reader& reader);
void read_sizes(Reader& reader, const std::map<std::string, int>& given);
void check_dataflow(Reader& reader);
/// Per operator: a model output depends on what it writes.
std::vector<bool> needed_operators(const Reader& reader);  // dataflow.cpp
void read_operators(Reader& reader);

/// Reads the quantization parameters of the 8-bit or i32 tensor `tensor`, which an 8-bit one may lack; false after an
/// error.
bool read_quantization(const format::QuantizationParameters* source, const std::string& label, Tensor& tensor,
                       Diagnostics& diagnostics);

/// Reports each operand without parameters once, at the first operator that needs them.
bool check_scales(Reader& reader, const SourceOp& op);  // quant.cpp

/// What the file has of a constant.
struct StoredBytes {
  const uint8_t* begin;
  size_t size;
};
/// The values of a constant that is stored sparsely; nothing after an error.
std::optional<std::vector<uint8_t>> densified(const format::SparsityParameters& sparsity, const Tensor& tensor,
                                              StoredBytes stored, const std::string& label,
                                              Diagnostics& diagnostics);  // sparse.cpp

/// A name from the file, as messages.h prints it; empty where it is absent.
std::string printable(const flatbuffers::String* name);
/// "CONV_2D", "BUILTIN_170" for operators newer than the schema.
std::string operator_name(format::BuiltinOperator code);
/// TFLite's names, as messages use them: "FLOAT32".
std::string type_name(format::TensorType type);
std::string type_name(DType type);
/// "tensor 7 'conv1/weights'"
std::string label(const Reader& reader, int tensor);

/// A constant that stands for an operand that is absent, or for the shape of a scalar.
inline bool has_no_elements(const Tensor& tensor) { return element_count(tensor.shape) == 0; }

/// The size of a vector that may be absent.
template <class Vector>
size_t length(const Vector* vector) {
  return vector ? vector->size() : 0;
}

}  // namespace narrows::tflite
