// Models that onnxruntime runs, where its npm package is installed: NARROWS_ONNXRUNTIME names the node_modules folder
// that holds onnxruntime-web.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "compiler/interpret/interpret.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/test_data.h"

namespace narrows {

struct OnnxRuntimeCase {
  std::string name;
  OnnxBuilder net;
};

/// A folder with models and their inputs, which onnxruntime runs.
struct OnnxRuntime : testing::Test {
  Path folder = Path(testing::TempDir()) / "narrows_onnxruntime";

  OnnxRuntime() { std::filesystem::create_directories(folder); }
  ~OnnxRuntime() override { std::filesystem::remove_all(folder); }
  void SetUp() override {
    if (!std::getenv("NARROWS_ONNXRUNTIME"))
      GTEST_SKIP() << "NARROWS_ONNXRUNTIME is not set: nothing is compared with onnxruntime";
  }
  void add(const OnnxRuntimeCase& c, const Bytes& input) const { add(c, std::vector<Bytes>{input}); }
  void add(const OnnxRuntimeCase& c, const std::vector<Bytes>& inputs) const {
    write(c.name + ".onnx", c.net.finish());
    for (size_t i = 0; i < inputs.size(); ++i) write(c.name + ".in" + std::to_string(i) + ".bin", inputs[i]);
  }
  void run_all() const {
    const std::string command = std::string("node " NARROWS_SOURCE_DIR "/tests/onnx/onnxruntime.js '") +
                                std::getenv("NARROWS_ONNXRUNTIME") + "' '" + folder.string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  Bytes output(const OnnxRuntimeCase& c, size_t i) const {
    return read_bytes(folder / (c.name + ".out" + std::to_string(i) + ".bin"));
  }

 private:
  void write(const std::string& name, const std::vector<uint8_t>& bytes) const {
    std::ofstream file(folder / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
};

}  // namespace narrows
