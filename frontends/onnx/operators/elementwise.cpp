// ONNX front end: arithmetic with broadcasting, and BatchNormalization.
#include <algorithm>
#include <cmath>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// What numpy's broadcasting makes of the two shapes.
bool broadcast(const NodeReader& r, const Shape& a, const Shape& b, Shape& result) {
  result.assign(std::max(a.size(), b.size()), 1);
  for (size_t i = 0; i < result.size(); ++i) {  // counted from the last dimension
    const int da = i < a.size() ? a[a.size() - 1 - i] : 1, db = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (da != db && da != 1 && db != 1) {
      return r.fail(fmt::format("shapes {} of '{}' and {} of '{}' do not broadcast", to_string(a), r.name(0),
                                to_string(b), r.name(1)));
    }
    result[result.size() - 1 - i] = std::max(da, db);
  }
  return true;
}

/// The order that spares transposes: it comes from an operand that is computed at run time and has all dimensions,
/// from a map before others.
Order common_order(const Reader& reader, const Value& a, const Value& b, size_t rank) {
  Order order = identity_order(rank);
  for (const Value& value : {b, a}) {
    const bool computed = !is_known(reader, value.tensor) && value.shape.size() == rank;
    if (computed && order != channels_last()) order = value.order;
  }
  return order;
}

/// The tensor of `value` with `rank` dimensions in `order`; dimensions that it lacks are 1 and come first.
std::optional<int> operand(NodeReader& r, const Value& value, size_t rank, const Order& order) {
  if (value.shape.size() == rank) return in_order(r, value, order);
  const std::optional<int> tensor = in_order(r, value, identity_order(value.shape.size()));
  if (!tensor) return std::nullopt;
  Shape shape(rank - value.shape.size(), 1);
  shape.insert(shape.end(), value.shape.begin(), value.shape.end());
  const Result padded = emit(r, {OpKind::reshape, {}, {*tensor}, shape, identity_order(rank), "/broadcast"});
  return padded ? in_order(r, *padded, order) : std::nullopt;
}

}  // namespace

Result emit_binary(NodeReader& r, OpKind kind, const Value& left, const Value& right, const char* suffix) {
  const Result a = settled(r, left), b = settled(r, right);
  Shape shape;
  if (!a || !b || !broadcast(r, a->shape, b->shape, shape)) return std::nullopt;
  const Order order = common_order(r.reader, *a, *b, shape.size());
  const std::optional<int> x = operand(r, *a, shape.size(), order);
  const std::optional<int> y = operand(r, *b, shape.size(), order);
  if (!x || !y) return std::nullopt;
  return emit(r, {kind, {}, {*x, *y}, shape, order, suffix});
}

namespace {

Result read_binary(NodeReader& r, OpKind kind) {
  if (!check_float(r, 1, "input")) return std::nullopt;
  return emit_binary(r, kind, r.input(0), r.input(1));
}

/// Reads Max, Min or Sum with any number of inputs as a chain of operators with two.
Result read_chain(NodeReader& r, OpKind kind, const char* suffix = "") {
  Result result = r.input(0);
  for (int i = 1; i < r.input_count(); ++i) {
    if (!r.has_input(i)) return r.refuse(fmt::format("input {} is absent, but is not optional", i));
    if (!check_float(r, i, "input")) return std::nullopt;
    const bool last = i + 1 == r.input_count();
    result = emit_binary(r, kind, *result, r.input(i), last ? suffix : "/part");
    if (!result) return std::nullopt;
  }
  return result;
}

}  // namespace

Result read_add(NodeReader& r) { return read_binary(r, OpKind::add); }

namespace {

Result read_sub(NodeReader& r) { return read_binary(r, OpKind::sub); }

}  // namespace

Result read_mul(NodeReader& r) { return read_binary(r, OpKind::mul); }

namespace {

Result read_max(NodeReader& r) { return read_chain(r, OpKind::maximum); }
Result read_min(NodeReader& r) { return read_chain(r, OpKind::minimum); }
Result read_sum(NodeReader& r) { return read_chain(r, OpKind::add); }

Result read_mean(NodeReader& r) {
  if (r.input_count() == 1) return r.input(0);
  const Result sum = read_chain(r, OpKind::add, "/sum");
  return sum ? emit_scaled(r, *sum, 1 / static_cast<float>(r.input_count())) : std::nullopt;
}

// x / c  =>  x * (1 / c), where c is constant
Result read_div(NodeReader& r) {
  if (!check_float(r, 1, "divisor")) return std::nullopt;
  if (!is_known(r.reader, r.input(1).tensor)) return emit_binary(r, OpKind::div, r.input(0), r.input(1));
  auto values = constant_floats(r, 1, "divisor");
  if (!values) return std::nullopt;
  if (!std::all_of(values->begin(), values->end(), [](float v) { return std::isnormal(v) && std::isnormal(1 / v); }))
    return emit_binary(r, OpKind::div, r.input(0), r.input(1));
  for (float& value : *values) value = 1 / value;
  const Result reciprocal = floats_value(r, "/reciprocal", r.input(1).shape, *values);
  return reciprocal ? emit_binary(r, OpKind::mul, r.input(0), *reciprocal) : std::nullopt;
}

// The remainder with the sign of x is that of the magnitudes, with this sign.
Result read_mod(NodeReader& r) {
  if (r.integer("fmod", 0) != 1) return r.refuse("fmod 0 is not supported for FLOAT; expected 1");
  if (!check_float(r, 1, "divisor")) return std::nullopt;
  const Result sign = emit_function(r, Function::sign, r.input(0), "/sign");
  const Result x = emit_function(r, Function::abs, r.input(0), "/dividend");
  const Result y = emit_function(r, Function::abs, r.input(1), "/divisor");
  if (!sign || !x || !y) return std::nullopt;
  const Result rest = emit_binary(r, OpKind::floor_mod, *x, *y, "/rest");
  return rest ? emit_binary(r, OpKind::mul, *rest, *sign) : std::nullopt;
}

// scale * (x - mean) / sqrt(variance + epsilon) + bias  =>  x * factor + addend
//
// A pass folds both into the convolution before them.
Result read_batch_normalization(NodeReader& r) {
  const Shape& shape = r.input(0).shape;
  if (shape.size() < 2)
    return r.refuse(
        fmt::format("shape of input '{}' is {}, expected at least 2 dimensions", r.name(0), to_string(shape)));
  if (r.integer("training_mode", 0) != 0) return r.refuse("training_mode 1 is not supported; expected 0");
  if (r.integer("spatial", 1) != 1) return r.refuse("spatial 0 is not supported; expected 1");
  const char* const names[] = {"scale", "bias", "mean", "variance"};
  std::vector<std::vector<float>> p;
  for (int i = 1; i <= 4; ++i) {
    const auto values = constant_floats(r, i, names[i - 1]);
    if (!values) return std::nullopt;
    if (r.input(i).shape != Shape{shape[1]}) {
      return r.refuse(fmt::format("{} '{}' has shape {}, expected [{}]", names[i - 1], r.name(i),
                                  to_string(r.input(i).shape), shape[1]));
    }
    p.push_back(*values);
  }
  std::vector<float> factor, addend;
  for (size_t c = 0; c < p[0].size(); ++c) {
    const double variance = double(p[3][c]) + r.real("epsilon", 1e-5f);
    if (!(variance > 0)) return r.refuse(fmt::format("variance '{}' of channel {} is not positive", r.name(4), c));
    const double f = p[0][c] / std::sqrt(variance);
    factor.push_back(static_cast<float>(f));
    addend.push_back(static_cast<float>(p[1][c] - p[2][c] * f));
  }
  Shape per_channel(shape.size(), 1);
  per_channel[1] = shape[1];
  const Result f = floats_value(r, "/factor", per_channel, factor);
  const Result a = floats_value(r, "/addend", per_channel, addend);
  if (!f || !a) return std::nullopt;
  const Result scaled = emit_binary(r, OpKind::mul, r.input(0), *f, "/scaled");
  return scaled ? emit_binary(r, OpKind::add, *scaled, *a) : std::nullopt;
}

constexpr Row rows[] = {
    {"Add", 2, 2, 1, read_add, integers_arithmetic, nullptr, {}},
    {"BatchNormalization",
     5,
     5,
     5,
     read_batch_normalization,
     nullptr,
     nullptr,
     {{"epsilon", type::real}, {"momentum", type::real}, {"spatial", type::integer}, {"training_mode", type::integer}}},
    {"Div", 2, 2, 1, read_div, integers_arithmetic, nullptr, {}},
    {"Max", 1, many, 1, read_max, nullptr, nullptr, {}},
    {"Mean", 1, many, 1, read_mean, nullptr, nullptr, {}},
    {"Min", 1, many, 1, read_min, nullptr, nullptr, {}},
    {"Mod", 2, 2, 1, read_mod, nullptr, nullptr, {{"fmod", type::integer}}},
    {"Mul", 2, 2, 1, read_mul, integers_arithmetic, nullptr, {}},
    {"Sum", 1, many, 1, read_sum, nullptr, nullptr, {}},
    {"Sub", 2, 2, 1, read_sub, integers_arithmetic, nullptr, {}},
};

}  // namespace

const Table<Row> elementwise_rows = rows;

}  // namespace narrows::onnx_format
