#include <algorithm>

#include "compiler/blocks/cost_model.h"
#include "compiler/graph/ops.h"
#include "compiler/lower/chain_builder.h"
#include "compiler/lower/order_channels.h"
#include "schedules/prefetch.h"

namespace narrows {

namespace {

MapSize map_of(const Graph& graph, const Op& op, int tensor) {
  const Shape& s = graph.tensors[tensor].shape;
  if (op.kind == OpKind::fully_connected) {
    const Shape& w = graph.input(op, 1).shape;
    const int channels = tensor == op.output ? w[0] : w[1];
    return {1, static_cast<int>(element_count(s) / channels), channels};
  }
  return {s[1], s[2], s[3]};
}

bool is_pointwise_window(const Window& w) { return w.kernel_h == 1 && w.kernel_w == 1 && !w.pad.any(); }
bool is_full_pointwise(const Op& op) { return op.kind == OpKind::conv2d && is_pointwise_window(op.attr.window); }

/// Rows or columns that a window needs beyond the end of `in`.
int beyond(int out, int stride, int kernel, int dilation, int before, int in) {
  return std::max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - before - in);
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
void cut_to(const Reach& reach, Rows* rows) {
  rows->first_column = std::clamp(reach.from, 0, rows->full_width - 1);
  rows->map.width = std::clamp(reach.to, rows->first_column + 1, rows->full_width) - rows->first_column;
}

// A part of the expanded map that stays in the caches together with its weights.
constexpr int64_t kSmallPart = 48 << 10;

/// Rows below a row of a map of the same height that its window reads.
int rows_below(const Window& w) { return (w.kernel_h - 1) * w.dilation_h - w.pad.top; }

}  // namespace

ChainBuilder::ChainBuilder(const LoweringContext& context, const Block& block, int strip, int columns)
    : context_(context),
      graph_(context.graph),
      block_(block),
      target_(context.options.target),
      strip_(strip),
      columns_(columns) {
  const auto add_convs = [&](const Block& link) {
    size_t index = 0;
    for (size_t o = link.conversions; o < link.ops.size(); ++o) {
      const Op& op = graph_.ops[link.ops[o]];
      if (is_convolution(op))
        convs_.push_back({&op, nullptr, &link, index++, read_conv(graph_, op, context_.options.numerics, target_)});
      else if (op.kind == OpKind::add)
        convs_.back().add = &op;
      // The load stage concatenates, and repeats pixels.
    }
  };
  if (block.links.empty()) add_convs(block);
  for (const Block& link : block.links) add_convs(link);
  chain_.arithmetic = convs_[0].weights.arithmetic;
  chain_.row_source = reads_rows(context, block);
  order_channels();
}

void ChainBuilder::order_channels() {
  if (!arithmetic().requantizes() || !target_.pairs() || context_.kernels.names_only()) return;
  for (size_t i = 0; i + 2 < convs_.size(); ++i) {
    Conv &expand = convs_[i], &depthwise = convs_[i + 1], &project = convs_[i + 2];
    if (expand.block != project.block || depthwise.op->kind != OpKind::depthwise_conv2d) continue;
    if (!is_full_pointwise(*expand.op) || !is_full_pointwise(*project.op)) continue;
    if (depthwise.weights.channels != expand.weights.channels) continue;
    const std::vector<int> order = order_expanded(expand.weights, project.weights, 2 * lanes());
    reorder_channels(order, &expand.weights);
    reorder_channels(order, &depthwise.weights);
    reorder_depth(order, &project.weights);
  }
}

Chain ChainBuilder::build() {
  choose_variant();
  if (chain_.schedule.variant == Variant::halide) return std::move(chain_);  // see lower_whole_block()
  make_stages();
  cut_columns();
  place_rows();
  if (chain_.schedule.variant == Variant::channels) {
    make_part_kernels();
  } else {
    for (size_t i = 0; i < convs_.size(); ++i) make_row_kernels(i);
  }
  place_extras();
  return std::move(chain_);
}

// ---- which variant -----------------------------------------------------------------------------

void ChainBuilder::choose_variant() {
  if (!block_.links.empty()) {
    chain_.schedule.variant = Variant::cascade;
    return;
  }
  ChainShape shape;
  const Op& last = *convs_.back().op;
  const MapSize out = map_of(graph_, last, last.output);
  shape.map = int64_t{out.height} * out.width;
  shape.quantized = arithmetic().requantizes();
  const bool expansion = convs_.size() == 3 && is_pointwise_window(convs_[0].op->attr.window) && !needs_load();
  if (expansion) {
    shape.expanded = convs_[0].weights.channels;
    shape.weights = graph_.input(*convs_[0].op, 1).bytes() + graph_.input(*convs_[2].op, 1).bytes();
  }
  chain_.schedule = choose_schedule(asked_schedule(context_, block_), shape, expansion && columns_ == 1, target_);
  if (chain_.schedule.variant == Variant::channels) {
    chain_.strips = out.height >= (allowed_slowdown(context_.options) > 0 ? few_rows : many_rows);
    // Two threads share an even number best.
    const bool chosen = asked_schedule(context_, block_).parts == 0;
    if (chosen && !chain_.strips && chain_.schedule.parts > 1) chain_.schedule.parts += chain_.schedule.parts % 2;
    // Parts are whole vectors; the last one may hold fewer channels.
    part_channels_ = round_up((shape.expanded + chain_.schedule.parts - 1) / chain_.schedule.parts, lanes());
    chain_.schedule.parts = (shape.expanded + part_channels_ - 1) / part_channels_;
    if (!chain_.strips) chain_.groups = std::min(chain_.schedule.parts, most_groups);
  }
}

bool ChainBuilder::needs_load() const {
  const Op& op = *convs_[0].op;
  const Window& w = op.attr.window;
  if (chain_.row_source || !block_.sources.empty() || block_.conversions > 0 || op.kind == OpKind::depthwise_conv2d)
    return true;
  if (w.pad.any() || w.kernel_h > 1 || w.kernel_w > 1) return true;
  if (memory_type(context_, block_.input) != arithmetic().stored) return true;
  return map_of(graph_, op, block_.input).channels % arithmetic().quad != 0;
}

// ---- stages and where their rows lie -----------------------------------------------------------

void ChainBuilder::make_stages() {
  const MapSize in = map_of(graph_, *convs_[0].op, block_.input);
  if (needs_load()) {
    Stage load;
    load.kind = Stage::Kind::load;
    load.in = in;
    load.out.map = in;
    if (convs_[0].op->kind == OpKind::depthwise_conv2d) load.repeat = convs_[0].weights.channels / in.channels;
    load.out.map.channels *= load.repeat;
    for (int t : block_.sources) {
      const Shape& shape = graph_.tensors[t].shape;
      load.sources.push_back({shape[3], shape[1] * shape[2] < in.height * in.width});
    }
    if (block_.conversions > 0)
      load.conversion = conversion_of(graph_, {block_.ops.begin(), block_.ops.begin() + block_.conversions});
    load.flip = memory_type(context_, block_.input) != arithmetic().stored ? 0x80 : 0;
    chain_.stages.push_back(load);
  }
  MapSize previous = chain_.stages.empty() ? in : chain_.stages[0].out.map;
  const Block* first = convs_[0].block;
  int link_input = -1;  // the stage that makes what the current link of a cascade reads
  for (size_t i = 0; i < convs_.size(); ++i) {
    const Conv& c = convs_[i];
    if (i > 0 && c.index == 0) link_input = static_cast<int>(chain_.stages.size()) - 1;
    Stage s;
    s.kind = c.op->kind == OpKind::depthwise_conv2d ? Stage::Kind::depthwise : Stage::Kind::conv;
    s.window = c.op->attr.window;
    if (c.op->kind == OpKind::fully_connected) s.window = Window{};
    s.in = previous;
    s.out.map = map_of(graph_, *c.op, c.op->output);
    s.channels = s.out.map.channels;
    s.residual = c.add;
    if (c.add && c.block != first) s.residual_stage = link_input;
    previous = s.out.map;
    chain_.stages.push_back(s);
  }
}

void ChainBuilder::cut_columns() {
  for (Stage& s : chain_.stages) s.out.full_width = s.out.map.width;
  if (columns_ == 1) return;
  Rows& out = chain_.stages.back().out;
  const int width = out.map.width;
  out.first_column = width * strip_ / columns_;
  out.map.width = width * (strip_ + 1) / columns_ - out.first_column;
  for (size_t i = chain_.stages.size() - 1; i-- > 0;) {
    cut_to(reach_of(chain_.stages[i + 1]), &chain_.stages[i].out);
  }
}

void ChainBuilder::place_rows() {
  for (size_t i = 0; i + 1 < chain_.stages.size(); ++i) {
    chain_.stages[i].out.name = rows_name(i);
    const Conv* c = i < loads() ? nullptr : &convs_[i - loads()];
    place(i, !c ? block_.input : c->add ? c->add->output : c->op->output);
  }
  Rows& out = chain_.stages.back().out;
  out.name = "out";
  out.pitch = out.map.channels;
  out.element_bytes = size_of(arithmetic().stored);
}

std::string ChainBuilder::rows_name(size_t i) const {
  if (i < loads()) return "padded";
  const Conv& c = convs_[i - loads()];
  const bool filtered = c.op->kind == OpKind::depthwise_conv2d;
  if (block_.links.empty()) return filtered ? "filtered" : "expanded";
  const auto link = c.block - block_.links.data() + 1;
  const bool last = convs_[i + 1 - loads()].index == 0;
  return (last ? "narrow" : filtered ? "filtered" : "expanded") + std::to_string(link);
}

int ChainBuilder::adder_of(size_t i) const {
  for (size_t j = i + 1; j < chain_.stages.size(); ++j) {
    if (chain_.stages[j].residual_stage == static_cast<int>(i)) return static_cast<int>(j);
  }
  return -1;
}

void ChainBuilder::place(size_t i, int tensor) {
  const Stage& next = chain_.stages[i + 1];
  Rows* const rows = &chain_.stages[i].out;
  const int adder = adder_of(i);
  const Window& w = next.window;
  const int span = (w.kernel_h - 1) * w.dilation_h + 1;
  rows->element_bytes = size_of(arithmetic().stored);
  const Reach reach = reach_of(next);
  rows->top = w.pad.top, rows->left = std::max(0, -reach.from);
  rows->bottom = beyond(next.out.map.height, w.stride_h, w.kernel_h, w.dilation_h, w.pad.top, rows->map.height);
  rows->right = std::max(0, reach.to - rows->full_width);
  rows->skipped = std::max(0, reach.from - rows->first_column);
  if (arithmetic().requantizes()) {
    const Tensor& t = graph_.tensors[tensor];
    rows->border_value = t.zero_point() + stored_shift(t.type, target_);
  }
  const bool depthwise = next.kind == Stage::Kind::depthwise;
  if (chain_.schedule.variant == Variant::channels) rows->map.channels = part_channels_;
  // Adjacent taps of a convolution are read as one run, so its pixels are dense; others are padded to whole
  // vectors.
  const bool dense = !depthwise && w.kernel_w > 1;
  rows->pitch = dense ? rows->map.channels : round_up(rows->map.channels, lanes());
  if (depthwise && arithmetic().requantizes() && !layerwise() && adder < 0 && can_interleave(i + 1)) {
    rows->kind = Rows::Kind::interleaved;
    rows->kept = 4;
  } else {
    rows->kind = Rows::Kind::plain;
    rows->kept = layerwise() ? rows->map.height + rows->top + rows->bottom : span;
    // Rows that are added later wait until the stages between have read those below.
    int waiting = 1;
    for (int j = static_cast<int>(i) + 1; j <= adder; ++j) waiting += rows_below(chain_.stages[j].window);
    rows->kept = std::max(rows->kept, waiting);
  }
  if (chain_.schedule.variant == Variant::channels && !depthwise) rows->kept = rows->map.height;
  if (computes_map(i)) {
    chain_.stages[i].at_once = true;
    rows->kept = rows->map.height + rows->top + rows->bottom;
  }
  // What one phase writes and another reads is shared; a task keeps to itself what lives within a phase.
  rows->shared = layerwise();
  // Whole vectors of the last pixel are added, of rows that may be dense.
  rows->offset = allocate(rows->bytes() + (adder >= 0 ? 4 * lanes() : 0), rows->shared);
}

bool ChainBuilder::computes_map(size_t i) const {
  const Stage& s = chain_.stages[i];
  if (i > 0 || arithmetic().requantizes() || chain_.schedule.variant != Variant::channels || chain_.strips)
    return false;
  if (allowed_slowdown(context_.options) > 0) return false;
  const int64_t part_weights = int64_t{s.in.channels} * part_channels_ * size_of(arithmetic().weights);
  const int64_t map = int64_t{s.out.map.height} * s.out.map.width * part_channels_ * 4;
  return part_weights > kResidentBytes && map <= kSmallPart;
}

/// Whether rows that stage i, a depthwise convolution, reads can be interleaved. Depthwise kernels write plain rows.
bool ChainBuilder::can_interleave(size_t i) {
  const Window& w = chain_.stages[i].window;
  if (chain_.stages[i - 1].kind == Stage::Kind::depthwise) return false;
  if (asked_schedule(context_, *convs_[i - loads()].block).plain) return false;
  return w.kernel_h <= 4 && w.dilation_h == 1 && (target_.pairs() || convs_[i - loads()].weights.weight_zero <= 127);
}

int64_t ChainBuilder::allocate(int64_t bytes, bool shared) {
  int64_t& end = shared ? chain_.shared_bytes : chain_.scratch_bytes;
  const int64_t at = end;
  // The last quad of a reduction may be read up to three bytes beyond a row.
  end += (bytes + 3 + 63) / 64 * 64;
  return at;
}

int phases_of(const Chain& chain) {
  switch (chain.schedule.variant) {
    case Variant::channels:
      return chain.strips ? 1 : chain.groups > 1 ? 2 : 0;
    case Variant::layerwise:
      return static_cast<int>(chain.stages.size());
    case Variant::halide:
      return 0;
    default:
      return 1;
  }
}

int units_of(const Chain& chain) {
  if (chain.row_source) return 1;  // rows come in order
  if (chain.strips) return chain.stages.back().out.map.height;
  int units = chain.stages.back().units();
  if (chain.schedule.variant == Variant::channels) return chain.groups > 1 ? std::max(units, chain.groups) : 1;
  if (chain.schedule.variant == Variant::layerwise) {
    for (const Stage& s : chain.stages) units = std::max(units, s.out.top + s.out.map.height + s.out.bottom);
  }
  return units;
}

bool takes_residual(const Chain& chain) {
  return std::any_of(chain.stages.begin(), chain.stages.end(),
                     [](const Stage& s) { return s.residual && s.residual_stage < 0; });
}

int64_t parallel_shared_bytes(const Chain& chain) {
  return std::max(chain.shared_bytes, chain.groups * chain.group_bytes);
}

Chain build_chain(const LoweringContext& context, const Block& block, int strip, int columns) {
  return ChainBuilder(context, block, strip, columns).build();
}

int64_t executed_macs(const Chain& chain) {
  int64_t macs = 0;
  for (const Stage& s : chain.stages) {
    if (s.kind == Stage::Kind::load) continue;
    const int depth = s.kind == Stage::Kind::depthwise ? 1 : s.in.channels;
    macs += int64_t{s.out.map.height} * s.out.map.width * s.channels * s.window.kernel_h * s.window.kernel_w * depth;
  }
  return macs;
}

}  // namespace narrows
