// Row kernels: one operator, one output row (or a part of its channels or pixels), from pointers to its input
// rows. All sizes are fixed, so a kernel prints as a static function of some forty lines without a branch.
// Borders and ring arithmetic are the caller's: rows come with their border columns, see
// compiler/lower/chain/chain.h.
//
// Every kernel takes its packed weights as one pointer to a region that starts with sixteen 32-bit
// parameters; the layout structs say where in the region everything stands. So kernels of equal shape are
// shared by all blocks, whatever their weights, zero points and multipliers.
//
// 8-bit activations are stored as u8 or i8, whichever the target multiplies (Target::activations);
// zero points and clamps here are those of the stored type.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/graph/quantization.h"
#include "compiler/target.h"
#include "schedules/arithmetic.h"
#include "schedules/tile.h"

namespace narrows {

/// A printed kernel. `name` is part of the text.
struct Kernel {
  std::string name;
  std::string text;
};

/// Indices into the parameters at the head of a packed region.
namespace param {
constexpr int zero_point = 0;   ///< of the output of the convolution
constexpr int weight_zero = 1;  ///< times the sum of a pixel's inputs is added to every accumulator
constexpr int add_zero1 = 3;    ///< zero point of the residual
constexpr int add_multiplier0 = 4, add_shift0 = 5, add_multiplier1 = 6, add_shift1 = 7;
constexpr int add_multiplier = 8, add_shift = 9;
constexpr int add_bias = 8;         ///< xnnpack: bias and shift instead of multiplier and shift
constexpr int add_zero_point = 10;  ///< of the sum
constexpr int tap_zero = 12;        ///< depthwise: four words, the weight correction of each rotation of the ring
constexpr int count = 16;
}  // namespace param

/// What is known of the way from integers to 8 bits, which decides which instructions a kernel needs.
struct Requantization {
  Range clamp{0, 255};         ///< stored range of the activation
  bool has_zero_point = true;  ///< the output's zero point is not known to be 0
  bool left_shift = false;     ///< tflite: some multiplier is 1 or more
  bool from_zero = false;      ///< the stored range of the activation begins at the zero point
  bool large_sums = false;     ///< sums may have a magnitude of 2^30 or more
  bool below_one = false;      ///< every multiplier is less than 1
  bool below_half = false;     ///< tflite: every multiplier is less than a half, so that its shift is 1 or more
  bool crosses_lanes = false;  ///< tflite: stored values have the middle two lanes of each four exchanged (crossed())

  auto members() const {
    return std::tie(clamp, has_zero_point, left_shift, from_zero, large_sums, below_one, below_half, crosses_lanes);
  }
};

/// A tensor of the output's shape that is added behind the convolution, as ADD does.
struct Residual {
  bool added = false;
  RangeF clamp_f32{0, 0};  ///< float: of the sum
  Range clamp{0, 255};     ///< integers: stored range of the sum
  Rounding rounding = Rounding::none;
  bool shifts = true;   ///< tflite: the multiplier of the sum is less than a half
  bool larger = false;  ///< tflite: the residual's scale is larger than that of the convolution's result

  auto members() const { return std::tie(added, clamp_f32, clamp, rounding, shifts, larger); }
};

/// From accumulators to stored values.
struct Finish {
  Arithmetic arithmetic;
  RangeF clamp_f32{0, 0};         ///< float: the activation; infinite where there is none
  Requantization requantization;  ///< where the arithmetic requantizes
  Residual residual;

  /// Sums, or what becomes of them on the way to 8 bits, may wrap at 32 bits.
  bool sums_wrap() const { return requantization.large_sums || requantization.left_shift; }

  auto members() const { return std::tie(arithmetic, clamp_f32, requantization, residual); }
};

/// True if all shifts are 1 or more and negative values are clamped (runtime/requantize.h, requantize_small).
bool requantizes_small(const Finish& finish);

/// Byte offsets in a packed region: parameters first, then per-channel arrays of 32-bit values, then the
/// weights. `multiplier` is also where the scales of i8 weights of f32 kernels stand.
struct RegionLayout {
  int64_t bias = 0, multiplier = 0, shift = 0, left_shift = 0, weights = 0, bytes = 0;
  int channels = 0;  ///< padded to vectors
  int lanes = 0;     ///< of a vector
};

/// In which order a kernel takes the steps of its reduction where the target adds 8-bit products in pairs
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

/// What accumulators start from: the bias, or sums in memory to which the kernel adds.
struct Start {
  bool from_sums = false;
  int stride = 0;  ///< from sums: 32-bit lanes between pixels

  auto members() const { return std::tie(from_sums, stride); }
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
///   f32   f32, f16 or i8 weights[tile][row][tap][depth][tile channels]
///   8 bit weights[tile][row][tap][depth / 4][tile channels][4], depth padded with zeros to fours; with sorted steps,
///         u16 order[tile][2 + depth / 4] behind them: how many pairs of steps are joined, how many small steps there
///         are besides, then the offset of every step's inputs
struct ConvLayout : RegionLayout {
  int tile = 0;                                       ///< channels per tile
  int depth = 0;                                      ///< padded
  int64_t order = 0;                                  ///< 0: the steps of the reduction follow each other
  int order_stride() const { return depth / 4 + 2; }  ///< elements per tile
};
/// 8-bit products without a dot product instruction: two products of unsigned and signed bytes are added in 16 bits,
/// which saturates unless the weights are small enough. So the steps (four elements of the depth) of each tile of
/// channels are sorted. First come, if there are enough, those that are joined, two and two: their sums of two products
/// are added in 16 bits and widened together. Then those where sums of two products fit, and last the others, which
/// take most instructions.
bool sorts_steps(const ConvRow& spec, const Target& target);
/// What the weights of one sign may sum up to whose products are added in 16 bits: 128 * 255 < 2^15.
constexpr int kSmallSum = 128;
ConvLayout conv_layout(const ConvRow& spec, const Target& target);
Kernel conv_row(const ConvRow& spec, const std::string& name, const Target& target);
/// Iterations of the loops that a tile's reduction consists of, one after the other: a loop for each row, or none where
/// it is unrolled completely. For kernels with one tap whose steps are not sorted.
std::vector<int> reduction_loops(const ConvRow& spec, const Target& target);

/// The end of a convolution whose reduction is cut into parts: reads the sums of a row, or of a map, and writes stored
/// values. The bias is in the sums, unless they are scaled first.
struct FinishRow {
  int channels = 0, width = 0;
  int sums_stride = 0;      ///< 32-bit lanes between pixels
  int out_stride = 0;       ///< elements between pixels
  int residual_stride = 0;  ///< elements between pixels of the residual, where one is added
  Finish finish;
  Tile tile{1, 1};  ///< vectors cover the channels

  const Arithmetic& arithmetic() const { return finish.arithmetic; }
  auto members() const { return std::tie(channels, width, sums_stride, out_stride, residual_stride, finish, tile); }
};
/// False where finishing takes nothing from the packed region of the convolution: sums of floats hold the bias already.
bool reads_region(const Finish& finish);
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
  int in_stride = 0;  ///< elements between input pixels, lanes of a ring
  int width = 0;
  int out_stride = 0;
  RingInput ring;
  Finish finish;
  int pixels = 1;

  const Arithmetic& arithmetic() const { return finish.arithmetic; }
  auto members() const {
    return std::tie(kernel_h, kernel_w, stride_w, dilation_w, channels, in_stride, width, out_stride, ring, finish,
                    pixels);
  }
};

/// The packed region of a DepthwiseRow. If its finish crosses lanes, the channels of the ring and of everything that is
/// packed are in the order of crossed().
///   f32          f32, f16 or i8 weights[kernel_h][kernel_w][channels]
///   8 bit        i16 weights[kernel_h][kernel_w][channels]
///   interleaved  i8 weights[rotation 4][kernel_w][channels][4]: byte s of rotation r holds row (s - r) & 3
///   wide weights i16 instead, in the order of i16q (runtime/vectors.h):
///                [rotation 4][kernel_w][vector][s & 1][lane][s / 2]
RegionLayout depthwise_layout(const DepthwiseRow& spec, const Target& target);
Kernel depthwise_row(const DepthwiseRow& spec, const std::string& name, const Target& target);

/// A whole inverted residual block as one Halide pipeline, the `halide` variant. Shapes and borders as in the
/// block's operators; expand, depthwise and project say how each convolution finishes (project: with the
/// residual).
struct WholeBlock {
  int height = 0, width = 0, channels = 0;  ///< of the input
  int expanded = 0, out_channels = 0;
  int out_height = 0, out_width = 0;
  int kernel_h = 3, kernel_w = 3, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  int pad_top = 0, pad_left = 0;
  int border_value = 0;                            ///< stored zero point of the expanded tensor
  bool expand_sums = false, project_sums = false;  ///< weights with a zero point, as in ConvRow::row_sums
  Finish expand, depthwise, project;
  int expand_vectors = 1, expand_pixels = 1, project_vectors = 1, project_pixels = 1;
};
/// The regions of a WholeBlock's convolutions, as of a ConvRow, a plain DepthwiseRow and a ConvRow, one after
/// the other.
ConvRow expand_region(const WholeBlock& spec);
DepthwiseRow depthwise_region(const WholeBlock& spec);
ConvRow project_region(const WholeBlock& spec, const Target& target);
/// `text` is the function without its name: "(parameters) {...}".
Kernel whole_block(const WholeBlock& spec, const Target& target, int64_t* scratch_bytes);
/// The same pipeline compiled by Halide's own back end to an object file at `path`: the yardstick of
/// benchmarks. The text is a function of the same parameters, without scratch, that calls it. Quantized
/// blocks: xnnpack numerics only.
Kernel whole_block_object(const WholeBlock& spec, const std::string& name, const Target& target,
                          const std::string& path);

/// Sums of all pixels of a map, per channel: f32 sums, or i32 sums of 8-bit values. No weights.
struct PoolSum {
  Arithmetic arithmetic;  ///< of what is summed up; its weights are not used
  int channels = 0;       ///< computed for whole vectors: input and output must be readable and writable that far
  int pixels = 0;
  int pixel_stride = 0;

  auto members() const { return std::tie(arithmetic, channels, pixels, pixel_stride); }
};
Kernel pool_sum(const PoolSum& spec, const std::string& name, const Target& target);

inline int lanes_of(const Target& target) { return target.vector_bytes / 4; }
inline int round_up(int n, int unit) { return (n + unit - 1) / unit * unit; }
/// Where a channel stands among crossed lanes (Requantization::crosses_lanes): 0 2 1 3 of each four.
inline int crossed(int channel) { return (channel & ~3) | (channel & 1) << 1 | (channel & 2) >> 1; }

}  // namespace narrows
