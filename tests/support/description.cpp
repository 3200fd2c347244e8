#include "tests/support/description.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "frontends/frontends.h"
#include "tests/support/test_data.h"

namespace narrows {

Graph read_json(const std::string& json) {
  Diagnostics diagnostics("m");
  std::optional<Graph> graph = read_model({json.begin(), json.end()}, "m", diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
  if (!graph) return {};
  EXPECT_EQ(verify(*graph), std::vector<std::string>{});
  return *graph;
}

Graph read_shipped(const std::string& name) {
  const auto bytes = read_bytes(Path(NARROWS_SOURCE_DIR) / "examples/models" / name);
  return read_json({bytes.begin(), bytes.end()});
}

}  // namespace narrows
