// Chains that overwrite their input: how far the output may reach into memory whose rows have been read.
#include <algorithm>

#include "compiler/arena.h"
#include "compiler/lower/chain/chain.h"
#include "compiler/lower/lower.h"

namespace narrows {

namespace {

const Stage& last(const Chain& chain) { return chain.stages.back(); }

int64_t row_bytes(const ConvMap& map, DType stored) { return int64_t{map.width} * map.channels * size_of(stored); }

/// All of the input has been read when the first row of the output is written.
bool reads_before_writing(const Chain& chain) {
  if (chain.parts) return true;
  // Layer by layer, or a single row that is loaded and then computed in tiles.
  return (chain.variant == Variant::layerwise || last(chain).unit_pixels()) && chain.stages.size() > 1;
}

/// Rows of what stage `stage` reads, from the first on, that it has read once row `y` of the output is written.
int rows_read(const Chain& chain, size_t stage, int y) {
  int until = y + 1;
  for (size_t i = chain.stages.size(); i-- > stage;) {
    const Stage& s = chain.stages[i];
    const Window& w = s.window;
    until = (until - 1) * w.stride_h + (w.kernel_h - 1) * w.dilation_h + 1 - w.pad.top;
    until = std::clamp(until, 0, s.in.height);
    if (until == 0) return 0;
  }
  return until;
}

/// The most bytes that the output may start behind a tensor of rows of `in` bytes, of which rows_done(y) rows have been
/// read for the last time once row `y` of the output is written; 0 or less.
template <class RowsDone>
int64_t lead_over(const Chain& chain, int64_t in, int rows, const RowsDone& rows_done) {
  const int64_t out = row_bytes(last(chain).out.map, chain.arithmetic.stored);
  const int height = last(chain).out.map.height;
  int64_t lead = 0;
  for (int y = 0; y < height; ++y) {
    const int done = rows_done(y);
    const bool all = done == rows || (y + 1 == height && chain.stages.size() > 1);
    if (!all) lead = std::min(lead, done * in - (y + 1) * out);
  }
  return lead;
}

/// The most bytes that the output may start behind an input of `channels` channels that it is written over; 0 or less.
int64_t largest_lead(const Chain& chain, int channels) {
  if (reads_before_writing(chain)) return 0;
  const Stage& first = chain.stages[0];
  const int64_t in = row_bytes({1, first.in.width, channels}, chain.arithmetic.stored);
  // What the last stage reads itself is still read while it writes.
  const bool alone = chain.stages.size() == 1;
  return lead_over(chain, in, first.in.height,
                   [&](int y) { return alone ? y * first.window.stride_h : rows_read(chain, 0, y); });
}

/// How far the output may overwrite the residual tensor. The last stage adds pixels where they are, and overwrites them
/// at once; cascades may add them earlier.
int64_t residual_lead(const Chain& chain) {
  for (size_t i = 0; i + 1 < chain.stages.size(); ++i) {
    const Stage& s = chain.stages[i];
    if (!s.adds_tensor()) continue;
    return lead_over(chain, row_bytes(s.out.map, chain.arithmetic.stored), s.out.map.height,
                     [&](int y) { return rows_read(chain, i + 1, y); });
  }
  return 0;
}

int64_t round_down(int64_t bytes) { return -((-bytes + arena_alignment - 1) / arena_alignment * arena_alignment); }

/// As the planner wants it.
int64_t overlap_of(const Chain& chain, int64_t lead) {
  const int64_t out = row_bytes(last(chain).out.map, chain.arithmetic.stored);
  if (lead != kApart) lead = round_down(lead);
  return lead <= -out * last(chain).out.map.height ? kApart : lead;
}

/// How far the output may reach into an input of `channels` channels.
int64_t input_lead(const Chain& chain, int channels) {
  const bool tiles_of_tensor = last(chain).unit_pixels() && chain.stages.size() == 1;
  return tiles_of_tensor ? kApart : largest_lead(chain, channels);
}

/// How far the output may reach into the input where the chain adds that as well.
int64_t added_input_lead(const Chain& chain) {
  const int64_t lead = std::min(input_lead(chain, chain.stages[0].in.channels), residual_lead(chain));
  // What is added where it is, is overwritten at once; or it lies apart from the row that is written.
  if (!last(chain).adds_tensor() || lead >= 0) return lead;
  return std::min(lead, -row_bytes(last(chain).out.map, chain.arithmetic.stored));
}

}  // namespace

std::vector<int64_t> overlaps_of(const Chain& chain, bool adds_input) {
  const Stage& first = chain.stages[0];
  std::vector<int64_t> overlaps;
  if (const Load* load = first.load()) {
    for (const Load::Source& source : load->joined)
      overlaps.push_back(source.pixel ? kApart : overlap_of(chain, input_lead(chain, source.channels)));
    // What is converted is a graph input, and has elements of another size.
    if (load->conversion) overlaps.push_back(kApart);
  }
  const int64_t lead = adds_input ? added_input_lead(chain) : input_lead(chain, first.in.channels);
  if (overlaps.empty()) overlaps.push_back(overlap_of(chain, lead));
  overlaps.push_back(adds_input ? overlaps[0] : overlap_of(chain, residual_lead(chain)));
  // A narrower residual may be the input as well, and its rows have other sizes than those of the output.
  if (chain.padded) overlaps.assign(overlaps.size(), kApart);
  return overlaps;
}

}  // namespace narrows
