// ONNX front end: constants.
#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "compiler/graph/narrow_weights.h"
#include "frontends/messages.h"
#include "frontends/onnx/nodes.h"

namespace narrows::onnx_format {
namespace {

bool read_shape(const format::TensorProto& source, const std::string& label, Tensor& tensor, Diagnostics& diagnostics) {
  if (static_cast<size_t>(source.dims_size()) > max_rank) {
    diagnostics.error(
        fmt::format("{} has {} dimensions, more than the limit of {}", label, source.dims_size(), max_rank));
    return false;
  }
  for (const int64_t size : source.dims()) {
    if (size < 0 || size > max_bytes) {
      diagnostics.error(fmt::format("{} has a dimension of size {}; expected 0 to {}", label, size, max_bytes));
      return false;
    }
    tensor.shape.push_back(static_cast<int>(size));
  }
  if (tensor.bytes() <= max_bytes) return true;
  diagnostics.error(
      fmt::format("{} with shape {} is larger than the limit of 2^31 - 1 bytes", label, to_string(tensor.shape)));
  return false;
}

void copy_values(const std::vector<float>& values, std::vector<uint8_t>& data) {
  data.resize(sizeof(float) * values.size());
  if (!values.empty()) std::memcpy(data.data(), values.data(), data.size());
}

/// Copies a typed field, converting its elements to the tensor's type.
template <typename T, typename Field>
void copy_field(const Field& field, std::vector<uint8_t>& data) {
  data.resize(sizeof(T) * static_cast<size_t>(field.size()));
  for (int i = 0; i < field.size(); ++i) {
    const T value = static_cast<T>(field.Get(i));
    std::memcpy(&data[sizeof(T) * static_cast<size_t>(i)], &value, sizeof(T));
  }
}

/// FLOAT16 has its bits as raw bytes or in the field of INT32.
void copy_halves(const format::TensorProto& source, const std::string* raw, Tensor& tensor) {
  Tensor halves;
  halves.type = DType::f16;
  if (raw) {
    halves.data.assign(raw->begin(), raw->end());
  } else {
    copy_field<uint16_t>(source.int32_data(), halves.data);
  }
  copy_values(real_values(halves, halves.data), tensor.data);
}

/// BOOL is read as the numbers 0 and 1.
void copy_truths(const format::TensorProto& source, const std::string* raw, Tensor& tensor) {
  std::vector<uint8_t> bytes;
  if (raw) {
    bytes.assign(raw->begin(), raw->end());
  } else {
    copy_field<uint8_t>(source.int32_data(), bytes);
  }
  tensor.data.resize(sizeof(int64_t) * bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) tensor.data[sizeof(int64_t) * i] = bytes[i] != 0;
}

/// A tensor has its elements either as raw bytes or, where `raw` is null, in the field of their type.
void copy_data(const format::TensorProto& source, const std::string* raw, Tensor& tensor) {
  if (source.data_type() == format::TensorProto::FLOAT16) return copy_halves(source, raw, tensor);
  if (source.data_type() == format::TensorProto::BOOL) return copy_truths(source, raw, tensor);
  if (raw) {
    tensor.data.assign(raw->begin(), raw->end());
    return;
  }
  if (tensor.type == DType::f32) copy_field<float>(source.float_data(), tensor.data);
  if (is_8bit(tensor.type)) copy_field<uint8_t>(source.int32_data(), tensor.data);
  if (tensor.type == DType::i32) copy_field<int32_t>(source.int32_data(), tensor.data);
  if (tensor.type == DType::i64) copy_field<int64_t>(source.int64_data(), tensor.data);
}

/// How a type of the format is read, and how many bytes an element takes in a file.
struct Stored {
  DType type;
  int bytes;
};

std::optional<Stored> stored_as(int type) {
  if (type == format::TensorProto::FLOAT16) return Stored{DType::f32, 2};  // see halves.cpp
  if (type == format::TensorProto::BOOL) return Stored{DType::i64, 1};     // conditions, see integers.cpp
  const std::optional<DType> known = dtype(type);
  return known ? std::optional(Stored{*known, static_cast<int>(size_of(*known))}) : std::nullopt;
}

/// Names that nodes read.
std::set<std::string> names_in_use(const Reader& reader) {
  std::set<std::string> names;
  for (const SourceNode& source : reader.nodes) {
    const std::vector<std::string> read = names_read_by(*source.node);
    names.insert(read.begin(), read.end());
  }
  return names;
}

}  // namespace

std::optional<Tensor> read_tensor(const format::TensorProto& source, const std::string& label, DataFiles& files,
                                  Diagnostics& diagnostics) {
  Tensor tensor;
  const std::optional<Stored> stored = stored_as(source.data_type());
  if (!stored) {
    diagnostics.error(fmt::format("{} has type {}; supported: FLOAT, FLOAT16, UINT8, INT8, INT32, INT64, BOOL", label,
                                  type_name(source.data_type())));
    return std::nullopt;
  }
  tensor.type = stored->type;
  if (is_8bit(tensor.type)) tensor.quant = plain_numbers();
  if (source.has_segment()) {
    diagnostics.error(fmt::format("{} is a segment of a tensor, which is not supported", label));
    return std::nullopt;
  }
  if (!read_shape(source, label, tensor, diagnostics)) return std::nullopt;
  const int64_t bytes = element_count(tensor.shape) * stored->bytes;
  const bool external = source.data_location() == format::TensorProto::EXTERNAL;
  std::optional<std::string> read;
  if (external) read = read_external(source, label, bytes, files, diagnostics);
  if (external && !read) return std::nullopt;
  copy_data(source, external ? &*read : source.has_raw_data() ? &source.raw_data() : nullptr, tensor);
  if (static_cast<int64_t>(tensor.data.size()) == tensor.bytes()) return tensor;
  diagnostics.error(fmt::format("{} with type {} and shape {} needs {} bytes, but has {}", label,
                                type_name(source.data_type()), to_string(tensor.shape), bytes,
                                tensor.data.size() / size_of(tensor.type) * stored->bytes));
  return std::nullopt;
}

Value plain_value(Reader& reader, Tensor tensor) {
  const Shape shape = tensor.shape;
  return {reader.graph.add(std::move(tensor)), shape, shape, identity_order(shape.size())};
}

void read_initializer(Reader& reader, const format::TensorProto& source, const std::string& name) {
  const std::string label = "initializer '" + printable(name) + "'";
  std::optional<Tensor> tensor = read_tensor(source, label, reader.files, reader.diagnostics);
  if (!tensor) {
    reader.failed.insert(name);
    return;
  }
  tensor->name = printable(name);
  reader.values[name] = plain_value(reader, std::move(*tensor));
}

void read_initializers(Reader& reader) {
  const std::set<std::string> used = names_in_use(reader);
  for (const format::TensorProto& source : reader.source().initializer()) {
    if (reader.values.count(source.name()) || reader.failed.count(source.name())) {
      reader.diagnostics.error(fmt::format("initializer '{}' occurs twice", printable(source.name())));
      continue;
    }
    if (used.count(source.name())) read_initializer(reader, source, source.name());
  }
  for (const format::SparseTensorProto& source : reader.source().sparse_initializer()) {
    reader.diagnostics.error(
        fmt::format("initializer '{}' is sparse, which is not supported", printable(source.values().name())));
    reader.failed.insert(source.values().name());
  }
}

std::optional<DType> dtype(int type) {
  switch (type) {
    case format::TensorProto::FLOAT:
      return DType::f32;
    case format::TensorProto::UINT8:
      return DType::u8;
    case format::TensorProto::INT8:
      return DType::i8;
    case format::TensorProto::INT32:
      return DType::i32;
    case format::TensorProto::INT64:
      return DType::i64;
    default:
      return std::nullopt;
  }
}

std::string type_name(int type) {
  // These may be newer than the schema that this is built with.
  static const std::map<int, const char*> newer = {{17, "FLOAT8E4M3FN"},   {18, "FLOAT8E4M3FNUZ"}, {19, "FLOAT8E5M2"},
                                                   {20, "FLOAT8E5M2FNUZ"}, {21, "UINT4"},          {22, "INT4"},
                                                   {23, "FLOAT4E2M1"}};
  if (const auto found = newer.find(type); found != newer.end()) return found->second;
  const bool known = format::TensorProto_DataType_IsValid(type);
  return known ? format::TensorProto_DataType_Name(static_cast<format::TensorProto_DataType>(type))
               : fmt::format("{}", type);
}

std::string type_name(DType type) { return type == DType::f32 ? "FLOAT" : format_name(type); }

}  // namespace narrows::onnx_format
