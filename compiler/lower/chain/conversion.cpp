#include "compiler/lower/chain/conversion.h"

#include <algorithm>

#include "compiler/blocks/conversions.h"
#include "compiler/interpret/interpret.h"
#include "compiler/lower/lower.h"

namespace narrows {

namespace {

int flip_between(DType a, DType b) { return a == b ? 0 : 0x80; }

/// The operators `ops` on a row of 256 pixels of `map`'s channels.
Graph on_a_row(const Graph& graph, const std::vector<int>& ops, int map) {
  Graph row;
  const auto add = [&](const Tensor& like) {
    Tensor tensor = like;
    if (!tensor.constant()) tensor.shape = {1, 1, 256, graph.tensors[map].shape.back()};
    return row.add(std::move(tensor));
  };
  int last = add(graph.tensors[map]);
  row.inputs = {last};
  for (const int i : ops) {
    Op op = graph.ops[i];
    for (int& input : op.inputs) input = graph.tensors[input].constant() ? add(graph.tensors[input]) : last;
    op.output = last = add(graph.tensors[op.output]);
    row.ops.push_back(op);
  }
  row.outputs = {last};
  return row;
}

/// What each byte of each channel becomes, as the interpreter computes it.
ByteTable tabulate(const ChainSource& source, const std::vector<int>& ops) {
  const int map = source.block.input;
  const Graph row = on_a_row(source.graph(), ops, map);
  const DType memory = memory_type(source.context, map);
  const Tensor &in = row.tensors[row.inputs[0]], &out = row.tensors[row.outputs[0]];
  const int in_flip = flip_between(memory, in.type), out_flip = flip_between(source.arithmetic().stored, out.type);
  const size_t channels = in.shape.back();
  Bytes pixels(256 * channels);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>((i / channels) ^ in_flip);
  const Bytes made = interpret(row, {pixels}, source.context.options.numerics)[row.outputs[0]];
  ByteTable table{Bytes(made.size())};
  for (size_t i = 0; i < made.size(); ++i)
    table.bytes[i % channels * 256 + i / channels] = static_cast<uint8_t>(made[i] ^ out_flip);
  if (std::equal(table.bytes.begin() + 256, table.bytes.end(), table.bytes.begin())) table.bytes.resize(256);
  return table;
}

}  // namespace

Conversion load_conversion(const ChainSource& source) {
  const Graph& graph = source.graph();
  const Block& block = source.block;
  const std::vector<int> ops(block.ops.begin(), block.ops.begin() + block.conversions);
  const Tensor& out = graph.output(graph.ops[ops.back()]);
  if (out.type == DType::f32) return conversion_of(graph, ops);
  if (is_quantized(graph.tensors[block.input])) return tabulate(source, ops);
  const int shift = flip_between(source.arithmetic().stored, out.type) == 0 ? 0 : out.type == DType::i8 ? 128 : -128;
  return Quantization{out.scale(), out.zero_point() + shift};
}

}  // namespace narrows
