#include "tests/support/recorded_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/test_data.h"

namespace narrows {
namespace {

Path folder() { return Path(NARROWS_SOURCE_DIR) / "tests" / "golden" / "tflite_runs"; }

/// The next bytes of `all`, from `*at` on.
Bytes take(const Bytes& all, size_t bytes, size_t* at) {
  const size_t first = std::min(*at, all.size()), last = std::min(first + bytes, all.size());
  *at += bytes;
  return Bytes(all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(last));
}

}  // namespace

std::vector<std::string> recorded_models() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    if (entry.path().extension() == ".tflite") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

RecordedModel read_recorded_model(const std::string& name) {
  RecordedModel model{read_graph(folder() / (name + ".tflite")), {}, read_bytes(folder() / (name + ".out.bin"))};
  const Bytes inputs = read_bytes(folder() / (name + ".in.bin"));
  size_t at = 0;
  for (const int input : model.graph.inputs)
    model.inputs.push_back(take(inputs, static_cast<size_t>(model.graph.tensors[input].bytes()), &at));
  EXPECT_EQ(at, inputs.size()) << "bytes of inputs";
  return model;
}

void expect_as_recorded(const RecordedModel& model, const std::vector<Bytes>& found) {
  size_t at = 0;
  ASSERT_EQ(found.size(), model.graph.outputs.size());
  for (size_t i = 0; i < found.size(); ++i) {
    const Tensor& tensor = model.graph.tensors[model.graph.outputs[i]];
    SCOPED_TRACE("output " + std::to_string(i) + " '" + tensor.name + "'");
    const Bytes recorded = take(model.outputs, static_cast<size_t>(tensor.bytes()), &at);
    ASSERT_EQ(recorded.size(), found[i].size());
    if (tensor.type == DType::f32)
      EXPECT_LE(difference_f32(recorded, found[i]).relative(), 1e-6);
    else
      EXPECT_EQ(recorded, found[i]);
  }
  EXPECT_EQ(at, model.outputs.size()) << "bytes of outputs";
}

}  // namespace narrows
