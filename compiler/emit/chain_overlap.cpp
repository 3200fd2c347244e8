// Chains that overwrite their input: how far the output may reach into memory whose rows have been read.
#include <algorithm>

#include "compiler/emit/chain.h"
#include "compiler/plan_memory.h"

namespace narrows {

namespace {

const Stage& last(const Chain& chain) { return chain.stages.back(); }

int64_t row_bytes(const MapSize& map, DType stored) { return int64_t{map.width} * map.channels * size_of(stored); }

/// All of the input has been read when the first row of the output is written.
bool reads_before_writing(const Chain& chain) {
  switch (chain.schedule.variant) {
    case Variant::channels:
      return true;
    case Variant::layerwise:
      return chain.stages.size() > 1;
    default:
      // A single row that is loaded, and then computed in tiles.
      return last(chain).unit_pixels > 0 && chain.stages.size() > 1;
  }
}

/// Rows of the input, from the first on, that have been read for the last time once row `y` of the output is written. What
/// the last stage reads itself is still read while it writes.
int rows_done(const Chain& chain, int y) {
  if (chain.stages.size() == 1) return y * last(chain).window.stride_h;
  int until = y + 1;
  for (size_t i = chain.stages.size(); i-- > 0;) {
    const Stage& s = chain.stages[i];
    const Window& w = s.window;
    until = (until - 1) * w.stride_h + (w.kernel_h - 1) * w.dilation_h + 1 - w.pad.top;
    until = std::clamp(until, 0, s.in.height);
    if (until == 0) return 0;
  }
  return until;
}

/// The most bytes that the output may start behind an input of so many channels; 0 or less.
int64_t largest_lead(const Chain& chain, int channels) {
  if (reads_before_writing(chain)) return 0;
  const Stage& first = chain.stages[0];
  const int64_t in = row_bytes({1, first.in.width, channels}, chain.stored), out = row_bytes(last(chain).out.map, chain.stored);
  const int height = last(chain).out.map.height;
  int64_t lead = 0;
  for (int y = 0; y < height; ++y) {
    const int done = rows_done(chain, y);
    const bool all = done == first.in.height || (y + 1 == height && chain.stages.size() > 1);
    if (!all) lead = std::min(lead, done * in - (y + 1) * out);
  }
  return lead;
}

int64_t round_down(int64_t bytes) {
  return -((-bytes + arena_alignment - 1) / arena_alignment * arena_alignment);
}

}  // namespace

namespace {

int64_t overlap_of(const Chain& chain, int channels, bool adds_input) {
  const int64_t out = row_bytes(last(chain).out.map, chain.stored);
  const bool tiles_of_tensor = last(chain).unit_pixels > 0 && chain.stages.size() == 1;
  int64_t lead = tiles_of_tensor ? kApart : largest_lead(chain, channels);
  // Pixels are added where they are, and overwritten at once; or they lie apart from the row that is written.
  if (adds_input && lead < 0) lead = std::min(lead, -out);
  if (lead != kApart) lead = round_down(lead);
  return lead <= -out * last(chain).out.map.height ? kApart : lead;
}

}  // namespace

std::vector<int64_t> overlaps_of(const Chain& chain, bool adds_input) {
  if (chain.schedule.variant == Variant::halide) return {};
  const Stage& first = chain.stages[0];
  std::vector<int64_t> overlaps;
  for (const Stage::Source& source : first.sources)
    overlaps.push_back(source.pixel ? kApart : overlap_of(chain, source.channels, false));
  if (overlaps.empty()) overlaps.push_back(overlap_of(chain, first.in.channels, adds_input));
  overlaps.push_back(adds_input ? overlaps[0] : 0);
  return overlaps;
}

}  // namespace narrows
