// How the channels of a chain's stages are cut into calls of kernels.
#include <algorithm>

#include "compiler/blocks/cost_model.h"
#include "compiler/lower/chain/chain.h"

namespace narrows {

namespace {

// Tiles of channels are computed in groups of pixels until there are this many units of work, which any number of
// threads can share fairly; but not in smaller groups than this, for the sake of register tiles.
constexpr int kManyUnits = 7;
constexpr int kFewPixels = 7;

// What requantization and an operator behind it read for each channel, compilers keep from step to step: for more bytes
// of lanes than these on more than 4 KiB of stack.
constexpr int kUnaryBytes = 192;

/// A convolution as its kernels see it.
struct ConvExtent {
  int channels;
  int width;       ///< pixels of a call
  int tile_width;  ///< pixels that the tile is chosen for
};

/// The register tile of `vectors` vectors that the schedule or the cost model chooses.
Tile tile_of(const ChainSource& source, const ChainConv& conv, int vectors, int width) {
  if (!conv.tile) {
    const bool reads_more = conv.finished.unary && source.arithmetic().requantizes();
    const int most = reads_more ? std::min(vectors, kUnaryBytes / source.target().vector_bytes) : vectors;
    return choose_conv_tile({most, width, source.arithmetic()}, source.target());
  }
  return {std::min(conv.tile->vectors, vectors), std::min(conv.tile->pixels, width)};
}

/// Cuts of whole tiles, so that only the last tile of the last cut can be partial; each cut is one call.
std::vector<Cut> cut_channels(const ChainSource& source, const ChainConv& conv, const ConvExtent& extent) {
  const int lanes = source.lanes(), channels = extent.channels, vectors = (channels + lanes - 1) / lanes;
  Tile tile = tile_of(source, conv, vectors, extent.tile_width);
  tile.pixels = std::min(tile.pixels, extent.width);
  int main_tiles = vectors / tile.vectors;
  if (vectors % tile.vectors == 0 && channels % lanes != 0) --main_tiles;
  std::vector<Cut> cuts;
  const int main = main_tiles * tile.vectors * lanes;
  if (main > 0) cuts.push_back({0, main, 1, tile});
  if (main < channels) {
    const int rest = (channels - main + lanes - 1) / lanes;
    const ConvShape shape{rest, extent.width, source.arithmetic()};
    const int pixels = rest == tile.vectors ? tile.pixels : choose_conv_pixels(shape, source.target());
    cuts.push_back({main, channels - main, 1, {rest, pixels}});
  }
  return cuts;
}

/// Cuts with a call for each tile of channels.
std::vector<Cut> cut_tiles(const ChainSource& source, const ChainConv& conv, const ConvExtent& extent) {
  std::vector<Cut> cuts = cut_channels(source, conv, extent);
  for (Cut& cut : cuts) {
    const int of_cut = cut.channels;
    cut.channels = std::min(of_cut, cut.tile.vectors * source.lanes());
    cut.calls = (of_cut + cut.channels - 1) / cut.channels;
  }
  return cuts;
}

/// A tile that divides the channels, which are whole vectors.
Tile whole_tile(const ChainSource& source, const ChainConv& conv, int channels, int width) {
  const int vectors = channels / source.lanes();
  Tile tile = tile_of(source, conv, vectors, width);
  while (vectors % tile.vectors) --tile.vectors;
  return tile;
}

/// Pixels of a map that one kernel call computes.
int choose_unit_pixels(const ChainSource& source, const ChainConv& conv, const ConvMap& map) {
  const int pixels = map.height * map.width;
  int tiles = 0;
  for (const Cut& cut : cut_tiles(source, conv, {map.channels, pixels, pixels})) tiles += cut.calls;
  int chosen = pixels;
  for (int unit = pixels; unit >= kFewPixels && tiles * (pixels / chosen) < kManyUnits; --unit) {
    if (pixels % unit == 0) chosen = unit;
  }
  return chosen;
}

/// True if the chain is one convolution that threads share by tiles of channels, with few rows.
bool is_tiled(const ChainSource& source, const Chain& chain, int columns) {
  const Stage& s = chain.stages.back();
  const Window& w = s.window;
  const bool pointwise = w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1 && !w.pad.any();
  // Rows that are loaded have to be loaded for every tile.
  const bool loads_little = chain.stages.size() == 1 || (s.out.map.height == 1 && chain.variant != Variant::layerwise);
  // Tiles take the pixels of the whole map one after the other.
  const bool whole = columns == 1 && source.block.padded_residual < 0;
  return source.convs.size() == 1 && s.conv() && pointwise && loads_little && whole && s.out.map.height < few_rows;
}

/// Pixels per step of a depthwise convolution.
int depthwise_pixels(const ChainSource& source, const Chain& chain, size_t stage) {
  const Stage& s = chain.stages[stage];
  const ChainConv& conv = source.convs[stage - chain.loads()];
  if (conv.tile) return std::min(conv.tile->pixels, s.out.map.width);
  DepthwiseRow row;
  row.kernel_h = s.window.kernel_h, row.kernel_w = s.window.kernel_w;
  row.stride_w = s.window.stride_w, row.dilation_w = s.window.dilation_w;
  row.width = s.out.map.width;
  row.ring.interleaved = chain.stages[stage - 1].out.kind == StageRows::Kind::interleaved;
  row.finish.arithmetic = conv.weights.arithmetic;
  return choose_depthwise_pixels(row, source.target());
}

/// Whole vectors, then the channels that do not fill one.
std::vector<Cut> cut_depthwise(const ChainSource& source, const Chain& chain, size_t stage) {
  const StageRows& out = chain.stages[stage].out;
  const int pixels = depthwise_pixels(source, chain, stage);
  const int channels = out.kind == StageRows::Kind::tensor ? out.map.channels : out.pitch;
  const int whole = channels / source.lanes() * source.lanes();
  std::vector<Cut> cuts;
  if (whole > 0) cuts.push_back({0, whole, 1, {1, pixels}});
  if (whole < channels) cuts.push_back({whole, channels - whole, 1, {1, pixels}});
  return cuts;
}

/// The cuts of a stage that computes rows.
void cut_row_stage(const ChainSource& source, int columns, size_t stage, Chain* chain) {
  Stage& s = chain->stages[stage];
  if (s.depthwise()) {
    std::get<Depthwise>(s.work).cuts = cut_depthwise(source, *chain, stage);
    return;
  }
  // A tensor has no channels beyond the last one, neither to write nor to add.
  const bool exact = s.out.kind == StageRows::Kind::tensor || s.adds_tensor();
  const int width = s.out.map.width;
  // Strips of columns have the same weights, whose order depends on the tile's vectors.
  const ConvExtent extent{exact ? s.out.map.channels : s.out.pitch, width, columns > 1 ? s.out.full_width : width};
  s.conv()->cuts = cut_channels(source, source.convs[stage - chain->loads()], extent);
}

/// The expansion and the depthwise convolution compute a part; the projection adds a part to tiles of the output.
void cut_part_stages(const ChainSource& source, Chain* chain) {
  const Parts& parts = *chain->parts;
  Stage &expand = chain->stages[0], &last = chain->stages[2];
  const int width = expand.out.map.width;
  expand.conv()->cuts = {{0, parts.channels, 1, whole_tile(source, source.convs[0], parts.channels, width)}};
  std::get<Depthwise>(chain->stages[1].work).cuts = {{0, parts.channels, 1, {1, depthwise_pixels(source, *chain, 1)}}};
  const ConvMap& map = last.out.map;
  const int pixels = map.width * (parts.strips ? 1 : map.height);
  last.conv()->unit_pixels = pixels;
  last.conv()->cuts = cut_tiles(source, source.convs[2], {map.channels, pixels, pixels});
}

}  // namespace

void plan_cuts(const ChainSource& source, int columns, Chain* chain) {
  if (chain->parts) return cut_part_stages(source, chain);
  if (is_tiled(source, *chain, columns)) {
    Stage& s = chain->stages.back();
    const int pixels = choose_unit_pixels(source, source.convs[0], s.out.map);
    s.conv()->unit_pixels = pixels;
    s.conv()->cuts = cut_tiles(source, source.convs[0], {s.out.map.channels, pixels, pixels});
    return;
  }
  for (size_t i = chain->loads(); i < chain->stages.size(); ++i) cut_row_stage(source, columns, i, chain);
}

}  // namespace narrows
