// Operators that move elements, and those that reduce a window or a dimension, at random.
#include <algorithm>
#include <numeric>

#include "compiler/graph/rules/op_rules.h"
#include "tests/fuzz/graph_writer.h"

namespace narrows {

bool make_pool(GraphWriter& w) {
  const int in = w.any_map();
  if (in < 0) return false;
  const Shape& shape = w.shape(in);
  Attributes attr;
  Window& win = attr.window;
  if (w.dice.one_in(4)) {
    win.kernel_h = shape[1];
    win.kernel_w = shape[2];
  } else {
    win.kernel_h = w.dice.between(1, 4);
    win.kernel_w = w.dice.one_in(3) ? w.dice.between(1, 4) : win.kernel_h;
    win.stride_h = w.dice.between(1, 3);
    win.stride_w = w.dice.one_in(3) ? w.dice.between(1, 3) : win.stride_h;
    const auto pad = [&](int kernel) { return w.dice.one_in(2) ? 0 : w.dice.below(kernel); };
    win.pad = {pad(win.kernel_h), pad(win.kernel_h), pad(win.kernel_w), pad(win.kernel_w)};
  }
  attr.activation = w.activation();
  const MapSize map = window_positions({shape[1], shape[2]}, win);
  return w.append(w.dice.one_in(2) ? OpKind::max_pool : OpKind::average_pool, {in}, attr,
                  w.made({1, map.height, map.width, shape[3]}, w.tensor(in).quant));
}

bool make_reduction(GraphWriter& w) {
  const OpKind kind =
      w.dice.pick(std::vector<OpKind>{OpKind::mean, OpKind::mean, OpKind::sum, OpKind::reduce_max, OpKind::reduce_min});
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  Attributes attr;
  Shape kept = w.shape(in), dropped;
  const auto rank = static_cast<int>(kept.size());
  for (int d = 0; d < rank; ++d) {
    const bool usual = rank == 4 && (d == 1 || d == 2);
    if (w.dice.one_in(usual ? 2 : 4)) attr.axes.push_back(d);
  }
  if (attr.axes.empty()) return false;
  for (int d = 0; d < rank; ++d) {
    if (std::count(attr.axes.begin(), attr.axes.end(), d))
      kept[d] = 1;
    else
      dropped.push_back(kept[d]);
  }
  const bool keep = dropped.empty() || w.dice.one_in(2);
  const bool picks = kind == OpKind::reduce_max || kind == OpKind::reduce_min;
  const Quant q = picks || w.dice.one_in(2) ? w.tensor(in).quant : w.quant();
  return w.append(kind, {in}, attr, w.made(keep ? kept : dropped, q));
}

bool make_pad(GraphWriter& w) {
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  Attributes attr;
  Shape out = w.shape(in);
  const bool map = out.size() == 4;
  for (size_t d = 0; d < out.size(); ++d) {
    const bool padded = map ? d > 0 && w.dice.one_in(d < 3 ? 2 : 6) : w.dice.one_in(2);
    attr.pads.push_back({padded ? w.dice.below(4) : 0, padded ? w.dice.below(4) : 0});
    out[d] += attr.pads[d][0] + attr.pads[d][1];
  }
  if (!w.quantized() && w.dice.one_in(4)) attr.fill = w.dice.real(-2, 2);
  return w.append(OpKind::pad, {in}, attr, w.made(out, w.tensor(in).quant));
}

bool make_resize(GraphWriter& w) {
  const int in = w.any_map();
  if (in < 0) return false;
  const Shape& shape = w.shape(in);
  Attributes attr;
  attr.sampling =
      w.dice.pick(std::vector<Sampling>{Sampling::asymmetric, Sampling::align_corners, Sampling::half_pixel});
  const auto size = [&](int from) { return w.dice.one_in(2) ? from * w.dice.between(1, 3) : w.dice.between(1, 20); };
  return w.append(w.dice.one_in(3) ? OpKind::resize_nearest : OpKind::resize_bilinear, {in}, attr,
                  w.made({1, size(shape[1]), size(shape[2]), shape[3]}, w.tensor(in).quant));
}

bool make_reshape(GraphWriter& w) {
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  const auto count = static_cast<int>(element_count(w.shape(in)));
  std::vector<int> divisors;
  for (int d = 1; d <= count; ++d) {
    if (count % d == 0) divisors.push_back(d);
  }
  const int a = w.dice.pick(divisors), b = w.shape(in).back();
  Shape out = {count / a, a};
  if (w.dice.one_in(3)) out = {1, a, count / a, 1};
  if (w.dice.one_in(3)) out = {1, 1, count / b, b};
  if (w.dice.one_in(4)) out = {count};
  return w.append(OpKind::reshape, {in}, {}, w.made(out, w.tensor(in).quant));
}

bool make_transpose(GraphWriter& w) {
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  Attributes attr;
  attr.axes.resize(w.shape(in).size());
  std::iota(attr.axes.begin(), attr.axes.end(), 0);
  for (size_t i = 1; i < attr.axes.size(); ++i)
    std::swap(attr.axes[i], attr.axes[w.dice.below(static_cast<int>(i) + 1)]);
  Shape out;
  for (const int axis : attr.axes) out.push_back(w.shape(in)[axis]);
  return w.append(OpKind::transpose, {in}, attr, w.made(out, w.tensor(in).quant));
}

bool make_slice(GraphWriter& w) {
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  Attributes attr;
  Shape out;
  for (const int size : w.shape(in)) {
    const bool whole = w.dice.one_in(2);
    const int begin = whole ? 0 : w.dice.below(size);
    int step = whole ? 1 : w.dice.pick(std::vector<int>{1, 1, 2, 3, -1, -2});
    const int most = step > 0 ? (size - 1 - begin) / step + 1 : begin / -step + 1;
    attr.begin.push_back(begin);
    attr.steps.push_back(step);
    out.push_back(whole ? size : w.dice.between(1, most));
  }
  return w.append(OpKind::slice, {in}, attr, w.made(out, w.tensor(in).quant));
}

bool make_concatenation(GraphWriter& w) {
  const int first = w.any();
  if (w.tensor(first).type != w.type()) return false;
  Attributes attr;
  const auto rank = static_cast<int>(w.shape(first).size());
  attr.axis = w.dice.one_in(2) ? rank - 1 : w.dice.below(rank);
  Shape out = w.shape(first);
  std::vector<int> inputs = {first};
  for (int more = w.dice.between(0, 3); more > 0; --more) {
    int other = w.dice.one_in(6) ? first : w.like(w.shape(first), -1);
    if (other < 0 || w.dice.one_in(4)) {
      Shape shape = w.shape(first);
      shape[attr.axis] = w.dice.between(1, 5);
      other = w.constant(shape, w.type() == DType::i8 ? w.tensor(first).quant : w.quant());
    }
    inputs.push_back(other);
    out[attr.axis] += w.shape(other)[attr.axis];
  }
  const bool keeps = w.type() == DType::i8 || w.dice.one_in(2);
  return w.append(OpKind::concatenation, inputs, attr, w.made(out, keeps ? w.tensor(first).quant : w.quant()));
}

bool make_arg_max(GraphWriter& w) {
  const int in = w.any();
  if (w.tensor(in).type != w.type() || w.shape(in).size() < 2) return false;
  Attributes attr;
  const auto rank = static_cast<int>(w.shape(in).size());
  attr.axis = w.dice.one_in(3) ? w.dice.below(rank) : rank - 1;
  Shape shape = w.shape(in);
  shape.erase(shape.begin() + attr.axis);
  Tensor out = w.made(shape, {});
  out.type = w.dice.one_in(2) ? DType::i32 : DType::i64;
  return w.append(OpKind::arg_max, {in}, attr, out);
}

}  // namespace narrows
