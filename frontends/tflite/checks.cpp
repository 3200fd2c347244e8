// TFLite front end: the checks that many operators share.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "frontends/tflite/op.h"

namespace narrows::tflite {

void report_options(OpReader& r, format::BuiltinOptions expected) {
  const format::BuiltinOptions found = r.file_op().builtin_options_type();
  std::string name = format::EnumNameBuiltinOptions(found);
  if (name.empty()) name = fmt::format("options of kind {}", static_cast<int>(found));
  r.fail(fmt::format("has {}, expected {}", found == format::BuiltinOptions::NONE ? "no options" : name,
                     format::EnumNameBuiltinOptions(expected)));
}

bool read_activation(OpReader& r, format::ActivationFunctionType source) {
  using Source = format::ActivationFunctionType;
  switch (source) {
    case Source::NONE:
      r.op.attr.activation = Activation::none;
      return true;
    case Source::RELU:
      r.op.attr.activation = Activation::relu;
      return true;
    case Source::RELU6:
      r.op.attr.activation = Activation::relu6;
      return true;
    case Source::RELU_N1_TO_1:
      r.op.attr.activation = Activation::relu_n1_to_1;
      return true;
    default:
      break;
  }
  std::string name = format::EnumNameActivationFunctionType(source);
  if (name.empty()) name = fmt::format("{}", static_cast<int>(source));
  return r.fail(fmt::format("fused activation {} is not supported; supported: NONE, RELU, RELU6, RELU_N1_TO_1", name));
}

bool check_rank(OpReader& r, int i, const char* what, size_t rank) {
  const Tensor& tensor = r.input(i);
  if (tensor.shape.size() == rank) return true;
  return r.fail(
      fmt::format("shape of {} '{}' is {}, expected {} dimensions", what, tensor.name, to_string(tensor.shape), rank));
}

namespace {

/// Inputs 0 ... count-1 and the output have one type, and one scale if they are 8-bit.
bool check_one_type(OpReader& r, int count) {
  const DType type = r.input(0).type;
  for (int i = 0; i <= count; ++i) {
    const bool is_output = i == count;
    const Tensor& tensor = is_output ? r.output() : r.input(i);
    const char* what = is_output ? "output" : "input";
    if (tensor.type != type) {
      return r.fail(fmt::format("{} '{}' has type {}, expected {} as in input '{}'", what, tensor.name,
                                type_name(tensor.type), type_name(type), r.input(0).name));
    }
    if (is_8bit(type) && tensor.quant.scale.size() != 1) {
      return r.fail(fmt::format("{} '{}' has {} scales, expected 1", what, tensor.name, tensor.quant.scale.size()));
    }
  }
  return true;
}

bool fail_type(OpReader& r, const char* supported) {
  const Tensor& in = r.input(0);
  return r.fail(fmt::format("input '{}' has type {}; supported: {}", in.name, type_name(in.type), supported));
}

}  // namespace

bool check_activations(OpReader& r, int count) {
  const DType type = r.input(0).type;
  if (type != DType::f32 && !is_8bit(type)) return fail_type(r, "FLOAT32, UINT8, INT8");
  return check_one_type(r, count);
}

bool check_numbers(OpReader& r, int count) {
  const DType type = r.input(0).type;
  if (type != DType::f32 && !is_8bit(type) && !is_integer(type))
    return fail_type(r, "FLOAT32, UINT8, INT8, INT32, INT64");
  return check_one_type(r, count);
}

bool check_plain_numbers(OpReader& r, int count) {
  if (is_8bit(r.input(0).type)) return fail_type(r, "FLOAT32, INT32, INT64");
  return check_numbers(r, count);
}

bool check_same_quantization(OpReader& r, int i) {
  const Tensor& in = r.input(i);
  const Tensor& out = r.output();
  if (!is_8bit(out.type) || (in.scale() == out.scale() && in.zero_point() == out.zero_point())) return true;
  return r.fail(fmt::format("output '{}' has scale {} and zero point {}, expected {} and {} as in input '{}'", out.name,
                            out.scale(), out.zero_point(), in.scale(), in.zero_point(), in.name));
}

bool check_scale_ratio(OpReader& r) {
  if (!is_8bit(r.output().type)) return true;
  const float ratio = r.input(0).scale() / r.output().scale();
  if (ratio < 0x1p30f) return true;
  return r.fail(fmt::format("input scale {} / output scale {} is {}; below 2^30 is legal", r.input(0).scale(),
                            r.output().scale(), ratio));
}

bool check_copy(OpReader& r, const Tensor& in) {
  const Tensor& out = r.output();
  if (out.type != in.type) {
    return r.fail(fmt::format("output '{}' has type {}, expected {} as in input '{}'", out.name, type_name(out.type),
                              type_name(in.type), in.name));
  }
  if (!is_8bit(in.type)) return true;
  for (const Tensor* tensor : {&in, &out}) {
    if (tensor->quant.scale.size() != 1)
      return r.fail(fmt::format("'{}' has {} scales, expected 1", tensor->name, tensor->quant.scale.size()));
  }
  return true;
}

bool check_copied(OpReader& r, int count) {
  for (int i = 0; i < count; ++i) {
    if (!check_copy(r, r.input(i))) return false;
  }
  return true;
}

int read_as_output(OpReader& r, int tensor) {
  const Tensor &in = r.graph.tensors[tensor], &out = r.output();
  if (!is_8bit(in.type) || (in.scale() == out.scale() && in.zero_point() == out.zero_point())) return tensor;
  Tensor stored;
  stored.name = in.name + "/stored";
  stored.type = in.type;
  stored.shape = in.shape;
  stored.quant = out.quant;
  Op op;
  op.kind = OpKind::reshape;
  op.inputs = {tensor};
  op.output = r.add(std::move(stored));
  op.origins = r.op.origins;
  r.before.push_back(op);
  return op.output;
}

void write_with_zero_point(OpReader& r, int zero_point, const Shape& shape) {
  if (r.output().zero_point() == zero_point) return;
  Tensor stored = r.output();
  stored.name += "/stored";
  stored.shape = shape;
  stored.quant.zero_point = {zero_point};
  Op reshape;
  reshape.output = r.op.output;
  reshape.origins = r.op.origins;
  r.op.output = r.add(std::move(stored));
  reshape.inputs = {r.op.output};
  r.before.push_back(std::move(r.op));
  r.op = std::move(reshape);
}

bool check_unit_scale(OpReader& r) {
  const Tensor& out = r.output();
  // Writers may have rounded the scale; TFLite's SOFTMAX allows as much.
  if (!is_8bit(out.type) || std::abs(out.scale() * 256 - 1) <= 0.001f) return true;
  return r.fail(fmt::format("output '{}' has scale {}, expected {}", out.name, out.scale(), 1.0f / 256));
}

bool check_output_shape(OpReader& r, const Shape& expected) {
  if (r.output().shape == expected) return true;
  const bool positive = std::all_of(expected.begin(), expected.end(), [](int size) { return size > 0; });
  if (!positive || element_count(expected) * size_of(r.output().type) > max_bytes) {
    return r.fail(fmt::format("output '{}' would have shape {}, which is empty or larger than 2^31 - 1 bytes",
                              r.output().name, to_string(expected)));
  }
  r.shapes.emplace_back(r.op.output, expected);
  return true;
}

bool check_constant(OpReader& r, int i, const char* what) {
  if (r.input(i).constant()) return true;
  return r.fail(fmt::format("{} '{}': expected a constant, found a value computed at run time", what, r.input(i).name));
}

std::optional<std::vector<int64_t>> constant_integers(OpReader& r, int i, const char* what) {
  const Tensor& tensor = r.input(i);
  if (!check_constant(r, i, what)) return std::nullopt;
  if (tensor.type != DType::i32 && tensor.type != DType::i64) {
    r.fail(fmt::format("type of {} '{}' is {}, expected INT32 or INT64", what, tensor.name, type_name(tensor.type)));
    return std::nullopt;
  }
  // Twice the largest rank: PAD has two values for every dimension.
  const auto count = static_cast<size_t>(element_count(tensor.shape));
  if (count > 2 * max_rank) {
    r.fail(fmt::format("the number of values in {} '{}' is {}, more than the limit of {}", what, tensor.name, count,
                       2 * max_rank));
    return std::nullopt;
  }
  std::vector<int64_t> values(count);
  for (size_t k = 0; k < count; ++k) {
    int32_t narrow = 0;
    if (tensor.type == DType::i32) {
      std::memcpy(&narrow, &tensor.data[k * sizeof(narrow)], sizeof(narrow));
      values[k] = narrow;
    } else {
      std::memcpy(&values[k], &tensor.data[k * sizeof(int64_t)], sizeof(int64_t));
    }
  }
  return values;
}

bool normalise_axis(OpReader& r, int64_t axis, int rank, int& result) {
  if (axis < -rank || axis >= rank) {
    return r.fail(fmt::format("axis {} is out of range; expected {} to {}", axis, -rank, rank - 1));
  }
  result = static_cast<int>(axis < 0 ? axis + rank : axis);
  return true;
}

}  // namespace narrows::tflite
