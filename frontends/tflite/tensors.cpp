// TFLite front end: tensors, that is their types, shapes and constant bytes.
#include <fmt/format.h>

#include <cstring>
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

/// Features of the format that a compiled model cannot have.
bool check_kind(const format::Tensor& source, const std::string& label, Diagnostics& diagnostics) {
  const int errors = diagnostics.error_count();
  if (!dtype(source.type())) {
    diagnostics.error(
        fmt::format("{} has type {}; supported: FLOAT32, UINT8, INT8, INT32, INT64, and FLOAT16 for constants", label,
                    type_name(source.type())));
  }
  if (source.is_variable()) {
    diagnostics.error(fmt::format("{} is a variable that keeps its value between runs, which is not supported", label));
  }
  if (source.sparsity()) diagnostics.error(fmt::format("{} is sparse, which is not supported", label));
  return diagnostics.error_count() == errors;
}

/// `constant`: nothing writes the tensor, so that it may have no elements.
bool read_shape(const format::Tensor& source, const std::string& label, bool constant, Tensor& tensor,
                Diagnostics& diagnostics) {
  if (length(source.shape()) > max_rank) {
    diagnostics.error(
        fmt::format("{} has {} dimensions, more than the limit of {}", label, source.shape()->size(), max_rank));
    return false;
  }
  tensor.shape.clear();
  if (source.shape()) tensor.shape.assign(source.shape()->begin(), source.shape()->end());
  for (size_t i = 0; i < tensor.shape.size(); ++i) {
    if (tensor.shape[i] > (constant ? -1 : 0)) continue;
    diagnostics.error(fmt::format("{} has shape {}; size {} of dimension {} is not positive", label,
                                  to_string(tensor.shape), tensor.shape[i], i));
    return false;
  }
  if (tensor.bytes() > max_bytes) {
    diagnostics.error(
        fmt::format("{} with shape {} is larger than the limit of 2^31 - 1 bytes", label, to_string(tensor.shape)));
    return false;
  }
  return true;
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
  if (buffer.offset() > 1 || buffer.size() > 1) {
    reader.diagnostics.error(fmt::format("{} has its data behind the flatbuffer, which is not supported", label));
    return false;
  }
  if (length(buffer.data()) == 0) return true;
  if (static_cast<int64_t>(buffer.data()->size()) != tensor.bytes()) {
    reader.diagnostics.error(fmt::format("{} with type {} and shape {} needs {} bytes, but its buffer {} has {}", label,
                                         type_name(tensor.type), to_string(tensor.shape), tensor.bytes(),
                                         source.buffer(), buffer.data()->size()));
    return false;
  }
  tensor.data.assign(buffer.data()->begin(), buffer.data()->end());
  return true;
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

/// Graph inputs and outputs, and what operators write.
std::vector<bool> computed_tensors(const Reader& reader) {
  std::vector<bool> computed(reader.graph.tensors.size(), false);
  mark(reader.subgraph.inputs(), computed);
  mark(reader.subgraph.outputs(), computed);
  for (const SourceOp& op : reader.ops) mark(op.source->outputs(), computed);
  return computed;
}

/// Many tensors may share one buffer, so that a small file can stand for more bytes than there is memory.
bool check_total_size(const Reader& reader, const std::vector<bool>& used) {
  int64_t total = 0;
  for (size_t i = 0; i < used.size(); ++i) {
    const uint32_t buffer = source_tensor(reader, static_cast<int>(i)).buffer();
    if (used[i] && buffer < length(reader.model.buffers())) {
      total += static_cast<int64_t>(length(reader.model.buffers()->Get(buffer)->data()));
    }
  }
  if (total <= max_bytes) return true;
  reader.diagnostics.error(fmt::format("the constants take {} bytes, more than the limit of 2^31 - 1", total));
  return false;
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
  const std::vector<bool> used = used_tensors(reader), computed = computed_tensors(reader);
  reader.usable.assign(used.size(), false);
  if (!check_total_size(reader, used)) return false;
  for (size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    const format::Tensor& source = source_tensor(reader, static_cast<int>(i));
    const std::string name = label(reader, static_cast<int>(i));
    Tensor& tensor = reader.graph.tensors[i];
    if (!check_kind(source, name, reader.diagnostics)) continue;
    tensor.type = *dtype(source.type());
    if (!read_shape(source, name, !computed[i], tensor, reader.diagnostics) || !read_data(reader, source, name, tensor))
      continue;
    reader.usable[i] =
        has_no_elements(tensor) || (check_half(tensor, name, reader.diagnostics) &&
                                    read_quantization(source.quantization(), name, tensor, reader.diagnostics));
  }
  return true;
}

}  // namespace narrows::tflite
