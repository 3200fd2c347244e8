#include <algorithm>

#include "compiler/blocks/cost_model.h"
#include "compiler/lower/chain_builder.h"
#include "compiler/lower/sort_steps.h"

namespace narrows {

namespace {

// Tiles of channels are computed in groups of pixels until there are so many units of work, which any number of threads
// can share fairly; but not in smaller groups than this, for the sake of register tiles.
constexpr int kManyUnits = 7;
constexpr int kFewPixels = 7;
// What only finishes sums has no accumulators to fill registers with: a pixel at a time is as fast, in less code.
constexpr int kFinishPixels = 1;

}  // namespace

// ---- kernels -----------------------------------------------------------------------------------

int64_t ChainBuilder::append(const std::string& region) {
  const int64_t at = static_cast<int64_t>(chain_.weights.size());
  chain_.weights += region;
  return at;
}

// Nothing is packed where names and sizes are all that is wanted.
std::string ChainBuilder::packed(const ConvRow& spec, size_t i, int first_channel, int first_depth) const {
  if (context_.kernels.names_only()) return "";
  return pack_conv(spec, conv_layout(spec, target_), convs_[i].weights, params(i), {first_channel, first_depth});
}

std::string ChainBuilder::packed(const DepthwiseRow& spec, size_t i, int first_channel) const {
  if (context_.kernels.names_only()) return "";
  return pack_depthwise(spec, depthwise_layout(spec, target_), convs_[i].weights, params(i), first_channel);
}

Finish ChainBuilder::own_finish(size_t i) const {
  const Conv& c = convs_[i];
  return make_finish({graph_, *c.op, c.add, target_}, c.weights);
}

Finish ChainBuilder::finish(size_t i) const {
  Finish f = own_finish(i);
  f.requantization.crosses_lanes = ring_is_crossed(i) || (i > 0 && ring_is_crossed(i - 1));
  return f;
}

bool ChainBuilder::ring_is_crossed(size_t i) const {
  if (target_.arm() || lanes() < 8 || chain_.stages[loads() + i].out.kind != Rows::Kind::interleaved) return false;
  return requantizes_small(own_finish(i)) && requantizes_small(own_finish(i + 1));
}

std::vector<int32_t> ChainBuilder::params(size_t i) const {
  const Conv& c = convs_[i];
  return make_params({graph_, *c.op, c.add, target_}, c.weights, finish(i));
}

int ChainBuilder::in_pitch(size_t i) {
  Stage& s = conv_stage(i);
  return &s == &chain_.stages[0] ? s.in.channels : (&s - 1)->out.pitch;
}

void ChainBuilder::make_row_kernels(size_t i) {
  Stage& s = conv_stage(i);
  s.kind == Stage::Kind::depthwise ? make_depthwise(i) : is_tiled(i) ? make_tiled_conv(i) : make_conv(i);
}

ConvRow ChainBuilder::conv_spec(size_t i) {
  Stage& s = conv_stage(i);
  const Window& w = s.window;
  ConvRow spec;
  Reduction& r = spec.reduction;
  r.rows = w.kernel_h;
  const int pitch = in_pitch(i);
  r.pixel_stride = w.stride_w * pitch;
  if (w.dilation_w == 1) {
    r.depth = w.kernel_w * s.in.channels;
  } else {
    r.taps = w.kernel_w, r.tap_stride = w.dilation_w * pitch, r.depth = s.in.channels;
  }
  r.row_sums = s.row_sums = arithmetic().corrects_weights(convs_[i].weights.weight_zero);
  if (arithmetic().requantizes() && r.rows * r.taps == 1 && joins_steps(context_, convs_[i].weights))
    r.sorting = Sorting::joined_first;
  spec.out.width = s.out.map.width;
  spec.out.stride = s.out.pitch;
  if (s.out.kind == Rows::Kind::interleaved) spec.out.form = Output::Form::interleaved;
  if (s.residual)
    spec.out.residual_stride = s.residual_stage >= 0 ? chain_.stages[s.residual_stage].out.pitch : s.out.map.channels;
  spec.finish = finish(i);
  return spec;
}

void ChainBuilder::make_conv(size_t i) {
  Stage& s = conv_stage(i);
  ConvRow spec = conv_spec(i);
  // Of tensors there are no channels beyond the last one, neither to write nor to add.
  const bool to_tensor = s.out.kind == Rows::Kind::tensor, adds_tensor = s.residual && s.residual_stage < 0;
  const int channels = to_tensor || adds_tensor ? s.out.map.channels : s.out.pitch;
  for (auto [first, count, tile] : cut(i, channels, spec.out.width)) {
    spec.out.channels = count, spec.tile = tile;
    Piece piece;
    piece.channel = first;
    piece.kernel = context_.kernels.get(spec);
    piece.weights = append(packed(spec, i, first));
    s.pieces.push_back(piece);
  }
}

bool ChainBuilder::is_tiled(size_t i) const {
  const Stage& s = chain_.stages.back();
  const Window& w = s.window;
  const bool pointwise = w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1 && !w.pad.any();
  // Rows that are loaded have to be loaded for every tile.
  const bool loads_little = chain_.stages.size() == 1 || (s.out.map.height == 1 && !layerwise());
  // Tiles take the pixels of the whole map one after the other.
  const bool whole = columns_ == 1;
  return convs_.size() == 1 && i == 0 && pointwise && loads_little && whole && s.out.map.height < few_rows;
}

int ChainBuilder::choose_unit_pixels(size_t i, const MapSize& map) {
  const int pixels = map.height * map.width;
  int tiles = 0;
  for (const Cut& c : cut(i, map.channels, pixels)) tiles += tiled_piece(c, nullptr).tiles;
  int chosen = pixels;
  for (int unit = pixels; unit >= kFewPixels && tiles * (pixels / chosen) < kManyUnits; --unit) {
    if (pixels % unit == 0) chosen = unit;
  }
  return chosen;
}

void ChainBuilder::make_tiled_conv(size_t i) {
  Stage& s = conv_stage(i);
  s.unit_pixels = choose_unit_pixels(i, s.out.map);
  ConvRow spec = conv_spec(i);
  spec.out.width = s.unit_pixels;
  spec.reduction.cold_weights = true;
  for (const Cut& c : cut(i, s.out.map.channels, spec.out.width)) {
    Piece piece = tiled_piece(c, &spec);
    piece.kernel = context_.kernels.get(spec);
    const ConvLayout at = conv_layout(spec, target_);
    for (int t = 0; t < piece.tiles; ++t) {
      const int64_t begin = append(packed(spec, i, c.first + t * piece.tile_channels));
      if (t == 0) piece.weights = begin;
    }
    piece.tile_weights = at.bytes;
    s.pieces.push_back(piece);
  }
}

Piece ChainBuilder::tiled_piece(const Cut& c, ConvRow* spec) const {
  Piece piece;
  piece.channel = c.first;
  piece.tile_channels = std::min(c.count, c.tile.vectors * lanes());
  piece.tiles = (c.count + piece.tile_channels - 1) / piece.tile_channels;
  if (spec) spec->out.channels = piece.tile_channels, spec->tile = c.tile;
  return piece;
}

std::vector<ChainBuilder::Cut> ChainBuilder::cut(size_t i, int channels, int width) {
  const int vectors = (channels + lanes() - 1) / lanes();
  // Strips of columns have the same weights, whose order depends on the tile's vectors.
  const int tile_width = columns_ > 1 ? conv_stage(i).out.full_width : width;
  Tile tile = tile_for(context_, *convs_[i].block, convs_[i].index, vectors, tile_width, arithmetic().requantizes());
  tile.pixels = std::min(tile.pixels, width);
  int main_tiles = vectors / tile.vectors;
  if (vectors % tile.vectors == 0 && channels % lanes() != 0) --main_tiles;
  std::vector<Cut> cuts;
  const int main = main_tiles * tile.vectors * lanes();
  if (main > 0) cuts.push_back({0, main, tile});
  if (main < channels) {
    const int rest = (channels - main + lanes() - 1) / lanes();
    const int pixels =
        rest == tile.vectors ? tile.pixels : choose_conv_pixels(rest, width, arithmetic().requantizes(), target_);
    cuts.push_back({main, channels - main, {rest, pixels}});
  }
  return cuts;
}

DepthwiseRow ChainBuilder::depthwise_spec(size_t i) {
  Stage& s = conv_stage(i);
  const Window& w = s.window;
  DepthwiseRow spec;
  spec.kernel_h = w.kernel_h, spec.kernel_w = w.kernel_w;
  spec.stride_w = w.stride_w, spec.dilation_w = w.dilation_w;
  spec.in_stride = in_pitch(i);
  spec.width = s.out.map.width;
  spec.out_stride = s.out.pitch;
  RingInput& ring = spec.ring;
  ring.interleaved = (&s - 1)->out.kind == Rows::Kind::interleaved;
  ring.wide_weights = ring.interleaved && target_.pairs();
  ring.tap_zero = ring.interleaved && !ring.wide_weights && convs_[i].weights.weight_zero != 0;
  spec.finish = finish(i);
  const std::vector<Tile>& tiles = asked_schedule(context_, *convs_[i].block).tiles;
  const size_t index = convs_[i].index;
  spec.pixels = index < tiles.size() && tiles[index].pixels ? std::min(tiles[index].pixels, spec.width)
                                                            : choose_depthwise_pixels(spec, target_);
  return spec;
}

void ChainBuilder::make_depthwise(size_t i) {
  Stage& s = conv_stage(i);
  DepthwiseRow spec = depthwise_spec(i);
  const bool to_tensor = s.out.kind == Rows::Kind::tensor;
  const int channels = to_tensor ? s.out.map.channels : s.out.pitch, whole = channels / lanes() * lanes();
  // Whole vectors, then the channels that do not fill one.
  for (int first = 0; first < channels; first += spec.channels) {
    spec.channels = first < whole ? whole : channels - first;
    Piece piece;
    piece.channel = first;
    piece.kernel = context_.kernels.get(spec);
    piece.weights = append(packed(spec, i, first));
    s.pieces.push_back(piece);
  }
}

// ---- channels variant: one set of kernels, weights part by part --------------------------------

void ChainBuilder::make_part_kernels() {
  const int parts = chain_.schedule.parts;
  ConvRow expand = conv_spec(0);
  expand.out.channels = part_channels_;
  expand.tile = whole_tile(0, part_channels_, expand.out.width);
  if (const Stage& s = conv_stage(0); s.at_once) {
    expand.map = {s.out.map.height, s.window.stride_h * s.in.width * s.in.channels,
                  static_cast<int>(s.out.row_elements())};
  }

  DepthwiseRow depthwise = depthwise_spec(1);
  depthwise.channels = part_channels_;

  Stage& last = conv_stage(2);
  ConvRow project = conv_spec(2);
  project.reduction.depth = part_channels_;
  project.reduction.cold_weights = !chain_.strips;
  const bool split = parts > 1;
  last.unit_pixels = last.out.map.width * (chain_.strips ? 1 : last.out.map.height);
  project.out.width = last.unit_pixels;
  const auto cuts = cut(2, last.out.map.channels, project.out.width);
  chain_.accumulator_pitch = round_up(last.out.map.channels, lanes());

  for (int p = 0; p < parts; ++p) {
    const int64_t begin = static_cast<int64_t>(chain_.weights.size());
    const int first = p * part_channels_;
    auto keep = [&](Stage& s, Piece piece, const std::string& region) {
      piece.weights = append(region) - begin;
      if (p == 0) s.pieces.push_back(piece);
    };
    Piece piece;
    piece.kernel = context_.kernels.get(expand);
    keep(conv_stage(0), piece, packed(expand, 0, first));
    piece.kernel = context_.kernels.get(depthwise);
    keep(conv_stage(1), piece, packed(depthwise, 1, first));
    for (const Cut& c : cuts) {
      ConvRow spec = project;
      piece = tiled_piece(c, &spec);
      if (p == 0 && split) make_accumulating(spec, chain_.accumulator_pitch, &piece);
      if (!split) piece.kernel = context_.kernels.get(spec);
      const ConvLayout at = conv_layout(spec, target_);
      std::string tiles;
      for (int t = 0; t < piece.tiles; ++t) {
        std::string region = packed(spec, 2, c.first + t * piece.tile_channels, first);
        // The bias is in the sums of the first group.
        if (p > 0 && starts_group(p) && !region.empty()) region.replace(at.bias, 4 * at.channels, 4 * at.channels, 0);
        tiles += region;
      }
      piece.tile_weights = at.bytes;
      keep(last, piece, tiles);
    }
    chain_.part_weights = static_cast<int64_t>(chain_.weights.size()) - begin;
  }
  if (!split) return;
  const int64_t map = int64_t{last.out.map.height} * last.out.map.width;
  chain_.accumulators = allocate(4 * chain_.accumulator_pitch * map, !chain_.strips);
  if (chain_.groups == 1) return;
  chain_.group_bytes = chain_.shared_bytes;
  // One thread adds floats of a group apart, as several do; integers it adds to those of the groups before.
  if (!arithmetic().requantizes()) allocate(4 * chain_.accumulator_pitch * map, true);
}

bool ChainBuilder::starts_group(int part) const {
  for (int g = 0; g < chain_.groups; ++g) {
    if (chain_.first_part(g) == part) return true;
  }
  return false;
}

void ChainBuilder::make_accumulating(ConvRow spec, int pitch, Piece* piece) {
  // Accumulators are whole vectors; only the last step knows how many channels there are.
  ConvRow inner = spec;
  inner.finish.residual = {};
  inner.out = {Output::Form::sums, round_up(spec.out.channels, lanes()), spec.out.width, pitch, 0};
  piece->kernel = context_.kernels.get(inner);
  inner.start = {true, pitch};
  if (chain_.schedule.parts > 2 || !chain_.strips) piece->more_kernel = context_.kernels.get(inner);
  if (chain_.strips) {
    spec.start = {true, pitch};
    piece->last_kernel = context_.kernels.get(spec);
    return;
  }
  const Output& out = spec.out;
  const Tile tile{spec.tile.vectors, std::min(spec.tile.pixels, kFinishPixels)};
  piece->last_kernel = context_.kernels.get(
      FinishRow{out.channels, out.width, pitch, out.stride, out.residual_stride, spec.finish, tile});
  chain_.finish_reads_weights = reads_region(spec.finish);
}

Tile ChainBuilder::whole_tile(size_t i, int channels, int width) const {
  const int vectors = channels / lanes();
  Tile tile = tile_for(context_, *convs_[i].block, convs_[i].index, vectors, width, arithmetic().requantizes());
  while (vectors % tile.vectors) --tile.vectors;
  return tile;
}

void ChainBuilder::place_extras() {
  int width = 0;
  for (const Stage& s : chain_.stages) {
    if (!s.row_sums) continue;
    const bool map = s.unit_pixels > 0;
    width = std::max(width, s.out.map.width * (map ? s.out.map.height : 1));
  }
  if (width) chain_.sums = allocate(int64_t{4} * width, false);
}

}  // namespace narrows
