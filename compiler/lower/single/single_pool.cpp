// AVERAGE_POOL_2D and MAX_POOL_2D (runtime/pool.h).
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

constexpr SingleLowering rows[] = {
    {OpKind::average_pool, lower_pool},
    {OpKind::max_pool, lower_pool},
};

}  // namespace

const Table<SingleLowering> pool_lowerings = rows;

}  // namespace narrows
