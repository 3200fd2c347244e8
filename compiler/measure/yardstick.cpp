#include "compiler/measure/yardstick.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/arena.h"
#include "compiler/blocks/block.h"
#include "compiler/blocks/finished_conv.h"
#include "compiler/emit/emit.h"
#include "compiler/lower/lower.h"
#include "schedules/arithmetic.h"

namespace narrows {
namespace {

constexpr int kBlock = 1;  // behind the pool

std::string header(const std::string& name, const char* type) {
  return fmt::format(R"(#pragma once
#include <stdint.h>
enum {0}_status {{ {1}_OK = 0 }};
extern "C" {0}_status {0}_run(const void* weights, void* arena, const {2}* input0, {2}* output0);
)",
                     name, upper_case(name), type);
}

/// Copies the input to the arena, as the pool in front of the block does, calls the block, and copies the
/// result. Tensors inside a network have the type that the target multiplies: copies flip the sign where that
/// is not the tensor's own.
std::string source(const std::string& name, const Kernel& kernel, bool residual, const Graph& network,
                   const Target& target) {
  const Tensor &in = network.tensors.at(network.inputs[0]), &out = network.tensors.at(network.outputs[0]);
  const DType kept = stored_dtype(in.type, target);
  const bool flip = in.type != kept;
  const char* type = to_string(kept);
  return fmt::format(R"(#include "{0}.h"

#include "compiler/measure/runner/halide_object.h"
#include "runtime/prologue.h"

#ifndef NARROWS_TRACE
#define NARROWS_TRACE(block, output, bytes) (void)0
#endif

{1}
static void copy(const void* from, void* to, size_t bytes) {{
  for (size_t i = 0; i < bytes; ++i) ((u8*)to)[i] = ((const u8*)from)[i] ^ {2};
}}

extern "C" {0}_status {0}_run(const void* weights, void* arena, const {3}* input0, {3}* output0) {{
  {4}* const in = ({4}*)arena;
  {4}* const out = ({4}*)((u8*)arena + {5});
  halide_memory = (u8*)arena + {6};
  copy(input0, in, {7});
  NARROWS_TRACE(0, in, {7});
  {8}(in, {11}out, (const u8*)weights);
  NARROWS_TRACE(1, out, {9});
  copy(out, output0, {9});
  return {10}_OK;
}}
)",
                     name, kernel.text, flip ? 0x80 : 0, c_type(in.type), type, aligned(in.bytes()),
                     aligned(in.bytes()) + aligned(out.bytes()), in.bytes(), kernel.name, out.bytes(), upper_case(name),
                     residual ? "in, " : "");
}

/// Machine code cannot call the functions of runtime/ that compute operators behind convolutions.
bool computes_unary(const Graph& network, const Block& block) {
  const std::vector<FinishedConv> convs = convolutions_of(network, block);
  return std::any_of(convs.begin(), convs.end(), [](const FinishedConv& conv) { return conv.unary; });
}

/// Scratch memory of the block where the `halide` schedule can compute it.
std::optional<int64_t> halide_scratch(const Graph& network, CompileOptions options) {
  const DType type = network.tensors.at(network.outputs.at(0)).type;
  if (network.inputs.size() != 1 || (type != DType::f32 && options.numerics != Numerics::xnnpack)) return std::nullopt;
  options.schedule = {Variant::halide, 0, {}};
  options.schedules.clear();
  Diagnostics diagnostics(options.model_file);
  const std::optional<Compiled> compiled = compile(network, options, diagnostics);
  if (!compiled || compiled->blocks.back().index != kBlock) return std::nullopt;
  if (compiled->blocks.back().schedule.rfind("halide", 0) != 0) return std::nullopt;
  return compiled->blocks.back().scratch_bytes;
}

/// Register tiles that are faster than the compiler's own choice in Halide's object code: by 1 % in f32, by 7
/// % in 8 bit.
void choose_tiles(const Target& target, WholeBlock* spec) {
  const int two = 2 * lanes_of(target);
  if (target.registers != 32 || spec->expanded % two || spec->out.channels % two || spec->out.width % 14) return;
  spec->expand.tile = spec->project.tile = {2, 14};
}

}  // namespace

std::optional<Candidate> make_yardstick(const Graph& network, const CompileOptions& options, const Toolchain& toolchain,
                                        const std::filesystem::path& folder) {
  const Block block = partition(network).back();
  const std::optional<int64_t> scratch = halide_scratch(network, options);
  if (!scratch || computes_unary(network, block)) return std::nullopt;
  const Target& target = options.target;
  const std::string& name = options.name;
  Candidate c;
  c.options = options;
  c.toolchain = toolchain;

  WeightCache cache(network, c.options.numerics, target);
  const PlanContext context{network, c.options, cache};
  WholeBlock spec = whole_block_spec(context, block);
  choose_tiles(target, &spec);
  const std::filesystem::path object = folder / (name + "_halide.o");
  const Kernel caller = whole_block_object(spec, name + "_block", target, object);
  const std::string weights = pack_whole_block(context, block, spec);
  const Tensor &in = network.tensors.at(network.inputs.at(0)), &out = network.tensors.at(network.outputs.at(0));
  c.compiled.files = {{name + ".h", header(name, c_type(in.type))},
                      {name + ".cpp", source(name, caller, block.residual >= 0, network, target)},
                      {name + ".weights", weights}};
  c.compiled.graph = network;
  // Halide's object may be tiled in another way than the text that `scratch` is of.
  c.compiled.arena_bytes = in.bytes() + out.bytes() + 4 * *scratch + 65536;
  c.compiled.weights_bytes = static_cast<int64_t>(weights.size());
  c.objects = {object};
  c.only_block = kBlock;
  return c;
}

}  // namespace narrows
