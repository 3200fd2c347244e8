// ONNX front end: operators that move elements by a rule: Tile, DepthToSpace, SpaceToDepth. Where that is a slice or a
// transpose of the elements in other dimensions, the Graph has these.
#include <algorithm>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"
#include "frontends/repeats.h"

namespace narrows::onnx_format {

std::optional<int> flattened(NodeReader& r, int tensor, const Shape& shape, const char* suffix) {
  if (r.reader.graph.tensors[tensor].shape == shape) return tensor;
  const Result result = emit(r, {OpKind::reshape, {}, {tensor}, shape, identity_order(shape.size()), suffix});
  return result ? std::optional(result->tensor) : std::nullopt;
}

namespace {

Result read_tile(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  const auto requested = constant_integers(r, 1, "repeats");
  if (!value || !requested) return std::nullopt;
  Shape shape = value->shape;
  const bool positive = std::all_of(requested->begin(), requested->end(), [](int64_t n) { return n >= 1; });
  if (requested->size() != shape.size() || !positive) {
    return r.refuse(fmt::format("repeats '{}' are [{}], expected {} positive numbers for input '{}' with shape {}",
                                r.name(1), fmt::join(*requested, ","), shape.size(), r.name(0), to_string(shape)));
  }
  std::vector<int> counts;
  for (size_t d = 0; d < shape.size(); ++d) {
    counts.push_back(static_cast<int>(std::min((*requested)[d], max_bytes)));
    shape[d] = static_cast<int>(std::min(int64_t{shape[d]} * counts[d], max_bytes));
  }
  if (shape == value->shape) return value;
  if (!check_size(r, shape, /*constant=*/true)) return std::nullopt;
  std::optional<int> tensor = value->tensor;
  for (const Repeat& repeat : repeats_of(permuted(value->shape, value->order), permuted(counts, value->order))) {
    Attributes attr;
    attr.begin.assign(repeat.in.size(), 0);
    attr.steps = repeat.steps;
    tensor = flattened(r, *tensor, repeat.in, "/pieces");
    if (!tensor) return std::nullopt;
    const Result copies =
        emit(r, {OpKind::slice, attr, {*tensor}, repeat.out, identity_order(repeat.out.size()), "/repeated"});
    if (!copies) return std::nullopt;
    tensor = copies->tensor;
  }
  return emit(r, {OpKind::reshape, {}, {*tensor}, shape, value->order});
}

/// The attribute blocksize, which divides the map.
std::optional<int> read_block_size(NodeReader& r, bool divides_pixels) {
  if (!check_map(r)) return std::nullopt;
  const Shape& map = r.input(0).shape;
  const int64_t size = r.integer("blocksize", 0);
  const bool legal = size >= 1 && size <= 4096;
  if (legal && (divides_pixels ? map[2] % size == 0 && map[3] % size == 0 : map[1] % (size * size) == 0))
    return static_cast<int>(size);
  r.fail(fmt::format("blocksize {} does not divide input '{}' with shape {}", size, r.name(0), to_string(map)));
  return std::nullopt;
}

/// A transpose of the map, whose tensor is NHWC, in the dimensions of `blocks`.
Result emit_moved_blocks(NodeReader& r, const Shape& blocks, const std::vector<int>& axes, const Shape& shape) {
  const std::optional<int> map = in_order(r, r.input(0), channels_last());
  const std::optional<int> cut = map ? flattened(r, *map, blocks, "/blocks") : std::nullopt;
  if (!cut) return std::nullopt;
  Attributes attr;
  attr.axes = axes;
  const Shape moved = permuted(blocks, axes);
  const Result result = emit(r, {OpKind::transpose, attr, {*cut}, moved, identity_order(moved.size()), "/moved"});
  return result ? emit(r, {OpKind::reshape, {}, {result->tensor}, shape, channels_last()}) : std::nullopt;
}

Result read_depth_to_space(NodeReader& r) {
  const std::string mode = r.text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD")
    return r.refuse(fmt::format("mode '{}' is not known; expected DCR or CRD", printable(mode)));
  const std::optional<int> size = read_block_size(r, /*divides_pixels=*/false);
  if (!size) return std::nullopt;
  const Shape map = r.input(0).shape;
  const int n = *size, channels = map[1] / (n * n);
  if (std::max(map[2], map[3]) > max_bytes / n) return r.refuse("the result is too large");
  const Shape shape = {map[0], channels, map[2] * n, map[3] * n};
  if (mode == "CRD") return emit_moved_blocks(r, {map[0], map[2], map[3], channels, n, n}, {0, 1, 4, 2, 5, 3}, shape);
  const std::optional<int> input = in_order(r, r.input(0), channels_last());
  Attributes attr;
  attr.window.stride_h = attr.window.stride_w = n;
  return input ? emit(r, {OpKind::depth_to_space, attr, {*input}, shape, channels_last()}) : std::nullopt;
}

Result read_space_to_depth(NodeReader& r) {
  const std::optional<int> size = read_block_size(r, /*divides_pixels=*/true);
  if (!size) return std::nullopt;
  const Shape map = r.input(0).shape;
  const int n = *size, height = map[2] / n, width = map[3] / n;
  return emit_moved_blocks(r, {map[0], height, n, width, n, map[1]}, {0, 1, 3, 2, 4, 5},
                           {map[0], map[1] * n * n, height, width});
}

constexpr Row rows[] = {
    {"DepthToSpace",
     1,
     1,
     1,
     read_depth_to_space,
     nullptr,
     read_depth_to_space,
     {{"blocksize", type::integer}, {"mode", type::text}}},
    {"SpaceToDepth", 1, 1, 1, read_space_to_depth, nullptr, read_space_to_depth, {{"blocksize", type::integer}}},
    {"Tile", 2, 2, 1, read_tile, read_tile, read_tile, {}},
};

}  // namespace

const Table<Row> move_rows = rows;

}  // namespace narrows::onnx_format
