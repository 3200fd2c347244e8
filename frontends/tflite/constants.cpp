// TFLite front end: operators on constants alone, whose results are constants: DENSIFY of what is stored sparsely, and
// FLOOR_MOD, with which converters compute the padding of dilated convolutions.
#include <cstring>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// Sparse constants are dense once they are read.
bool read_densify(OpReader& r) {
  const Tensor& in = r.input(0);
  if (!check_constant(r, 0, "input")) return false;
  if (in.type != r.output().type) {
    return r.fail(fmt::format("output '{}' has type {}, expected {} as in input '{}'", r.output().name,
                              type_name(r.output().type), type_name(in.type), in.name));
  }
  r.known = in.data;
  return check_output_shape(r, in.shape);
}

/// The remainder with the sign of the divisor, as in FloorMod() of kernels/internal/reference/floor_mod.h.
int64_t floor_mod(int64_t a, int64_t b) {
  if (b == -1) return 0;  // the least number has no opposite
  const int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

bool read_floor_mod(OpReader& r) {
  if (!check_numbers(r, 2)) return false;
  const auto a = constant_integers(r, 0, "dividend"), b = constant_integers(r, 1, "divisor");
  if (!a || !b) return false;
  const bool scalar = b->size() == 1;
  if (!scalar && r.input(0).shape != r.input(1).shape) {
    return r.fail(fmt::format("divisor '{}' has shape {}, expected {} as in '{}', or one value", r.input(1).name,
                              to_string(r.input(1).shape), to_string(r.input(0).shape), r.input(0).name));
  }
  const size_t size = size_of(r.output().type);
  std::vector<uint8_t> values(a->size() * size);
  for (size_t i = 0; i < a->size(); ++i) {
    const int64_t divisor = (*b)[scalar ? 0 : i];
    if (divisor == 0) return r.fail(fmt::format("divisor '{}' is 0", r.input(1).name));
    const int64_t wide = floor_mod((*a)[i], divisor);
    const auto narrow = static_cast<int32_t>(wide);
    std::memcpy(&values[i * size], size == sizeof(wide) ? static_cast<const void*>(&wide) : &narrow, size);
  }
  r.known = std::move(values);
  return check_output_shape(r, r.input(0).shape);
}

constexpr Row rows[] = {
    {Code::DENSIFY, 1, 1, 1, -1, read_densify},
    {Code::FLOOR_MOD, 2, 2, 2, -1, read_floor_mod},
};

}  // namespace

const Table<Row> constant_rows = rows;

}  // namespace narrows::tflite
