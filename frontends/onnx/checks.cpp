// ONNX front end: attributes, and the checks that many operators share.
#include <algorithm>
#include <cstring>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

const format::AttributeProto* find_attribute(const NodeReader& r, const char* name) {
  for (const format::AttributeProto& attribute : r.node().attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

}  // namespace

bool NodeReader::has_input(int i) const { return i < input_count() && (!operands.empty() || !node().input(i).empty()); }
const Value& NodeReader::input(int i) const {
  return operands.empty() ? reader.values.at(node().input(i)) : operands.at(i).value;
}
std::string NodeReader::name(int i) const {
  return operands.empty() ? printable(node().input(i)) : operands.at(i).name;
}
std::string NodeReader::output_name() const {
  const bool named = output < node().output_size() && !node().output(output).empty();
  return printable(node().output(named ? output : 0)) + suffix;
}

bool NodeReader::has(const char* attribute) const { return find_attribute(*this, attribute) != nullptr; }

int64_t NodeReader::integer(const char* attribute, int64_t otherwise) const {
  const auto* found = find_attribute(*this, attribute);
  return found ? found->i() : otherwise;
}

float NodeReader::real(const char* attribute, float otherwise) const {
  const auto* found = find_attribute(*this, attribute);
  return found ? found->f() : otherwise;
}

std::string NodeReader::text(const char* attribute, const std::string& otherwise) const {
  const auto* found = find_attribute(*this, attribute);
  return found ? found->s() : otherwise;
}

std::vector<int64_t> NodeReader::integers(const char* attribute) const {
  const auto* found = find_attribute(*this, attribute);
  if (!found) return {};
  return {found->ints().begin(), found->ints().end()};
}

std::vector<float> NodeReader::reals(const char* attribute) const {
  const auto* found = find_attribute(*this, attribute);
  if (!found) return {};
  return {found->floats().begin(), found->floats().end()};
}

const format::TensorProto& NodeReader::tensor_attribute(const char* attribute) const {
  const auto* found = find_attribute(*this, attribute);
  return found ? found->t() : format::TensorProto::default_instance();
}

const format::GraphProto& NodeReader::graph_attribute(const char* attribute) const {
  const auto* found = find_attribute(*this, attribute);
  return found ? found->g() : format::GraphProto::default_instance();
}

std::optional<Tensor> read_value(const NodeReader& r, const format::TensorProto& value) {
  const std::string label = fmt::format("the value of {} '{}'", r.source.origin.op, r.source.origin.name);
  return read_tensor(value, label, r.reader.files, r.reader.diagnostics);
}

bool check_rank(const NodeReader& r, int i, const char* what, size_t rank) {
  const Shape& shape = r.input(i).shape;
  if (shape.size() == rank) return true;
  return r.fail(fmt::format("shape of {} '{}' is {}, expected {} dimensions", what, r.name(i), to_string(shape), rank));
}

bool check_map(const NodeReader& r) {
  const Shape& shape = r.input(0).shape;
  if (!check_rank(r, 0, "input", 4)) return false;
  if (shape[0] == 1) return true;
  return r.fail(fmt::format("input '{}' with shape {} has batch size {}; only batch size 1 is supported", r.name(0),
                            to_string(shape), shape[0]));
}

bool check_constant(const NodeReader& r, int i, const char* what) {
  if (is_known(r.reader, r.input(i).tensor)) return true;
  return r.fail(fmt::format("{} '{}': expected a constant, found a value computed at run time", what, r.name(i)));
}

bool check_float(const NodeReader& r, int i, const char* what) {
  if (r.tensor(i).type == DType::f32) return true;
  return r.fail(fmt::format("{} '{}' has type {}, expected FLOAT", what, r.name(i), type_name(r.tensor(i).type)));
}

bool check_elements(const NodeReader& r, int i) {
  if (r.has_elements(i)) return true;
  return r.fail(fmt::format("input {} '{}' is {}{}, a constant without elements; expected at least one", i, r.name(i),
                            type_name(r.tensor(i).type), to_string(r.tensor(i).shape)));
}

bool normalise_axis(const NodeReader& r, int64_t axis, size_t rank, int& result) {
  const auto count = static_cast<int64_t>(rank);
  if (axis < -count || axis >= count) {
    return r.fail(fmt::format("axis {} is out of range; expected {} to {}", axis, -count, count - 1));
  }
  result = static_cast<int>(axis < 0 ? axis + count : axis);
  return true;
}

bool normalise_axes(const NodeReader& r, const std::vector<int64_t>& axes, size_t rank, std::vector<int>& result) {
  for (const int64_t axis : axes) {
    int normal = 0;
    if (!normalise_axis(r, axis, rank, normal)) return false;
    result.push_back(normal);
  }
  std::sort(result.begin(), result.end());
  if (std::adjacent_find(result.begin(), result.end()) == result.end()) return true;
  return r.fail(fmt::format("axes [{}] name a dimension twice", fmt::join(axes, ",")));
}

std::optional<std::vector<int64_t>> constant_integers(const NodeReader& r, int i, const char* what) {
  constexpr int64_t limit = 1000;  // integers describe shapes and axes
  const Tensor& tensor = r.tensor(i);
  if (!check_constant(r, i, what)) return std::nullopt;
  if (tensor.type != DType::i32 && tensor.type != DType::i64) {
    return r.refuse(
        fmt::format("{} '{}' has type {}, expected INT32 or INT64", what, r.name(i), type_name(tensor.type)));
  }
  if (element_count(tensor.shape) > limit) {
    return r.refuse(fmt::format("{} '{}' has {} values, more than the limit of {}", what, r.name(i),
                                element_count(tensor.shape), limit));
  }
  std::vector<int64_t> values(static_cast<size_t>(element_count(tensor.shape)));
  for (size_t k = 0; k < values.size(); ++k) {
    int32_t narrow = 0;
    if (tensor.type == DType::i64) {
      std::memcpy(&values[k], &tensor.data[8 * k], 8);
    } else {
      std::memcpy(&narrow, &tensor.data[4 * k], 4);
      values[k] = narrow;
    }
  }
  return values;
}

std::optional<std::vector<float>> constant_floats(const NodeReader& given, int i, const char* what) {
  NodeReader r = given;
  if (!check_constant(r, i, what) || !check_float(r, i, what)) return std::nullopt;
  const std::optional<int> tensor = in_order(r, r.input(i), identity_order(r.input(i).shape.size()));
  if (!tensor) return std::nullopt;
  return known_floats(r.reader, *tensor);
}

std::optional<std::vector<int64_t>> integers_of(const NodeReader& r, const char* attribute, int i) {
  if (!r.has_input(i)) return r.integers(attribute);
  if (!r.has(attribute)) return constant_integers(r, i, attribute);
  return r.refuse(fmt::format("has {} both as an attribute and as input '{}'", attribute, r.name(i)));
}

}  // namespace narrows::onnx_format
