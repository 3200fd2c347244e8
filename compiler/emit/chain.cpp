#include "compiler/emit/chain.h"

#include <fmt/format.h>

#include <algorithm>

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

/// Rows or columns that a window needs beyond the end of `in`.
int beyond(int out, int stride, int kernel, int dilation, int before, int in) {
  return std::max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - before - in);
}

class ChainBuilder {
 public:
  ChainBuilder(const LoweringContext& context, const Block& block)
      : context_(context), graph_(context.graph), block_(block), target_(context.options.target) {
    for (int i : block.ops) {
      const Op& op = graph_.ops[i];
      if (is_convolution(op)) {
        convs_.push_back(&op);
        weights_.push_back(read_conv(graph_, op, target_));
      } else {
        add_ = &op;
      }
    }
    chain_.stored = stored_dtype(graph_.tensors[block.output].type, target_);
    quantized_ = chain_.stored != DType::f32;
  }

  Chain build() {
    choose_variant();
    if (chain_.schedule.variant == Variant::halide) return std::move(chain_);  // see lower_whole_block()
    make_stages();
    place_rows();
    if (chain_.schedule.variant == Variant::channels) {
      make_part_kernels();
    } else {
      for (size_t i = 0; i < convs_.size(); ++i) make_row_kernels(i);
    }
    place_extras();
    return std::move(chain_);
  }

 private:
  int lanes() const { return lanes_of(target_); }
  bool layerwise() const { return chain_.schedule.variant == Variant::layerwise; }
  Stage& conv_stage(size_t i) { return chain_.stages[chain_.stages.size() - convs_.size() + i]; }

  // ---- which variant ------------------------------------------------------------------------------------------------
  void choose_variant() {
    ChainShape shape;
    const MapSize out = map_of(graph_, *convs_.back(), convs_.back()->output);
    shape.map = int64_t{out.height} * out.width;
    shape.quantized = quantized_;
    const bool expansion = convs_.size() == 3 && is_pointwise_window(convs_[0]->attr.window) && !needs_load();
    if (expansion) {
      shape.expanded = weights_[0].channels;
      shape.weights = graph_.input(*convs_[0], 1).bytes() + graph_.input(*convs_[2], 1).bytes();
    }
    chain_.schedule = choose_schedule(context_.options, shape, expansion);
    if (chain_.schedule.variant == Variant::channels) {
      // Parts are whole vectors; the last one may hold fewer channels.
      part_channels_ = round_up((shape.expanded + chain_.schedule.parts - 1) / chain_.schedule.parts, lanes());
      chain_.schedule.parts = (shape.expanded + part_channels_ - 1) / part_channels_;
    }
  }

  /// The first convolution reads the tensor itself unless it needs borders, whole vectors, another type, or the last
  /// quad of its reduction would reach beyond the tensor.
  bool needs_load() const {
    const Op& op = *convs_[0];
    const Window& w = op.attr.window;
    if (op.kind == OpKind::depthwise_conv2d || w.pad.any() || w.kernel_h > 1 || w.kernel_w > 1) return true;
    if (memory_type(context_, block_.input) != chain_.stored) return true;
    return quantized_ && map_of(graph_, op, block_.input).channels % 4 != 0;
  }

  // ---- stages and where their rows lie --------------------------------------------------------------------------------
  void make_stages() {
    const MapSize in = map_of(graph_, *convs_[0], block_.input);
    if (needs_load()) {
      Stage load;
      load.kind = Stage::Kind::load;
      load.in = in;
      load.out.map = in;
      if (convs_[0]->kind == OpKind::depthwise_conv2d) load.repeat = weights_[0].channels / in.channels;
      load.out.map.channels *= load.repeat;
      load.flip = memory_type(context_, block_.input) != chain_.stored ? 0x80 : 0;
      chain_.stages.push_back(load);
    }
    MapSize previous = chain_.stages.empty() ? in : chain_.stages[0].out.map;
    for (size_t i = 0; i < convs_.size(); ++i) {
      Stage s;
      s.kind = convs_[i]->kind == OpKind::depthwise_conv2d ? Stage::Kind::depthwise : Stage::Kind::conv;
      s.window = convs_[i]->attr.window;
      if (convs_[i]->kind == OpKind::fully_connected) s.window = Window{};
      s.in = previous;
      s.out.map = map_of(graph_, *convs_[i], convs_[i]->output);
      s.residual = add_ && i + 1 == convs_.size();
      previous = s.out.map;
      chain_.stages.push_back(s);
    }
  }

  void place_rows() {
    static const char* const kLayerNames[] = {"expanded", "filtered"};
    const size_t n = chain_.stages.size();
    for (size_t i = 0; i + 1 < n; ++i) {
      Stage &s = chain_.stages[i], &next = chain_.stages[i + 1];
      const bool load = s.kind == Stage::Kind::load;
      s.out.name = load ? "padded" : s.kind == Stage::Kind::depthwise ? kLayerNames[1] : kLayerNames[0];
      const int tensor = load ? block_.input : convs_[i - (n - convs_.size())]->output;
      place(next, tensor, &s.out);
    }
    Rows& out = chain_.stages.back().out;
    out.name = "out";
    out.pitch = out.map.channels;
    out.element_bytes = quantized_ ? 1 : 4;
  }

  /// Chooses ring, borders and layout of rows that `next` reads; they hold the graph's `tensor`.
  void place(const Stage& next, int tensor, Rows* rows) {
    const Window& w = next.window;
    const int span = (w.kernel_h - 1) * w.dilation_h + 1;
    rows->element_bytes = quantized_ ? 1 : 4;
    rows->top = w.pad.top, rows->left = w.pad.left;
    rows->bottom = beyond(next.out.map.height, w.stride_h, w.kernel_h, w.dilation_h, w.pad.top, rows->map.height);
    rows->right = beyond(next.out.map.width, w.stride_w, w.kernel_w, w.dilation_w, w.pad.left, rows->map.width);
    if (quantized_) {
      const Tensor& t = graph_.tensors[tensor];
      rows->border_value = t.zero_point() + stored_shift(t.type, target_);
    }
    const bool depthwise = next.kind == Stage::Kind::depthwise;
    if (chain_.schedule.variant == Variant::channels) rows->map.channels = part_channels_;
    // Adjacent taps of a convolution are read as one run, so its pixels are dense; others are padded to whole vectors.
    const bool dense = !depthwise && w.kernel_w > 1;
    rows->pitch = dense ? rows->map.channels : round_up(rows->map.channels, lanes());
    if (depthwise && quantized_ && !layerwise() && can_interleave(next)) {
      rows->kind = Rows::Kind::interleaved;
      rows->kept = 4;
    } else {
      rows->kind = Rows::Kind::plain;
      rows->kept = layerwise() ? rows->map.height + rows->top + rows->bottom : span;
    }
    if (chain_.schedule.variant == Variant::channels && !depthwise) rows->kept = rows->map.height;
    rows->offset = allocate(rows->bytes());
  }

  bool can_interleave(const Stage& depthwise) {
    for (size_t i = 0; i < convs_.size(); ++i) {
      if (convs_[i]->kind == OpKind::depthwise_conv2d) {
        return depthwise.window.kernel_h <= 4 && depthwise.window.dilation_h == 1 && weights_[i].weight_zero <= 127;
      }
    }
    return false;
  }

  int64_t allocate(int64_t bytes) {
    const int64_t at = chain_.scratch_bytes;
    // The last quad of a reduction may be read up to three bytes beyond a row.
    chain_.scratch_bytes += (bytes + 3 + 63) / 64 * 64;
    return at;
  }

  // ---- kernels --------------------------------------------------------------------------------------------------------
  int64_t append(const std::string& region) {
    const int64_t at = static_cast<int64_t>(chain_.weights.size());
    chain_.weights += region;
    return at;
  }
  Finish finish(size_t i) const {
    const bool last = i + 1 == convs_.size();
    return make_finish(graph_, *convs_[i], last ? add_ : nullptr, weights_[i], context_.options.numerics, target_);
  }
  std::vector<int32_t> params(size_t i) const {
    const bool last = i + 1 == convs_.size();
    return make_params(graph_, *convs_[i], last ? add_ : nullptr, weights_[i], finish(i), target_);
  }
  /// Pitch of what stage i reads.
  int in_pitch(size_t i) {
    Stage& s = conv_stage(i);
    return &s == &chain_.stages[0] ? s.in.channels : (&s - 1)->out.pitch;
  }

  void make_row_kernels(size_t i) {
    Stage& s = conv_stage(i);
    s.kind == Stage::Kind::depthwise ? make_depthwise(i) : make_conv(i);
  }

  ConvRow conv_spec(size_t i) {
    Stage& s = conv_stage(i);
    const Window& w = s.window;
    ConvRow spec;
    spec.rows = w.kernel_h;
    const int pitch = in_pitch(i);
    spec.pixel_stride = w.stride_w * pitch;
    if (w.dilation_w == 1) {
      spec.depth = w.kernel_w * s.in.channels;
    } else {
      spec.taps = w.kernel_w, spec.tap_stride = w.dilation_w * pitch, spec.depth = s.in.channels;
    }
    spec.width = s.out.map.width;
    spec.out_stride = s.out.pitch;
    spec.row_sums = s.row_sums = quantized_ && weights_[i].weight_zero != 0;
    if (s.out.kind == Rows::Kind::interleaved) spec.output = Output::interleaved;
    spec.finish = finish(i);
    return spec;
  }

  /// Cuts the channels into pieces of whole tiles, so that only the last tile of the last piece can be partial.
  void make_conv(size_t i) {
    Stage& s = conv_stage(i);
    ConvRow spec = conv_spec(i);
    const bool to_tensor = s.out.kind == Rows::Kind::tensor;
    const int channels = to_tensor ? s.out.map.channels : s.out.pitch;
    for (auto [first, count, tile] : cut(channels, spec.width, false)) {
      spec.channels = count, spec.vectors = tile.vectors, spec.pixels = tile.pixels;
      Piece piece;
      piece.channel = first;
      piece.kernel = context_.kernels.get(spec);
      piece.weights = append(pack_conv(spec, conv_layout(spec, target_), weights_[i], params(i), first, 0));
      s.pieces.push_back(piece);
    }
  }

  struct Cut {
    int first, count;
    Tile tile;
  };
  std::vector<Cut> cut(int channels, int width, bool divides) const {
    const int vectors = (channels + lanes() - 1) / lanes();
    const Tile tile = choose_conv_tile(vectors, width, quantized_, divides, target_);
    int main_tiles = vectors / tile.vectors;
    if (vectors % tile.vectors == 0 && channels % lanes() != 0) --main_tiles;
    std::vector<Cut> cuts;
    const int main = main_tiles * tile.vectors * lanes();
    if (main > 0) cuts.push_back({0, main, tile});
    if (main < channels) {
      const int rest = (channels - main + lanes() - 1) / lanes();
      Tile rest_tile = tile;
      rest_tile.vectors = rest;
      if (!divides) rest_tile.pixels = choose_conv_tile_pixels(rest, width);
      cuts.push_back({main, channels - main, rest_tile});
    }
    return cuts;
  }
  /// Pixels for a tile that must have `vectors` vectors.
  int choose_conv_tile_pixels(int vectors, int width) const {
    const Tile t = choose_conv_tile(vectors, width, quantized_, false, target_);
    return t.vectors == vectors ? t.pixels : std::max(1, std::min(width, t.vectors * t.pixels / vectors));
  }

  DepthwiseRow depthwise_spec(size_t i) {
    Stage& s = conv_stage(i);
    const Window& w = s.window;
    DepthwiseRow spec;
    spec.kernel_h = w.kernel_h, spec.kernel_w = w.kernel_w;
    spec.stride_w = w.stride_w, spec.dilation_w = w.dilation_w;
    spec.in_stride = in_pitch(i);
    spec.width = s.out.map.width;
    spec.out_stride = s.out.pitch;
    spec.interleaved = (&s - 1)->out.kind == Rows::Kind::interleaved;
    spec.tap_zero = spec.interleaved && weights_[i].weight_zero != 0;
    spec.finish = finish(i);
    spec.pixels = choose_depthwise_pixels(spec.width, spec.interleaved, target_);
    return spec;
  }

  void make_depthwise(size_t i) {
    Stage& s = conv_stage(i);
    DepthwiseRow spec = depthwise_spec(i);
    const bool to_tensor = s.out.kind == Rows::Kind::tensor;
    const int channels = to_tensor ? s.out.map.channels : s.out.pitch, whole = channels / lanes() * lanes();
    for (int first : {0, whole}) {
      spec.channels = first == 0 && whole > 0 ? whole : channels - first;
      if (spec.channels == 0 || (first == 0 && whole == 0)) continue;
      Piece piece;
      piece.channel = first;
      piece.kernel = context_.kernels.get(spec);
      piece.weights = append(pack_depthwise(spec, depthwise_layout(spec, target_), weights_[i], params(i), first));
      s.pieces.push_back(piece);
    }
  }

  // ---- channels variant: one set of kernels, weights part by part -----------------------------------------------------
  void make_part_kernels() {
    const int parts = chain_.schedule.parts;
    ConvRow expand = conv_spec(0);
    expand.channels = part_channels_;
    const Tile tile = whole_tile(part_channels_, expand.width, false);
    expand.vectors = tile.vectors, expand.pixels = tile.pixels;

    DepthwiseRow depthwise = depthwise_spec(1);
    depthwise.channels = part_channels_;

    Stage& last = conv_stage(2);
    const int map = last.out.map.height * last.out.map.width;
    ConvRow project = conv_spec(2);
    project.depth = part_channels_;
    project.width = map;
    const bool split = parts > 1;
    const auto cuts = cut(last.out.map.channels, map, split);
    const int accumulator_pitch = round_up(last.out.map.channels, lanes());

    for (int p = 0; p < parts; ++p) {
      const int64_t begin = static_cast<int64_t>(chain_.weights.size());
      const int first = p * part_channels_;
      auto keep = [&](Stage& s, Piece piece, const std::string& region) {
        piece.weights = append(region) - begin;
        if (p == 0) s.pieces.push_back(piece);
      };
      Piece piece;
      piece.kernel = context_.kernels.get(expand);
      keep(conv_stage(0), piece, pack_conv(expand, conv_layout(expand, target_), weights_[0], params(0), first, 0));
      piece.kernel = context_.kernels.get(depthwise);
      keep(conv_stage(1), piece,
           pack_depthwise(depthwise, depthwise_layout(depthwise, target_), weights_[1], params(1), first));
      for (const Cut& c : cuts) {
        ConvRow spec = project;
        spec.channels = c.count, spec.vectors = c.tile.vectors, spec.pixels = c.tile.pixels;
        piece = Piece{};
        piece.channel = c.first;
        if (p == 0 && split) make_accumulating(spec, accumulator_pitch, &piece);
        if (!split) piece.kernel = context_.kernels.get(spec);
        keep(last, piece, pack_conv(spec, conv_layout(spec, target_), weights_[2], params(2), c.first, first));
      }
      chain_.part_weights = static_cast<int64_t>(chain_.weights.size()) - begin;
    }
    if (split) chain_.accumulators = allocate(int64_t{4} * accumulator_pitch * map);
  }

  /// Kernels for the first part (from the bias to accumulators), those between, and the last (to the output).
  void make_accumulating(ConvRow spec, int pitch, Piece* piece) {
    // Accumulators are whole vectors; only the last step knows how many channels there are.
    ConvRow inner = spec;
    inner.finish.residual = false;
    inner.channels = round_up(spec.channels, lanes());
    inner.output = Output::accumulators;
    inner.out_stride = pitch;
    piece->kernel = context_.kernels.get(inner);
    inner.from_accumulators = true;
    if (chain_.schedule.parts > 2) piece->more_kernel = context_.kernels.get(inner);
    spec.from_accumulators = true;
    spec.start_stride = pitch;
    piece->last_kernel = context_.kernels.get(spec);
  }

  /// A tile that divides the channels, which are whole vectors.
  Tile whole_tile(int channels, int width, bool divides) const {
    const int vectors = channels / lanes();
    Tile tile = choose_conv_tile(vectors, width, quantized_, divides, target_);
    while (vectors % tile.vectors) --tile.vectors;
    return tile;
  }

  void place_extras() {
    int width = 0;
    for (const Stage& s : chain_.stages) {
      if (!s.row_sums) continue;
      const bool map = chain_.schedule.variant == Variant::channels && &s == &chain_.stages.back();
      width = std::max(width, s.out.map.width * (map ? s.out.map.height : 1));
    }
    if (width) chain_.sums = allocate(int64_t{4} * width);
  }

  const LoweringContext& context_;
  const Graph& graph_;
  const Block& block_;
  const Target& target_;
  std::vector<const Op*> convs_;
  const Op* add_ = nullptr;
  std::vector<ConvWeights> weights_;
  bool quantized_ = false;
  int part_channels_ = 0;
  Chain chain_;
};

}  // namespace

Chain build_chain(const LoweringContext& context, const Block& block) { return ChainBuilder(context, block).build(); }

}  // namespace narrows
