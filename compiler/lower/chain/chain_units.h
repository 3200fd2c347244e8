// Calls for tiles of output channels: of the projection of parts, or of a convolution alone. Private to print_chain().
#pragma once

#include <string>

#include "compiler/index.h"
#include "compiler/lower/chain/chain_code.h"
#include "compiler/writer.h"

namespace narrows {

/// A tile of channels for some pixels from `pixel` on, of the map at `in`.
struct Unit {
  std::string tile;
  Index pixel;
  std::string in;
  int in_pitch;  ///< elements between pixels of the map
};

class ChainUnits {
 public:
  ChainUnits(const ChainCode& code, Writer* writer)
      : code_(code), chain_(code.plan), stage_(code.plan.stages.back()), writer_(*writer) {}

  /// The pixels of a map that units read.
  struct Input {
    std::string name;
    int pitch, depth;  ///< elements between pixels, and of each pixel
  };
  /// Units [first, end) of the last stage, one after the other.
  void print_units(const Input& in, const Index& first, const std::string& end);
  /// The calls for a unit, whose tile tells the piece.
  void print_unit(const Unit& unit);

  /// Adds the sums of the first `groups` groups, for `channels` channels, if `condition` holds.
  void add_groups(const std::string& condition, const std::string& groups, const Index& first_channel, int channels);
  /// Tiles of output channels from the sums of all groups.
  void print_finish();

 private:
  const PartialSums& sums() const { return *chain_.parts->sums; }
  /// Lanes between pixels of the partial sums of a piece's calls.
  int pitch_of(const Piece& p) const;
  /// The partial sums of channels from `channel` on, where a call begins.
  std::string sums_at(const std::string& base, const Index& channel) const;
  template <typename Print>
  void for_piece_of(const std::string& tile, const Print& print);
  void print_piece(const Piece& p, const Unit& unit, int first);
  void print_sums(const SumKernels& kernels, const std::string& inputs, const std::string& partial,
                  const std::string& output);

  const ChainCode& code_;
  const Chain& chain_;
  const Stage& stage_;  ///< the last one
  Writer& writer_;
};

}  // namespace narrows
