// ONNX front end: operators that make larger tensors of small ones. Models compute the arguments of others
// with them; what they make of constants is computed when the model is read.
#include <algorithm>
#include <optional>

#include "frontends/choice.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

using Integers = std::vector<int64_t>;

/// The shape that input `i` asks for.
std::optional<Shape> read_target(const NodeReader& r, int i) {
  const auto sizes = constant_integers(r, i, "shape");
  if (!sizes) return std::nullopt;
  Shape shape;
  for (const int64_t size : *sizes) {
    if (size < 1 || size > max_bytes) {
      r.fail(fmt::format("shape [{}] has the size {}; expected positive sizes", fmt::join(*sizes, ","), size));
      return std::nullopt;
    }
    shape.push_back(static_cast<int>(size));
  }
  if (!check_size(r, shape, /*constant=*/true)) return std::nullopt;
  return shape;
}

/// Integers describe shapes; there are never many.
bool check_few(const NodeReader& r, int64_t count) {
  constexpr int64_t limit = 1000;
  return count <= limit || r.fail(fmt::format("the result has {} integers, more than the limit of {}", count, limit));
}

// expand(x)  =>  x * 1, broadcast
Result read_expand(NodeReader& r) {
  const auto shape = read_target(r, 1);
  if (!shape) return std::nullopt;
  const std::vector<float> ones(static_cast<size_t>(element_count(*shape)), 1.0f);
  const Shape& own = r.input(0).shape;
  const bool same = own.size() >= shape->size() && std::equal(shape->rbegin(), shape->rend(), own.rbegin(),
                                                              [](int a, int b) { return a == b || a == 1; });
  if (same) return r.input(0);
  const Result factor = floats_value(r, "/ones", *shape, ones);
  return factor ? emit_binary(r, OpKind::mul, r.input(0), *factor) : std::nullopt;
}

/// A list of one number, or one that has its size already.
Result integers_expand(NodeReader& r) {
  const auto values = constant_integers(r, 0, "input");
  const auto shape = read_target(r, 1);
  if (!values || !shape || !check_few(r, element_count(*shape))) return std::nullopt;
  if (r.input(0).shape == *shape || *shape == Shape{1}) return r.input(0);
  if (values->size() == 1)
    return integers_value(r, *shape, Integers(static_cast<size_t>(element_count(*shape)), values->front()));
  return r.refuse(fmt::format("expands integers '{}' with shape {} to {}; supported: single numbers", r.name(0),
                              to_string(r.input(0).shape), to_string(*shape)));
}

Result read_constant_of_shape(NodeReader& r) {
  const auto shape = read_target(r, 0);
  if (!shape) return std::nullopt;
  std::optional<Tensor> value = Tensor();
  value->data.assign(sizeof(float), 0);
  if (r.has("value")) value = read_value(r, r.tensor_attribute("value"));
  if (!value) return std::nullopt;
  if (element_count(value->shape) != 1)
    return r.refuse(fmt::format("value has shape {}, expected one element", to_string(value->shape)));
  Tensor tensor = *value;
  tensor.name = r.output_name();
  tensor.shape = *shape;
  tensor.data.clear();
  const int64_t count = element_count(*shape);
  if (tensor.type != DType::f32 && !check_few(r, count)) return std::nullopt;
  if (!count_constant(r, tensor.bytes())) return std::nullopt;
  tensor.data.reserve(static_cast<size_t>(tensor.bytes()));
  for (int64_t i = 0; i < count; ++i) tensor.data.insert(tensor.data.end(), value->data.begin(), value->data.end());
  return plain_value(r.reader, std::move(tensor));
}

Result integers_range(NodeReader& r) {
  const auto start = constant_integers(r, 0, "start"), limit = constant_integers(r, 1, "limit"),
             delta = constant_integers(r, 2, "delta");
  if (!start || !limit || !delta) return std::nullopt;
  constexpr int64_t largest = int64_t{1} << 31;
  const auto legal = [](const Integers& v) { return v.size() == 1 && v[0] >= -largest && v[0] <= largest; };
  if (!legal(*start) || !legal(*limit) || !legal(*delta) || delta->front() == 0)
    return r.refuse("expected a single start, limit and delta of at most 32 bits, and a delta that is not 0");
  const int64_t first = start->front(), step = delta->front(), span = limit->front() - first;
  const int64_t count = step > 0 ? (span + step - 1) / step : (span + step + 1) / step;
  if (count < 1) return r.refuse(fmt::format("the range from {} to {} by {} is empty", first, limit->front(), step));
  if (!check_few(r, count)) return std::nullopt;
  Integers values;
  for (int64_t i = 0; i < count; ++i) values.push_back(first + i * step);
  return integers_value(r, {static_cast<int>(count)}, values);
}

/// Elements of inputs 1 and 2, as the choice has them.
Result emit_chosen(NodeReader& r, const Choice& choice, const Shape& shape) {
  std::vector<int> parts;
  int count = 0;
  for (const int i : {1, 2}) {
    const std::optional<int> tensor = in_order(r, r.input(i), identity_order(r.input(i).shape.size()));
    const auto size = static_cast<int>(element_count(r.input(i).shape));
    const std::optional<int> flat = tensor ? flattened(r, *tensor, {size}, "/flat") : std::nullopt;
    if (!flat) return std::nullopt;
    parts.push_back(*flat);
    count += size;
  }
  const Result both = emit(r, {OpKind::concatenation, {}, parts, {count}, identity_order(1), "/both"});
  if (!both) return std::nullopt;
  Tensor indices = indices_of(choice);
  indices.name = r.output_name() + "/indices";
  const Shape flat = {indices.shape[0]};
  const std::vector<int> operands = {both->tensor, r.reader.graph.add(std::move(indices))};
  const Result chosen = emit(r, {OpKind::gather, {}, operands, flat, identity_order(1), "/chosen"});
  return chosen ? emit(r, {OpKind::reshape, {}, {chosen->tensor}, shape, identity_order(shape.size())}) : std::nullopt;
}

/// The condition is known; the operands need not be.
Result read_where(NodeReader& r) {
  const Shape &a = r.input(1).shape, &b = r.input(2).shape;
  constexpr int64_t most = 1 << 20;
  if (!check_constant(r, 0, "condition")) return std::nullopt;
  const std::optional<Shape> shape = broadcast_shape({r.input(0).shape, a, b});
  const bool alike = r.tensor(1).type == r.tensor(2).type && !is_8bit(r.tensor(1).type);
  if (!shape || !alike || element_count(*shape) > most) {
    return r.refuse(
        fmt::format("condition {} chooses between {}{} and {}{}; expected arrays that can be broadcast, of "
                    "one type, FLOAT, INT32 or INT64, and at most {} elements",
                    to_string(r.input(0).shape), type_name(r.tensor(1).type), to_string(a), type_name(r.tensor(2).type),
                    to_string(b), most));
  }
  const std::optional<int> known = in_order(r, r.input(0), identity_order(r.input(0).shape.size()));
  if (!known) return std::nullopt;
  const Choice choice = chosen_places(r.reader.graph.tensors[*known], a, b, *shape);
  if (!choice.takes_second && a == *shape) return r.input(1);
  if (!choice.takes_first && b == *shape) return r.input(2);
  return emit_chosen(r, choice, *shape);
}

/// `condition` holds 0 and 1.
Result integers_where(NodeReader& r) {
  const auto is_list = [&](int i) { return r.tensor(i).constant() && is_integer(r.tensor(i).type); };
  if (!is_list(1) || !is_list(2) || r.input(0).shape.size() > 1) return read_where(r);
  const auto condition = constant_integers(r, 0, "condition"), a = constant_integers(r, 1, "operand"),
             b = constant_integers(r, 2, "operand");
  if (!condition || !a || !b) return std::nullopt;
  const size_t count = std::max({condition->size(), a->size(), b->size()});
  const auto fits = [count](const Integers& v) { return v.size() == count || v.size() == 1; };
  if (!fits(*condition) || !fits(*a) || !fits(*b))
    return r.refuse(fmt::format("'{}', '{}' and '{}' have {}, {} and {} elements", r.name(0), r.name(1), r.name(2),
                                condition->size(), a->size(), b->size()));
  const auto at = [](const Integers& v, size_t i) { return v[v.size() == 1 ? 0 : i]; };
  Integers values;
  for (size_t i = 0; i < count; ++i) values.push_back(at(at(*condition, i) != 0 ? *a : *b, i));
  return integers_value(r, {static_cast<int>(count)}, values);
}

constexpr Row rows[] = {
    {"ConstantOfShape", 1, 1, 1, nullptr, read_constant_of_shape, nullptr, {{"value", type::tensor}}, 0},
    {"Expand", 2, 2, 1, read_expand, integers_expand, nullptr, {}, 1},
    {"Range", 3, 3, 1, nullptr, integers_range, nullptr, {}},
    {"Where", 3, 3, 1, nullptr, integers_where, nullptr, {}},
};

}  // namespace

const Table<Row> fill_rows = rows;

}  // namespace narrows::onnx_format
