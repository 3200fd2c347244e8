#include "tests/fuzz/graph_writer.h"

#include <algorithm>
#include <cstring>

#include "compiler/blocks/check_supported.h"
#include "compiler/graph/costs.h"
#include "compiler/graph/ops.h"

namespace narrows {
namespace {

constexpr int64_t kMostElements = 20'000, kMostMacs = 1'000'000;

template <class T>
void push(T value, std::vector<uint8_t>* bytes) {
  const size_t at = bytes->size();
  bytes->resize(at + sizeof value);
  std::memcpy(&(*bytes)[at], &value, sizeof value);
}

/// compile() may refuse nothing that is in the graph.
bool is_supported(const Graph& graph, const Op& op) {
  Graph alone;
  alone.tensors = graph.tensors;
  alone.ops = {op};
  Diagnostics diagnostics("random graph");
  return check_supported(alone, diagnostics);
}

}  // namespace

int GraphWriter::add(Tensor tensor) {
  tensor.name = "t" + std::to_string(graph.tensors.size());
  return graph.add(std::move(tensor));
}

Tensor GraphWriter::made(const Shape& shape, const Quant& quant) const {
  Tensor t;
  t.type = type_;
  t.shape = shape;
  t.quant = quant;
  return t;
}

int GraphWriter::input(const Shape& shape) {
  graph.inputs.push_back(add(made(shape, quant())));
  live_.push_back(graph.inputs.back());
  return graph.inputs.back();
}

int GraphWriter::floats(const Shape& shape, float deviation) {
  std::vector<uint8_t> data;
  for (int64_t i = 0; i < element_count(shape); ++i)
    push(dice.one_in(20) ? 0.0f : (dice.real(-1, 1) + dice.real(-1, 1)) * deviation, &data);
  return stored(shape, DType::f32, std::move(data), {});
}

int GraphWriter::stored(const Shape& shape, DType type, std::vector<uint8_t> data, const Quant& quant) {
  Tensor t = made(shape, quant);
  t.type = type;
  t.data = std::move(data);
  return add(std::move(t));
}

int GraphWriter::constant(const Shape& shape, const Quant& quant) {
  if (!quantized()) return floats(shape, 2);
  std::vector<uint8_t> data;
  for (int64_t i = 0; i < element_count(shape); ++i) data.push_back(static_cast<uint8_t>(dice.below(256)));
  return stored(shape, type_, std::move(data), quant);
}

int GraphWriter::any() {
  const int count = static_cast<int>(live_.size());
  return live_[dice.one_in(3) ? dice.below(count) : count - 1 - dice.below(std::min(count, 3))];
}

int GraphWriter::any_map() {
  for (int tries = 0; tries < 10; ++tries) {
    const int id = any();
    if (shape(id).size() == 4 && tensor(id).type == type_) return id;
  }
  return -1;
}

int GraphWriter::like(const Shape& wanted, int other_than) {
  std::vector<int> found;
  for (const int id : live_) {
    if (id != other_than && tensor(id).type == type_ && shape(id) == wanted) found.push_back(id);
  }
  return found.empty() ? -1 : dice.pick(found);
}

float GraphWriter::scale() {
  const float exponent = dice.one_in(10) ? dice.real(-20, 10) : dice.real(-8, -2);
  return std::exp2(exponent);
}

int GraphWriter::zero_point() {
  const int lowest = type_ == DType::u8 ? 0 : -128;
  switch (dice.below(6)) {
    case 0:
      return lowest;
    case 1:
      return lowest + 255;
    case 2:
      return lowest + 128;
    default:
      return lowest + dice.below(256);
  }
}

Quant GraphWriter::quant() {
  if (!quantized()) return {};
  return {{scale()}, {zero_point()}, 0};
}

Activation GraphWriter::activation() {
  const std::vector<Activation> all = {Activation::none,  Activation::none,  Activation::none,        Activation::relu,
                                       Activation::relu6, Activation::relu6, Activation::relu_n1_to_1};
  return dice.pick(all);
}

int GraphWriter::channels() {
  if (dice.one_in(30)) return 97;
  return dice.one_in(3) ? dice.pick(std::vector<int>{1, 2, 3, 4, 8, 16, 24, 32}) : dice.between(1, 40);
}

int GraphWriter::size() {
  if (dice.one_in(8)) return 1;
  return dice.one_in(3) ? dice.between(1, 30) : dice.between(1, 12);
}

bool GraphWriter::append(OpKind kind, const std::vector<int>& inputs, const Attributes& attr, Tensor output) {
  if (element_count(output.shape) > kMostElements || output.shape.empty()) return false;
  const auto positive = [](int d) { return d > 0; };
  if (!std::all_of(output.shape.begin(), output.shape.end(), positive)) return false;
  Op op;
  op.kind = kind;
  op.attr = attr;
  op.inputs = inputs;
  op.output = add(std::move(output));
  op.origins = {{static_cast<int>(graph.ops.size()), to_string(kind), tensor(op.output).name}};
  const OpFacts& row = facts(kind);
  const Shape& out = graph.output(op).shape;
  const bool has_batch = out.size() == 4 && out[0] != 1;
  const bool fits = !is_quantized(graph.output(op)) || !row.scales_fit || row.scales_fit(graph, op);
  if (has_batch || !row.rule(graph, op).empty() || !fits || multiply_accumulates(graph, op) > kMostMacs ||
      !is_supported(graph, op)) {
    graph.tensors.pop_back();
    return false;
  }
  live_.push_back(op.output);
  graph.ops.push_back(op);
  return true;
}

}  // namespace narrows
