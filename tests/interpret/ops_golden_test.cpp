// The interpreter against recorded outputs of the official TFLite runtime: models of a single operator.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"
#include "frontends/frontends.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

using Json = nlohmann::json;

/// tests/golden/ops replaces recorded outputs that belong to other inputs than those recorded beside them.
Bytes expected_output(const std::string& file) {
  const Path own = Path(NARROWS_SOURCE_DIR) / "tests" / "golden" / "ops" / file;
  return read_bytes(std::filesystem::exists(own) ? own : test_data() / "ops" / file);
}

/// Runs the model and compares every output; uint8 must be equal, float may differ by 1e-6 of the range.
void check_case(const std::string& name, const Json& recorded, const Graph& graph) {
  SCOPED_TRACE(name);
  const Path folder = test_data() / "ops";
  for (const std::string& line : verify(graph)) ADD_FAILURE() << line;
  std::vector<Bytes> inputs;
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    inputs.push_back(read_bytes(folder / recorded["files"]["in" + std::to_string(i)]));
  }
  const std::vector<Bytes> values = interpret(graph, inputs);
  for (size_t i = 0; i < graph.outputs.size(); ++i) {
    const Tensor& tensor = graph.tensors[graph.outputs[i]];
    const Bytes expected = expected_output(recorded["files"]["out" + std::to_string(i)]);
    const Bytes& actual = values[graph.outputs[i]];
    ASSERT_EQ(expected.size(), actual.size());
    if (tensor.type == DType::f32) {
      EXPECT_LE(difference_f32(expected, actual).relative(), 1e-6);
    } else {
      EXPECT_EQ(mismatch_8bit(tensor.type, expected, actual).count, 0);
    }
  }
}

TEST(OpsGolden, EqualsTheTfliteRuntime) {
  NARROWS_NEEDS_TEST_DATA();
  const Json cases = Json::parse(std::ifstream(test_data() / "ops" / "cases.json"));
  int ran = 0;
  std::string refused;
  for (const auto& [name, recorded] : cases.items()) {
    const std::string file = recorded["model"];
    Diagnostics diagnostics(file);
    const std::optional<Graph> graph = read_model(read_bytes(test_data() / "ops" / file), name, diagnostics);
    if (graph) {
      check_case(name, recorded, *graph);
      ++ran;
    } else {
      refused += diagnostics.str();
    }
  }
  std::cout << ran << " of " << cases.size() << " models ran; refused were\n" << refused;
  EXPECT_GE(ran, 65);
}

}  // namespace
}  // namespace narrows
