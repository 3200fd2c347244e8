// ONNX constants whose bytes stand in a file beside the model.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

namespace fs = std::filesystem;

void say(onnx::TensorProto& tensor, const std::string& key, const std::string& value) {
  onnx::StringStringEntryProto& entry = *tensor.add_external_data();
  entry.set_key(key);
  entry.set_value(value);
}

/// Moves the bytes of the tensor behind those in `file`.
void move_out(onnx::TensorProto& tensor, const std::string& location, std::string& file) {
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  say(tensor, "location", location);
  say(tensor, "offset", std::to_string(file.size()));
  say(tensor, "length", std::to_string(tensor.raw_data().size()));
  file += tensor.raw_data();
  tensor.clear_raw_data();
}

/// A folder for a model and what stands beside it.
class OnnxExternal : public testing::Test {
 protected:
  OnnxExternal() : top_(fs::temp_directory_path() / ("narrows_onnx_external_" + std::to_string(getpid()))) {
    fs::create_directories(top_ / "model" / "data");
    options_.folder = (top_ / "model").string();
    // w and b of the convolution behind three other bytes.
    std::string bytes = "abc";
    for (int i = 0; i < 2; ++i) move_out(model_.initializer(i), "w.bin", bytes);
    write("model/w.bin", bytes);
  }
  ~OnnxExternal() override { fs::remove_all(top_); }

  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(top_ / name, std::ios::binary) << bytes;
  }
  onnx::StringStringEntryProto& entry(int initializer, int index) {
    return *model_.initializer(initializer).mutable_external_data(index);
  }
  void set_location(const std::string& location) {
    for (int i = 0; i < 2; ++i) entry(i, 0).set_value(location);
  }
  std::string errors() { return errors_of_onnx(model_, options_); }
  /// The model gives what it gives with its constants inside.
  void expect_same() {
    const Array x = numbers({1, 2, 4, 5});
    expect_near(run_onnx(small_onnx_conv(), {x})[0], run_onnx(model_, {x}, options_)[0]);
  }

  fs::path top_;
  OnnxBuilder model_ = small_onnx_conv();
  ReadOptions options_;
};

TEST_F(OnnxExternal, Read) { expect_same(); }

TEST_F(OnnxExternal, DeeperFolder) {
  fs::rename(top_ / "model/w.bin", top_ / "model/data/w.bin");
  set_location("data/w.bin");
  expect_same();
  set_location("data/../data/w.bin");
  expect_same();
}

/// Offset and length may be left out.
TEST_F(OnnxExternal, WholeFile) {
  model_ = small_onnx_conv();
  std::string bytes;
  move_out(model_.initializer(0), "w.bin", bytes);
  model_.initializer(0).mutable_external_data()->DeleteSubrange(1, 2);
  write("model/w.bin", bytes);
  expect_same();
}

TEST_F(OnnxExternal, Halves) {
  OnnxBuilder inside;
  inside.input("x", {1, 2});
  inside.floats("h", {2}, {});
  onnx::TensorProto& tensor = inside.initializer(0);
  tensor.set_data_type(onnx::TensorProto::FLOAT16);
  tensor.set_raw_data(std::string("\x00\x3c\x00\xc0", 4));  // 1, -2
  set(inside.op("Cast", {"h"}, "f"), "to", onnx::TensorProto::FLOAT);
  inside.op("Add", {"x", "f"}, "y");
  inside.output("y");
  model_ = inside;
  std::string bytes;
  move_out(model_.initializer(0), "h.bin", bytes);
  write("model/h.bin", bytes);
  expect_near({{1, 2}, {11, 18}}, run_onnx(model_, {{{1, 2}, {10, 20}}}, options_)[0]);
}

TEST_F(OnnxExternal, ValueOfAConstantNode) {
  OnnxBuilder b;
  b.input("x", {1, 2});
  onnx::AttributeProto& value = *b.op("Constant", {}, "c").add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  *value.mutable_t() = small_onnx_conv().initializer(1);
  value.mutable_t()->set_dims(0, 2);
  std::string bytes = value.t().raw_data();
  value.mutable_t()->set_raw_data(bytes.substr(0, 8));
  bytes.clear();
  move_out(*value.mutable_t(), "c.bin", bytes);
  b.op("Add", {"x", "c"}, "y");
  b.output("y");
  write("model/c.bin", bytes);
  const std::vector<float> c = small_numbers(3);
  expect_near({{1, 2}, {1 + c[0], 2 + c[1]}}, run_onnx(b, {{{1, 2}, {1, 2}}}, options_)[0]);
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: the value of Constant 'c' has its data in file 'c.bin', but the model has no folder in which "
            "that could be\n");
}

TEST_F(OnnxExternal, FromMemory) {
  EXPECT_EQ(errors_of_onnx(model_),
            "m: error: initializer 'w' has its data in file 'w.bin', but the model has no folder in which that could "
            "be\n");
}

TEST_F(OnnxExternal, NoLocation) {
  model_.initializer(0).clear_external_data();
  EXPECT_EQ(errors(), "m: error: initializer 'w' has its data in another file, but does not say in which\n");
}

TEST_F(OnnxExternal, Missing) {
  fs::remove(top_ / "model/w.bin");
  EXPECT_EQ(errors(),
            "m: error: initializer 'w' has its data in file 'w.bin', which cannot be read: No such file or "
            "directory\n");
  set_location("data");
  EXPECT_EQ(errors(), "m: error: initializer 'w' has its data in file 'data', which is no regular file\n");
}

/// No file outside of the model's folder is read, even where it has the right bytes.
TEST_F(OnnxExternal, OutOfTheFolder) {
  fs::copy_file(top_ / "model/w.bin", top_ / "w.bin");
  fs::create_directories(top_ / "model2");
  fs::copy_file(top_ / "model/w.bin", top_ / "model2/w.bin");
  const std::string absolute = (top_ / "model/w.bin").string();
  for (const std::string& location : {std::string("../w.bin"), std::string("data/../../w.bin"), absolute,
                                      std::string("../model2/w.bin"), std::string("../model/w.bin")}) {
    SCOPED_TRACE(location);
    set_location(location);
    const std::string shown = location.size() > 100 ? location.substr(0, 100) + "..." : location;
    EXPECT_EQ(errors(), "m: error: initializer 'w' has its data in file '" + shown +
                            "', which is not inside of the model's folder; expected a relative path without '..'\n");
  }
}

TEST_F(OnnxExternal, SymbolicLinks) {
  fs::create_symlink("w.bin", top_ / "model/same");
  set_location("same");
  expect_same();
  fs::copy_file(top_ / "model/w.bin", top_ / "w.bin");
  fs::create_symlink("../w.bin", top_ / "model/link");
  fs::create_symlink("..", top_ / "model/up");
  for (const char* location : {"link", "up/w.bin"}) {
    set_location(location);
    EXPECT_EQ(errors(), std::string("m: error: initializer 'w' has its data in file '") + location +
                            "', a symbolic link that leads out of the model's folder\n");
  }
}

TEST_F(OnnxExternal, Numbers) {
  entry(0, 1).set_value("-3");
  entry(1, 2).set_value("12 ");
  EXPECT_EQ(errors(),
            "m: error: the offset of the data of initializer 'w' is '-3'; expected a number of bytes\n"
            "m: error: the length of the data of initializer 'b' is '12 '; expected a number of bytes\n");
  entry(0, 1).set_value("9223372036854775808");
  entry(1, 2).set_value("0x0c");
  EXPECT_EQ(errors(),
            "m: error: the offset of the data of initializer 'w' is '9223372036854775808'; expected a number of bytes\n"
            "m: error: the length of the data of initializer 'b' is '0x0c'; expected a number of bytes\n");
}

TEST_F(OnnxExternal, Sizes) {
  entry(0, 2).set_value("100");
  entry(1, 1).set_value("220");
  EXPECT_EQ(errors(),
            "m: error: initializer 'w' needs 216 bytes, but has 100 in file 'w.bin'\n"
            "m: error: initializer 'b' has 12 bytes from byte 220 on in file 'w.bin', which has 231 bytes\n");
  entry(0, 2).set_value("216");
  entry(1, 1).set_value("999999999999999999");
  EXPECT_EQ(errors(),
            "m: error: initializer 'b' has 12 bytes from byte 999999999999999999 on in file 'w.bin', which has 231 "
            "bytes\n");
}

/// A small file cannot stand for more bytes than there is memory.
TEST_F(OnnxExternal, ManyTimesTheSamePart) {
  write("model/large.bin", "");
  fs::resize_file(top_ / "model/large.bin", 1 << 29);  // with a hole: takes no room
  OnnxBuilder b = small_onnx_conv();
  for (int i = 0; i < 9; ++i) {
    onnx::TensorProto& tensor = *b.graph().add_initializer();
    tensor.set_name("t" + std::to_string(i));
    tensor.set_data_type(onnx::TensorProto::UINT8);
    tensor.add_dims(1 << 29);
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    say(tensor, "location", "large.bin");
    b.op("Identity", {tensor.name()}, "i" + std::to_string(i));
  }
  EXPECT_EQ(errors_of_onnx(b, options_),
            "m: error: the constants in other files take 4831838208 bytes, more than the limit of 2147483647\n");
}

}  // namespace
}  // namespace narrows
