#include "tests/support/traced.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "compiler/measure/compare.h"
#include "compiler/measure/execute.h"
#include "tests/support/workspace.h"

namespace narrows {

CompileOptions options_for(const Configuration& configuration, const Machine& machine) {
  CompileOptions options;
  options.name = "net";
  options.target = machine.target;
  options.numerics = configuration.numerics;
  options.narrow_weights = configuration.narrow_weights;
  options.schedules = configuration.schedules;
  options.threads = configuration.threads;
  options.goal = configuration.goal;
  options.emit_main = true;
  Diagnostics diagnostics("test");
  if (!parse_schedule(configuration.schedule, &options.schedule, diagnostics)) {
    throw std::runtime_error(diagnostics.str());
  }
  return options;
}

std::string identifier(const std::string& target, const std::string& schedule) {
  std::string name = target + "_" + schedule;
  for (char& c : name) {
    if (c == '-' || c == ':' || c == ' ') c = '_';
  }
  return name;
}

Traced run_traced(const Graph& graph, const Configuration& configuration, const Machine& machine,
                  const std::vector<Bytes>& inputs) {
  const CompileOptions options = options_for(configuration, machine);
  Compiled compiled = compile_or_throw(graph, options);
  Diagnostics diagnostics("test");
  ExecuteOptions traced;
  traced.inputs = inputs;
  traced.trace = true;
  std::optional<Execution> run = execute(compiled, options, machine.toolchain, traced, diagnostics);
  if (!run) throw std::runtime_error(diagnostics.str());
  for (size_t i = 0; i < run->blocks.size(); ++i) {
    const Tensor& tensor = compiled.graph.tensors.at(compiled.blocks[i].output_tensor);
    run->blocks[i] = in_tensor_type(std::move(run->blocks[i]), tensor, machine.target);
  }
  return {std::move(compiled), std::move(run->outputs), std::move(run->blocks)};
}

void expect_equal(const std::string& what, const Graph& graph, int id, const Bytes& expected, const Bytes& found) {
  const Tensor& tensor = graph.tensors.at(id);
  const Comparison comparison = compare(tensor, expected, found, fixed_range(graph, id));
  EXPECT_TRUE(comparison.equal) << what << ": " << to_string(tensor.type) << to_string(tensor.shape) << " '"
                                << tensor.name << "': " << describe(comparison, tensor);
}

void expect_blocks(const Traced& run, const std::vector<Bytes>& inputs, Numerics numerics) {
  const std::vector<Bytes> values = interpret(run.compiled.graph, inputs, numerics);
  for (size_t i = 0; i < run.blocks.size(); ++i) {
    const BlockReport& block = run.compiled.blocks[i];
    const std::string what = fmt::format("block {}, {}, {}", block.index, block.title, block.schedule);
    expect_equal(what, run.compiled.graph, block.output_tensor, values.at(block.output_tensor), run.blocks[i]);
  }
}

Traced expect_blocks_as_interpreted(const Graph& graph, const Configuration& configuration, const Machine& machine,
                                    const std::vector<Bytes>& inputs) {
  Traced run = run_traced(graph, configuration, machine, inputs);
  expect_blocks(run, inputs, configuration.numerics);
  const std::vector<Bytes> values = interpret(graph, inputs, configuration.numerics);
  for (size_t i = 0; i < graph.outputs.size(); ++i) {
    expect_equal(fmt::format("output {}", i), graph, graph.outputs[i], values.at(graph.outputs[i]), run.outputs.at(i));
  }
  return run;
}

bool is_host(const std::string& target) {
  Diagnostics diagnostics("test");
  return target != "host" && parse_target(target, diagnostics)->str() == host_target().str();
}

}  // namespace narrows
