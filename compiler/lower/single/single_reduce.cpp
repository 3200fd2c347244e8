// MEAN (runtime/mean.h), SUM, REDUCE_MAX, REDUCE_MIN and REDUCE_PROD (runtime/reduce.h).
#include <fmt/format.h>

#include <algorithm>

#include "compiler/lower/single/single.h"

namespace narrows {

namespace {

/// The dimensions that stay and those that are averaged, neighbours of one kind as one.
struct MeanLoops {
  std::vector<Loop<1>> kept, averaged;
  int64_t count = 1;  ///< of averaged elements
};
MeanLoops mean_loops(const Shape& in, const std::vector<int>& axes) {
  const std::vector<int64_t> steps = dense_steps(in);
  MeanLoops loops;
  for (size_t d = 0; d < in.size(); ++d) {
    const bool averaged = std::find(axes.begin(), axes.end(), static_cast<int>(d)) != axes.end();
    (averaged ? loops.averaged : loops.kept).push_back({in[d], {steps[d]}});
    if (averaged) loops.count *= in[d];
  }
  loops.kept = merge(loops.kept);
  loops.averaged = merge(loops.averaged);
  return loops;
}

MeanLoops declare_loops(SingleCode& s) {
  const MeanLoops loops = mean_loops(s.in[0].tensor.shape, s.op.attr.axes);
  s.body.line("const Mean loops = {{{}, {},", braced_sizes(loops.kept, 4), braced_steps(loops.kept, 4, 0));
  s.body.line("                    {}, {}}};", braced_sizes(loops.averaged, 4), braced_steps(loops.averaged, 4, 0));
  return loops;
}

void lower_mean(SingleCode& s) {
  const Tensor &in = s.in[0].tensor, &out = s.out.tensor;
  const MeanLoops loops = declare_loops(s);
  if (s.f32()) {
    s.body.line("mean_f32(in, out, loops);");
    return;
  }
  const Range r = memory_range(s);
  const bool global_pool = in.shape.size() == 4 && s.op.attr.axes == std::vector<int>{1, 2};
  if (s.xnnpack() && global_pool) {  // XNNPACK has no other mean of 8 bits
    s.body.line("mean_xnnpack(in, out, loops, {}, {}, {}, {}, {});", s.in[0].zero(),
                float_literal(mean_scale(in, out, loops.count)), s.out.zero(), r.min, r.max);
    return;
  }
  const Multiplier m = mean_multiplier(in, out, loops.count);
  s.body.line("mean_8bit(in, out, loops, {}, {}, {}, {}, {}, {});", s.in[0].zero(), m.value, m.shift, s.out.zero(),
              r.min, r.max);
}

/// The type in which sums and products of the output's type are computed, so that they wrap.
const char* unsigned_type(DType type) { return type == DType::f32 ? "f32" : type == DType::i64 ? "uint64_t" : "u32"; }

void lower_sum(SingleCode& s) {
  const Tensor &in = s.in[0].tensor, &out = s.out.tensor;
  const int64_t count = declare_loops(s).count;
  const int64_t shifts = count * s.in[0].shift;  // what memory adds to all values
  if (!is_8bit(s.out.memory) || sums_stored_values(in, out)) {
    s.body.line("sum_over<{}>(in, out, loops, {});", unsigned_type(s.out.memory), (s.out.shift - shifts) % 256);
    return;
  }
  const SumParameters p = sum_parameters(in, out, count);
  s.body.line("rescaled_sum_over(in, out, loops, {}, {}, {}, {});", shifts, float_literal(p.scale),
              float_literal(p.bias), s.out.zero());
}

void lower_extremum(SingleCode& s) {
  declare_loops(s);
  const char* const name = s.op.kind == OpKind::reduce_max ? "largest_over" : "smallest_over";
  s.body.line("{}(in, out, loops, {});", name, s.out.shift - s.in[0].shift);
}

void lower_product(SingleCode& s) {
  declare_loops(s);
  s.body.line("product_over<{}>(in, out, loops);", unsigned_type(s.out.memory));
}

constexpr SingleLowering rows[] = {
    {OpKind::mean, lower_mean},           {OpKind::sum, lower_sum},
    {OpKind::reduce_max, lower_extremum}, {OpKind::reduce_min, lower_extremum},
    {OpKind::reduce_prod, lower_product},
};

}  // namespace

const Table<SingleLowering> reduce_lowerings = rows;

}  // namespace narrows
