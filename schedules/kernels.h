// Row kernels: one operator, one output row (or a part of its channels or pixels), from pointers to its input rows. All
// sizes are fixed, so a kernel prints as a static function of some forty lines without a branch. Borders and ring
// arithmetic are the caller's: rows come with their border columns, see compiler/lower/chain/chain.h.
//
// Each kernel is described as plain data. What is packed for it is a region, see schedules/region.h.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/target.h"
#include "schedules/arithmetic.h"
#include "schedules/region.h"
#include "schedules/tile.h"

namespace narrows {

/// A printed kernel. `name` is part of the text.
struct Kernel {
  std::string name;
  std::string text;
  std::string comment = {};  ///< what it computes and reads: lines for above the text
};

/// The order in which a kernel takes the steps of its reduction, where the target adds 8-bit products in pairs
/// (sorts_steps).
enum class Sorting {
  never,         ///< as they lie in memory
  small_first,   ///< steps with small weights come first
  joined_first,  ///< before them come steps that are joined, two and two
};

/// The products that each output of a convolution is a sum of: rows x taps x depth.
struct Reduction {
  int rows = 1;           ///< input row pointers
  int taps = 1;           ///< columns; taps that are adjacent in memory are given as one tap of more depth
  int tap_stride = 0;     ///< elements between taps, where there are several
  int depth = 0;          ///< adjacent elements per tap
  int pixel_stride = 0;   ///< input elements between the windows of neighbouring output pixels
  bool row_sums = false;  ///< takes the sum of each pixel's inputs, for weights with a zero point
  Sorting sorting = Sorting::small_first;
  /// The weights are read once per run, or so seldom that caches do not hold them: a kernel fetches the weights of the
  /// next tile ahead, which lie behind the weights of its own.
  bool cold_weights = false;

  auto members() const {
    return std::tie(rows, taps, tap_stride, depth, pixel_stride, row_sums, sorting, cold_weights);
  }
};

/// What accumulators start from.
struct Start {
  enum class From {
    bias,
    sums,    ///< in memory, to which the kernel adds
    either,  ///< the bias in a call whose argument says so, in others what the output holds, which are sums
  };
  From from = From::bias;
  int stride = 0;  ///< from sums: 32-bit lanes between pixels

  auto members() const { return std::tie(from, stride); }
};

/// What a kernel writes.
struct Output {
  enum class Form {
    pixels,       ///< stored values, the channels of a pixel side by side
    interleaved,  ///< byte `slot` of 32-bit lanes [width][stride]: a row of a row-interleaved ring
    sums,         ///< accumulators, unfinished: 32-bit lanes [width][stride]
  };
  Form form = Form::pixels;
  int channels = 0;         ///< padded to whole vectors in the packed weights
  int width = 0;            ///< pixels
  int stride = 0;           ///< elements or lanes between pixels
  int residual_stride = 0;  ///< elements between pixels of the residual, where one is added

  auto members() const { return std::tie(form, channels, width, stride, residual_stride); }
};

/// The rows of a map that one call computes. Each tile of channels goes through all of them before the next tile does,
/// so that its weights are read once.
struct MapRows {
  int count = 1;
  int in_stride = 0, out_stride = 0;  ///< elements between rows, where there are several

  auto members() const { return std::tie(count, in_stride, out_stride); }
};

/// A convolution of one row. With one input row and one tap it is the 1x1 convolution, and its width may then span
/// several rows.
struct ConvRow {
  Reduction reduction;
  Start start;
  Output out;
  MapRows map;
  Finish finish;
  Tile tile{1, 1};  ///< vectors divide the padded channels

  const Arithmetic& arithmetic() const { return finish.arithmetic; }
  auto members() const { return std::tie(reduction, start, out, map, finish, tile); }
};

/// The packed region of a ConvRow.
///   weights[tile][row][tap][depth / quad][tile channels][quad], the depth padded with zeros to whole steps; in planes
///   [...][tile channels / plane][quad][plane]
///   u16 order[tile][2 + depth / quad], where steps are sorted: how many pairs of steps are joined, how many small
///   steps there are besides, then the offset of every step's inputs
struct ConvLayout : RegionLayout {
  int tile = 0;                                       ///< channels per tile
  int depth = 0;                                      ///< padded
  int plane = 0;                                      ///< channels of a plane (Target::quads_in_planes), or 0
  int64_t order = 0;                                  ///< 0: the steps of the reduction follow each other
  int order_stride() const { return depth / 4 + 2; }  ///< elements per tile
};
/// True where two products of bytes are added in 16 bits, which saturates unless the weights are small enough. So the
/// steps of each tile of channels, four elements of the depth each, are sorted:
///   joined  pairs of steps, if there are enough of them: sums of two products of both are added in 16 bits and then
///           widened together
///   small   steps where sums of two products fit in 16 bits
///   large   all others, which take the most instructions
bool sorts_steps(const ConvRow& spec, const Target& target);
/// Weights may sum up to this where their products with activations are added in 16 bits. Activations of type u8 leave
/// products the signs of the weights, so that those of one sign are summed: 255 * 128 < 2^15. With i8 the magnitudes
/// are: 128 * 255 < 2^15.
constexpr int largest_small_sum(DType activations) { return activations == DType::u8 ? 128 : 255; }
ConvLayout conv_layout(const ConvRow& spec, const Target& target);
Kernel conv_row(const ConvRow& spec, const std::string& name, const Target& target);
/// How often each of the loops runs that a tile's reduction consists of, one after the other: a loop for each row, or
/// none where the reduction is unrolled completely. For kernels with one tap whose steps are not sorted.
std::vector<int> reduction_loops(const ConvRow& spec, const Target& target);

/// The end of a convolution whose reduction is cut into parts: reads the sums of a tile of channels, whole vectors for
/// each pixel, and writes stored values. The bias is in the sums, unless they are scaled first. The number of pixels is
/// an argument, as are the elements between pixels of the output and of the residual.
struct FinishRow {
  int channels = 0;
  Finish finish;

  const Arithmetic& arithmetic() const { return finish.arithmetic; }
  auto members() const { return std::tie(channels, finish); }
};
Kernel finish_row(const FinishRow& spec, const std::string& name, const Target& target);

/// Input that is one row-interleaved ring, given with the slot of its first row, instead of row pointers.
struct RingInput {
  bool interleaved = false;
  bool tap_zero = false;      ///< weights minus their zero point do not fit in 8 bits
  bool wide_weights = false;  ///< weights have 16 bits, for targets that multiply pairs of 16-bit numbers

  auto members() const { return std::tie(interleaved, tap_zero, wide_weights); }
};

/// A depthwise convolution of one row.
struct DepthwiseRow {
  int kernel_h = 3, kernel_w = 3;
  int stride_w = 1, dilation_w = 1;
  int channels = 0;
  int in_stride = 0;   ///< elements between input pixels, or lanes of a ring
  int width = 0;       ///< output pixels
  int out_stride = 0;  ///< elements between output pixels
  RingInput ring;
  Finish finish;
  int pixels = 1;  ///< that are computed at once

  const Arithmetic& arithmetic() const { return finish.arithmetic; }
  auto members() const {
    return std::tie(kernel_h, kernel_w, stride_w, dilation_w, channels, in_stride, width, out_stride, ring, finish,
                    pixels);
  }
};

/// The packed region of a DepthwiseRow. If its finish crosses lanes, the channels of the ring and of everything that is
/// packed are in the order of crossed().
///   rows          weights[kernel_h][kernel_w][channels], of i16 where activations are bytes
///   ring          i8 weights[rotation 4][kernel_w][channels][4]: byte s of rotation r holds row (s - r) & 3
///   wide weights  i16 weights in the order of i16q (runtime/vectors.h):
///                 [rotation 4][kernel_w][vector][s & 1][lane][s / 2]
RegionLayout depthwise_layout(const DepthwiseRow& spec, const Target& target);
Kernel depthwise_row(const DepthwiseRow& spec, const std::string& name, const Target& target);

/// Sums of all pixels of a map, one for each channel. There are no weights.
struct PoolSum {
  Arithmetic arithmetic;  ///< its type of weights is not used
  int channels = 0;       ///< computed for whole vectors: input and output must be readable and writable that far
  int pixels = 0;
  int pixel_stride = 0;

  auto members() const { return std::tie(arithmetic, channels, pixels, pixel_stride); }
};
Kernel pool_sum(const PoolSum& spec, const std::string& name, const Target& target);

}  // namespace narrows
