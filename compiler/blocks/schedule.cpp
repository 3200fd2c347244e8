#include "compiler/blocks/schedule.h"

#include <fmt/format.h>

#include <sstream>

namespace narrows {

namespace {

constexpr Variant kVariants[] = {Variant::automatic, Variant::rows,    Variant::channels,
                                 Variant::layerwise, Variant::cascade, Variant::halide};
constexpr int kMaxParts = 9999, kMaxColumns = 64;
// Tiles of more values than that are not legal, whatever the target: they would not be in registers.
constexpr int kMaxTile = 64;

/// A number from 1 to `largest`, or 0.
int parse_number(const std::string& text, int largest) {
  if (text.empty() || text.size() > 4 || text.find_first_not_of("0123456789") != std::string::npos) return 0;
  const int number = std::stoi(text);
  return number <= largest ? number : 0;
}

bool parse_variant(const std::string& word, Schedule* schedule) {
  for (Variant v : kVariants) {
    if (word != to_string(v)) continue;
    schedule->variant = v;
    return true;
  }
  for (Variant v : {Variant::channels, Variant::cascade}) {
    const std::string prefix = to_string(v) + ":";
    if (word.rfind(prefix, 0) != 0) continue;
    schedule->variant = v;
    schedule->parts = parse_number(word.substr(prefix.size()), kMaxParts);
    return schedule->parts > 0;
  }
  return false;
}

bool parse_tile(const std::string& word, Tile* tile) {
  if (word == "-") return true;
  const size_t x = word.find('x');
  if (x == std::string::npos) return false;
  *tile = {parse_number(word.substr(0, x), kMaxTile), parse_number(word.substr(x + 1), kMaxTile)};
  return tile->vectors > 0 && tile->pixels > 0 && tile->vectors * tile->pixels <= kMaxTile;
}

bool parse(const std::string& text, Schedule* schedule) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  std::istringstream words(text);
  std::string word;
  words >> word;
  if (!parse_variant(word, schedule)) return false;
  const std::string columns = "columns:";
  while (words >> word) {
    if (word.rfind(columns, 0) == 0 && !schedule->columns && schedule->tiles.empty()) {
      schedule->columns = parse_number(word.substr(columns.size()), kMaxColumns);
      if (!schedule->columns) return false;
      continue;
    }
    if (word == "plain" && !schedule->plain && schedule->tiles.empty()) {
      schedule->plain = true;
      continue;
    }
    schedule->tiles.push_back({});
    if (!parse_tile(word, &schedule->tiles.back())) return false;
  }
  return true;
}

std::string window_text(const Window& w) {
  std::string text = fmt::format("{}x{}", w.kernel_h, w.kernel_w);
  if (w.stride_h > 1 || w.stride_w > 1) text += fmt::format(" stride {}x{}", w.stride_h, w.stride_w);
  if (w.dilation_h > 1 || w.dilation_w > 1) text += fmt::format(" dilation {}x{}", w.dilation_h, w.dilation_w);
  return text;
}

std::string op_text(const Graph& graph, const Op& op) {
  // Weights that kernels widen cost more to load.
  const auto weights = [&] {
    const DType type = graph.input(op, 1).type;
    return graph.input(op, 0).type == DType::f32 && type != DType::f32 ? std::string(" ") + to_string(type) : "";
  };
  switch (op.kind) {
    case OpKind::conv2d:
      return fmt::format("conv2d {} {}{}", window_text(op.attr.window), graph.output(op).shape.back(), weights());
    case OpKind::depthwise_conv2d:
      return fmt::format("depthwise {}{}", window_text(op.attr.window), weights());
    case OpKind::fully_connected:
      return fmt::format("fully_connected {}{}", graph.output(op).shape.back(), weights());
    default:
      return to_string(op.kind);
  }
}

}  // namespace

std::string block_key(const Graph& graph, const Block& block) {
  const auto sizes = [&](int tensor) {
    std::string text;
    const Shape& shape = graph.tensors[tensor].shape;
    for (size_t d = 1; d < shape.size(); ++d) text += (d > 1 ? "x" : "") + std::to_string(shape[d]);
    return text;
  };
  std::string key =
      fmt::format("{} {} -> {}", to_string(graph.tensors[block.input].type), sizes(block.input), sizes(block.output));
  for (size_t i = 0; i < block.ops.size(); ++i) key += (i ? ", " : ": ") + op_text(graph, graph.ops[block.ops[i]]);
  return key;
}

std::string to_string(Variant variant) {
  switch (variant) {
    case Variant::automatic:
      return "auto";
    case Variant::rows:
      return "rows";
    case Variant::channels:
      return "channels";
    case Variant::layerwise:
      return "layerwise";
    case Variant::cascade:
      return "cascade";
    case Variant::halide:
      return "halide";
  }
  return "";
}

std::string to_string(const Schedule& schedule) {
  std::string text = to_string(schedule.variant);
  if (schedule.parts) text += ":" + std::to_string(schedule.parts);
  if (schedule.columns) text += fmt::format(" columns:{}", schedule.columns);
  if (schedule.plain) text += " plain";
  for (const Tile& tile : schedule.tiles) text += tile.pixels ? fmt::format(" {}x{}", tile.vectors, tile.pixels) : " -";
  return text;
}

bool takes_columns(Variant variant) {
  return variant == Variant::automatic || variant == Variant::rows || variant == Variant::cascade;
}

bool parse_schedule(const std::string& text, Schedule* schedule, Diagnostics& diagnostics) {
  *schedule = {};
  if (parse(text, schedule)) {
    if (!schedule->columns || takes_columns(schedule->variant)) return true;
    diagnostics.error(
        fmt::format("schedule '{}': strips of columns go row by row, {} does not", text, to_string(schedule->variant)));
    diagnostics.note("columns:N (N strips) is legal behind auto, rows, cascade and cascade:N");
    *schedule = {};
    return false;
  }
  *schedule = {};
  diagnostics.error(fmt::format("unknown schedule '{}'", text));
  diagnostics.note(
      "schedules: auto, rows, channels, channels:T (T parts, 1 or more), layerwise, cascade, cascade:N (N blocks), "
      "halide");
  return false;
}

}  // namespace narrows
