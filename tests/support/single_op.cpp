#include "tests/support/single_op.h"

#include <cstring>

namespace narrows {

std::mt19937& test_random() {
  static std::mt19937 random(1);
  return random;
}

Tensor random_tensor(DType type, const Shape& shape) {
  Tensor t;
  t.type = type;
  t.shape = shape;
  if (is_8bit(type)) {
    t.quant.scale = {std::uniform_real_distribution<float>(0.01f, 0.1f)(test_random())};
    t.quant.zero_point = {static_cast<int32_t>(test_random()() % 256) - (type == DType::i8 ? 128 : 0)};
  }
  return t;
}

namespace {

Bytes random_bytes(const Tensor& tensor) {
  Bytes bytes(tensor.bytes());
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(test_random()());
  for (size_t i = 0; tensor.type == DType::f32 && i < bytes.size(); i += sizeof(float)) {
    float value = std::uniform_real_distribution<float>(-20, 20)(test_random());
    std::memcpy(&bytes[i], &value, sizeof value);
  }
  return bytes;
}

}  // namespace

SingleOp::SingleOp(OpKind kind, const std::vector<Tensor>& inputs, const Tensor& output) {
  op.kind = kind;
  for (const Tensor& t : inputs) {
    op.inputs.push_back(graph.add(t));
    in.push_back(random_bytes(t));
  }
  op.output = graph.add(output);
  out.resize(output.bytes());
}

Bytes SingleOp::expected(Numerics numerics) const {
  std::vector<const Bytes*> operands;
  for (const Bytes& bytes : in) operands.push_back(&bytes);
  return interpret_op(graph, op, operands, numerics);
}

}  // namespace narrows
