#include "compiler/lower/chain/chain_units.h"

#include <fmt/format.h>

namespace narrows {

namespace {

/// The first channel of tile `tile`, where `first_tile` is the first one of the cut.
Index channel_of(const Cut& cut, const std::string& tile, int first_tile) {
  if (cut.calls == 1) return Index::number(cut.first);
  return Index(tile) * cut.channels + (cut.first - int64_t{first_tile} * cut.channels);
}
/// Its weights, in those at `base`.
std::string weights_of(const std::string& base, const Piece& p, const Index& call) {
  const std::string first = first_weights(base, p);
  return p.cut.calls == 1 ? first : fmt::format("{} + {} * {}", first, call.operand(), p.tile_name());
}

}  // namespace

void ChainUnits::print_units(const Input& in, const Index& first, const std::string& end) {
  const int groups = stage_.groups();
  if (stage_.conv()->row_sums) {
    writer_.line("{}sum_windows({}, sums, {}, {}, {}, false);",
                 first.is_number() ? "" : fmt::format("if ({} < {}) ", first.str(), end), in.name,
                 stage_.out.map.height * stage_.out.map.width, in.pitch, in.depth);
  }
  if (first.is_number() && stage_.units() == 1) return print_unit({"unit", Index::number(0), in.name, in.pitch});
  writer_.open("for (i32 unit = {}; unit < {}; ++unit) {{", first.str(), end);
  if (groups > 1 && stage_.conv()->tiles() > 1)
    writer_.line("const i32 tile = unit / {0}, pixel = unit % {0} * {1};", groups, *stage_.unit_pixels());
  else if (groups > 1)
    writer_.line("const i32 pixel = unit * {};", *stage_.unit_pixels());
  if (groups > 1)
    print_unit({"tile", "pixel", in.name, in.pitch});
  else
    print_unit({"unit", Index::number(0), in.name, in.pitch});
  writer_.close();
}

/// What `print(piece, first_tile)` writes for each piece, under the condition that tile `tile` is in it.
template <typename Print>
void ChainUnits::for_piece_of(const std::string& tile, const Print& print) {
  const std::vector<Piece>& pieces = code_.pieces.back();
  int first_tile = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const bool only = pieces.size() == 1, rest = i + 1 == pieces.size();
    if (!only && i == 0) writer_.open("if ({} < {}) {{", tile, pieces[i].cut.calls);
    print(pieces[i], first_tile);
    first_tile += pieces[i].cut.calls;
    if (only) continue;
    writer_.close(rest ? "}" : "} else {");
    if (!rest) writer_.indent();
  }
}

void ChainUnits::print_unit(const Unit& unit) {
  for_piece_of(unit.tile, [&](const Piece& p, int first_tile) { print_piece(p, unit, first_tile); });
}

/// Calls for a unit whose tile is in a piece that begins with tile `first`.
void ChainUnits::print_piece(const Piece& p, const Unit& unit, int first) {
  const auto at = [&](const std::string& base, int pitch) {
    return plus(plus(base, unit.pixel.times(pitch)), channel_of(p.cut, unit.tile, first));
  };
  const std::string inputs = fmt::format("{}, {}{}", plus(unit.in, unit.pixel.times(unit.in_pitch)),
                                         weights_of("weights", p, Index(unit.tile) - first),
                                         stage_.conv()->row_sums ? ", " + plus("sums", unit.pixel) : "");
  const std::string output =
      (stage_.conv()->addend ? at("residual", stage_.out.pitch) + ", " : "") + at("out", stage_.out.pitch);
  if (!chain_.parts || !chain_.parts->sums)
    return writer_.line("{}({}, {});", std::get<std::string>(p.kernels), inputs, output);
  const std::string partial =
      plus(sums_at("partial", channel_of(p.cut, unit.tile, first)), unit.pixel.times(pitch_of(p)));
  print_sums(std::get<SumKernels>(p.kernels), inputs, partial, output);
}

int ChainUnits::pitch_of(const Piece& p) const { return round_up(p.cut.channels, sums().lanes); }

std::string ChainUnits::sums_at(const std::string& base, const Index& channel) const {
  return plus(base, channel * (int64_t{stage_.out.map.height} * stage_.out.map.width));
}

/// The calls that add a part to its sums, and with strips make the output of them.
void ChainUnits::print_sums(const SumKernels& k, const std::string& inputs, const std::string& partial,
                            const std::string& output) {
  if (!chain_.strips()) return writer_.line("{}({}, first, {});", k.sums, inputs, partial);
  const int last = chain_.parts->count - 1;
  writer_.line("if (part < {}) {}({}, {}{});", last, k.sums, inputs, last > 1 ? "part == 0, " : "", partial);
  writer_.line("else {}({}, {}, {});", k.last, inputs, partial, output);
}

void ChainUnits::add_groups(const std::string& condition, const std::string& groups, const Index& first_channel,
                            int channels) {
  writer_.line("{}add_groups<{}>({}, {}, {}, {});", condition, chain_.arithmetic.requantizes() ? "I32Sums" : "F32Sums",
               sums_at("total", first_channel), groups, chain_.groups()->bytes / 4,
               round_up(channels, sums().lanes) * stage_.out.map.height * stage_.out.map.width);
}

void ChainUnits::print_finish() {
  writer_.open("for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {{");
  for_piece_of("unit", [&](const Piece& p, int first_tile) {
    const SumKernels& kernels = std::get<SumKernels>(p.kernels);
    const Index channel = channel_of(p.cut, "unit", first_tile);
    if (chain_.threads) add_groups("if (!alone) ", std::to_string(chain_.groups()->count), channel, p.cut.channels);
    const std::string weights = weights_of("all_weights", p, Index("unit") - first_tile);
    writer_.line("{}({}{}, {}{}, {}, {});", kernels.last, kernels.last_reads_weights ? weights + ", " : "",
                 sums_at("total", channel), stage_.conv()->addend ? plus("residual", channel) + ", " : "",
                 plus("out", channel), stage_.out.map.height * stage_.out.map.width, stage_.out.pitch);
  });
  writer_.close();
}

}  // namespace narrows
