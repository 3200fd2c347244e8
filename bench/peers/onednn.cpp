// oneDNN as an engine: peers_onednn FOLDER OUTPUT runs FOLDER/net.onnx; OMP_NUM_THREADS says with how many
// threads.
#include "bench/peers/onednn.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "bench/peers/network.h"
#include "bench/peers/turns.h"

namespace narrows::onednn {

using dnnl::memory;

// ---- plan --------------------------------------------------------------------------------------

int Plan::add_value(const memory::desc& desc) {
  values.push_back({desc, false, static_cast<int>(steps.size()), static_cast<int>(steps.size()), {}});
  return static_cast<int>(values.size()) - 1;
}

void Plan::add_step(const dnnl::primitive& primitive, std::vector<std::pair<int, int>> used,
                    const memory::desc& scratchpad, std::unordered_map<int, memory> constants) {
  if (scratchpad.get_size() > 0) used.push_back({DNNL_ARG_SCRATCHPAD, add_value(scratchpad)});
  for (const auto& [argument, value] : used) values[value].last = static_cast<int>(steps.size());
  steps.push_back({primitive, std::move(used), std::move(constants)});
}

int Plan::in_layout(int value, const memory::desc& desc) {
  if (values[value].desc == desc) return value;
  const dnnl::reorder::primitive_desc reorder(engine, values[value].desc, engine, desc, attributes());
  const int moved = add_value(desc);
  add_step(dnnl::reorder(reorder), {{DNNL_ARG_FROM, value}, {DNNL_ARG_TO, moved}}, reorder.scratchpad_desc());
  return moved;
}

namespace {

Plan make_plan(const Graph& graph) {
  Plan plan(graph);
  for (const int id : graph.inputs) {
    plan.value_of[id] = plan.add_value(plain(graph, id));
    plan.values[plan.value_of[id]].external = true;
  }
  for (const Op& op : graph.ops) plan_op(plan, op);
  for (const int id : graph.outputs) {
    plan.value_of[id] = plan.in_layout(plan.value_of[id], plain(graph, id));
    plan.values[plan.value_of[id]].external = true;
  }
  return plan;
}

// ---- memory ------------------------------------------------------------------------------------

/// Gives every value its memory; returns the bytes of the arena.
long allocate(Plan& plan) {
  constexpr int64_t unit = 64;
  std::vector<Slab> slabs;
  for (Value& value : plan.values) {
    const auto bytes = static_cast<int64_t>(value.desc.get_size());
    if (value.external) value.memory = memory(value.desc, plan.engine);
    slabs.push_back({value.external ? 0 : (bytes + unit - 1) / unit, value.first, value.last});
  }
  const Offsets offsets = pack_greedy(slabs);
  const int64_t bytes = packing_height(slabs, offsets) * unit;
  char* const arena = static_cast<char*>(std::aligned_alloc(unit, static_cast<size_t>(bytes)));
  for (size_t i = 0; i < slabs.size(); ++i) {
    Value& value = plan.values[i];
    if (!value.external) value.memory = memory(value.desc, plan.engine, arena + offsets[i] * unit);
  }
  return static_cast<long>(bytes);
}

struct Call {
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
};

std::vector<Call> calls(const Plan& plan) {
  std::vector<Call> all;
  for (const Step& step : plan.steps) {
    Call call{step.primitive, step.constants};
    for (const auto& [argument, value] : step.values) call.arguments.insert({argument, plan.values[value].memory});
    all.push_back(std::move(call));
  }
  return all;
}

/// Copies 8-bit numbers that are stored with another zero point.
void copy(const void* from, void* to, size_t bytes, int offset) {
  const auto* const source = static_cast<const uint8_t*>(from);
  std::transform(source, source + bytes, static_cast<uint8_t*>(to),
                 [offset](uint8_t byte) { return static_cast<uint8_t>(byte + offset); });
}

void write_outputs(const Plan& plan, const Graph& graph, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  for (const int id : graph.outputs) {
    std::vector<char> bytes(static_cast<size_t>(graph.tensors[id].bytes()));
    copy(plan.values[plan.value_of[id]].memory.get_data_handle(), bytes.data(), bytes.size(),
         -stored(graph, id).offset);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
}

int serve(const std::string& folder, const std::string& output) {
  Diagnostics diagnostics(folder);
  Graph graph = read_network(folder + "/net.onnx", diagnostics).value_or(Graph());
  if (!diagnostics.ok()) return fmt::print(stderr, "{}", diagnostics.str()), 1;
  const std::vector<char> input = read_all(folder + "/input.bin");
  Engine engine;  // the network is at hand, as it would be in the application
  Plan plan = make_plan(graph);
  engine.arena_bytes = allocate(plan);
  const int in = graph.inputs[0];
  copy(input.data(), plan.values[plan.value_of[in]].memory.get_data_handle(), input.size(), stored(graph, in).offset);
  const std::vector<Call> all = calls(plan);
  for (Tensor& tensor : graph.tensors) std::vector<uint8_t>().swap(tensor.data);  // weights are packed
  malloc_trim(0);
  const auto run = [&] {
    for (const Call& call : all) call.primitive.execute(plan.stream, call.arguments);
    plan.stream.wait();
  };
  return take_turns(engine, run, [&] { write_outputs(plan, graph, output); });
}

}  // namespace
}  // namespace narrows::onednn

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: peers_onednn FOLDER OUTPUT\n");
    return 2;
  }
  try {
    return narrows::onednn::serve(argv[1], argv[2]);
  } catch (const dnnl::error& error) {
    fmt::print(stderr, "{}\n", error.message);
    return 1;
  }
}
