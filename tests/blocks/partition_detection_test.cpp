// Which operators of detectors become one block.
#include <gtest/gtest.h>

#include "compiler/blocks/block.h"
#include "compiler/graph/ops.h"
#include "tests/support/description.h"

namespace narrows {
namespace {

int convolutions(const Graph& graph, const Block& block) {
  int count = 0;
  for (int i : block.ops) count += is_convolution(graph.ops[i]);
  return count;
}

/// The first head reads the expansion of block 13, which exists for that only; all other blocks are fused.
TEST(PartitionDetection, SsdliteMaterialisesOneExpansion) {
  const Graph graph = read_shipped("ssdlite_mobilenet_v2_320.json");
  std::vector<std::string> expansions;
  int of_three = 0, of_two = 0;
  for (const Block& block : partition(graph)) {
    const std::string& name = graph.tensors[block.output].name;
    if (name.find("/expand") != std::string::npos) expansions.push_back(name);
    of_three += convolutions(graph, block) == 3;
    of_two += convolutions(graph, block) == 2;
  }
  EXPECT_EQ(expansions, std::vector<std::string>{"block13/expand"});
  // The stem with block 0, the 15 other blocks with an expansion, and 4 extra layers, which start with a reduction.
  EXPECT_EQ(of_three, 1 + 15 + 4);
  // What is left of block 13, and two predictors for each of 6 maps.
  EXPECT_EQ(of_two, 1 + 12);
}

}  // namespace
}  // namespace narrows
