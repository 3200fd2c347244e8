// TFLite front end: tensors, that is their types, shapes and constant bytes.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "frontends/tflite/reader.h"

namespace narrows::tflite {
namespace {

const format::Tensor& source_tensor(const Reader& reader, int index) {
  return *reader.subgraph.tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
}

std::optional<DType> dtype(format::TensorType type) {
  switch (type) {
    case format::TensorType::FLOAT32:
      return DType::f32;
    case format::TensorType::FLOAT16:
      return DType::f16;
    case format::TensorType::UINT8:
    case format::TensorType::BOOL:
      return DType::u8;
    case format::TensorType::INT8:
      return DType::i8;
    case format::TensorType::INT32:
      return DType::i32;
    case format::TensorType::INT64:
      return DType::i64;
    default:
      return std::nullopt;
  }
}

/// One error for each type that a compiled model cannot have: where there is one tensor, there are many.
void check_types(const Reader& reader, const std::vector<bool>& used) {
  std::map<format::TensorType, std::vector<int>> unknown;
  for (int i = 0; i < static_cast<int>(used.size()); ++i) {
    const format::TensorType type = source_tensor(reader, i).type();
    if (used[i] && !dtype(type)) unknown[type].push_back(i);
  }
  for (const auto& [type, tensors] : unknown) {
    const std::string others = tensors.size() > 1 ? fmt::format(" and {} more have", tensors.size() - 1) : " has";
    reader.diagnostics.error(
        fmt::format("{}{} type {}; supported: FLOAT32, UINT8, INT8, INT32, INT64, and FLOAT16 and BOOL for constants",
                    label(reader, tensors[0]), others, type_name(type)));
    if (type == format::TensorType::INT16)
      reader.diagnostics.note("16-bit activations (16x8 quantization) are not supported, those of 8 bits are");
  }
}

/// A type that a compiled model can have, and no state.
bool check_kind(const format::Tensor& source, const std::string& label, Diagnostics& diagnostics) {
  if (source.is_variable())
    diagnostics.error(fmt::format("{} is a variable that keeps its value between runs, which is not supported", label));
  return !source.is_variable() && dtype(source.type());
}

/// Who gives the tensor its values. Only constants may have no elements. A size of -1 stands for any at inputs, whose
/// signature read_sizes() asks. What operators write has the shape that follows from their inputs: where the file's
/// makes no sense, it counts as none.
enum class Writer { nobody, caller, op };

bool read_shape(const format::Tensor& source, const std::string& label, Writer writer, Tensor& tensor,
                Diagnostics& diagnostics) {
  tensor.shape.clear();
  const bool sensible = length(source.shape()) <= max_rank &&
                        (!source.shape() || std::all_of(source.shape()->begin(), source.shape()->end(),
                                                        [](int size) { return size > 0; }));
  if (writer == Writer::op && !sensible) return true;
  if (length(source.shape()) > max_rank) {
    diagnostics.error(
        fmt::format("{} has {} dimensions, more than the limit of {}", label, source.shape()->size(), max_rank));
    return false;
  }
  if (source.shape()) tensor.shape.assign(source.shape()->begin(), source.shape()->end());
  for (size_t i = 0; i < tensor.shape.size(); ++i) {
    if (writer == Writer::caller && tensor.shape[i] == -1) tensor.shape[i] = 1;
    if (tensor.shape[i] > (writer == Writer::nobody ? -1 : 0)) continue;
    diagnostics.error(fmt::format("{} has shape {}; size {} of dimension {} is not positive", label,
                                  to_string(tensor.shape), tensor.shape[i], i));
    return false;
  }
  if (tensor.bytes() > max_bytes) {
    if (writer == Writer::op) {
      tensor.shape.clear();
      return true;
    }
    diagnostics.error(
        fmt::format("{} with shape {} is larger than the limit of 2^31 - 1 bytes", label, to_string(tensor.shape)));
    return false;
  }
  return true;
}

/// The bytes of a buffer, which stand in the flatbuffer or behind it; nothing after an error.
std::optional<StoredBytes> stored_bytes(const Reader& reader, const format::Buffer& buffer, const std::string& label) {
  if (buffer.offset() <= 1) return StoredBytes{buffer.data() ? buffer.data()->data() : nullptr, length(buffer.data())};
  const uint64_t size = reader.file.size();
  if (buffer.offset() <= size && buffer.size() <= size - buffer.offset())
    return StoredBytes{reader.file.data() + buffer.offset(), static_cast<size_t>(buffer.size())};
  reader.diagnostics.error(fmt::format("{} has its {} bytes of data at {} of the file, which has {} bytes", label,
                                       buffer.size(), buffer.offset(), size));
  return std::nullopt;
}

/// Copies the bytes of a constant. Several tensors may share a buffer, so that the sum of all copies needs a
/// limit.
bool read_data(const Reader& reader, const format::Tensor& source, const std::string& label, Tensor& tensor) {
  const size_t buffers = length(reader.model.buffers());
  if (source.buffer() >= buffers) {
    if (source.buffer() == 0) return true;  // a file without any constant
    reader.diagnostics.error(fmt::format("{} refers to buffer {} of {}", label, source.buffer(), buffers));
    return false;
  }
  const format::Buffer& buffer = *reader.model.buffers()->Get(source.buffer());
  const std::optional<StoredBytes> stored = stored_bytes(reader, buffer, label);
  if (!stored || stored->size == 0) return stored.has_value();
  if (source.sparsity()) {
    std::optional<std::vector<uint8_t>> dense =
        densified(*source.sparsity(), tensor, *stored, label, reader.diagnostics);
    if (dense) tensor.data = std::move(*dense);
    return dense.has_value();
  }
  if (static_cast<int64_t>(stored->size) != tensor.bytes()) {
    reader.diagnostics.error(fmt::format("{} with type {} and shape {} needs {} bytes, but its buffer {} has {}", label,
                                         type_name(tensor.type), to_string(tensor.shape), tensor.bytes(),
                                         source.buffer(), stored->size));
    return false;
  }
  tensor.data.assign(stored->begin, stored->begin + stored->size);
  return true;
}

/// Conditions are known when a model is read: constants of bytes.
bool check_truth(const format::Tensor& source, const Tensor& tensor, const std::string& label,
                 Diagnostics& diagnostics) {
  if (source.type() != format::TensorType::BOOL || tensor.constant()) return true;
  diagnostics.error(
      fmt::format("{} has type BOOL and is computed at run time; only constants may have that type", label));
  return false;
}

/// Converters store weights as FLOAT16 and convert them back in front of the operators that read them.
bool check_half(const Tensor& tensor, const std::string& label, Diagnostics& diagnostics) {
  if (tensor.type != DType::f16 || tensor.constant()) return true;
  diagnostics.error(
      fmt::format("{} has type FLOAT16 and is computed at run time; only constants may have that type", label));
  return false;
}

/// Marks the tensors of the list that exist.
void mark(const flatbuffers::Vector<int32_t>* list, std::vector<bool>& marks) {
  for (size_t i = 0; i < length(list); ++i) {
    const int tensor = list->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (tensor >= 0 && tensor < static_cast<int>(marks.size())) marks[tensor] = true;
  }
}

/// Graph inputs and outputs, and the operands of supported operators.
std::vector<bool> used_tensors(const Reader& reader) {
  std::vector<bool> used(reader.graph.tensors.size(), false);
  mark(reader.subgraph.inputs(), used);
  mark(reader.subgraph.outputs(), used);
  for (const SourceOp& op : reader.ops) {
    if (!op.supported || !op.sound) continue;
    mark(op.source->inputs(), used);
    mark(op.source->outputs(), used);
  }
  return used;
}

/// Model outputs that nothing writes count as inputs do: what they are is reported elsewhere.
std::vector<Writer> writers_of(const Reader& reader) {
  std::vector<bool> ends(reader.graph.tensors.size(), false), written = ends;
  mark(reader.subgraph.inputs(), ends);
  mark(reader.subgraph.outputs(), ends);
  for (const SourceOp& op : reader.ops) mark(op.source->outputs(), written);
  std::vector<Writer> writers;
  for (size_t i = 0; i < ends.size(); ++i)
    writers.push_back(written[i] ? Writer::op : ends[i] ? Writer::caller : Writer::nobody);
  return writers;
}

/// More than any model of this family has, in well below a gigabyte.
constexpr int64_t max_dense_elements = int64_t{1} << 26;

/// Elements of the shape, at most one more than max_dense_elements; 0 where it makes no sense.
int64_t dense_elements(const flatbuffers::Vector<int32_t>& shape) {
  int64_t count = 1;
  for (const int size : shape) {
    if (size < 1) return 0;
    count = std::min(count * size, max_dense_elements + 1);
  }
  return count;
}

int64_t saturated(uint64_t bytes) { return static_cast<int64_t>(std::min<uint64_t>(bytes, max_bytes)); }

/// Many tensors may share one buffer, and sparse ones may have few bytes in it, so that a small file can stand for more
/// than there is memory.
bool check_total_size(const Reader& reader, const std::vector<bool>& used) {
  int64_t total = 0, sparse = 0;
  for (size_t i = 0; i < used.size(); ++i) {
    const format::Tensor& tensor = source_tensor(reader, static_cast<int>(i));
    if (!used[i] || tensor.buffer() >= length(reader.model.buffers())) continue;
    const format::Buffer& buffer = *reader.model.buffers()->Get(tensor.buffer());
    total += saturated(buffer.offset() > 1 ? buffer.size() : length(buffer.data()));
    if (tensor.sparsity() && tensor.shape()) sparse += dense_elements(*tensor.shape());
  }
  if (total > max_bytes)
    reader.diagnostics.error(fmt::format("the constants take {} bytes, more than the limit of 2^31 - 1", total));
  if (sparse > max_dense_elements) {
    reader.diagnostics.error(
        fmt::format("the sparse constants have {} elements, more than the limit of {}", sparse, max_dense_elements));
  }
  return total <= max_bytes && sparse <= max_dense_elements;
}

}  // namespace

void list_tensors(Reader& reader) {
  const size_t count = length(reader.subgraph.tensors());
  reader.graph.tensors.resize(count);
  for (size_t i = 0; i < count; ++i) {
    Tensor& tensor = reader.graph.tensors[i];
    tensor.name = printable(source_tensor(reader, static_cast<int>(i)).name());
    tensor.shape = {1};
  }
}

bool read_tensors(Reader& reader) {
  const std::vector<bool> used = used_tensors(reader);
  const std::vector<Writer> writers = writers_of(reader);
  reader.usable.assign(used.size(), false);
  reader.unquantized.assign(used.size(), false);
  if (!check_total_size(reader, used)) return false;
  check_types(reader, used);
  for (size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    const format::Tensor& source = source_tensor(reader, static_cast<int>(i));
    const std::string name = label(reader, static_cast<int>(i));
    Tensor& tensor = reader.graph.tensors[i];
    if (!check_kind(source, name, reader.diagnostics)) continue;
    tensor.type = *dtype(source.type());
    if (!read_shape(source, name, writers[i], tensor, reader.diagnostics) || !read_data(reader, source, name, tensor))
      continue;
    reader.unquantized[i] =
        is_8bit(tensor.type) && (!source.quantization() || length(source.quantization()->scale()) == 0);
    reader.usable[i] =
        has_no_elements(tensor) ||
        (check_half(tensor, name, reader.diagnostics) && check_truth(source, tensor, name, reader.diagnostics) &&
         read_quantization(source.quantization(), name, tensor, reader.diagnostics));
  }
  return true;
}

}  // namespace narrows::tflite
