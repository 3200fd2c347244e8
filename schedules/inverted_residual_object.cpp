// The inverted residual block compiled by Halide's own LLVM back end: the yardstick of benchmarks. What GCC
// and Clang make of our text is held against what Halide makes of the same pipeline.
#include <fmt/format.h>

#include "schedules/inverted_residual.h"
#include "schedules/printer/print_kernel.h"

namespace narrows {

using Halide::Expr;

namespace {

/// XNNPACK's residual addition as Halide expressions. Printed pipelines call the function of
/// runtime/residual_add.h, which computes the same and which machine code cannot call.
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

/// The body of a function that calls `symbol` of the object. All sizes are constants in there, so it reads
/// nothing of a halide_buffer_t but the address of the data.
std::string call_object(const BlockPipeline& pipeline, const std::string& symbol) {
  std::string buffers, values;
  auto pass = [&](const std::string& name) {
    buffers += fmt::format("  halide_buffer_t {0}_buffer = {{}};\n  {0}_buffer.host = (u8*){0};\n", name);
    values += fmt::format("&{}_buffer, ", name);
  };
  for (const Halide::Argument& a : pipeline.arguments) {
    if (a.is_buffer()) pass(a.name);
    if (!a.is_buffer()) values += a.name + ", ";
  }
  pass("out");
  values.resize(values.size() - 2);
  return buffers + fmt::format("  {}({});\n", symbol, values);
}

/// "extern "C" int symbol(halide_buffer_t*, i32, ...);"
std::string declare_object(const BlockPipeline& pipeline, const std::string& symbol) {
  std::string types;
  for (const Halide::Argument& a : pipeline.arguments) {
    types += a.is_buffer() ? "halide_buffer_t*, " : a.type.is_uint() ? "u32, " : "i32, ";
  }
  return fmt::format("extern \"C\" int {}({}halide_buffer_t*);\n", symbol, types);
}

}  // namespace

Kernel whole_block_object(const WholeBlock& spec, const std::string& name, const Target& target,
                          const std::string& path) {
  NARROWS_CHECK(spec.depthwise.arithmetic.rounding != Rounding::tflite,
                "only arithmetic that Halide knows can be compiled by it");
  const bool native_add = spec.project.finish.residual.added && spec.depthwise.arithmetic.requantizes();
  NARROWS_CHECK(!native_add || spec.project.finish.residual.rounding == Rounding::xnnpack,
                "an addition with TFLite's rounding");
  // Halide's back end narrows two vectors to bytes in fewer steps than each on its own.
  const bool two = spec.depthwise.arithmetic.requantizes() && spec.expand.tile.vectors % 2 == 0;
  const int filter_lanes = (two ? 2 : 1) * lanes_of(target);
  const NativeAdd add{spec.project.finish.residual.clamp};
  BlockPipeline pipeline = block_pipeline(spec, target, native_add ? ResidualSum(add) : nullptr, filter_lanes);
  if (native_add) {
    const int64_t before =
        conv_layout(expand_region(spec), target).bytes + depthwise_layout(depthwise_region(spec), target).bytes;
    add.add_arguments(&pipeline, fmt::format("weights + {}", before));
  }
  const std::string symbol = name + "_object";
  pipeline.out.compile_to_object(path, pipeline.arguments, symbol, halide_target(target));
  return {name, declare_object(pipeline, symbol) + "static void " + name + block_parameters(spec, "") + " {\n" +
                    pipeline.pointers + call_object(pipeline, symbol) + "}\n"};
}

}  // namespace narrows
