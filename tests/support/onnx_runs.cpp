#include "tests/support/onnx_runs.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compiler/interpret/interpret.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

Path recorded_path(const std::string& group) {
  return Path(NARROWS_SOURCE_DIR) / "tests" / "golden" / "onnx_runs" / (group + ".bin");
}

void write(const Path& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void compare(const Tensor& tensor, const Bytes& expected, const Bytes& actual, int steps) {
  if (tensor.type == DType::f32)
    EXPECT_LE(difference_f32(expected, actual).relative(), 1e-5);
  else if (is_8bit(tensor.type))
    EXPECT_LE(mismatch_8bit(tensor.type, expected, actual).largest, steps);
  else
    EXPECT_EQ(expected, actual);
}

}  // namespace

void expect_as_onnxruntime(const std::string& group, const std::vector<OnnxCase>& cases, const Bytes& input,
                           int steps) {
  const Bytes recorded = read_bytes(recorded_path(group));
  size_t at = 0;
  for (const OnnxCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Graph graph = read_onnx_graph(c.net);
    const std::vector<Bytes> values = interpret(graph, {input}, Numerics::xnnpack);
    for (const int output : graph.outputs) {
      const size_t bytes = values[output].size();
      ASSERT_LE(at + bytes, recorded.size());
      const auto from = recorded.begin() + static_cast<std::ptrdiff_t>(at);
      compare(graph.tensors[output], Bytes(from, from + static_cast<std::ptrdiff_t>(bytes)), values[output], steps);
      at += bytes;
    }
  }
  EXPECT_EQ(at, recorded.size());
}

void expect_recorded_run(const std::string& group, const std::vector<OnnxCase>& cases, const Bytes& input) {
  const char* const modules = std::getenv("NARROWS_ONNXRUNTIME");
  if (!modules) GTEST_SKIP() << "NARROWS_ONNXRUNTIME is not set: nothing is compared with onnxruntime";
  const Path folder = Path(testing::TempDir()) / ("narrows_onnx_" + group);
  std::filesystem::create_directories(folder);
  for (const OnnxCase& c : cases) {
    write(folder / (c.name + ".onnx"), c.net.finish());
    write(folder / (c.name + ".in0.bin"), input);
  }
  const std::string command =
      std::string("node " NARROWS_SOURCE_DIR "/tests/onnx/onnxruntime.js '") + modules + "' '" + folder.string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  Bytes all;
  for (const OnnxCase& c : cases) {
    for (int i = 0; i < c.net.model.graph().output_size(); ++i) {
      const Bytes output = read_bytes(folder / (c.name + ".out" + std::to_string(i) + ".bin"));
      all.insert(all.end(), output.begin(), output.end());
    }
  }
  std::filesystem::remove_all(folder);
  const Path other = Path(testing::TempDir()) / (group + ".bin");
  const bool same = std::filesystem::exists(recorded_path(group)) && read_bytes(recorded_path(group)) == all;
  if (!same) write(other, all);
  EXPECT_TRUE(same) << "onnxruntime's outputs are in " << other;
}

}  // namespace narrows
