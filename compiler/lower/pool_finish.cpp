#include "compiler/lower/pool_finish.h"

#include <fmt/format.h>

#include "compiler/lower/conv_weights.h"
#include "compiler/writer.h"

namespace narrows {

std::string finish_pool(const PlanContext& context, const Op& pool, int pixels) {
  const char* channels = "totals + first, out + first, end - first";
  const Target& target = context.options.target;
  const Tensor &in = context.graph.input(pool, 0), &out = context.graph.output(pool);
  if (out.type == DType::f32) {
    const RangeF r = activation_range_f32(pool.attr.activation);
    return fmt::format("pooled_average({}, {}, {}, {});", channels, pixels, float_literal(r.min), float_literal(r.max));
  }
  const int shift = stored_shift(out.type, target), in_shift = stored_shift(in.type, target);
  const Range range = activation_range(pool.attr.activation, out);
  const int min = range.min + shift, max = range.max + shift;
  if (pool.kind == OpKind::average_pool) {
    return fmt::format("pooled_average({}, {}, {}, {}, {});", channels, pixels, shift, min, max);
  }
  const int zero = (in.zero_point() + in_shift) * pixels, out_zero = out.zero_point() + shift;
  if (context.options.numerics == Numerics::xnnpack) {
    return fmt::format("pooled_mean_xnnpack({}, {}, {}, {}, {}, {});", channels, zero,
                       float_literal(mean_scale(in, out, pixels)), out_zero, min, max);
  }
  const Multiplier m = mean_multiplier(in, out, pixels);
  return fmt::format("pooled_mean({}, {}, {}, {}, {}, {}, {});", channels, zero, m.value, m.shift, out_zero, min, max);
}

}  // namespace narrows
