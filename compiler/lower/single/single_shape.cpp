// Operators that move elements: PAD, TRANSPOSE, SLICE and CONCATENATION (runtime/shape_ops.h).
#include <fmt/format.h>

#include <cstring>
#include <numeric>

#include "compiler/lower/single/single.h"

namespace narrows {

namespace {

/// Bytes were moved as they are; a graph input that keeps its own type in memory is now brought to the
/// output's.
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

uint32_t bits_of(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

void lower_pad(SingleCode& s) {
  const Tensor &in = s.in[0].tensor, &out = s.out.tensor;
  const PadLoops loops = pad_loops(in.shape, s.op.attr.pads, size_of(in.type));
  const int value = is_quantized(out) ? (out.zero_point() + s.in[0].shift) & 255 : 0;
  s.body.line("const Pad pad = {{{}, {}, {}}};", braced(loops.size, 4, 1), braced(loops.before, 4, 0),
              braced(loops.out_size, 4, 1));
  if (s.op.attr.fill != 0)
    s.body.line("pad_words(in, out, pad, {}u);", bits_of(s.op.attr.fill));
  else
    s.body.line("pad_bytes(in, out, pad, {});", value);
  flip_if_moved_between_types(s);
}

/// Reads the input along `loops` from element `first` on, and writes the output in order.
void gather(SingleCode& s, std::vector<Loop<1>> loops, int64_t first) {
  loops = merge(loops);
  s.body.line("const Transpose loops = {{{}, {}}};", braced_sizes(loops, 6), braced_steps(loops, 6, 0));
  const bool same_type = s.in[0].memory == s.out.memory;
  s.body.line("transpose_elements({}, out, loops);",
              plus(same_type ? "in" : fmt::format("(const {}*)in", to_string(s.out.memory)), first));
  flip_if_moved_between_types(s);
}

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

/// part_table() of the concatenation that `s` writes.
std::vector<uint8_t> table_of(const SingleCode& s, size_t i) {
  if (!is_8bit(s.out.memory)) return {};
  std::vector<uint8_t> same(256), table = tabulate(s, static_cast<int>(i));
  std::iota(same.begin(), same.end(), uint8_t{0});
  if (table == same) table.clear();
  return table;
}

/// A part of a concatenation on its way to the output: `count` elements in each of `blocks` pieces.
struct Part {
  std::string from;
  int64_t offset, count, blocks;  ///< offset in elements from the start of each piece of the output
  std::vector<uint8_t> table;     ///< empty: bytes are copied
};

void copy_part(SingleCode& s, const Part& p) {
  const std::string to = plus("out", p.offset);
  const int64_t pitch = s.out.count() / p.blocks;
  const int size = size_of(s.out.tensor.type);
  if (p.table.empty()) {
    s.body.line("copy_blocks({}, {}, {}, {}, {});", p.from, to, p.blocks, p.count * size, pitch * size);
    return;
  }
  s.body.line("for (int i = 0; i < {}; ++i) lookup_8bit({} + i * {}, {} + i * {}, {}, {});", p.blocks, p.from, p.count,
              to, pitch, p.count, plus("weights", static_cast<int64_t>(s.weights.size())));
  s.weights.append(p.table.begin(), p.table.end());
}

}  // namespace

std::vector<uint8_t> part_table(const PlanContext& context, const Op& op, size_t i) {
  return table_of(start_single(context, op, op.output), i);
}

bool is_plain_copy(const PlanContext& context, const Op& op, int i) { return part_table(context, op, i).empty(); }

BlockCode lower_concatenation(const PlanContext& context, const Block& block,
                              const std::vector<std::optional<int64_t>>& inside) {
  const Op& op = context.graph.ops[block.ops[0]];
  const SingleCode all = start_single(context, op, block.output);
  const Shape& out = all.out.tensor.shape;
  const int64_t blocks = element_count(Shape(out.begin(), out.begin() + op.attr.axis));
  Op read = op;  // without the inputs that stand inside
  read.inputs.clear();
  for (size_t i = 0; i < inside.size(); ++i) {
    if (!inside[i]) read.inputs.push_back(op.inputs[i]);
  }
  SingleCode s = start_single(context, read, block.output);
  int64_t offset = 0;
  size_t operand = 0, in_place = 0;
  for (size_t i = 0; i < inside.size(); ++i) {
    const int size = size_of(all.out.tensor.type);
    const std::string from = inside[i] ? plus("out", *inside[i] / size) : s.in[operand++].name;
    const int64_t count = all.in[i].count() / blocks;
    if (inside[i] == offset * size && blocks == 1)
      ++in_place;
    else
      copy_part(s, {from, offset, count, blocks, table_of(all, i)});
    offset += count;
  }
  BlockCode code = finish_single(s, "concatenation");
  code.title = single_title(all, "concatenation");
  if (in_place == inside.size()) code.runs = false, code.function.clear();
  if (in_place > 0) code.schedule = fmt::format("{} of {} parts written in place", in_place, inside.size());
  return code;
}

namespace {

constexpr SingleLowering rows[] = {
    {OpKind::pad, lower_pad},
    {OpKind::transpose, lower_transpose},
    {OpKind::slice, lower_slice},
};

}  // namespace

const Table<SingleLowering> shape_lowerings = rows;

}  // namespace narrows
