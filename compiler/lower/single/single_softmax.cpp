// SOFTMAX: in float, in TFLite's fixed-point arithmetic, or with a table of exponentials (runtime/softmax.h).
#include <fmt/format.h>

#include <cmath>

#include "compiler/lower/single/single.h"

namespace narrows {

namespace {

/// exp of a value that is d stored units below the largest.
std::vector<float> exp_table(float scale) {
  std::vector<float> table(256);
  for (int d = 0; d < 256; ++d) table[d] = std::exp(-scale * static_cast<float>(d));
  return table;
}

void lower_softmax(SingleCode& s) {
  const Tensor &in = s.in[0].tensor, &out = s.out.tensor;
  const int depth = in.shape.back();
  const int64_t rows = s.out.count() / depth;
  const float beta = s.op.attr.beta;
  s.share("rows", rows);
  const std::string shared =
      fmt::format("in + rows.begin * {0}, out + rows.begin * {0}, rows.end - rows.begin, {0}", depth);
  if (s.f32()) {
    s.body.line("softmax_f32({}, {});", shared, float_literal(beta));
    return;
  }
  const Range r = memory_range(s);
  // The fixed-point kernel writes probabilities in units of 1/256 above the smallest stored value.
  const bool usual_output = out.scale() == 1.0f / 256 && s.out.zero() == r.min;
  if (usual_output && !s.xnnpack()) {
    const SoftmaxScaling scaling = softmax_scaling(beta, in.scale());
    s.body.line("softmax_fixed_point({}, {}, {}, {}, {});", shared, scaling.multiplier.value, scaling.multiplier.shift,
                scaling.smallest_difference, r.min);
    return;
  }
  s.weights = packed(exp_table(in.scale() * beta), s.context.target());
  s.body.line("softmax_table({}, (const f32*)weights, {}, {}, {}, {});", shared, float_literal(out.scale()),
              s.out.zero(), r.min, r.max);
}

constexpr SingleLowering rows[] = {
    {OpKind::softmax, lower_softmax},
};

}  // namespace

const Table<SingleLowering> softmax_lowerings = rows;

}  // namespace narrows
