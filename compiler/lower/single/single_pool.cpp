// AVERAGE_POOL_2D, MAX_POOL_2D and MEAN (runtime/pool.h, runtime/mean.h).
#include <algorithm>

#include "compiler/lower/single/single.h"

namespace narrows {

namespace {

void declare_pool(SingleCode& s) {
  const Shape &in = s.in[0].tensor.shape, &out = s.out.tensor.shape;
  const Window& w = s.op.attr.window;
  s.body.line("// {} x {} pixels, stride {} x {}", w.kernel_h, w.kernel_w, w.stride_h, w.stride_w);
  s.body.line("const Pool pool = {{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}};", in[1], in[2], in[3], out[1], out[2],
              w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.pad.top, w.pad.left);
}

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

void lower_pool(SingleCode& s) {
  const char* name = s.op.kind == OpKind::average_pool ? "average_pool" : "max_pool";
  declare_pool(s);
  if (s.f32()) {
    const RangeF r = activation_range_f32(s.op.attr.activation);
    s.body.line("{}_f32(in, out, pool, {}, {});", name, float_literal(r.min), float_literal(r.max));
    return;
  }
  const Range r = memory_range(s);
  s.body.line("{}_8bit(in, out, pool, {}, {}, {}, {});", name, s.in[0].shift, s.out.shift, r.min, r.max);
}

void lower_mean(SingleCode& s) {
  const Tensor &in = s.in[0].tensor, &out = s.out.tensor;
  const MeanLoops loops = mean_loops(in.shape, s.op.attr.axes);
  s.body.line("const Mean loops = {{{}, {},", braced_sizes(loops.kept, 4), braced_steps(loops.kept, 4, 0));
  s.body.line("                    {}, {}}};", braced_sizes(loops.averaged, 4), braced_steps(loops.averaged, 4, 0));
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

constexpr SingleLowering rows[] = {
    {OpKind::average_pool, lower_pool},
    {OpKind::max_pool, lower_pool},
    {OpKind::mean, lower_mean},
};

}  // namespace

const Table<SingleLowering> pool_lowerings = rows;

}  // namespace narrows
