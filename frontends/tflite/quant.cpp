// TFLite front end: quantization parameters.
//
// Only 8-bit tensors need them, and of these not the ones whose stored values are only moved or CAST. Those of i32
// tensors (biases) are kept for the check against input and weights. Those of float tensors are left over from training
// and mean nothing; many files have empty tables, or only min and max.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "frontends/tflite/reader.h"

namespace narrows::tflite {
namespace {

/// The flatbuffers verifier aligns the length of a vector, but not its 8-byte elements.
int64_t zero_point(const format::QuantizationParameters& source, size_t i) {
  int64_t value = 0;
  std::memcpy(&value, source.zero_point()->Data() + i * sizeof(value), sizeof(value));
  return flatbuffers::EndianScalar(value);
}

Quant copy(const format::QuantizationParameters& source, size_t count) {
  Quant quant;
  for (size_t i = 0; i < count; ++i) {
    const auto at = static_cast<flatbuffers::uoffset_t>(i);
    quant.scale.push_back(source.scale()->Get(at));
    quant.zero_point.push_back(static_cast<int32_t>(zero_point(source, i)));
  }
  return quant;
}

bool check_values(const format::QuantizationParameters& source, size_t count, const std::string& label, DType type,
                  Diagnostics& diagnostics) {
  const int64_t lowest = type == DType::u8 ? 0 : -128;
  for (size_t i = 0; i < count; ++i) {
    const auto at = static_cast<flatbuffers::uoffset_t>(i);
    const float scale = source.scale()->Get(at);
    const int64_t stored_zero = zero_point(source, i);
    const std::string which = count > 1 ? fmt::format(" of channel {}", i) : "";
    if (!std::isnormal(scale) || scale < 0) {
      diagnostics.error(fmt::format("{} has scale {}{}; expected a positive number", label, scale, which));
      return false;
    }
    if (stored_zero < lowest || stored_zero > lowest + 255) {
      diagnostics.error(
          fmt::format("{} has zero point {}{}; expected {} to {}", label, stored_zero, which, lowest, lowest + 255));
      return false;
    }
    if (count > 1 && stored_zero != 0) {
      diagnostics.error(
          fmt::format("{} has zero point {}{}; expected 0 where every channel has a scale", label, stored_zero, which));
      return false;
    }
  }
  return true;
}

/// One scale for the tensor, or one for each channel of an INT8 constant.
bool check_count(const format::QuantizationParameters& source, size_t count, const std::string& label,
                 const Tensor& tensor, Diagnostics& diagnostics) {
  if (length(source.zero_point()) != count) {
    diagnostics.error(fmt::format("{} has {} scales but {} zero points", label, count, length(source.zero_point())));
    return false;
  }
  if (count == 1) return true;
  if (tensor.type == DType::u8) {
    diagnostics.error(fmt::format("{} has type UINT8 and {} scales; expected one", label, count));
    return false;
  }
  const int axis = source.quantized_dimension();
  if (axis < 0 || axis >= static_cast<int>(tensor.shape.size())) {
    diagnostics.error(
        fmt::format("{} is quantized along dimension {}, but has shape {}", label, axis, to_string(tensor.shape)));
    return false;
  }
  if (static_cast<int64_t>(count) != tensor.shape[axis]) {
    diagnostics.error(fmt::format("{} has {} scales; expected 1, or {} as in dimension {} of its shape {}", label,
                                  count, tensor.shape[axis], axis, to_string(tensor.shape)));
    return false;
  }
  return true;
}

/// Operators that move stored values, whatever these stand for, and CAST.
bool needs_no_scales(format::BuiltinOperator code) {
  using Code = format::BuiltinOperator;
  const Code codes[] = {Code::BROADCAST_TO, Code::CAST,    Code::CONCATENATION,  Code::EXPAND_DIMS,    Code::PACK,
                        Code::PAD,          Code::PADV2,   Code::RESHAPE,        Code::SHAPE,          Code::SLICE,
                        Code::SPLIT,        Code::SPLIT_V, Code::SQUEEZE,        Code::STRIDED_SLICE,  Code::TRANSPOSE,
                        Code::UNPACK,       Code::TILE,    Code::GATHER,         Code::GATHER_ND,      Code::REVERSE_V2,
                        Code::MIRROR_PAD,   Code::TOPK_V2, Code::SPACE_TO_DEPTH, Code::DEPTH_TO_SPACE, Code::SELECT,
                        Code::SELECT_V2};
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

}  // namespace

bool read_quantization(const format::QuantizationParameters* source, const std::string& label, Tensor& tensor,
                       Diagnostics& diagnostics) {
  if (!is_8bit(tensor.type) && tensor.type != DType::i32) return true;
  const size_t count = source ? length(source->scale()) : 0;
  if (tensor.type == DType::i32) {
    // A bias: one scale, or one per channel. Index tensors have none that matter.
    const bool fits = count == 1 || (tensor.shape.size() == 1 && static_cast<int64_t>(count) == tensor.shape[0]);
    if (fits && length(source->zero_point()) == count) tensor.quant = copy(*source, count);
    return true;
  }
  if (count == 0) {
    // Operators that only move stored values, or CAST, do not need any; others report it.
    tensor.quant = {{1}, {0}, 0};
    return true;
  }
  if (!check_count(*source, count, label, tensor, diagnostics)) return false;
  if (!check_values(*source, count, label, tensor.type, diagnostics)) return false;
  tensor.quant = copy(*source, count);
  if (count > 1) tensor.quant.axis = source->quantized_dimension();
  return true;
}

bool check_scales(Reader& reader, const SourceOp& op) {
  if (needs_no_scales(op.code)) return true;
  bool ok = true;
  for (const auto* list : {op.source->inputs(), op.source->outputs()}) {
    for (size_t i = 0; i < length(list); ++i) {
      const int tensor = list->Get(static_cast<flatbuffers::uoffset_t>(i));
      if (tensor < 0 || !reader.usable[tensor] || !reader.unquantized[tensor]) continue;
      reader.diagnostics.error(op.origin,
                               fmt::format("{} has type {} but no quantization parameters", label(reader, tensor),
                                           type_name(reader.graph.tensors[tensor].type)));
      reader.usable[tensor] = ok = false;
    }
  }
  return ok;
}

}  // namespace narrows::tflite
