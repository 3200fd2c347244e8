// ONNX front end: shapes that the file states besides those of its inputs. All shapes follow from the inputs, and tools
// that change an input often leave the others as they were: what the operators make counts.
#include <fmt/format.h>

#include <string>

#include "frontends/messages.h"
#include "frontends/onnx/reader.h"

namespace narrows::onnx_format {
namespace {

/// What the file says of a shape, where it is not `shape`: "[1,?,7]". Empty where the two agree, or it says nothing.
std::string other_shape(const format::ValueInfoProto& source, const Shape& shape) {
  if (!source.type().tensor_type().has_shape()) return "";
  const auto& declared = source.type().tensor_type().shape();
  bool same = declared.dim_size() == static_cast<int>(shape.size());
  std::string text;
  for (int i = 0; i < declared.dim_size() && i <= static_cast<int>(max_rank); ++i) {
    const auto& d = declared.dim(i);
    text += (i ? "," : "") + (is_fixed(d) ? std::to_string(d.dim_value()) : std::string("?"));
    same = same && (!is_fixed(d) || d.dim_value() == shape[i]);
  }
  return same ? "" : "[" + text + (declared.dim_size() > static_cast<int>(max_rank) + 1 ? ",...]" : "]");
}

}  // namespace

void check_declared_shapes(Reader& reader) {
  for (const format::ValueInfoProto& output : reader.source().output()) {
    const auto value = reader.values.find(output.name());
    if (value == reader.values.end()) continue;
    const std::string text = other_shape(output, value->second.shape);
    if (text.empty()) continue;
    reader.diagnostics.warning(fmt::format("model output '{}' is declared with shape {}, but its operators make {}",
                                           printable(output.name()), text, to_string(value->second.shape)));
  }
  int others = 0;
  std::string first;
  for (const format::ValueInfoProto& info : reader.source().value_info()) {
    const auto value = reader.values.find(info.name());
    const std::string text = value == reader.values.end() ? "" : other_shape(info, value->second.shape);
    if (text.empty() || others++ > 0) continue;
    first = fmt::format("'{}' with {} instead of {}", printable(info.name()), text, to_string(value->second.shape));
  }
  if (others == 0) return;
  reader.diagnostics.warning(fmt::format("{} declared with another shape than the operators make: {}{}",
                                         others == 1 ? "a value is" : fmt::format("{} values are", others),
                                         others == 1 ? "" : "first ", first));
}

}  // namespace narrows::onnx_format
