// SOFTMAX: in float, in TFLite's fixed-point arithmetic, or with a table of exponentials (runtime/softmax.h). And
// L2_NORMALIZATION (runtime/l2_normalization.h).
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

/// Declares a share of the rows along the last dimension: where they are, how many and how long.
std::string share_rows(SingleCode& s) {
  const int depth = s.in[0].tensor.shape.back();
  s.share("rows", s.out.count() / depth);
  return fmt::format("in + rows.begin * {0}, out + rows.begin * {0}, rows.end - rows.begin, {0}", depth);
}

void lower_softmax(SingleCode& s) {
  const Tensor &in = s.in[0].tensor, &out = s.out.tensor;
  const float beta = s.op.attr.beta;
  const std::string shared = share_rows(s);
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

void lower_l2_normalization(SingleCode& s) {
  const std::string shared = share_rows(s);
  if (s.f32()) {
    s.body.line("l2_normalize_f32({});", shared);
    return;
  }
  const Range r = memory_range(s);
  const bool early = s.in[0].tensor.type == DType::u8;
  s.body.line("const L2Normalization n = {{{}, {}, {}, {}, {}, {}}};", s.in[0].zero(), early ? 128 : 1, early ? 0 : 7,
              s.out.zero(), r.min, r.max);
  s.body.line("l2_normalize_8bit({}, n);", shared);
}

constexpr SingleLowering rows[] = {
    {OpKind::softmax, lower_softmax},
    {OpKind::l2_normalization, lower_l2_normalization},
};

}  // namespace

const Table<SingleLowering> softmax_lowerings = rows;

}  // namespace narrows
