// narrows inspect: what is in a model, and what the compiler makes of it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "compiler/cli/commands.h"
#include "compiler/cli/model.h"
#include "compiler/cli/print.h"
#include "compiler/graph/costs.h"
#include "compiler/graph/map_layout.h"
#include "compiler/measure/files.h"
#include "compiler/measure/pages/memory_map.h"

namespace narrows {
namespace {

using nlohmann::ordered_json;

struct Arguments {
  ModelArguments model;
  bool json = false, memory = false;
  std::string page;
};

std::string type_and_shape(const Tensor& tensor) { return to_string(tensor.type) + to_string(tensor.shape); }

/// The activations among the inputs, then the output: "u8[1,56,56,24] -> u8[1,56,56,144]".
std::string shapes(const Graph& graph, const Op& op) {
  std::string text;
  for (const int id : op.inputs) {
    const Tensor& tensor = graph.tensors.at(id);
    if (!tensor.constant()) text += (text.empty() ? "" : ", ") + type_and_shape(tensor);
  }
  return text + " -> " + type_and_shape(graph.output(op));
}

/// A function of one number goes by its own name.
const char* kind_of(const Op& op) {
  return op.kind == OpKind::unary ? to_string(op.attr.function) : to_string(op.kind);
}

struct Totals {
  int64_t macs = 0, parameters = 0;
};

Totals totals(const Graph& graph) {
  Totals sum;
  for (const Op& op : graph.ops) {
    sum.macs += multiply_accumulates(graph, op);
    sum.parameters += parameter_count(graph, op);
  }
  return sum;
}

// ---- as text -----------------------------------------------------------------------------------

void print_operators(const Graph& graph) {
  print_escaped("{:>4}  {:<17} {:>13} {:>11}  {}\n", "op", "kind", "MACs", "parameters", "shapes");
  for (const Op& op : graph.ops) {
    print_escaped("{:>4}  {:<17} {:>13} {:>11}  {}\n", op.origins.empty() ? -1 : op.origins[0].index, kind_of(op),
                  with_commas(multiply_accumulates(graph, op)), with_commas(parameter_count(graph, op)),
                  shapes(graph, op));
  }
}

void print_blocks(const std::vector<BlockReport>& blocks) {
  print_escaped("{:>5} {:>13} {:>11} {:>12} {:>11}  {}\n", "block", "MACs", "parameters", "layer-wise", "planned",
                "what, and its schedule");
  for (const BlockReport& block : blocks) {
    print_escaped("{:>5} {:>13} {:>11} {:>12} {:>11}  {}\n", block.index, with_commas(block.macs),
                  with_commas(block.parameters), with_commas(block.layerwise_bytes), with_commas(block.arena_bytes),
                  block.title);
    print_escaped("{:>57}  {}{}\n", "", block.schedule, block.fused ? "" : "; not fused: " + block.unfused);
  }
}

void print_text(const Model& model, const Compiled& compiled) {
  const Totals sum = totals(model.graph);
  print_operators(model.graph);
  print_escaped("\nactivation bytes of each block: layer by layer, and as planned for {}\n",
                model.options.target.str());
  print_blocks(compiled.blocks);
  print_escaped("\noperators   {}\nblocks      {}\nMACs        {}\nparameters  {}\n", model.graph.ops.size(),
                compiled.blocks.size(), with_commas(sum.macs), with_commas(sum.parameters));
  print_escaped("arena       {} bytes; layer by layer at least {}\n", with_commas(compiled.arena_bytes),
                with_commas(compiled.layerwise_bytes));
  if (compiled.recomputation > 1)
    print_escaped("recomputed  {:.3f} times the MACs of the model are done\n", compiled.recomputation);
  print_escaped("threads     {}\n", to_string(compiled.parallel_arena));
  print_escaped("weights     {} bytes{}\n", with_commas(compiled.weights_bytes), what_of_weights(compiled.weights));
}

// ---- as JSON -----------------------------------------------------------------------------------

ordered_json tensor_json(const Tensor& tensor) {
  return {{"name", tensor.name}, {"type", to_string(tensor.type)}, {"shape", tensor.shape}};
}

/// An input or output of the model.
ordered_json edge_json(const Graph& graph, int id) {
  ordered_json json = tensor_json(graph.tensors.at(id));
  const std::string layout = map_layout(graph, id);
  if (!layout.empty()) json["layout"] = layout;
  return json;
}

ordered_json operator_json(const Graph& graph, const Op& op) {
  ordered_json inputs = ordered_json::array();
  for (const int id : op.inputs) {
    if (!graph.tensors.at(id).constant()) inputs.push_back(tensor_json(graph.tensors.at(id)));
  }
  const Origin origin = op.origins.empty() ? Origin() : op.origins[0];
  return {{"index", origin.index},
          {"op", origin.op},
          {"name", origin.name},
          {"kind", kind_of(op)},
          {"inputs", inputs},
          {"output", tensor_json(graph.output(op))},
          {"macs", multiply_accumulates(graph, op)},
          {"parameters", parameter_count(graph, op)}};
}

ordered_json block_json(const BlockReport& block) {
  ordered_json operators = ordered_json::array();
  for (const Origin& origin : block.origins) operators.push_back(origin.index);
  return {{"index", block.index},
          {"kind", block.kind},
          {"title", block.title},
          {"operators", operators},
          {"schedule", block.schedule},
          {"function", block.function},
          {"fused", block.fused},
          {"unfused", block.unfused},
          {"macs", block.macs},
          {"parameters", block.parameters},
          {"layerwise_bytes", block.layerwise_bytes},
          {"arena_bytes", block.arena_bytes},
          {"scratch_bytes", block.scratch_bytes},
          {"live_bytes", block.live_bytes},
          {"traffic_bytes", block.traffic_bytes}};
}

ordered_json weights_json(const WeightsReport& weights) {
  return {{"tensors", weights.tensors},
          {"kept_8bit", weights.kept_8bit},
          {"kept_16bit", weights.kept_16bit},
          {"widened", weights.widened}};
}

/// inside: threads that need no larger arena; others base_bytes + threads * thread_bytes.
ordered_json parallel_arena_json(const ParallelArena& arena) {
  return {{"inside", arena.inside}, {"base_bytes", arena.base_bytes}, {"thread_bytes", arena.thread_bytes}};
}

void print_json(const Model& model, const Compiled& compiled, const MemoryReport& memory) {
  const Totals sum = totals(model.graph);
  ordered_json json = {{"model", model.options.model_file},
                       {"hash", fmt::format("{:016x}", model.options.model_hash)},
                       {"target", model.options.target.str()},
                       {"macs", sum.macs},
                       {"parameters", sum.parameters},
                       {"layerwise_bytes", compiled.layerwise_bytes},
                       {"arena_bytes", compiled.arena_bytes},
                       {"recomputation", compiled.recomputation},
                       {"weights_bytes", compiled.weights_bytes},
                       {"parallel_arena", parallel_arena_json(compiled.parallel_arena)},
                       {"weights", weights_json(compiled.weights)},
                       {"inputs", ordered_json::array()},
                       {"outputs", ordered_json::array()},
                       {"operators", ordered_json::array()},
                       {"blocks", ordered_json::array()},
                       {"memory", memory_json(memory)}};
  for (const int id : model.graph.inputs) json["inputs"].push_back(edge_json(model.graph, id));
  for (const int id : model.graph.outputs) json["outputs"].push_back(edge_json(model.graph, id));
  for (const Op& op : model.graph.ops) json["operators"].push_back(operator_json(model.graph, op));
  for (const BlockReport& block : compiled.blocks) json["blocks"].push_back(block_json(block));
  // Names in model files need not be UTF-8. What is not ASCII is written as \\u escapes, as JSON allows.
  fmt::print("{}\n", json.dump(2, ' ', true, ordered_json::error_handler_t::replace));
}

int inspect_command(const Arguments& arguments) {
  const std::optional<Model> model = load_model(arguments.model);
  if (!model) return 1;
  const std::optional<Compiled> compiled = compile_model(*model, arguments.model);
  if (!compiled) return 1;
  const MemoryReport memory = make_memory_report(*compiled, model->options);
  Diagnostics diagnostics("narrows");
  if (!arguments.page.empty()) write_file(arguments.page, memory_page(memory), diagnostics);
  if (!report(diagnostics)) return 1;
  if (arguments.json) {
    print_json(*model, *compiled, memory);
  } else if (arguments.memory) {
    print_escaped("{}", memory_text(memory));
  } else {
    print_text(*model, *compiled);
  }
  return 0;
}

}  // namespace

void add_inspect_command(CLI::App& app, int* status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("inspect", "Shows operators, blocks, their cost and their memory");
  add_model_arguments(*command, &arguments->model);
  add_input_form(*command, &arguments->model);
  command->add_flag("--memory", arguments->memory, "the memory map instead: who has which bytes of the arena when");
  command->add_option("--html", arguments->page, "write the memory map as a page");
  command->add_flag("--json", arguments->json, "all of that, for programs");
  command->footer(
      "Examples:\n"
      "  narrows inspect mobilenet_v2.tflite --target x86-64-linux-avx2\n"
      "  narrows inspect mobilenet_v2.tflite --memory --html memory.html\n"
      "  narrows inspect examples/models/mobilenet_v2_1.4_192.json --target arm64-linux");
  command->callback([arguments, status] { *status = inspect_command(*arguments); });
}

}  // namespace narrows
