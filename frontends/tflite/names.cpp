// How messages name the things of a TFLite file.
#include <fmt/format.h>

#include "frontends/messages.h"
#include "frontends/tflite/reader.h"

namespace narrows::tflite {

std::string printable(const flatbuffers::String* name) { return name ? narrows::printable(name->str()) : ""; }

std::string operator_name(format::BuiltinOperator code) {
  const std::string name = format::EnumNameBuiltinOperator(code);
  return name.empty() ? fmt::format("BUILTIN_{}", static_cast<int>(code)) : name;
}

std::string type_name(format::TensorType type) {
  const std::string name = format::EnumNameTensorType(type);
  return name.empty() ? fmt::format("{}", static_cast<int>(type)) : name;
}

std::string type_name(DType type) {
  switch (type) {
    case DType::f32:
      return "FLOAT32";
    case DType::f16:
      return "FLOAT16";
    case DType::u8:
      return "UINT8";
    case DType::i8:
      return "INT8";
    case DType::i32:
      return "INT32";
    case DType::i64:
      return "INT64";
  }
  return "";
}

std::string label(const Reader& reader, int tensor) {
  return fmt::format("tensor {} '{}'", tensor, reader.graph.tensors.at(tensor).name);
}

}  // namespace narrows::tflite
