// Decides everything about a chain: private to build_chain(). Variant, stages and the place of their rows are
// chosen in chain_stages.cpp, kernels and packed weights in chain_kernels.cpp.
#pragma once

#include <string>
#include <vector>

#include "compiler/lower/chain.h"

namespace narrows {

/// Maps with fewer rows than this are not cut into rows alone: some threads would have one more than others.
constexpr int few_rows = 8;
/// Maps with as many rows are shared in strips where channels are cut into parts: what strips compute twice is little,
/// and the sums of groups are large. Where memory counts more than time, that begins at few_rows.
constexpr int many_rows = 16;
/// Parts of channels are summed in at most so many groups: enough for the cores of a phone, and their sums are not too
/// large.
constexpr int most_groups = 4;

class ChainBuilder {
 public:
  ChainBuilder(const LoweringContext& context, const Block& block, int strip, int columns);

  Chain build();

 private:
  int lanes() const { return lanes_of(target_); }
  const Arithmetic& arithmetic() const { return chain_.arithmetic; }
  bool layerwise() const { return chain_.schedule.variant == Variant::layerwise; }
  Stage& conv_stage(size_t i) { return chain_.stages[loads() + i]; }
  /// Stages in front of the first convolution: 0 or 1.
  size_t loads() const { return chain_.stages.size() - convs_.size(); }

  /// Of the expanded channels, for the sake of small weights.
  void order_channels();

  // ---- which variant ---------------------------------------------------------------------------
  void choose_variant();

  /// The first convolution reads the tensor itself unless it needs borders, whole vectors, another type, or
  /// the last quad of its reduction would reach beyond the tensor. Rows from a callback are loaded.
  bool needs_load() const;

  // ---- stages and where their rows lie ---------------------------------------------------------
  void make_stages();
  /// Makes the stages as narrow as the strip's output needs them.
  void cut_columns();
  void place_rows();

  /// Chooses ring, borders and layout of the rows of stage i; they hold the graph's `tensor`.
  void place(size_t i, int tensor);
  bool can_interleave(size_t i);
  /// Whether stage i, the expansion of a part, computes all rows before the next stage reads them: so its weights,
  /// which the first-level cache does not hold, are read from behind it once instead of once for every row.
  bool computes_map(size_t i) const;
  /// The stage that adds the rows of stage i; -1: none.
  int adder_of(size_t i) const;
  std::string rows_name(size_t i) const;
  /// Memory for a task, or for all tasks together.
  int64_t allocate(int64_t bytes, bool shared);

  // ---- kernels ---------------------------------------------------------------------------------
  int64_t append(const std::string& region);
  /// The packed region of a kernel of convolution i.
  std::string packed(const ConvRow& spec, size_t i, int first_channel, int first_depth = 0) const;
  std::string packed(const DepthwiseRow& spec, size_t i, int first_channel) const;
  Finish finish(size_t i) const;
  /// As the operator says, wherever its rows lie.
  Finish own_finish(size_t i) const;
  /// Whether convolution i exchanges lanes in the ring that it writes, and the depthwise one behind it exchanges them
  /// again.
  bool ring_is_crossed(size_t i) const;
  std::vector<int32_t> params(size_t i) const;
  /// Pitch of what stage i reads.
  int in_pitch(size_t i);
  void make_row_kernels(size_t i);
  ConvRow conv_spec(size_t i);

  /// Cuts the channels into pieces of whole tiles, so that only the last tile of the last piece can be
  /// partial.
  void make_conv(size_t i);

  /// The same with a kernel call for every tile and some pixels of the map.
  void make_tiled_conv(size_t i);
  bool is_tiled(size_t i) const;
  /// Pixels of a map that one kernel call computes.
  int choose_unit_pixels(size_t i, const MapSize& map);

  struct Cut {
    int first, count;
    Tile tile;
  };
  std::vector<Cut> cut(size_t i, int channels, int width);
  /// The tiles of a cut, as yet without kernel and weights; `spec` gets the sizes of one of them.
  Piece tiled_piece(const Cut& cut, ConvRow* spec) const;
  DepthwiseRow depthwise_spec(size_t i);
  void make_depthwise(size_t i);

  // ---- channels variant: one set of kernels, weights part by part ------------------------------
  void make_part_kernels();

  /// Kernels for the first part (from the bias to accumulators), for those behind it, and for the last one of strips
  /// (to the output), or one that finishes the sums of groups.
  void make_accumulating(ConvRow spec, int pitch, Piece* piece);
  bool starts_group(int part) const;

  /// A tile that divides the channels, which are whole vectors.
  Tile whole_tile(size_t i, int channels, int width) const;
  void place_extras();

  const LoweringContext& context_;
  const Graph& graph_;
  const Block& block_;
  const Target& target_;
  /// A convolution, and what finishes behind it.
  struct Conv {
    const Op* op;
    const Op* add;       ///< null: none
    const Block* block;  ///< link of a cascade, or the block itself
    size_t index;        ///< among the convolutions of `block`
    ConvWeights weights;
  };
  std::vector<Conv> convs_;
  int strip_, columns_;
  int part_channels_ = 0;
  Chain chain_;
};

}  // namespace narrows
