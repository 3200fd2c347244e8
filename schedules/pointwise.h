// A 1x1 convolution as a part of a larger Halide pipeline: the expansion and the projection of the `halide` variant.
#pragma once

#include <Halide.h>

#include <functional>
#include <string>

#include "schedules/finish.h"
#include "schedules/kernels.h"

namespace narrows {

/// How the channels of a tensor are cut. Funcs have the dimensions (channel in tile, x, y, tile), because Halide cannot
/// see that c % tile of vectors of a flat channel index is dense.
struct Tiles {
  int size = 0, count = 0;
};

struct Axes {
  Halide::Var c{"c"}, x{"x"}, y{"y"}, tile{"tile"};
};

/// A value of the map that a convolution reads: of channel `c` of tile `tile`.
using Input = std::function<Halide::Expr(Halide::Expr c, Halide::Expr tile, const Axes& at)>;

/// One of the two 1x1 convolutions.
struct Pointwise {
  Pointwise(const ConvRow& region, const ConvLayout& at, Tiles from, const std::string& prefix);

  /// sum = bias + the products of the depth. Weights that are stored with a zero point take the sums of all inputs as
  /// well, as conv_steps.cpp explains.
  void define(const Input& input, const Axes& at);
  /// The stored value, as a 32-bit integer or a float.
  Halide::Expr finished(const Axes& at, const Halide::Expr& residual) const {
    return finish_value(in, {sum(at.c, at.x, at.y, at.tile), {at.c, at.tile}, bias(at.c, at.tile), residual});
  }
  /// Computes `f`, which finishes sums, and the sums in register tiles: all channels of a tile by `pixels` pixels.
  void schedule(Halide::Func f, int lanes, const Axes& at);

  ConvRow region;
  ConvLayout layout;
  Tiles to;
  Halide::ImageParam weights, bias;
  Halide::Param<int32_t> weight_zero;
  FinishInputs in;
  Halide::Func sum, input_sums;
  Halide::RDom k, all;  ///< (quad, step in tile, tile), (channel in tile, tile) of the input
};

}  // namespace narrows
