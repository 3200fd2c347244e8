// The inverted residual block compiled by Halide's own LLVM back end: the yardstick of benchmarks. What GCC and Clang make
// of our text is held against what Halide makes of the same pipeline.
#include <fmt/format.h>

#include "schedules/inverted_residual.h"
#include "schedules/print_kernel.h"

namespace narrows {

using Halide::Expr;

namespace {

/// XNNPACK's residual addition as Halide expressions. Printed pipelines call the function of runtime/residual_add.h, which
/// computes the same and which machine code cannot call.
struct NativeAdd {
  Expr operator()(Expr value, Expr residual) const {
    const Expr sum = value * multiplier0 + (Halide::cast<int32_t>(residual) * multiplier1 + bias);
    return Halide::clamp((sum >> shift) + zero_point, clamp.min, clamp.max);
  }

  void add_arguments(BlockPipeline* pipeline, const std::string& region) const {
    auto add = [&](const auto& param, const char* type, int index) {
      pipeline->arguments.push_back(param);
      pipeline->pointers +=
          fmt::format("  const {0} {1} = ((const {0}*)({2}))[{3}];\n", type, param.name(), region, index);
    };
    add(multiplier0, "i32", param::add_multiplier0);
    add(multiplier1, "i32", param::add_multiplier1);
    add(bias, "i32", param::add_bias);
    add(shift, "u32", param::add_shift);
    add(zero_point, "i32", param::add_zero_point);
  }

  Range clamp;
  Halide::Param<int32_t> multiplier0{"add_multiplier0"}, multiplier1{"add_multiplier1"}, bias{"add_bias"};
  Halide::Param<uint32_t> shift{"add_shift"};
  Halide::Param<int32_t> zero_point{"add_zero_point"};
};

/// The text of a function that calls the object's `symbol`. All sizes are constants in the object, which reads nothing of
/// a halide_buffer_t but the address of its data.
std::string caller(const BlockPipeline& pipeline, const std::string& symbol) {
  std::string types, buffers, call;
  auto pass = [&](const std::string& name, bool buffer) {
    types += buffer ? "halide_buffer_t*, " : "";
    if (buffer) buffers += fmt::format("  halide_buffer_t {0}_buffer = {{}};\n  {0}_buffer.host = (u8*){0};\n", name);
    call += fmt::format(buffer ? "&{}_buffer, " : "{}, ", name);
  };
  for (const Halide::Argument& a : pipeline.arguments) {
    pass(a.name, a.is_buffer());
    if (!a.is_buffer()) types += a.type.is_uint() ? "u32, " : "i32, ";
  }
  pass("out", true);
  types.resize(types.size() - 2), call.resize(call.size() - 2);
  return fmt::format("  extern int {0}({1});\n", symbol, types);
}

}  // namespace

}  // namespace narrows
