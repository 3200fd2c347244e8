// DeepLab models as emitted code: class maps and scores against the recorded ones and against the pictures'
// masks, and the output of every block against the interpreter.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iostream>
#include <optional>

#include "compiler/cli/images.h"
#include "tests/support/test_data.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

constexpr const char* uint8_model = "deeplabv3_mnv2_dm05_pascal_quant";
constexpr const char* float_model = "deeplabv3";

Path golden(const std::string& model, const std::string& picture, const std::string& ending) {
  return test_data() / "golden" / model / (picture + ending);
}

Graph read_deeplab(const std::string& model) { return read_graph(test_data() / "models" / (model + ".tflite")); }

/// Runs the model on a picture and checks every block.
Traced run_checked(const std::string& model, const std::string& picture, const Configuration& configuration,
                   const Machine& machine) {
  const std::vector<Bytes> inputs = {read_bytes(golden(model, picture, ".in0.bin"))};
  Traced run = run_traced(read_deeplab(model), configuration, machine, inputs);
  expect_blocks(run, inputs, configuration.numerics);
  return run;
}

/// Classes as they were recorded, in one byte each.
Bytes narrowed(const Bytes& wide) {
  Bytes classes;
  for (size_t i = 0; i < wide.size(); i += sizeof(int64_t)) {
    int64_t index;
    std::memcpy(&index, &wide[i], sizeof index);
    EXPECT_TRUE(index >= 0 && index < 21) << index;
    classes.push_back(static_cast<uint8_t>(index));
  }
  return classes;
}

/// The contents of a file that gzip has packed.
Bytes unpacked(const Path& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  Bytes bytes, part(1 << 16);
  for (int count = 1; file && count > 0;) {
    count = gzread(file, part.data(), static_cast<unsigned>(part.size()));
    EXPECT_GE(count, 0) << path;
    bytes.insert(bytes.end(), part.begin(), part.begin() + std::max(count, 0));
  }
  if (file) gzclose(file);
  return bytes;
}

// ---- masks -------------------------------------------------------------------------------------

/// What the mask of a picture has where the object is, and where there is none; anything else does not count.
/// The object belongs to `object_class`.
struct Mask {
  const char* picture;
  int object, background;
  uint8_t object_class;
};
constexpr Mask bird = {"bird_segmentation", 3, 0, 3}, dog = {"dog_segmentation", 0, 1, 12};

/// Pixels of the object that were found, by pixels that are of the object or were taken for it. `classes` is
/// a square map.
double intersection_over_union(const Mask& mask, const Bytes& classes) {
  Diagnostics diagnostics("test");
  const std::string path = (test_data() / "images" / (std::string(mask.picture) + "_mask.bmp")).string();
  const std::optional<Image> image = read_image(path, 1, diagnostics);
  EXPECT_TRUE(image) << diagnostics.str();
  if (!image) return 0;
  const int size = static_cast<int>(std::lround(std::sqrt(classes.size())));
  int both = 0, either = 0;
  for (int y = 0; y < image->height; ++y) {
    for (int x = 0; x < image->width; ++x) {
      const int truth = image->pixels[y * image->width + x];
      if (truth != mask.object && truth != mask.background) continue;
      const int row = (2 * y + 1) * size / (2 * image->height);
      const int column = (2 * x + 1) * size / (2 * image->width);
      const bool found = classes[row * size + column] == mask.object_class;
      both += found && truth == mask.object;
      either += found || truth == mask.object;
    }
  }
  return either ? static_cast<double>(both) / either : 0;
}

void expect_object(const Mask& mask, const Bytes& classes, double least) {
  const double iou = intersection_over_union(mask, classes);
  std::cout << mask.picture << ": intersection over union " << iou << "\n";
  EXPECT_GE(iou, least);
}

// ---- tests -------------------------------------------------------------------------------------

class Segmentation : public testing::TestWithParam<const char*> {};

TEST_P(Segmentation, ClassMapAsRecorded) {
  NARROWS_NEEDS_TEST_DATA();
  const auto machine = find_machine(GetParam());
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << GetParam();
  const Traced run = run_checked(uint8_model, bird.picture, {GetParam(), "auto"}, *machine);
  const Bytes classes = narrowed(run.outputs.at(0));
  EXPECT_EQ(mismatch_8bit(DType::u8, read_bytes(golden(uint8_model, bird.picture, ".out0.u8.bin")), classes).count, 0);
  expect_object(bird, classes, 0.84);
}

using FloatSegmentation = Segmentation;
TEST_P(FloatSegmentation, ScoresAsRecorded) {
  NARROWS_NEEDS_TEST_DATA();
  const auto machine = find_machine(GetParam());
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << GetParam();
  const Traced run = run_checked(float_model, bird.picture, {GetParam(), "auto"}, *machine);
  const Bytes& scores = run.outputs.at(0);
  const Bytes recorded = unpacked(golden(float_model, bird.picture, ".out0.bin.gz"));
  ASSERT_EQ(recorded.size(), scores.size());
  EXPECT_LE(difference_f32(recorded, scores).relative(), 1e-5);

  constexpr size_t classes = 21;
  std::vector<float> values(scores.size() / sizeof(float));
  std::memcpy(values.data(), scores.data(), scores.size());
  Bytes map;
  for (auto pixel = values.begin(); pixel != values.end(); pixel += classes) {
    map.push_back(static_cast<uint8_t>(std::max_element(pixel, pixel + classes) - pixel));
  }
  expect_object(bird, map, 0.8);
}

INSTANTIATE_TEST_SUITE_P(DeepLab, Segmentation,
                         testing::Values("x86-64-linux-avx512vnni", "x86-64-linux-avx2", "arm64-linux-dotprod",
                                         "arm64-linux"),
                         [](const auto& info) { return identifier(info.param, "auto"); });

/// Code in float is the same with and without instructions for 8 bits.
INSTANTIATE_TEST_SUITE_P(DeepLab, FloatSegmentation,
                         testing::Values("x86-64-linux-avx512", "x86-64-linux-avx2", "arm64-linux"),
                         [](const auto& info) { return identifier(info.param, "auto"); });

TEST(SegmentationOfADog, ClassMapAsRecorded) {
  NARROWS_NEEDS_TEST_DATA();
  const auto machine = find_machine("host");
  ASSERT_TRUE(machine);
  const Traced run = run_checked(uint8_model, dog.picture, {}, *machine);
  const Bytes classes = narrowed(run.outputs.at(0));
  EXPECT_EQ(mismatch_8bit(DType::u8, read_bytes(golden(uint8_model, dog.picture, ".out0.u8.bin")), classes).count, 0);
  expect_object(dog, classes, 0.95);
}

/// 513x513 pixels with 21 scores would take 5.5 MB.
TEST(SegmentationMemory, ScoresAtFullSizeAreNotPlanned) {
  NARROWS_NEEDS_TEST_DATA();
  Diagnostics diagnostics("test");
  CompileOptions options;
  options.name = "net";
  options.target = *parse_target("x86-64-linux-avx2", diagnostics);
  const std::optional<Compiled> compiled = compile(read_deeplab(uint8_model), options, diagnostics);
  ASSERT_TRUE(compiled) << diagnostics.str();
  EXPECT_LT(compiled->arena_bytes, 1200000);
}

}  // namespace
}  // namespace narrows
