// ONNX front end: convolutions and pools in one dimension, as sound and other signals have them. A line [1,c,w] is read
// as a map of one row [1,c,1,w]; nothing moves for that.
#include <optional>
#include <tuple>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

Shape with_row(const Shape& line) { return {line[0], line[1], 1, line[2]}; }

/// The line as a map, whose tensor is NHWC.
Result map_of(NodeReader& r, const Value& line) {
  if (line.map == with_row(line.shape) && line.order == channels_last())
    return Value{line.tensor, line.map, line.map, line.order};
  const std::optional<int> tensor = in_order(r, line, {0, 2, 1});
  if (!tensor) return std::nullopt;
  const Shape shape = with_row(line.shape);
  const auto key = std::make_tuple(*tensor, shape, channels_last());
  if (const auto known = r.reader.copies.find(key); known != r.reader.copies.end())
    return Value{known->second, shape, shape, channels_last()};
  const Result map = emit(r, {OpKind::reshape, {}, {*tensor}, shape, channels_last(), "/row"});
  if (map) r.reader.copies[key] = map->tensor;
  return map;
}

/// The map as a line, which whoever needs a map again can have without its reshape.
Result line_of(NodeReader& r, const Value& map) {
  const std::optional<int> tensor = in_order(r, map, channels_last());
  if (!tensor) return std::nullopt;
  return Value{*tensor, {map.shape[0], map.shape[1], map.shape[3]}, map.shape, channels_last()};
}

Result weights_of(NodeReader& r) {
  if (!check_rank(r, 1, "weights", 3) || !check_constant(r, 1, "weights")) return std::nullopt;
  const std::optional<int> tensor = in_order(r, r.input(1), identity_order(3));
  if (!tensor) return std::nullopt;
  return emit(r, {OpKind::reshape, {}, {*tensor}, with_row(r.input(1).shape), identity_order(4), "/weights"});
}

}  // namespace

Result read_line(NodeReader& r, Result (*read)(NodeReader&)) {
  std::vector<Operand> operands;
  for (int i = 0; i < r.input_count() && r.has_input(i); ++i) {
    const Result value = i == 0 ? map_of(r, r.input(0)) : i == 1 ? weights_of(r) : Result(r.input(i));
    if (!value) return std::nullopt;
    operands.push_back({r.name(i), *value});
  }
  NodeReader inner{r.reader, r.source, {}, 0, std::move(operands), ""};
  inner.line = true;
  const Result map = read(inner);
  return map ? line_of(r, *map) : std::nullopt;
}

}  // namespace narrows::onnx_format
