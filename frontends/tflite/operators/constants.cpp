// TFLite front end: DENSIFY, an operator on constants alone, whose result is a constant.
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

constexpr Row rows[] = {
    {Code::DENSIFY, 1, 1, 1, -1, read_densify},
};

}  // namespace

const Table<Row> constant_rows = rows;

}  // namespace narrows::tflite
