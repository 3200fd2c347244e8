// ONNX front end: what the stored numbers of 8-bit inputs mean, which the operators that read them tell.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <set>
#include <string>

#include "frontends/onnx/reader.h"

namespace narrows::onnx_format {
namespace {

/// A constant of the file, before its nodes have been read.
std::optional<Tensor> find_constant(const Reader& reader, const std::string& name) {
  const auto known = reader.values.find(name);
  if (known != reader.values.end()) return reader.graph.tensors[known->second.tensor];
  for (const SourceNode& source : reader.nodes) {
    const format::NodeProto& node = *source.node;
    if (node.op_type() != "Constant" || node.output_size() != 1 || node.output(0) != name) continue;
    Diagnostics unused("");  // reported when the node is read
    DataFiles none = {};     // scales do not stand in other files
    if (node.attribute_size() == 1) return read_tensor(node.attribute(0).t(), "", none, unused);
  }
  return std::nullopt;
}

/// One scale and one zero point, where constants of these names are that.
std::optional<Quant> find_parameters(const Reader& reader, const std::string& scale, const std::string& zero) {
  const std::optional<Tensor> s = find_constant(reader, scale), z = find_constant(reader, zero);
  if (!s || s->type != DType::f32 || s->data.size() != 4) return std::nullopt;
  Quant quant = plain_numbers();
  std::memcpy(quant.scale.data(), s->data.data(), 4);
  if (!std::isnormal(quant.scale[0]) || quant.scale[0] < 0) return std::nullopt;
  if (zero.empty()) return quant;
  if (!z || !is_8bit(z->type) || z->data.size() != 1) return std::nullopt;
  quant.zero_point[0] = z->type == DType::u8 ? int{z->data[0]} : int{static_cast<int8_t>(z->data[0])};
  return quant;
}

}  // namespace

Quant quantization_of_input(const Reader& reader, const std::string& input, DType type) {
  const std::set<std::string> movers = {"Flatten", "Identity",  "MaxPool",  "Reshape",
                                        "Squeeze", "Transpose", "Unsqueeze"};
  std::set<std::string> names = {input};
  for (const SourceNode& source : reader.nodes) {
    const format::NodeProto& node = *source.node;
    const auto found = std::find_if(node.input().begin(), node.input().end(),
                                    [&](const std::string& name) { return names.count(name) > 0; });
    if (found == node.input().end()) continue;
    const auto at = static_cast<int>(found - node.input().begin());
    if (at == 0 && movers.count(node.op_type()) && node.output_size() > 0) names.insert(node.output(0));
    const bool reads = node.op_type() == "DequantizeLinear" || node.op_type().rfind("QLinear", 0) == 0;
    if (!reads || node.input_size() < at + 2) continue;
    const std::string zero_point = node.input_size() > at + 2 ? node.input(at + 2) : "";
    const auto quant = find_parameters(reader, node.input(at + 1), zero_point);
    if (!quant) break;
    const int lowest = type == DType::u8 ? 0 : -128;
    const bool in_range = quant->zero_point[0] >= lowest && quant->zero_point[0] <= lowest + 255;
    return in_range ? *quant : plain_numbers();
  }
  return plain_numbers();
}

}  // namespace narrows::onnx_format
