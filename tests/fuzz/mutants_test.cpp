// Mutants of the tests' models: whatever a file holds, it is refused with a message, or it becomes a graph whose
// results passes leave as they are, and that compiles. NARROWS_SEEDS=N makes N mutants of each format instead of the
// usual number.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/fuzz/check_model.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/seeds.h"
#include "tests/fuzz/soak.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

/// Graphs of these options are compiled, one after the other.
CompileOptions options_of(int seed) {
  const std::vector<std::string> targets = {"x86-64-linux-avx2", "x86-64-linux-avx512vnni", "generic", "arm64-linux",
                                            "x86-64-linux"};
  CompileOptions options;
  options.name = "mutant";
  options.target = target_named(targets[seed % targets.size()]);
  options.numerics = seed % 3 == 1 ? Numerics::xnnpack : Numerics::tflite;
  options.goal = seed % 7 == 3 ? Goal::memory : Goal::latency;
  return options;
}

/// Compiling takes longer than all the rest.
constexpr int kCompileEvery = 4;

struct Count {
  int read = 0, all = 0;
};

void check(int seed, const std::string& origin, const std::vector<uint8_t>& file, Count* count) {
  const CompileOptions options = options_of(seed / kCompileEvery);
  const ModelCheck result = check_model(file, seed % kCompileEvery == 0 ? &options : nullptr);
  if (!result.problem.empty()) save_failure("mutant_" + origin + "_" + std::to_string(seed), file);
  EXPECT_EQ(result.problem, "") << origin << ", seed " << seed;
  count->read += result.read;
  ++count->all;
}

/// A third of the mutants should reach the compiler, or the test tests little but messages.
void expect_many_read(const Count& count) {
  EXPECT_GT(count.read, count.all / 10);
  std::printf("%d of %d mutants are read\n", count.read, count.all);
}

TEST(Mutants, OfTfliteModels) {
  const std::vector<TfliteBuilder> seeds = tflite_seeds();
  Count count;
  for (int seed = first_seed(); seed < soak_seeds(1500); ++seed) {
    const NowTesting now("TFLite mutant", seed);
    Dice dice(seed);
    const int which = seed % static_cast<int>(seeds.size());
    TfliteBuilder b;
    flatbuffers::FlatBufferBuilder fbb;
    fbb.Finish(tflite_format::Model::Pack(fbb, &seeds[which].model));
    b.model = *std::unique_ptr<tflite_format::ModelT>(
        flatbuffers::GetRoot<tflite_format::Model>(fbb.GetBufferPointer())->UnPack());
    for (int changes = dice.between(1, 3); changes > 0; --changes) mutate(dice, &b.model);
    std::vector<uint8_t> file = b.finish();
    if (dice.one_in(20)) mutate_bytes(dice, &file);
    check(seed, "tflite", file, &count);
  }
  expect_many_read(count);
}

TEST(Mutants, OfOnnxModels) {
  const std::vector<onnx::ModelProto> seeds = onnx_seeds();
  Count count;
  for (int seed = first_seed(); seed < soak_seeds(1500); ++seed) {
    const NowTesting now("ONNX mutant", seed);
    Dice dice(seed);
    onnx::ModelProto model = seeds[seed % seeds.size()];
    for (int changes = dice.between(1, 3); changes > 0; --changes) mutate(dice, &model);
    const std::string text = model.SerializeAsString();
    std::vector<uint8_t> file(text.begin(), text.end());
    if (dice.one_in(20)) mutate_bytes(dice, &file);
    check(seed, "onnx", file, &count);
  }
  expect_many_read(count);
}

TEST(Mutants, OfDescriptions) {
  const std::vector<std::string> seeds = description_seeds();
  Count count;
  for (int seed = first_seed(); seed < soak_seeds(200); ++seed) {
    const NowTesting now("description mutant", seed);
    Dice dice(seed);
    std::string text = seeds[seed % seeds.size()];
    for (int changes = dice.between(1, 3); changes > 0; --changes) mutate_json(dice, &text);
    check(seed, "json", {text.begin(), text.end()}, &count);
  }
  expect_many_read(count);
}

void expect_sound(const std::vector<uint8_t>& file) {
  const ModelCheck result = check_model(file);
  EXPECT_TRUE(result.read) << result.messages;
  EXPECT_EQ(result.problem, "");
}

TEST(Mutants, AreMadeOfSoundModels) {
  for (const TfliteBuilder& seed : tflite_seeds()) expect_sound(seed.finish());
  for (const onnx::ModelProto& seed : onnx_seeds()) {
    const std::string text = seed.SerializeAsString();
    expect_sound({text.begin(), text.end()});
  }
  for (const std::string& seed : description_seeds()) expect_sound({seed.begin(), seed.end()});
}

}  // namespace
}  // namespace narrows
