// Real models as emitted code: outputs against those recorded from the official TFLite runtime, and the
// output of every block against the interpreter.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "tests/support/test_data.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

struct Model {
  const char* id;    ///< in test names
  const char* file;  ///< without extension
};
constexpr Model uint8_model = {"uint8", "mobilenet_v2_1.0_224_quant"};
constexpr Model int8_model = {"int8", "tf2_mobilenet_v2_1.0_224_ptq"};
constexpr Model float_model = {"float", "mobilenet_v2_1.0_224_float_dequant"};
constexpr Model small_model = {"small_float", "teachable_mbv2_035_224_float"};
constexpr Model models[] = {uint8_model, int8_model, float_model, small_model};

struct Parameters {
  Model model;
  Configuration configuration;
};

void PrintTo(const Parameters& p, std::ostream* out) {
  *out << p.model.file << " for " << p.configuration.target << ", " << p.configuration.schedule;
}

Graph graph_of(const Model& model) {
  return read_graph(test_data() / "models" / (std::string(model.file) + ".tflite"));
}

/// The recorded input, or the output that these numerics are to give. Where a variant of the output was not
/// recorded, it is the same as the plain one.
Path recorded(const Model& model, const std::string& input, const char* what) {
  return test_data() / "golden" / model.file / (input + what);
}
Bytes recorded_input(const Model& model, const std::string& input) {
  return read_bytes(recorded(model, input, ".in0.bin"));
}
Bytes recorded_output(const Model& model, const std::string& input, Numerics numerics) {
  const Path variant = recorded(model, input, numerics == Numerics::tflite ? ".out0.ref.bin" : ".out0.xnnpack.bin");
  return read_bytes(std::filesystem::exists(variant) ? variant : recorded(model, input, ".out0.bin"));
}

class Models : public testing::TestWithParam<Parameters> {
 protected:
  const Model& model() const { return GetParam().model; }
  const Configuration& configuration() const { return GetParam().configuration; }
  std::optional<Machine> machine() const { return find_machine(configuration().target, configuration().compiler); }
};

TEST_P(Models, AsRecordedAndInterpreted) {
  NARROWS_NEEDS_TEST_DATA();
  const std::optional<Machine> machine = this->machine();
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << configuration().target;
  const Graph graph = graph_of(model());
  const std::vector<Bytes> inputs = {recorded_input(model(), "bird")};
  const Traced run = run_traced(graph, configuration(), *machine, inputs);
  expect_blocks(run, inputs, configuration().numerics);
  expect_equal("output", graph, graph.outputs[0], recorded_output(model(), "bird", configuration().numerics),
               run.outputs.at(0));
}

using AllInputs = Models;

TEST_P(AllInputs, AsRecorded) {
  NARROWS_NEEDS_TEST_DATA();
  const std::optional<Machine> machine = this->machine();
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << configuration().target;
  const Graph graph = graph_of(model());
  Workspace workspace(compile_or_throw(graph, options_for(configuration(), *machine)).files);
  workspace.run_or_throw(
      joined({machine->toolchain.compiler, machine->toolchain.flags, {"net.cpp", "net_main.cpp", "-o", "net_main"}}));
  int inputs = 0;
  for (const char* input : {"bird", "cat", "dog_segmentation", "grace_hopper", "noise", "orange", "sunflower"}) {
    if (!std::filesystem::exists(recorded(model(), input, ".in0.bin"))) continue;
    workspace.write("in0.bin", recorded_input(model(), input));
    workspace.run_or_throw(joined({machine->toolchain.runner, {"./net_main", "net.weights", "in0.bin", "-o", "."}}));
    expect_equal(input, graph, graph.outputs[0], recorded_output(model(), input, configuration().numerics),
                 workspace.read("out0.bin"));
    ++inputs;
  }
  EXPECT_GE(inputs, 3);
}

constexpr const char* targets[] = {"x86-64-linux-avx512vnni", "x86-64-linux-avx512", "x86-64-linux-avx2",
                                   "x86-64-linux-sse41",      "arm64-linux-dotprod", "arm64-linux"};
constexpr const char* schedules[] = {"auto", "rows", "channels", "channels:3", "layerwise", "halide"};

bool is_one_of(const std::string& word, std::initializer_list<const char*> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// The combinations that every run of the tests has time for: every schedule with a model in 8 bits on x86 and with one
/// in float on arm64. The demo models have most of the other combinations. AllInputs has the host's `auto`, and code in
/// float is the same with and without instructions for 8 bits.
bool is_quick(const Model& model, const std::string& target, const std::string& schedule) {
  const bool in_float = model.id == float_model.id || model.id == small_model.id;
  if (schedule == "auto") return !is_host(target) && !(in_float && target == "arm64-linux-dotprod");
  const bool best = is_one_of(target, {"x86-64-linux-avx512vnni"});
  if (model.id == uint8_model.id)
    return best || target == "x86-64-linux-avx2" || (target == "x86-64-linux-sse41" && schedule == "halide");
  if (model.id == small_model.id)
    return best || target == "arm64-linux-dotprod" || (target == "arm64-linux" && schedule == "halide");
  return best && !is_one_of(schedule, {"rows", "channels"});
}

/// Clang builds the small model for x86, GCC everything else.
std::vector<Parameters> combinations(bool quick) {
  std::vector<Parameters> all;
  for (const Model& model : models) {
    for (const std::string target : targets) {
      const bool clang = model.id == small_model.id && target.rfind("x86", 0) == 0;
      for (const char* schedule : schedules) {
        if (is_quick(model, target, schedule) != quick) continue;
        all.push_back({model, {target, schedule, clang ? "clang++" : ""}});
      }
    }
  }
  return all;
}

std::vector<Parameters> with_xnnpack() {
  std::vector<Parameters> all;
  for (const char* target : {"x86-64-linux-avx512vnni", "x86-64-linux-avx2", "arm64-linux-dotprod"}) {
    if (is_host(target)) continue;  // AllInputs
    for (const Model& model : {uint8_model, int8_model}) {
      all.push_back({model, {target, "auto", "", Numerics::xnnpack}});
    }
  }
  return all;
}

std::vector<Parameters> on_host() {
  std::vector<Parameters> all;
  for (const Model& model : models) all.push_back({model, {"host", "auto"}});
  return all;
}

std::vector<Parameters> on_host_with_xnnpack() {
  std::vector<Parameters> all;
  for (const Model& model : {uint8_model, int8_model}) {
    all.push_back({model, {"host", "auto", "", Numerics::xnnpack}});
  }
  return all;
}

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const Configuration& c = info.param.configuration;
  return info.param.model.id + ("_" + identifier(c.target, c.schedule));
}

INSTANTIATE_TEST_SUITE_P(Quick, Models, testing::ValuesIn(combinations(/*quick=*/true)), name_of);
INSTANTIATE_TEST_SUITE_P(Xnnpack, Models, testing::ValuesIn(with_xnnpack()), name_of);
INSTANTIATE_TEST_SUITE_P(Tflite, AllInputs, testing::ValuesIn(on_host()), name_of);
INSTANTIATE_TEST_SUITE_P(Xnnpack, AllInputs, testing::ValuesIn(on_host_with_xnnpack()), name_of);
/// All others, by --gtest_also_run_disabled_tests.
INSTANTIATE_TEST_SUITE_P(DISABLED_Slow, Models, testing::ValuesIn(combinations(/*quick=*/false)), name_of);

}  // namespace
}  // namespace narrows
