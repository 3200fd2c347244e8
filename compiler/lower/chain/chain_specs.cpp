// The kernels of a planned chain, as specs.
#include <algorithm>

#include "compiler/lower/chain/chain_code.h"

namespace narrows {

namespace {

ConvSource source_of(const WeightedChain& c, size_t i) {
  return {c.source.graph(), c.source.convs[i].finished, c.source.target()};
}

const Stage& stage_of(const WeightedChain& c, size_t i) { return c.plan.stages[c.plan.loads() + i]; }

/// How convolution `i` finishes wherever its rows lie.
Finish own_finish(const WeightedChain& c, size_t i) { return make_finish(source_of(c, i), c.weights[i]); }

/// Lanes may be exchanged where values are requantized, if nothing behind that reads numbers for each channel.
bool can_cross(const Finish& finish) { return requantizes_small(finish) && !finish.unary.applied(); }

/// True if convolution `i` exchanges lanes in the ring that it writes, and the depthwise one behind it exchanges them
/// again.
bool ring_is_crossed(const WeightedChain& c, size_t i) {
  if (!c.source.target().lanes_cross) return false;
  if (stage_of(c, i).out.kind != StageRows::Kind::interleaved) return false;
  return can_cross(own_finish(c, i)) && can_cross(own_finish(c, i + 1));
}

Finish finish_of(const WeightedChain& c, size_t i) {
  Finish f = own_finish(c, i);
  f.requantization.crosses_lanes = ring_is_crossed(c, i) || (i > 0 && ring_is_crossed(c, i - 1));
  return f;
}

Reduction reduction_of(const WeightedChain& c, size_t i, Sorting sorting) {
  const Stage& s = stage_of(c, i);
  const Window& w = s.window;
  const int pitch = in_pitch(c.plan, c.plan.loads() + i);
  Reduction r;
  r.rows = w.kernel_h;
  r.pixel_stride = w.stride_w * pitch;
  if (w.dilation_w == 1) {
    r.depth = w.kernel_w * s.in.channels;
  } else {
    r.taps = w.kernel_w, r.tap_stride = w.dilation_w * pitch, r.depth = s.in.channels;
  }
  r.row_sums = s.conv()->row_sums;
  if (c.weights[i].arithmetic.requantizes() && r.rows * r.taps == 1) r.sorting = sorting;
  return r;
}

/// The kernel of convolution `i` without the sizes of a cut.
ConvRow conv_spec(const WeightedChain& c, size_t i, Sorting sorting) {
  const Stage& s = stage_of(c, i);
  ConvRow spec;
  spec.reduction = reduction_of(c, i, sorting);
  spec.out.width = s.unit_pixels().value_or(s.out.map.width);
  spec.out.stride = s.out.pitch;
  if (s.out.kind == StageRows::Kind::interleaved) spec.out.form = Output::Form::interleaved;
  if (const std::optional<Addend>& addend = s.conv()->addend)
    spec.out.residual_stride = addend->stage ? c.plan.stages[*addend->stage].out.pitch : s.out.map.channels;
  spec.finish = finish_of(c, i);
  return spec;
}

SumSpecs sum_specs(const Parts& parts, const ConvRow& spec, int lanes) {
  // Accumulators are whole vectors; only the last step knows how many channels there are.
  const int pitch = round_up(spec.out.channels, lanes);
  ConvRow inner = spec;
  inner.finish.residual = {};
  inner.out = {Output::Form::sums, pitch, spec.out.width, pitch, 0};
  // Strips finish the last part with its sums: where there are two parts, nothing but the first is summed here.
  if (parts.count > 2 || !parts.strips) inner.start = {Start::From::either, pitch};
  SumSpecs sums{inner, {}};
  if (parts.strips) {
    ConvRow last = spec;
    last.start = {Start::From::sums, pitch};
    sums.last = last;
    return sums;
  }
  NARROWS_CHECK(!spec.finish.residual.added || spec.out.residual_stride == spec.out.stride,
                "the output and the residual of sums are maps of one shape");
  sums.last = FinishRow{spec.out.channels, spec.finish};
  return sums;
}

}  // namespace

std::vector<int32_t> params_of(const WeightedChain& c, size_t i) {
  return make_params(source_of(c, i), c.weights[i], finish_of(c, i));
}

std::vector<PieceSpec> conv_specs(const WeightedChain& c, size_t i, Sorting sorting) {
  const Stage& s = stage_of(c, i);
  const std::optional<Parts>& parts = c.plan.parts;
  ConvRow spec = conv_spec(c, i, sorting);
  const bool projects_parts = parts && i == 2;
  if (projects_parts) spec.reduction.depth = parts->channels;
  spec.reduction.cold_weights = s.unit_pixels() && !c.plan.strips();
  if (parts && parts->expands_at_once && i == 0) {
    spec.map = {s.out.map.height, s.window.stride_h * s.in.width * s.in.channels,
                static_cast<int>(s.out.row_elements())};
  }
  std::vector<PieceSpec> list;
  for (const Cut& cut : s.conv()->cuts) {
    spec.out.channels = cut.channels, spec.tile = cut.tile;
    list.push_back({cut, spec, {}});
    if (projects_parts && parts->sums) list.back().sums = sum_specs(*parts, spec, c.source.lanes());
  }
  return list;
}

DepthwiseRow depthwise_spec(const WeightedChain& c, size_t i, const Cut& cut) {
  const Stage& s = stage_of(c, i);
  const StageRows& in = c.plan.stages[c.plan.loads() + i - 1].out;
  const Window& w = s.window;
  DepthwiseRow spec;
  spec.kernel_h = w.kernel_h, spec.kernel_w = w.kernel_w;
  spec.stride_w = w.stride_w, spec.dilation_w = w.dilation_w;
  spec.channels = cut.channels;
  spec.in_stride = in.pitch;
  spec.width = s.out.map.width;
  spec.out_stride = s.out.pitch;
  RingInput& ring = spec.ring;
  ring.interleaved = in.kind == StageRows::Kind::interleaved;
  ring.wide_weights = ring.interleaved && c.source.target().products == ByteProducts::pairs;
  ring.tap_zero = ring.interleaved && !ring.wide_weights && c.weights[i].weight_zero != 0;
  spec.finish = finish_of(c, i);
  spec.pixels = cut.tile.pixels;
  return spec;
}

}  // namespace narrows
