// The stages of a chain, and where their rows lie.
#include <algorithm>

#include "compiler/arena.h"
#include "compiler/lower/chain/chain.h"
#include "compiler/lower/lower.h"
#include "compiler/lower/single/single.h"
#include "schedules/prefetch.h"

namespace narrows {

namespace {

/// Parts of channels are summed in at most this many groups: enough for the cores of a phone, and their sums are not
/// too large.
constexpr int most_groups = 4;
/// A part of the expanded map that stays in the caches together with its weights.
constexpr int64_t kSmallPart = 48 << 10;

/// Rows or columns that a window needs beyond the end of `in`.
int beyond(int first_window, int kernel, int dilation, int in) {
  return std::max(0, first_window + (kernel - 1) * dilation + 1 - in);
}

/// Columns of its input map that a stage reads, borders included: [from, to).
struct Reach {
  int from, to;
};
Reach reach_of(const Stage& s) {
  const Window& w = s.window;
  const int first = s.out.first_column, last = first + s.out.map.width - 1;
  return {first * w.stride_w - w.pad.left, last * w.stride_w + (w.kernel_w - 1) * w.dilation_w + 1 - w.pad.left};
}

/// Makes `rows` the columns of its map that `reach` covers. There is always one: the windows of a strip may lie in the
/// border alone, and then the column next to it is computed for nothing.
void cut_to(const Reach& reach, StageRows* rows) {
  rows->first_column = std::clamp(reach.from, 0, rows->full_width - 1);
  rows->map.width = std::clamp(reach.to, rows->first_column + 1, rows->full_width) - rows->first_column;
}

// ---- stages ------------------------------------------------------------------------------------

Stage load_stage(const ChainSource& source) {
  const Graph& graph = source.graph();
  const Block& block = source.block;
  const ChainConv& first = source.convs[0];
  Stage s;
  Load load;
  s.in = map_of(graph, first.op, block.input);
  s.out.map = s.in;
  if (first.depthwise()) load.repeat = first.weights.channels / s.in.channels;
  s.out.map.channels *= load.repeat;
  for (size_t i = 0; i < block.sources.size(); ++i) {
    const Shape& shape = graph.tensors[block.sources[i]].shape;
    load.joined.push_back({shape[3], shape[1] * shape[2] < s.in.height * s.in.width, std::nullopt});
    if (block.multiplies) continue;
    ByteTable table{part_table(source.context, graph.ops[graph.producer(block.input)], i)};
    if (table.bytes.empty()) continue;
    load.joined.back().table = load.tables.size();
    load.tables.push_back(std::move(table));
  }
  if (block.multiplies) load.product = product_functor(source.context, graph.ops[block.ops[0]], block.sources);
  load.flips_sign = memory_type(source.context, block.input) != source.arithmetic().stored;
  if (block.conversions > 0) load.conversion = load_conversion(source);
  s.work = load;
  return s;
}

/// `link_input` is the stage that makes what the convolution's link of a cascade reads; none: the block's input.
Stage conv_stage(const ChainSource& source, const ChainConv& c, const ConvMap& in, std::optional<size_t> link_input) {
  Stage s;
  if (c.op.kind != OpKind::fully_connected) s.window = c.op.attr.window;
  s.in = in;
  s.out.map = map_of(source.graph(), c.op, c.op.output);
  if (c.depthwise()) {
    s.work = Depthwise{s.out.map.channels, {}};
    return s;
  }
  FullConv conv;
  conv.channels = s.out.map.channels;
  if (c.finished.add) conv.addend = Addend{link_input};
  conv.row_sums = c.weights.arithmetic.corrects_weights(c.weights.weight_zero);
  s.work = conv;
  return s;
}

void add_stages(const ChainSource& source, Chain* chain) {
  if (source.needs_load) chain->stages.push_back(load_stage(source));
  std::optional<size_t> link_input;
  for (const ChainConv& c : source.convs) {
    if (c.link > 0 && c.first) link_input = chain->stages.size() - 1;
    const ConvMap in =
        chain->stages.empty() ? map_of(source.graph(), c.op, source.block.input) : chain->stages.back().out.map;
    chain->stages.push_back(conv_stage(source, c, in, link_input));
  }
}

/// Makes the stages as narrow as the output of strip `strip` of `columns` needs them.
void cut_columns(int strip, int columns, Chain* chain) {
  for (Stage& s : chain->stages) s.out.full_width = s.out.map.width;
  if (columns == 1) return;
  StageRows& out = chain->stages.back().out;
  const int width = out.map.width;
  out.first_column = width * strip / columns;
  out.map.width = width * (strip + 1) / columns - out.first_column;
  for (size_t i = chain->stages.size() - 1; i-- > 0;) cut_to(reach_of(chain->stages[i + 1]), &chain->stages[i].out);
}

// ---- where rows lie ----------------------------------------------------------------------------

std::string rows_name(const ChainSource& source, size_t conv) {
  const ChainConv& c = source.convs[conv];
  const char* kind = c.depthwise() ? "filtered" : "expanded";
  if (source.block.links.empty()) return kind;
  const bool last = source.convs[conv + 1].first;
  return (last ? "narrow" : kind) + std::to_string(c.link + 1);
}

/// The stage that adds the rows of stage `i`, if there is one.
std::optional<size_t> adder_of(const Chain& chain, size_t i) {
  for (size_t j = i + 1; j < chain.stages.size(); ++j) {
    const FullConv* conv = chain.stages[j].conv();
    if (conv && conv->addend && conv->addend->stage == i) return j;
  }
  return std::nullopt;
}

/// The borders that the windows of `next` reach.
void set_borders(const Stage& next, StageRows* rows) {
  const Window& w = next.window;
  const Reach reach = reach_of(next);
  rows->top = w.pad.top, rows->left = std::max(0, -reach.from);
  rows->bottom = beyond((next.out.map.height - 1) * w.stride_h - w.pad.top, w.kernel_h, w.dilation_h, rows->map.height);
  rows->right = std::max(0, reach.to - rows->full_width);
  rows->skipped = std::max(0, reach.from - rows->first_column);
}

/// True if four of the rows that stage `i`, a depthwise convolution, reads can be interleaved.
bool can_interleave(const ChainSource& source, const Chain& chain, size_t i) {
  const Window& w = chain.stages[i].window;
  const ChainConv& c = source.convs[i - chain.loads()];
  if (source.target().quads_in_planes) return false;
  if (!chain.arithmetic.requantizes() || chain.variant == Variant::layerwise || c.plain) return false;
  // Depthwise kernels write plain rows, and what is added later is read as such.
  if (chain.stages[i - 1].depthwise() || adder_of(chain, i - 1)) return false;
  return w.kernel_h <= 4 && w.dilation_h == 1 &&
         (source.target().products == ByteProducts::pairs || c.weights.weight_zero <= 127);
}

/// Rows of a plain ring of stage `i`.
int kept_rows(const Chain& chain, size_t i) {
  const StageRows& rows = chain.stages[i].out;
  const Stage& next = chain.stages[i + 1];
  const int whole = rows.map.height + rows.top + rows.bottom;
  if (chain.variant == Variant::layerwise || (i == 0 && chain.parts && chain.parts->expands_at_once)) return whole;
  if (chain.parts && !next.depthwise()) return rows.map.height;
  const int span = (next.window.kernel_h - 1) * next.window.dilation_h + 1;
  // Rows that are added later wait until the stages between have read the rows below them.
  int waiting = 1;
  const size_t last = adder_of(chain, i).value_or(i);
  for (size_t j = i + 1; j <= last; ++j) {
    const Window& w = chain.stages[j].window;
    waiting += (w.kernel_h - 1) * w.dilation_h - w.pad.top;
  }
  return std::max(span, waiting);
}

/// True if the expansion of a part computes all rows before the next stage reads them: then its weights, which the
/// first-level cache does not hold, are read from behind it once instead of once for every row.
bool expands_at_once(const ChainSource& source, const Chain& chain) {
  if (chain.arithmetic.requantizes() || chain.parts->strips) return false;
  if (allowed_slowdown(source.context.options) > 0) return false;
  const Stage& s = chain.stages[0];
  const int64_t weights = int64_t{s.in.channels} * chain.parts->channels * size_of(chain.arithmetic.weights);
  const int64_t map = int64_t{s.out.map.height} * s.out.map.width * chain.parts->channels * 4;
  return weights > kResidentBytes && map <= kSmallPart;
}

/// Chooses ring, borders and layout of the rows of stage `i`, which hold the graph's `tensor`.
void place(const ChainSource& source, size_t i, int tensor, Chain* chain) {
  const Stage& next = chain->stages[i + 1];
  StageRows* const rows = &chain->stages[i].out;
  set_borders(next, rows);
  if (chain->arithmetic.requantizes()) {
    const Tensor& t = source.graph().tensors[tensor];
    rows->border_value = t.zero_point() + stored_shift(t.type, source.target());
  }
  if (chain->parts) rows->map.channels = chain->parts->channels;
  // Adjacent taps of a convolution are read as one run, so its pixels are dense; others are padded to whole vectors.
  const bool dense = next.conv() && next.window.kernel_w > 1;
  rows->pitch = dense ? rows->map.channels : round_up(rows->map.channels, source.lanes());
  const bool interleaved = next.depthwise() && can_interleave(source, *chain, i + 1);
  rows->kind = interleaved ? StageRows::Kind::interleaved : StageRows::Kind::plain;
  rows->kept = interleaved ? 4 : kept_rows(*chain, i);
  // What one phase writes and another reads is shared; a task keeps to itself what lives within a phase.
  rows->shared = chain->variant == Variant::layerwise;
  // Whole vectors of the last pixel are added, of rows that may be dense.
  const int64_t bytes = rows->bytes() + (adder_of(*chain, i) ? 4 * source.lanes() : 0);
  rows->offset = allocate(bytes, rows->shared ? &chain->shared_bytes : &chain->scratch_bytes);
}

void place_rows(const ChainSource& source, Chain* chain) {
  for (Stage& s : chain->stages) s.out.element_bytes = size_of(chain->arithmetic.stored);
  for (size_t i = 0; i + 1 < chain->stages.size(); ++i) {
    const bool load = i < chain->loads();
    chain->stages[i].out.name = load ? "padded" : rows_name(source, i - chain->loads());
    place(source, i, load ? source.convs[0].op.inputs[0] : source.convs[i - chain->loads()].tensor(), chain);
  }
  StageRows& out = chain->stages.back().out;
  out.name = "out";
  out.pitch = out.map.channels;
}

/// Memory for the sums of several parts.
void place_partial_sums(const ChainSource& source, Chain* chain) {
  Parts& parts = *chain->parts;
  if (parts.count == 1) return;
  const ConvMap& map = chain->stages.back().out.map;
  const int64_t bytes = int64_t{4} * round_up(map.channels, source.lanes()) * map.height * map.width;
  parts.sums =
      PartialSums{allocate(bytes, parts.strips ? &chain->scratch_bytes : &chain->shared_bytes), source.lanes()};
  if (!parts.groups) return;
  parts.groups->bytes = chain->shared_bytes;
  // One thread adds floats of a group apart, as several do; integers it adds to those of the groups before.
  if (!chain->arithmetic.requantizes()) allocate(bytes, &chain->shared_bytes);
}

/// Memory for the sums of each pixel's inputs.
void place_row_sums(Chain* chain) {
  int width = 0;
  for (const Stage& s : chain->stages) {
    if (!s.conv() || !s.conv()->row_sums) continue;
    width = std::max(width, s.out.map.width * (s.unit_pixels() ? s.out.map.height : 1));
  }
  if (width) chain->row_sums = allocate(int64_t{4} * width, &chain->scratch_bytes);
}

/// Memory for a row of the residual with all channels, of which whole vectors are read.
void place_padded_residual(const ChainSource& source, Chain* chain) {
  if (source.block.padded_residual < 0) return;
  const Tensor& t = source.graph().tensors[source.block.padded_residual];
  const auto adds =
      std::find_if(chain->stages.begin(), chain->stages.end(), [](const Stage& s) { return s.adds_tensor(); });
  NARROWS_CHECK(adds != chain->stages.end(), "a padded residual is added");
  PaddedResidual padded;
  padded.channels = t.shape[3];
  if (is_quantized(t)) padded.zero = t.zero_point() + stored_shift(t.type, source.target());
  const int64_t elements = int64_t{adds->out.map.width} * adds->out.map.channels + source.lanes();
  padded.offset = allocate(elements * size_of(chain->arithmetic.stored), &chain->scratch_bytes);
  chain->padded = padded;
}

Parts plan_parts(const PartsSchedule& schedule) {
  Parts parts;
  parts.count = schedule.count, parts.channels = schedule.channels, parts.strips = schedule.strips;
  if (!parts.strips && parts.count > 1) parts.groups = Groups{std::min(parts.count, most_groups), 0};
  return parts;
}

}  // namespace

int64_t allocate(int64_t bytes, int64_t* end) {
  const int64_t at = *end;
  // The last quad of a reduction may be read up to three bytes beyond a row.
  *end += aligned(bytes + 3);
  return at;
}

Chain plan_chain(const ChainSource& source, const ChainSchedule& schedule, int strip) {
  Chain chain;
  chain.variant = schedule.variant;
  chain.arithmetic = source.arithmetic();
  chain.threads = source.context.options.threads;
  chain.row_source = source.row_source;
  if (schedule.parts) chain.parts = plan_parts(*schedule.parts);
  add_stages(source, &chain);
  cut_columns(strip, schedule.columns, &chain);
  if (chain.parts) chain.parts->expands_at_once = expands_at_once(source, chain);
  place_rows(source, &chain);
  plan_cuts(source, schedule.columns, &chain);
  if (chain.parts) place_partial_sums(source, &chain);
  place_row_sums(&chain);
  place_padded_residual(source, &chain);
  return chain;
}

}  // namespace narrows
