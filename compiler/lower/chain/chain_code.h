// Kernels and packed weights of a planned chain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/lower/chain/chain.h"

namespace narrows {

/// The kernels of a piece where several parts of its input channels are summed up.
struct SumSpecs {
  ConvRow sums;                           ///< makes the sums of the first part, and adds those of others
  std::variant<ConvRow, FinishRow> last;  ///< adds the last part and finishes, or only finishes
};

/// What the kernels of a cut of a full convolution are made from.
struct PieceSpec {
  Cut cut;
  ConvRow row;  ///< computes the cut where no parts are summed up, and says how weights are packed
  std::optional<SumSpecs> sums;
};

/// A planned chain, and the weights of its convolutions in the order in which kernels read them.
struct WeightedChain {
  const ChainSource& source;
  const Chain& plan;
  std::vector<ConvWeights> weights;
};

/// The kernels of convolution `i`, a full one. `sorting` says how 8-bit reductions are sorted, where they can be.
std::vector<PieceSpec> conv_specs(const WeightedChain& chain, size_t i, Sorting sorting);
/// The kernel of a cut of convolution `i`, a depthwise one.
DepthwiseRow depthwise_spec(const WeightedChain& chain, size_t i, const Cut& cut);
/// The parameters at the head of the packed regions of convolution `i`.
std::vector<int32_t> params_of(const WeightedChain& chain, size_t i);

/// The names of the kernels of SumSpecs.
struct SumKernels {
  std::string sums;
  std::string last;
  bool last_reads_weights = false;  ///< a last kernel that only finishes takes packed weights
};

/// A cut with its kernel, or the kernels of its sums, and its weights.
struct Piece {
  Cut cut;
  std::variant<std::string, SumKernels> kernels;
  int64_t weights = 0;       ///< offset of the first call's weights in the chain's, or in those of a part
  int64_t call_weights = 0;  ///< bytes of each call's weights
  std::string name = {};     ///< of `weights` in the emitted function; none for an offset of 0 that is the only one

  /// The name of call_weights, where there are several calls.
  std::string tile_name() const { return name + "_tile"; }
};

struct ChainCode {
  Chain plan;
  std::vector<std::vector<Piece>> pieces;  ///< by stage; a load has none
  std::string weights;                     ///< packed regions of all pieces, part by part; then a load's tables
  std::string offsets = {};                ///< declares the names of pieces in the emitted function

  int64_t part_weights() const { return static_cast<int64_t>(weights.size()) / plan.parts->count; }
};

/// The tables of a load that makes bytes of bytes, one after the other, which stand behind the weights of all pieces.
std::string load_tables(const Chain& plan);
/// Names the offsets of all weights, unless there is one: expand, depthwise, project, with the number of a cascade's
/// block; and of a load's tables: bytes.
void name_weights(const ChainSource& source, ChainCode* code);
/// The weights of a piece's first call, in the weights at `base`.
std::string first_weights(const std::string& base, const Piece& piece);

ChainCode make_chain(const LoweringContext& context, const ChainSource& source, const Chain& plan);

std::string print_chain(const ChainCode& chain, const std::string& in_type, const std::string& out_type);
/// One function for strips of columns, which are computed one after the other with the same weights.
std::string print_columns(const std::vector<ChainCode>& strips, const std::string& in_type,
                          const std::string& out_type);

}  // namespace narrows
