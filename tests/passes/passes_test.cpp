// Runs the cases in tests/passes/cases/. A case is a text file:
//
//   # what the case shows
//   passes fold_padding remove_dead     in this order
//   --- before
//   graph "g" ...                       see compiler/graph/text/print.cpp
//   --- after
//   graph "g" ...                       as printed, or the word "unchanged"
//
// Besides the text, every case compares what the interpreter computes from both graphs: the same bytes for
// 8-bit outputs (fuse_quantization may round otherwise, by a step), nearly the same numbers for float outputs.
// NARROWS_REBASE=1 in the environment rewrites the part after "--- after".
#include "compiler/passes/passes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <sstream>

#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

const std::string before_mark = "--- before\n", after_mark = "--- after\n";

const std::map<std::string, Graph (*)(Graph)> passes = {
    {"delay_broadcasts", delay_broadcasts},
    {"keep_weights", keep_weights},
    {"widen_weights", widen_weights},
    {"fold_constants", fold_constants},
    {"fold_padding", fold_padding},
    {"fold_batch_norm", fold_batch_norm},
    {"fuse_activations", fuse_activations},
    {"fuse_quantization", fuse_quantization},
    {"mean_to_global_pool", mean_to_global_pool},
    {"fold_edge_quantization", fold_edge_quantization},
    {"name_gelu", name_gelu},
    {"name_functions", name_functions},
    {"tabulate_functions", [](Graph graph) { return tabulate_functions(std::move(graph), Numerics::tflite); }},
    {"remove_dead", remove_dead},
    {"remove_identities", remove_identities},
};

struct Case {
  std::vector<std::string> passes;
  std::string head;  ///< comments and the list of passes
  std::string before, after;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Case read_case(const std::string& path) {
  std::string text = read_file(path);
  size_t before = text.find(before_mark), after = text.find(after_mark);
  Case c;
  if (before == std::string::npos || after == std::string::npos) return c;
  c.head = text.substr(0, before);
  c.before = text.substr(before + before_mark.size(), after - before - before_mark.size());
  c.after = text.substr(after + after_mark.size());
  std::istringstream lines(c.head);
  for (std::string line, word; std::getline(lines, line);) {
    std::istringstream words(line);
    if (!(words >> word) || word != "passes") continue;
    while (words >> word) c.passes.push_back(word);
  }
  return c;
}

Bytes random_input(const Tensor& tensor, std::mt19937* random) {
  Bytes bytes(tensor.bytes());
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>((*random)());
  if (tensor.type == DType::f32) {
    for (size_t i = 0; i < bytes.size(); i += sizeof(float)) {
      float value = std::uniform_real_distribution<float>(-8, 8)(*random);
      std::memcpy(&bytes[i], &value, sizeof value);
    }
  }
  return bytes;
}

void expect_equal(const Tensor& tensor, const Bytes& expected, const Bytes& actual, int steps) {
  if (is_8bit(tensor.type) && steps > 0) {
    EXPECT_LE(mismatch_8bit(tensor.type, expected, actual).largest, steps) << tensor.name;
    return;
  }
  if (tensor.type != DType::f32) {
    EXPECT_EQ(expected, actual) << tensor.name;
    return;
  }
  ASSERT_EQ(expected.size(), actual.size());
  float largest = 1;
  for (size_t i = 0; i < expected.size(); i += sizeof(float)) {
    float e, a;
    std::memcpy(&e, &expected[i], sizeof e);
    std::memcpy(&a, &actual[i], sizeof a);
    largest = std::max(largest, std::fabs(e));
    EXPECT_NEAR(e, a, 1e-5 * largest) << tensor.name << " element " << i / sizeof(float);
  }
}

/// 8-bit outputs may be `steps` apart.
void expect_same_results(const Graph& before, const Graph& after, int steps) {
  ASSERT_EQ(before.inputs.size(), after.inputs.size());
  ASSERT_EQ(before.outputs.size(), after.outputs.size());
  std::mt19937 random(1);
  for (Numerics numerics : {Numerics::tflite, Numerics::xnnpack}) {
    for (int round = 0; round < 4; ++round) {
      std::vector<Bytes> inputs;
      for (int id : before.inputs) inputs.push_back(random_input(before.tensors[id], &random));
      std::vector<Bytes> expected = interpret(before, inputs, numerics);
      std::vector<Bytes> actual = interpret(after, inputs, numerics);
      for (size_t i = 0; i < before.outputs.size(); ++i) {
        expect_equal(before.tensors[before.outputs[i]], expected[before.outputs[i]], actual[after.outputs[i]], steps);
      }
    }
  }
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(NARROWS_SOURCE_DIR "/tests/passes/cases")) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class PassTest : public testing::TestWithParam<std::string> {};

TEST_P(PassTest, GivesTheExpectedGraph) {
  const std::string path = NARROWS_SOURCE_DIR "/tests/passes/cases/" + GetParam() + ".txt";
  Case c = read_case(path);
  ASSERT_FALSE(c.passes.empty()) << "no line with passes in " << path;
  Diagnostics diagnostics(GetParam() + ".txt");
  const Graph before = parse_graph(c.before, diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << diagnostics.str();
  ASSERT_EQ(verify(before), std::vector<std::string>());

  Graph after = before;
  for (const std::string& name : c.passes) {
    ASSERT_TRUE(passes.count(name)) << "there is no pass " << name;
    after = passes.at(name)(after);
    ASSERT_EQ(verify(after), std::vector<std::string>()) << "after " << name << "\n" << print(after);
  }
  const std::string actual = print(after) == print(before) ? "unchanged\n" : print(after);
  if (std::getenv("NARROWS_REBASE")) {
    std::ofstream(path) << c.head << before_mark << c.before << after_mark << actual;
  } else {
    EXPECT_EQ(actual, c.after);
  }
  const bool rounds = std::find(c.passes.begin(), c.passes.end(), "fuse_quantization") != c.passes.end();
  expect_same_results(before, after, rounds ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(Cases, PassTest, testing::ValuesIn(case_names()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace narrows
