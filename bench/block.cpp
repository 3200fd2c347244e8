// make_block FOLDER: what the block benchmark measures besides emitted programs.
//
// Writes MobileNetV2's inverted residual block 14x14, 96 -> 576 -> 96 with residual as a model,
// block_f32.tflite and block_u8.tflite. In it stands a pool of one pixel before the block, which then reads
// what another operator made, as in a network; the clock leaves the pool out. Writes for each the yardstick
// too: the block compiled by Halide's own back end for this machine, as halide_f32.{h,cpp,o,weights} with
// the interface that an emitted program has.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "compiler/cli/files.h"
#include "compiler/compile.h"
#include "compiler/emit/emit.h"
#include "compiler/emit/lower.h"
#include "frontends/frontends.h"
#include "tests/support/tflite_builder.h"

namespace narrows {
namespace {

constexpr int kSize = 14, kChannels = 96, kExpanded = 576;
constexpr int kSlack = 1024;  // more than rounding adds to Halide's allocations

/// Normally distributed weights between -1 and 1, times `scale`. Both ends of the range occur, so that 8-bit
/// weights get a zero point in the middle, which costs nothing: what the zero points of trained models cost
/// is not asked here.
std::vector<float> make_weights(int64_t count, float scale, std::mt19937& random) {
  std::vector<float> values(count);
  for (float& value : values) {
    int sum = 0;
    for (int i = 0; i < 4; ++i) sum += static_cast<int>(random() >> 24) - 127;
    value = std::clamp(static_cast<float>(sum) / 512, -0.9f, 0.9f) * scale;
  }
  values[0] = -scale, values[1] = scale * 127 / 128;
  return values;
}

std::vector<uint8_t> build_block(DType type) {
  using Fused = TfliteBuilder::Fused;
  std::mt19937 random(1);
  TfliteBuilder b;
  const bool quantized = type != DType::f32;
  const Quant thin = quantized ? per_tensor(1.0f / 32, 128) : Quant{};
  const Quant wide = quantized ? quant_for_range(type, 0, 6) : Quant{};
  auto parameters = [&](const std::string& name, const Shape& shape, int input, float deviation) {
    const bool depthwise = shape[0] == 1;
    const int64_t count = int64_t{shape[0]} * shape[1] * shape[2] * shape[3];
    const int weights =
        b.add_weights(name + "/weights", type, shape, make_weights(count, 4 * deviation, random), 0);
    const int channels = depthwise ? shape[3] : shape[0];
    const int bias = b.add_bias(name + "/bias", make_weights(channels, 0.5f, random), input, weights);
    return std::pair(weights, bias);
  };

  const int input = b.add_input("input", type, {1, kSize, kSize, kChannels}, thin);
  const int in =
      b.pool(TfliteBuilder::Code::MAX_POOL_2D, "pool", input, {1, TfliteBuilder::Padding::SAME, 1, 1, 1});
  const auto [expand_w, expand_b] = parameters("expand", {kExpanded, 1, 1, kChannels}, in, 0.1f);
  const int expanded = b.conv2d("expand", in, expand_w, expand_b, {}, Fused::RELU6, wide);
  const auto [depthwise_w, depthwise_b] = parameters("depthwise", {1, 3, 3, kExpanded}, expanded, 0.3f);
  const int filtered =
      b.depthwise_conv2d("depthwise", expanded, depthwise_w, depthwise_b, {}, Fused::RELU6, wide);
  const auto [project_w, project_b] = parameters("project", {kChannels, 1, 1, kExpanded}, filtered, 0.04f);
  const int projected = b.conv2d("project", filtered, project_w, project_b, {}, Fused::NONE, thin);
  return b.finish({b.add("add", in, projected, Fused::NONE, thin)});
}

/// As an emitted header; the arena holds four expanded rows and a filtered one, as Halide's schedule asks
/// for.
std::string header(const std::string& name, size_t weights, const Tensor& input) {
  const int64_t row_bytes = int64_t{kSize} * kExpanded * (input.type == DType::f32 ? 4 : 1);
  const std::string type = input.type == DType::f32 ? "float" : "uint8_t", up = upper_case(name);
  return fmt::format(R"(#pragma once
#include <stddef.h>
#include <stdint.h>
#define {1}_WEIGHTS_BYTES {2}
#define {1}_ARENA_BYTES {3}
#define {1}_INPUT0_BYTES {4}
#define {1}_OUTPUT0_BYTES {4}
enum {0}_status {{ {1}_OK = 0 }};
extern "C" {0}_status {0}_run(const void* weights, void* arena, const {5}* input0, {5}* output0);
)",
                     name, up, weights, 5 * row_bytes + kSlack, input.bytes(), type);
}

std::string source(const std::string& name, const Kernel& block, const Tensor& input) {
  const std::string type = input.type == DType::f32 ? "float" : "uint8_t";
  return fmt::format(R"(#include "{0}.h"

#include <HalideRuntime.h>

#include "bench/halide_memory.h"
#include "runtime/prologue.h"

{1}
extern "C" {0}_status {0}_run(const void* weights, void* arena, const {2}* input0, {2}* output0) {{
  halide_memory = (unsigned char*)arena;
  {3}(input0, input0, output0, (const u8*)weights);
  return (enum {0}_status)0;
}}
)",
                     name, block.text, type, block.name);
}

/// Writes Halide's object code and an interface to it.
void make_yardstick(const Graph& graph, const std::filesystem::path& folder, Diagnostics& diagnostics) {
  const Tensor& input = graph.tensors[graph.inputs[0]];
  const std::string name = std::string("halide_") + to_string(input.type);
  CompileOptions options;
  options.target = host_target();
  options.numerics = Numerics::xnnpack;
  KernelLibrary kernels(options.target);
  const LoweringContext context{graph, options, kernels};
  const Block block = partition(graph).back();
  WholeBlock spec = whole_block_spec(context, block);
  if (options.target.vector_registers() == 32) {
    // Faster than the compiler's own choice in Halide's object code: by 1 % in f32, by 7 % in 8 bit.
    spec.expand_vectors = spec.project_vectors = 2;
    spec.expand_pixels = spec.project_pixels = 14;
  }
  const std::string object = folder / (name + ".o");
  const Kernel caller = whole_block_object(spec, name + "_block", options.target, object);
  const std::string weights = pack_whole_block(context, block, spec);
  write_files({{name + ".h", header(name, weights.size(), input)},
               {name + ".cpp", source(name, caller, input)},
               {name + ".weights", weights}},
              folder, diagnostics);
}

int make_block(const std::filesystem::path& folder) {
  Diagnostics diagnostics("make_block");
  for (DType type : {DType::f32, DType::u8}) {
    const std::string name = std::string("block_") + to_string(type);
    const std::vector<uint8_t> model = build_block(type);
    write_files({{name + ".tflite", std::string(model.begin(), model.end())}}, folder, diagnostics);
    if (const auto graph = read_model(model, name, diagnostics)) make_yardstick(*graph, folder, diagnostics);
  }
  fmt::print(stderr, "{}", diagnostics.str());
  return diagnostics.ok() ? 0 : 1;
}

}  // namespace
}  // namespace narrows

int main(int argc, char** argv) {
  if (argc == 2) return narrows::make_block(argv[1]);
  fmt::print(stderr, "usage: make_block FOLDER\n");
  return 2;
}
