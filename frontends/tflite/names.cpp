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

std::string type_name(DType type) { return format_name(type); }

std::string label(const Reader& reader, int tensor) {
  return fmt::format("tensor {} '{}'", tensor, reader.graph.tensors.at(tensor).name);
}

}  // namespace narrows::tflite
