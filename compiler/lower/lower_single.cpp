// Single operators: the parameter list, the comment and the name around the body that single_*.cpp write.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/graph/ops.h"
#include "compiler/interpret/interpret.h"
#include "compiler/lower/single/single.h"

namespace narrows {

namespace {

int shift_between(DType own, DType memory) { return own == memory ? 0 : memory == DType::u8 ? 128 : -128; }

Operand make_operand(const PlanContext& context, int tensor, const std::string& name, DType memory) {
  const Tensor& t = context.graph.tensors[tensor];
  return {t, name, memory, shift_between(t.type, memory)};
}

/// By OpKind.
std::vector<const SingleLowering*> join_lowerings() {
  std::vector<const SingleLowering*> lowerings(all_ops().size());
  for (const Table<SingleLowering>& rows :
       {binary_lowerings, detection_lowerings, move_lowerings, pool_lowerings, reduce_lowerings, resize_lowerings,
        shape_lowerings, softmax_lowerings, unary_lowerings}) {
    for (const SingleLowering& row : rows) lowerings[static_cast<size_t>(row.kind)] = &row;
  }
  return lowerings;
}

void write_body(SingleCode& s) {
  const SingleLowering* row = find_lowering(s.op.kind);
  NARROWS_CHECK(row, fmt::format("{} is lowered as a single operator", to_string(s.op.kind)));
  row->write(s);
}

std::string parameters(const SingleCode& s) {
  std::vector<std::string> list;
  for (size_t i = 0; i < s.in.size(); ++i) {
    if (s.in_place == i) continue;
    list.push_back(fmt::format("const {}* __restrict {}", to_string(s.in[i].memory), s.in[i].name));
  }
  list.push_back(fmt::format("{}* __restrict out", to_string(s.out.memory)));
  if (s.scratch_bytes) list.push_back("u8* __restrict scratch");
  if (!s.weights.empty()) list.push_back("const u8* __restrict weights");
  if (s.units && s.context.options.threads) list.push_back("const Task& task");
  return fmt::format("{}", fmt::join(list, list.size() > 3 ? ",\n    " : ", "));
}

/// The output may lie where this input does.
bool overwrites(const SingleCode& s, size_t input) {
  if (!facts(s.op.kind).is(trait::elementwise)) return false;
  const Operand& in = s.in[input];
  const bool twice = std::count(s.op.inputs.begin(), s.op.inputs.end(), s.op.inputs[input]) > 1;
  return !twice && in.count() == s.out.count() && size_of(in.memory) == size_of(s.out.memory);
}

/// "56x56x24": without a leading batch of 1.
std::string sizes(const Shape& shape) {
  std::string text;
  for (size_t d = shape.size() > 1 && shape[0] == 1 ? 1 : 0; d < shape.size(); ++d) {
    text += (text.empty() ? "" : "x") + std::to_string(shape[d]);
  }
  return text.empty() ? "1" : text;
}

}  // namespace

const SingleLowering* find_lowering(OpKind kind) {
  static const std::vector<const SingleLowering*> lowerings = join_lowerings();
  return lowerings.at(static_cast<size_t>(kind));
}

std::string single_title(const SingleCode& s, const std::string& kind) {
  const std::string to = sizes(s.out.tensor.shape);
  std::vector<std::string> from;
  for (const Operand& o : s.in) from.push_back(sizes(o.tensor.shape));
  if (std::count(from.begin(), from.end(), to) == static_cast<int>(from.size())) return kind + ", " + to;
  return fmt::format("{}, {} -> {}", kind, fmt::join(from, " and "), to);
}

SingleCode start_single(const PlanContext& context, const Op& op, int output) {
  std::vector<Operand> in;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    const std::string name = op.inputs.size() == 1 ? "in" : fmt::format("in{}", i);
    in.push_back(make_operand(context, op.inputs[i], name, memory_type(context, op.inputs[i])));
  }
  return {context, op, in, make_operand(context, output, "out", memory_type(context, output)), Writer(), "", 0, {}, 0};
}

BlockCode finish_single(const SingleCode& s, const std::string& kind) {
  BlockCode code;
  code.runs = true;
  code.function = fmt::format("({}) {{\n{}}}\n", parameters(s), s.body.text());
  code.base_name = to_string(s.op.kind);
  // Not the name of a function of C.
  if (s.op.kind == OpKind::unary) code.base_name = std::string(to_string(s.op.attr.function)) + "_of_all";
  code.kind = kind;
  code.inputs = s.op.inputs;
  code.in_place = s.in_place;
  for (size_t i = 0; i < s.in.size(); ++i) code.overlaps.push_back(overwrites(s, i) ? 0 : kApart);
  code.weights = s.weights;
  code.scratch_bytes = s.scratch_bytes;
  code.phases = s.units && s.context.options.threads ? 1 : 0;
  code.units = static_cast<int>(std::min<int64_t>(s.units, INT32_MAX));
  code.title = single_title(s, kind);
  code.schedule = "plain loops";
  return code;
}

BlockCode lower_single(const PlanContext& context, const Block& block, std::optional<size_t> in_place) {
  const Op& op = context.graph.ops[block.ops[0]];
  if (op.kind == OpKind::concatenation)
    return lower_concatenation(context, block, std::vector<std::optional<int64_t>>(op.inputs.size()));
  SingleCode s = start_single(context, op, block.output);
  s.in_place = in_place;
  if (in_place) {
    const Operand& in = s.in[*in_place];
    s.body.line("const {0}* const {1} = (const {0}*)out;", to_string(in.memory), in.name);
  }
  write_body(s);
  std::string kind = s.op.kind == OpKind::unary ? to_string(s.op.attr.function) : to_string(s.op.kind);
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return finish_single(s, kind);
}

// ---- what the families share -------------------------------------------------------------------

std::string f32_element(const SingleCode& s) {
  std::string parameters;
  if (facts(s.op.kind).uses(member::activation)) {
    const RangeF r = activation_range_f32(s.op.attr.activation);
    parameters = fmt::format("{}, {}", float_literal(r.min), float_literal(r.max));
  }
  return fmt::format("{}{{{}}}", find_lowering(s.op.kind)->f32_functor, parameters);
}

std::string share_elements(SingleCode& s) {
  s.share("part", s.out.count());
  return fmt::format("{} + part.begin, out + part.begin, part.end - part.begin", s.in[0].name);
}

Range memory_range(const SingleCode& s) {
  const Range range = activation_range(s.op.attr.activation, s.out.tensor);
  return {range.min + s.out.shift, range.max + s.out.shift};
}

std::vector<uint8_t> tabulate(const SingleCode& s, int i) {
  // An operator like this one on a line of 256 values.
  Graph line;
  Tensor in = s.in[i].tensor, out = s.out.tensor;
  in.shape = {256};
  in.data.clear();
  // A shift by 128 flips the highest bit of a byte, in whichever direction.
  const int in_flip = s.in[i].shift ? 0x80 : 0, out_flip = s.out.shift ? 0x80 : 0;
  Bytes values(256);
  for (int b = 0; b < 256; ++b) values[b] = static_cast<uint8_t>(b ^ in_flip);
  Op op = s.op;
  op.attr.axis = 0;
  op.inputs.assign(s.op.inputs.size(), line.add(in));
  std::vector<const Bytes*> operands(s.op.inputs.size(), &values);
  if (facts(s.op.kind).is(trait::broadcasts)) {
    op.inputs[1 - i] = line.add(s.in[1 - i].tensor);
    operands[1 - i] = &s.in[1 - i].tensor.data;
  }
  // The number of a concatenation's inputs matters; all but the first are there for that only.
  const bool joins = s.op.kind == OpKind::concatenation;
  out.shape = {256 * (joins ? static_cast<int>(s.op.inputs.size()) : 1)};
  op.output = line.add(out);
  Bytes table = interpret_op(line, op, operands, s.context.options.numerics);
  table.resize(256);
  for (uint8_t& b : table) b = static_cast<uint8_t>(b ^ out_flip);
  return table;
}

std::string braced(std::vector<int64_t> values, size_t count, int64_t filler) {
  NARROWS_CHECK(values.size() <= count, fmt::format("{} loops, the runtime has {}", values.size(), count));
  values.insert(values.begin(), count - values.size(), filler);
  return fmt::format("{{{}}}", fmt::join(values, ", "));
}

std::vector<int64_t> dense_steps(const Shape& shape) {
  std::vector<int64_t> steps(shape.size());
  int64_t step = 1;
  for (size_t d = shape.size(); d-- > 0;) {
    steps[d] = step;
    step *= shape[d];
  }
  return steps;
}

}  // namespace narrows
