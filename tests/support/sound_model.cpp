#include "tests/support/sound_model.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace narrows {

Graph read_sound_model(const std::vector<uint8_t>& bytes, const ReadOptions& options) {
  Diagnostics diagnostics("m");
  std::optional<Graph> graph = read_model(bytes, "m", diagnostics, options);
  EXPECT_EQ(diagnostics.str(), "");
  if (!graph) return {};
  EXPECT_EQ(verify(*graph), std::vector<std::string>{});
  return *graph;
}

}  // namespace narrows
