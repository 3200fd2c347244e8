// ONNX front end: which functions a model defines. Exporters write one for each layer, or for each operator of the
// framework, and nodes that call them by domain and name.
//
// Some fields of functions are newer than the schema in Debian 12's libonnx. They are looked for in the bytes, which
// works whatever the schema knows.
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "frontends/messages.h"
#include "frontends/onnx/nodes.h"

namespace narrows::onnx_format {
namespace {

// Numbers of fields in ONNX's schema.
constexpr int overload_of_node = 8, overload_of_function = 13, defaults_of_function = 11;

/// The contents of every field `number` of a message, for fields that are texts or messages.
std::vector<std::string> find_fields(const google::protobuf::MessageLite& message, int number) {
  using google::protobuf::internal::WireFormatLite;
  const std::string bytes = message.SerializeAsString();
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  std::vector<std::string> found;
  while (const uint32_t tag = in.ReadTag()) {
    const bool wanted = WireFormatLite::GetTagFieldNumber(tag) == number &&
                        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    uint32_t length = 0;
    std::string content;
    const bool read = wanted && in.ReadVarint32(&length) && in.ReadString(&content, static_cast<int>(length));
    if (read) found.push_back(std::move(content));
    if (wanted ? !read : !WireFormatLite::SkipField(&in, tag)) break;
  }
  return found;
}

/// Functions of one name may differ in their overload, which is empty for most.
std::string overload_of(const google::protobuf::MessageLite& message, int number) {
  const std::vector<std::string> found = find_fields(message, number);
  return found.empty() ? "" : found.back();
}

FunctionName name_of(const std::string& domain, const std::string& name, const std::string& overload) {
  return {domain == "ai.onnx" ? "" : domain, name, overload};
}

}  // namespace

void read_functions(Reader& reader) {
  for (const format::FunctionProto& source : reader.model.functions()) {
    ModelFunction function{&source};
    for (const std::string& bytes : find_fields(source, defaults_of_function)) {
      format::AttributeProto attribute;
      if (attribute.ParseFromString(bytes)) function.defaults.push_back(std::move(attribute));
    }
    const std::string overload = overload_of(source, overload_of_function);
    reader.bodies.overloads = reader.bodies.overloads || !overload.empty();
    if (reader.bodies.functions.emplace(name_of(source.domain(), source.name(), overload), std::move(function)).second)
      continue;
    reader.diagnostics.error(
        fmt::format("function '{}.{}' occurs twice", printable(source.domain()), printable(source.name())));
  }
}

const ModelFunction* find_function(const Reader& reader, const format::NodeProto& node) {
  if (reader.bodies.functions.empty()) return nullptr;
  const std::string overload = reader.bodies.overloads ? overload_of(node, overload_of_node) : "";
  const auto found = reader.bodies.functions.find(name_of(node.domain(), node.op_type(), overload));
  return found == reader.bodies.functions.end() ? nullptr : &found->second;
}

}  // namespace narrows::onnx_format
