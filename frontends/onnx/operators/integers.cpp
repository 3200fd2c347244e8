// ONNX front end: arithmetic on shapes. Exporters compute the operand of a Reshape from the shape of a map, and
// conditions by comparing sizes; as every shape is known when the model is read, so are these integers, and no
// operator of the Graph comes of them. What is true is 1, what is false 0.
#include <algorithm>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

using Integers = std::vector<int64_t>;

/// Sizes and indices; nothing that computes with these numbers can overflow.
constexpr int64_t largest = int64_t{1} << 31;

std::optional<int64_t> compute(const std::string& op, int64_t a, int64_t b) {
  if (a < -largest || a > largest || b < -largest || b > largest) return std::nullopt;
  if (op == "Add") return a + b;
  if (op == "Sub") return a - b;
  if (op == "Mul") return a * b;
  if (b == 0) return std::nullopt;
  return a / b;
}

/// 1 where it holds, otherwise 0.
int64_t compare(const std::string& op, int64_t a, int64_t b) {
  if (op == "And") return a != 0 && b != 0;
  if (op == "Or") return a != 0 || b != 0;
  if (op == "Greater") return a > b;
  if (op == "GreaterOrEqual") return a >= b;
  if (op == "Less") return a < b;
  if (op == "LessOrEqual") return a <= b;
  return a == b;  // Equal
}

/// A list or a single number.
bool check_list(const NodeReader& r, int i) {
  if (r.input(i).shape.size() <= 1) return true;
  return r.fail(fmt::format("integers '{}' have shape {}; supported: lists and single numbers", r.name(i),
                            to_string(r.input(i).shape)));
}

std::optional<Integers> list_of(const NodeReader& r, int i, const char* what) {
  if (!check_list(r, i)) return std::nullopt;
  return constant_integers(r, i, what);
}

/// f(x, y) of the elements of both inputs; one element goes with all of the other input. f gives nothing where it
/// cannot.
template <typename F>
std::optional<Integers> combine(NodeReader& r, const F& f) {
  const auto a = list_of(r, 0, "operand"), b = list_of(r, 1, "operand");
  if (!a || !b) return std::nullopt;
  if (a->size() != b->size() && a->size() != 1 && b->size() != 1) {
    r.refuse(fmt::format("'{}' and '{}' have {} and {} elements", r.name(0), r.name(1), a->size(), b->size()));
    return std::nullopt;
  }
  Integers result;
  for (size_t i = 0; i < std::max(a->size(), b->size()); ++i) {
    const int64_t x = (*a)[a->size() == 1 ? 0 : i], y = (*b)[b->size() == 1 ? 0 : i];
    const std::optional<int64_t> value = f(x, y);
    if (!value) {
      r.refuse(fmt::format("cannot compute with {} and {}", x, y));
      return std::nullopt;
    }
    result.push_back(*value);
  }
  return result;
}

}  // namespace

Result integers_arithmetic(NodeReader& r) {
  const auto result = combine(r, [&](int64_t x, int64_t y) { return compute(r.source.origin.op, x, y); });
  if (!result) return std::nullopt;
  const bool single = r.input(0).shape.empty() && r.input(1).shape.empty();
  return integers_value(r, single ? Shape{} : Shape{static_cast<int>(result->size())}, *result);
}

namespace {

Result integers_comparison(NodeReader& r) {
  const auto result =
      combine(r, [&](int64_t x, int64_t y) { return std::optional(compare(r.source.origin.op, x, y)); });
  if (!result) return std::nullopt;
  const bool single = r.input(0).shape.empty() && r.input(1).shape.empty();
  return integers_value(r, single ? Shape{} : Shape{static_cast<int>(result->size())}, *result);
}

Result integers_not(NodeReader& r) {
  auto values = list_of(r, 0, "operand");
  if (!values) return std::nullopt;
  for (int64_t& value : *values) value = value == 0;
  return integers_value(r, r.input(0).shape, *values);
}

}  // namespace

/// Sizes fit all integer types.
Result integers_cast(NodeReader& r) {
  const int64_t to = r.integer("to", 0);
  const bool integer = to == format::TensorProto::INT32 || to == format::TensorProto::INT64;
  if (to == format::TensorProto::BOOL) {
    auto values = constant_integers(r, 0, "input");
    if (!values) return std::nullopt;
    for (int64_t& value : *values) value = value != 0;
    return integers_value(r, r.input(0).shape, *values);
  }
  return integer && r.tensor(0).constant() ? r.input(0) : read_cast(r);
}

Result integers_concat(NodeReader& r) {
  if (!is_known(r.reader, r.input(0).tensor)) return read_concat(r);
  Integers result;
  for (int i = 0; i < r.node().input_size(); ++i) {
    if (!r.has_input(i)) return r.refuse(fmt::format("input {} is absent, but is not optional", i));
    const auto part = list_of(r, i, "operand");
    if (!part) return std::nullopt;
    if (r.input(i).shape.empty())
      return r.refuse(fmt::format("input '{}' is a single number, expected a list", r.name(i)));
    result.insert(result.end(), part->begin(), part->end());
  }
  return integers_value(r, {static_cast<int>(result.size())}, result);
}

Result integers_gather(NodeReader& r) {
  if (!r.tensor(0).constant()) return read_gather(r);
  const auto data = list_of(r, 0, "data"), indices = list_of(r, 1, "indices");
  if (!data || !indices) return std::nullopt;
  const auto count = static_cast<int64_t>(data->size());
  Integers result;
  for (const int64_t index : *indices) {
    if (index < -count || index >= count)
      return r.refuse(fmt::format("index {} is out of range; expected {} to {}", index, -count, count - 1));
    result.push_back((*data)[static_cast<size_t>(index < 0 ? index + count : index)]);
  }
  return integers_value(r, r.input(1).shape, result);
}

Result integers_slice(NodeReader& r) {
  if (!r.tensor(0).constant()) return read_slice(r);
  const auto data = list_of(r, 0, "data");
  const auto starts = integers_of(r, "starts", 1), ends = integers_of(r, "ends", 2), axes = integers_of(r, "axes", 3);
  Integers steps = {1};
  if (r.has_input(4)) {
    const auto given = constant_integers(r, 4, "steps");
    if (!given) return std::nullopt;
    steps = *given;
  }
  if (!data || !starts || !ends || !axes) return std::nullopt;
  const bool along_0 = axes->empty() || *axes == Integers{0} || *axes == Integers{-1};
  if (starts->size() != 1 || ends->size() != 1 || !along_0 || steps != Integers{1})
    return r.refuse("of integers only one slice with step 1 is supported");
  const auto count = static_cast<int64_t>(data->size());
  const auto place = [count](int64_t i) {
    return std::clamp(i < 0 ? std::max(i, -count) + count : i, int64_t{0}, count);
  };
  const int64_t start = place(starts->front()), end = place(ends->front());
  if (start >= end) return r.refuse(fmt::format("the slice from {} to {} of {} elements is empty", start, end, count));
  return integers_value(r, {static_cast<int>(end - start)}, {data->begin() + start, data->begin() + end});
}

namespace {

constexpr Row rows[] = {
    {"And", 2, 2, 1, nullptr, integers_comparison, nullptr, {}},
    {"Equal", 2, 2, 1, nullptr, integers_comparison, nullptr, {}},
    {"Greater", 2, 2, 1, nullptr, integers_comparison, nullptr, {}},
    {"GreaterOrEqual", 2, 2, 1, nullptr, integers_comparison, nullptr, {}},
    {"Less", 2, 2, 1, nullptr, integers_comparison, nullptr, {}},
    {"LessOrEqual", 2, 2, 1, nullptr, integers_comparison, nullptr, {}},
    {"Not", 1, 1, 1, nullptr, integers_not, nullptr, {}},
    {"Or", 2, 2, 1, nullptr, integers_comparison, nullptr, {}},
};

}  // namespace

const Table<Row> integers_rows = rows;

}  // namespace narrows::onnx_format
