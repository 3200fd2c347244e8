#include "tests/support/emitted.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>

#include "compiler/measure/execute.h"
#include "compiler/measure/random_inputs.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

Bytes random_bytes(const Tensor& tensor, std::mt19937& random) {
  Bytes bytes(tensor.bytes());
  if (tensor.type != DType::f32) {
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random() >> 24);
    return bytes;
  }
  for (size_t i = 0; i < bytes.size(); i += sizeof(float)) {
    const float value = static_cast<float>(random() % 513) / 32 - 8;
    std::memcpy(&bytes[i], &value, sizeof value);
  }
  return bytes;
}

void expect_equal(const Tensor& tensor, const Bytes& expected, const Bytes& actual) {
  ASSERT_EQ(expected.size(), actual.size());
  if (tensor.type == DType::f32) {
    EXPECT_LE(difference_f32(expected, actual).relative(), 1e-5);
    return;
  }
  const auto first = std::mismatch(expected.begin(), expected.end(), actual.begin());
  if (first.first == expected.end()) return;
  ADD_FAILURE() << mismatch_8bit(tensor.type, expected, actual).count << " of " << expected.size()
                << " bytes differ; byte " << first.first - expected.begin() << " is " << int{*first.second} << ", not "
                << int{*first.first};
}

}  // namespace

std::optional<Machine> find_machine(const std::string& target_name, const std::string& compiler) {
  Diagnostics diagnostics("test");
  const std::optional<Target> target = parse_target(target_name, diagnostics);
  if (!target) return std::nullopt;
  std::optional<Toolchain> toolchain = find_toolchain(*target, compiler, "", diagnostics);
  if (!toolchain) return std::nullopt;
  std::replace(toolchain->flags.begin(), toolchain->flags.end(), std::string("-O2"), std::string("-Og"));
  for (const char* flag : {"-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fno-exceptions", "-fno-rtti"}) {
    toolchain->flags.push_back(flag);
  }
  return Machine{*target, *toolchain};
}

Machine unoptimized_host() {
  const std::optional<Machine> clang = find_machine("host", "clang++");
  Machine machine = clang ? *clang : *find_machine("host");
  // Programs of tests/compile/programs use a part of the constants of an emitted main program.
  machine.toolchain.flags.insert(machine.toolchain.flags.end(), {"-O0", "-g0", "-Wno-unused-const-variable"});
  return machine;
}

std::vector<Bytes> random_inputs(const Graph& graph) {
  std::mt19937 random(1);
  std::vector<Bytes> inputs;
  for (int id : graph.inputs) inputs.push_back(random_bytes(graph.tensors[id], random));
  return inputs;
}

std::vector<Bytes> run_emitted(const Graph& graph, Numerics numerics, const Machine& machine,
                               const std::vector<Bytes>& inputs) {
  CompileOptions options;
  options.name = "net";
  options.target = machine.target;
  options.numerics = numerics;
  options.emit_main = true;
  Diagnostics diagnostics("test");
  const std::optional<Compiled> compiled = compile(graph, options, diagnostics);
  if (!compiled) throw std::runtime_error(diagnostics.str());
  const std::optional<Execution> execution = execute(*compiled, options, machine.toolchain, {inputs}, diagnostics);
  if (!execution) throw std::runtime_error(diagnostics.str());
  return execution->outputs;
}

void expect_as_interpreted(const Graph& graph, Numerics numerics, const Machine& machine) {
  const std::vector<Bytes> inputs = random_inputs(graph);
  const std::vector<Bytes> values = interpret(graph, inputs, numerics);
  const std::vector<Bytes> outputs = run_emitted(graph, numerics, machine, inputs);
  ASSERT_EQ(outputs.size(), graph.outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& tensor = graph.tensors[graph.outputs[i]];
    SCOPED_TRACE(tensor.name + " " + to_string(tensor.type) + to_string(tensor.shape));
    expect_equal(tensor, values[graph.outputs[i]], outputs[i]);
  }
}

}  // namespace narrows
