// Operators that move elements: PAD, TRANSPOSE, SLICE and CONCATENATION (runtime/shape_ops.h).
#include <fmt/format.h>

#include <numeric>

#include "compiler/emit/single.h"

namespace narrows {

namespace {

/// Bytes were moved as they are; a graph input that keeps its own type in memory is now brought to that of
/// the output.
void flip_if_moved_between_types(SingleCode& s) {
  if (s.in[0].shift != s.out.shift) s.body.line("flip_sign(out, out, {});", s.out.count());
}

struct PadLoops {
  std::vector<int64_t> size, before, out_size;
};

/// In bytes. A dimension without padding is a part of the one around it.
PadLoops pad_loops(const Shape& in, const std::vector<std::array<int, 2>>& pads, int element_size) {
  PadLoops loops{{1}, {0}, {1}};
  for (size_t d = 0; d < in.size(); ++d) {
    if (pads[d][0] == 0 && pads[d][1] == 0) {
      for (auto* part : {&loops.size, &loops.before, &loops.out_size}) part->back() *= in[d];
    } else if (loops.out_size.size() == 1 && loops.out_size[0] == 1) {
      loops = {{in[d]}, {pads[d][0]}, {in[d] + pads[d][0] + pads[d][1]}};
    } else {
      loops.size.push_back(in[d]);
      loops.before.push_back(pads[d][0]);
      loops.out_size.push_back(in[d] + pads[d][0] + pads[d][1]);
    }
  }
  for (auto* part : {&loops.size, &loops.before, &loops.out_size}) part->back() *= element_size;
  return loops;
}

}  // namespace

void lower_pad(SingleCode& s) {
  const Tensor &in = s.in[0].tensor, &out = s.out.tensor;
  const PadLoops loops = pad_loops(in.shape, s.op.attr.pads, size_of(in.type));
  const int value = is_8bit(out.type) ? (out.zero_point() + s.in[0].shift) & 255 : 0;
  s.body.line("const Pad pad = {{{}, {}, {}}};", braced(loops.size, 4, 1), braced(loops.before, 4, 0),
              braced(loops.out_size, 4, 1));
  s.body.line("pad_bytes(in, out, pad, {});", value);
  flip_if_moved_between_types(s);
}

namespace {

/// Reads the input along `loops` from element `first` on, and writes the output in order.
void gather(SingleCode& s, std::vector<Loop<1>> loops, int64_t first) {
  loops = merge(loops);
  s.body.line("const Transpose loops = {{{}, {}}};", braced_sizes(loops, 6), braced_steps(loops, 6, 0));
  const bool same_type = s.in[0].memory == s.out.memory;
  s.body.line("transpose_elements({}, out, loops);",
              plus(same_type ? "in" : fmt::format("(const {}*)in", to_string(s.out.memory)), first));
  flip_if_moved_between_types(s);
}

}  // namespace

void lower_transpose(SingleCode& s) {
  const std::vector<int64_t> in_steps = dense_steps(s.in[0].tensor.shape);
  const Shape& out = s.out.tensor.shape;
  std::vector<Loop<1>> loops;
  for (size_t d = 0; d < out.size(); ++d) loops.push_back({out[d], {in_steps[s.op.attr.axes[d]]}});
  gather(s, loops, 0);
}

void lower_slice(SingleCode& s) {
  const std::vector<int64_t> in_steps = dense_steps(s.in[0].tensor.shape);
  const Shape& out = s.out.tensor.shape;
  std::vector<Loop<1>> loops;
  int64_t first = 0;
  for (size_t d = 0; d < out.size(); ++d) {
    loops.push_back({out[d], {in_steps[d] * s.op.attr.steps[d]}});
    first += in_steps[d] * s.op.attr.begin[d];
  }
  gather(s, loops, first);
}

void lower_concatenation(SingleCode& s) {
  const Shape& out = s.out.tensor.shape;
  const int axis = s.op.attr.axis;
  const int64_t blocks =
      std::accumulate(out.begin(), out.begin() + axis, int64_t{1}, std::multiplies<int64_t>());
  const int64_t pitch = s.out.count() / blocks, element_size = size_of(s.out.tensor.type);
  int64_t offset = 0;
  for (size_t i = 0; i < s.in.size(); ++i) {
    const std::string name = s.in[i].name, to = plus("out", offset);
    const int64_t block = s.in[i].count() / blocks;
    offset += block;
    std::vector<uint8_t> table(256), same(256);
    std::iota(same.begin(), same.end(), uint8_t{0});
    if (is_8bit(s.out.memory)) table = tabulate(s, static_cast<int>(i));
    if (!is_8bit(s.out.memory) || table == same) {
      s.body.line("copy_blocks({}, {}, {}, {}, {});", name, to, blocks, block * element_size,
                  pitch * element_size);
      continue;
    }
    s.body.line("for (int i = 0; i < {}; ++i) lookup_8bit({} + i * {}, {} + i * {}, {}, {});", blocks, name,
                block, to, pitch, block, plus("weights", static_cast<int64_t>(s.weights.size())));
    s.weights.append(table.begin(), table.end());
  }
}

}  // namespace narrows
