#include "compiler/lower/unary_constants.h"

#include <algorithm>
#include <cstring>

#include "compiler/diagnostics.h"
#include "compiler/graph/quantization.h"
#include "compiler/interpret/interpret.h"
#include "schedules/arithmetic.h"

namespace narrows {

namespace {

/// x << shift, which may wrap.
int32_t shifted(int32_t x, int shift) { return static_cast<int32_t>(static_cast<uint32_t>(x) << std::max(shift, 0)); }

/// The stored numbers of an 8-bit constant without its zero point.
std::vector<int32_t> centered(const Tensor& t) {
  std::vector<int32_t> values;
  for (const uint8_t byte : t.data)
    values.push_back((t.type == DType::u8 ? int{byte} : int{static_cast<int8_t>(byte)}) - t.zero_point());
  return values;
}

/// runtime/prelu.h; the interpreter's prelu() in compiler/interpret/elementwise.cpp has the same multipliers.
UnaryConstants prelu_8bit(const Graph& graph, const Op& op, const Target& target) {
  const Tensor &in = graph.input(op, 0), &slopes = graph.input(op, 1), &out = graph.output(op);
  const Multiplier same = quantize_multiplier(in.scale() / out.scale());
  const Multiplier sloped = quantize_multiplier(in.scale() * slopes.scale() / out.scale());
  UnaryConstants c;
  // Values have 8 bits without their sign, and their products with slopes 16.
  c.unary = {Unary::Kind::prelu, same.shift > 22 || sloped.shift > 14};
  c.channels = centered(slopes);
  for (int32_t& slope : c.channels) slope = shifted(slope, sloped.shift);
  c.parameters = {out.zero_point() + stored_shift(out.type, target),
                  shifted(1, same.shift),
                  same.value,
                  std::max(-same.shift, 0),
                  sloped.value,
                  std::max(-sloped.shift, 0)};
  return c;
}

UnaryConstants prelu(const Graph& graph, const Op& op, const Target& target) {
  const Tensor& slopes = graph.input(op, 1);
  UnaryConstants c;
  if (is_quantized(slopes)) {
    c = prelu_8bit(graph, op, target);
  } else {
    c.unary.kind = Unary::Kind::prelu;
    c.channels.resize(slopes.data.size() / sizeof(int32_t));
    std::memcpy(c.channels.data(), slopes.data.data(), slopes.data.size());
  }
  const auto channels = static_cast<size_t>(graph.output(op).shape.back());
  if (c.channels.size() == 1) c.channels.resize(channels, c.channels[0]);
  return c;
}

/// runtime/activation.h, Lookup.
UnaryConstants lookup(const Graph& graph, const Op& op, const Target& target) {
  const Tensor &in = graph.input(op, 0), &out = graph.output(op);
  const auto from_lowest = [](const Tensor& t) { return t.zero_point() - stored_range(t.type).min; };
  const std::vector<uint8_t> table = tabulate_function(graph, op);
  UnaryConstants c;
  c.unary.kind = Unary::Kind::lookup;
  c.parameters = {out.zero_point() + stored_shift(out.type, target), from_lowest(in), from_lowest(out)};
  for (size_t i = 0; i < table.size(); i += 4) {
    const uint32_t word = table[i] | table[i + 1] << 8 | table[i + 2] << 16 | uint32_t{table[i + 3]} << 24;
    c.parameters.push_back(static_cast<int32_t>(word));
  }
  return c;
}

/// A function without constants: in 8 bit a table, in float code.
template <Unary::Kind kind>
UnaryConstants function(const Graph& graph, const Op& op, const Target& target) {
  if (is_quantized(graph.input(op, 0))) return lookup(graph, op, target);
  UnaryConstants c;
  c.unary.kind = kind;
  return c;
}

constexpr UnaryLowering rows[] = {
    {OpKind::prelu, prelu},
    {OpKind::logistic, function<Unary::Kind::logistic>},
    {OpKind::hard_swish, function<Unary::Kind::hard_swish>},
    {OpKind::hard_sigmoid, function<Unary::Kind::hard_sigmoid>},
    {OpKind::silu, function<Unary::Kind::silu>},
    {OpKind::lookup, lookup},
};

}  // namespace

std::vector<uint8_t> tabulate_function(const Graph& graph, const Op& op) {
  Graph line;
  Tensor in = graph.input(op, 0), out = graph.output(op);
  // A value counted from the lowest one of i8 is its byte with the other highest bit.
  const int in_flip = in.type == DType::i8 ? 0x80 : 0, out_flip = out.type == DType::i8 ? 0x80 : 0;
  in.shape = out.shape = {256};
  Bytes values(256);
  for (int i = 0; i < 256; ++i) values[i] = static_cast<uint8_t>(i ^ in_flip);
  Op on_line = op;
  on_line.inputs = {line.add(in)};
  std::vector<const Bytes*> operands = {&values};
  for (size_t i = 1; i < op.inputs.size(); ++i) {
    on_line.inputs.push_back(line.add(graph.input(op, static_cast<int>(i))));
    operands.push_back(&graph.input(op, static_cast<int>(i)).data);
  }
  on_line.output = line.add(out);
  Bytes table = interpret_op(line, on_line, operands);
  for (uint8_t& byte : table) byte = static_cast<uint8_t>(byte ^ out_flip);
  return table;
}

const Table<UnaryLowering> finishing_lowerings = rows;

UnaryConstants unary_constants(const Graph& graph, const Op& op, const Target& target) {
  const auto row = std::find_if(finishing_lowerings.begin(), finishing_lowerings.end(),
                                [&](const UnaryLowering& r) { return r.kind == op.kind; });
  NARROWS_CHECK(row != finishing_lowerings.end(),
                std::string("nothing finishes a convolution with ") + to_string(op.kind));
  return row->constants(graph, op, target);
}

}  // namespace narrows
