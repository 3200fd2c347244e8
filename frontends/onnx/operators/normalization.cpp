// ONNX front end: normalizations whose mean and variance are computed at run time, as what they are made of.
#include <algorithm>
#include <limits>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// What is left of the mean, and 1 / the standard deviation, which has 1 for the dimensions that are `normalized`.
struct Normalized {
  Value centered, factor;
};

// (x - mean(x)), 1 / sqrt(mean((x - mean(x))^2) + epsilon)
std::optional<Normalized> normalize(NodeReader& r, const Value& x, const std::vector<int>& normalized) {
  const Reduced reduced = {normalized, Dimensions::kept};
  const Result mean = emit_reduction(r, OpKind::mean, x, reduced, "/mean");
  const Result centered = mean ? emit_binary(r, OpKind::sub, x, *mean, "/centered") : std::nullopt;
  const Result squares = centered ? emit_function(r, Function::square, *centered, "/squares") : std::nullopt;
  const Result variance = squares ? emit_reduction(r, OpKind::mean, *squares, reduced, "/variance") : std::nullopt;
  const Result epsilon = floats_value(r, "/epsilon", {}, {r.real("epsilon", 1e-5f)});
  if (!variance || !epsilon) return std::nullopt;
  const Result sum = emit_binary(r, OpKind::add, *variance, *epsilon, "/above_zero");
  const Result factor = sum ? emit_function(r, Function::rsqrt, *sum, "/factor") : std::nullopt;
  return factor ? std::optional<Normalized>({*centered, *factor}) : std::nullopt;
}

/// Input `i` as numbers for dimension 1 of a value with `rank` dimensions; nothing after an error.
Result per_channel(NodeReader& r, int i, const char* what, int channels, size_t rank) {
  const auto values = constant_floats(r, i, what);
  if (!values) return std::nullopt;
  if (r.input(i).shape != Shape{channels}) {
    return r.refuse(
        fmt::format("{} '{}' has shape {}, expected [{}]", what, r.name(i), to_string(r.input(i).shape), channels));
  }
  Shape shape(rank, 1);
  shape[1] = channels;
  return floats_value(r, i == 1 ? "/scale" : "/bias", shape, *values);
}

bool check_spatial(const NodeReader& r) {
  const Shape& shape = r.input(0).shape;
  if (shape.size() >= 3) return true;
  return r.fail(fmt::format("shape of input '{}' is {}, expected at least 3 dimensions", r.name(0), to_string(shape)));
}

std::vector<int> dimensions_from(int first, size_t rank) {
  std::vector<int> axes;
  for (int d = first; d < static_cast<int>(rank); ++d) axes.push_back(d);
  return axes;
}

// The scale comes to the factor, which is smaller than the value.
Result scale_and_shift(NodeReader& r, const Normalized& n, const Value& scale, const Value& bias) {
  const Result factor = emit_binary(r, OpKind::mul, n.factor, scale, "/scaled_factor");
  const Result scaled = factor ? emit_binary(r, OpKind::mul, n.centered, *factor, "/scaled") : std::nullopt;
  return scaled ? emit_binary(r, OpKind::add, *scaled, bias) : std::nullopt;
}

Result read_instance_normalization(NodeReader& r) {
  if (!check_spatial(r)) return std::nullopt;
  const Shape& shape = r.input(0).shape;
  const Result scale = per_channel(r, 1, "scale", shape[1], shape.size());
  const Result bias = scale ? per_channel(r, 2, "bias", shape[1], shape.size()) : std::nullopt;
  const auto n = bias ? normalize(r, r.input(0), dimensions_from(2, shape.size())) : std::nullopt;
  return n ? scale_and_shift(r, *n, *scale, *bias) : std::nullopt;
}

Result read_layer_normalization(NodeReader& r) {
  const size_t rank = r.input(0).shape.size();
  int axis = 0;
  if (!normalise_axis(r, r.integer("axis", -1), rank, axis)) return std::nullopt;
  if (r.integer("stash_type", 1) != 1) return r.refuse("stash_type is not 1, which is all that is supported");
  const auto n = normalize(r, r.input(0), dimensions_from(axis, rank));
  const Result unit = n ? emit_binary(r, OpKind::mul, n->centered, n->factor, "/unit") : std::nullopt;
  if (!unit || !check_float(r, 1, "scale")) return std::nullopt;
  const bool shifts = r.has_input(2);
  const Result scaled = emit_binary(r, OpKind::mul, *unit, r.input(1), shifts ? "/scaled" : "");
  if (!scaled || !shifts || !check_float(r, 2, "bias")) return scaled;
  return emit_binary(r, OpKind::add, *scaled, r.input(2));
}

/// [1,c,...] as [1,groups,c / groups,...], or back: the dimensions of the tensor stay where they are.
Result regroup(NodeReader& r, const Value& value, const Shape& shape, const Order& order) {
  return emit(r, {OpKind::reshape, {}, {value.tensor}, shape, order, "/groups"});
}

Order split_order(const Order& order) {
  Order split;
  for (const int d : order) {
    split.push_back(d > 1 ? d + 1 : d);
    if (d == 1) split.push_back(2);
  }
  return split;
}

/// Numbers for each group, as those before operator set 21 are, for each of its channels.
Result group_numbers(NodeReader& r, int i, const char* what, int groups) {
  const Shape& shape = r.input(0).shape;
  if (r.reader.opset >= 21) return per_channel(r, i, what, shape[1], shape.size());
  const Result value = per_channel(r, i, what, groups, shape.size());
  if (!value) return std::nullopt;
  const std::vector<float> few = known_floats(r.reader, value->tensor);
  std::vector<float> all;
  for (int c = 0; c < shape[1]; ++c) all.push_back(few[static_cast<size_t>(c / (shape[1] / groups))]);
  Shape wide(shape.size(), 1);
  wide[1] = shape[1];
  return floats_value(r, i == 1 ? "/scales" : "/biases", wide, all);
}

Result read_group_normalization(NodeReader& r) {
  if (!check_spatial(r)) return std::nullopt;
  const Shape shape = r.input(0).shape;
  const int64_t groups = r.integer("num_groups", 0);
  if (groups < 1 || groups > shape[1] || shape[1] % groups != 0)
    return r.refuse(fmt::format("num_groups is {}; expected a divisor of {} channels", groups, shape[1]));
  const Result scale = group_numbers(r, 1, "scale", static_cast<int>(groups));
  const Result bias = scale ? group_numbers(r, 2, "bias", static_cast<int>(groups)) : std::nullopt;
  const Result x = bias ? settled(r, r.input(0)) : std::nullopt;
  if (!x) return std::nullopt;
  Shape split = shape;
  split[1] = static_cast<int>(groups);
  split.insert(split.begin() + 2, static_cast<int>(shape[1] / groups));
  const Result grouped = regroup(r, *x, split, split_order(x->order));
  const auto n = grouped ? normalize(r, *grouped, dimensions_from(2, split.size())) : std::nullopt;
  const Result unit = n ? emit_binary(r, OpKind::mul, n->centered, n->factor, "/unit") : std::nullopt;
  const std::optional<int> tensor = unit ? in_order(r, *unit, split_order(x->order)) : std::nullopt;
  if (!tensor) return std::nullopt;
  const Result joined = regroup(r, {*tensor, split, split, split_order(x->order)}, shape, x->order);
  const Result scaled = joined ? emit_binary(r, OpKind::mul, *joined, *scale, "/scaled") : std::nullopt;
  return scaled ? emit_binary(r, OpKind::add, *scaled, *bias) : std::nullopt;
}

// x / (sum(|x|^p))^(1/p); 0 where all are 0
Result read_lp_normalization(NodeReader& r) {
  const int64_t p = r.integer("p", 2);
  if (p != 1 && p != 2) return r.refuse(fmt::format("p is {}; supported: 1, 2", p));
  int axis = 0;
  if (!normalise_axis(r, r.integer("axis", -1), r.input(0).shape.size(), axis)) return std::nullopt;
  const Result parts = emit_function(r, p == 1 ? Function::abs : Function::square, r.input(0), "/parts");
  const Reduced reduced = {{axis}, Dimensions::kept};
  const Result sum = parts ? emit_reduction(r, OpKind::sum, *parts, reduced, "/sum") : std::nullopt;
  const Result norm = sum && p == 2 ? emit_function(r, Function::sqrt, *sum, "/norm") : sum;
  const Result least = floats_value(r, "/least", {}, {std::numeric_limits<float>::min()});
  if (!norm || !least) return std::nullopt;
  const Result divisor = emit_binary(r, OpKind::maximum, *norm, *least, "/divisor");
  return divisor ? emit_binary(r, OpKind::div, r.input(0), *divisor) : std::nullopt;
}

constexpr Row rows[] = {
    {"GroupNormalization",
     3,
     3,
     1,
     read_group_normalization,
     nullptr,
     nullptr,
     {{"epsilon", type::real}, {"num_groups", type::integer}, {"stash_type", type::integer}}},
    {"InstanceNormalization", 3, 3, 1, read_instance_normalization, nullptr, nullptr, {{"epsilon", type::real}}},
    {"LayerNormalization",
     2,
     3,
     3,
     read_layer_normalization,
     nullptr,
     nullptr,
     {{"axis", type::integer}, {"epsilon", type::real}, {"stash_type", type::integer}}},
    {"LpNormalization",
     1,
     1,
     1,
     read_lp_normalization,
     nullptr,
     nullptr,
     {{"axis", type::integer}, {"p", type::integer}}},
};

}  // namespace

const Table<Row> normalization_rows = rows;

}  // namespace narrows::onnx_format
