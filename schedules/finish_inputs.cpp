// What finishing kernels read: the names of arrays and parameters, and the lines that find them.
#include <fmt/format.h>

#include "schedules/finish.h"
#include "schedules/unary.h"

namespace narrows {

using Halide::Int;

namespace {

const char* multiplier_name(const Arithmetic& a) { return a.scales_sums() ? "scale" : "multiplier"; }

/// The array for each channel that the operator behind the convolution reads; never null.
const char* unary_array(const Finish& finish) {
  const char* const name = unary_code(finish.unary).channels;
  return name ? name : "none";
}

}  // namespace

FinishInputs::FinishInputs(const Finish& f, const std::string& p)
    : finish(f),
      multiplier(f.arithmetic.rounds_as_tflite() ? Int(32) : Halide::Float(32), 2, p + multiplier_name(f.arithmetic)),
      shift(Int(32), 2, p + "shift"),
      left_shift(Int(32), 2, p + "left_shift"),
      unary_channels(halide_type(f.arithmetic.accumulator), 2, p + unary_array(f)),
      zero_point(p + "zero_point"),
      unary_zero_point(p + "unary_zero_point"),
      prefix(p) {}

void FinishInputs::set_shape(int inner, int outer) {
  for (Halide::ImageParam* array : {&multiplier, &shift, &left_shift, &unary_channels})
    set_dense(*array, {inner, outer});
}

void FinishInputs::add_arguments(std::vector<Halide::Argument>* arguments) const {
  if (finish.arithmetic.has_multiplier()) arguments->push_back(multiplier);
  if (unary_code(finish.unary).channels) arguments->push_back(unary_channels);
  if (!finish.arithmetic.requantizes()) return;
  if (finish.unary.applied()) arguments->push_back(unary_zero_point);
  if (finish.requantization.has_zero_point) arguments->push_back(zero_point);
  if (finish.arithmetic.rounds_as_tflite()) arguments->push_back(shift);
  if (finish.requantization.left_shift) arguments->push_back(left_shift);
}

std::vector<std::string> FinishInputs::arrays() const {
  std::vector<std::string> names;
  if (finish.arithmetic.has_multiplier()) names.push_back(multiplier.name());
  if (finish.arithmetic.rounds_as_tflite()) names.push_back(shift.name());
  if (finish.requantization.left_shift) names.push_back(left_shift.name());
  if (unary_code(finish.unary).channels) names.push_back(unary_channels.name());
  return names;
}

std::string FinishInputs::unary_name() const { return prefix + unary_code(finish.unary).name; }

std::string FinishInputs::prologue(const RegionLayout& at, const Reader& reader) const {
  const bool requantizes = reader.finishes && finish.arithmetic.requantizes();
  const bool takes_zero_point = requantizes && finish.requantization.has_zero_point;
  const bool adds = requantizes && finish.residual.added;
  std::string s;
  if (reader.takes_weight_zero || takes_zero_point || adds)
    s += fmt::format("  const i32* {}params = (const i32*){};\n", prefix,
                     reader.region.find(' ') == std::string::npos ? reader.region : "(" + reader.region + ")");
  const auto parameter = [&](const char* name, int index) {
    s += fmt::format("  const i32 {0}{1} = {0}params[{2}];\n", prefix, name, index);
  };
  if (reader.takes_weight_zero) parameter("weight_zero", param::weight_zero);
  if (takes_zero_point) parameter("zero_point", param::zero_point);
  if (adds) s += fmt::format("  const ResidualAdd add = load_residual_add({}params);\n", prefix);
  if (requantizes && finish.unary.applied()) s += unary_parameters(at, reader.region);
  return reader.finishes ? s + array_pointers(at, reader.region) : s;
}

std::string FinishInputs::unary_parameters(const RegionLayout& at, const std::string& region) const {
  const UnaryCode& unary = unary_code(finish.unary);
  return fmt::format("  const i32* {0}params = (const i32*)({1} + {2});\n", unary_name(), region, at.unary_parameters) +
         fmt::format("  const {} {} = load_{}({}params);\n", unary.functor, unary_name(), unary.name, unary_name()) +
         fmt::format("  const i32 {} = *{}params;\n", unary_zero_point.name(), unary_name());
}

std::string FinishInputs::array_pointers(const RegionLayout& at, const std::string& region) const {
  std::string s;
  const auto array = [&](const char* type, const char* name, int64_t offset) {
    s += fmt::format("  const {0}* {1}{2} = (const {0}*)({3} + {4});\n", type, prefix, name, region, offset);
  };
  const UnaryCode& unary = unary_code(finish.unary);
  if (unary.channels) array(to_string(finish.arithmetic.accumulator), unary.channels, at.unary_channels);
  if (!finish.arithmetic.has_multiplier()) return s;
  array(finish.arithmetic.rounds_as_tflite() ? "i32" : "f32", multiplier_name(finish.arithmetic), at.multiplier);
  if (finish.arithmetic.rounds_as_tflite()) array("i32", "shift", at.shift);
  if (finish.requantization.left_shift) array("i32", "left_shift", at.left_shift);
  return s;
}

}  // namespace narrows
