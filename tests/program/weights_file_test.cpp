// The weights file as other programs read it, and the check that emitted code makes.
#include "compiler/program/weights_file.h"

#include <gtest/gtest.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cstdlib>
#include <memory>
#include <random>

#include "compiler/diagnostics.h"
#include "compiler/hash.h"
#include "weights_generated.h"

namespace narrows {
namespace {

#include "runtime/weights_check.h"

constexpr uint64_t model_hash = 0x0123456789abcdefu;

std::string random_bytes(size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

WeightsFile sample_file(size_t payload_bytes = 1000) {
  return write_weights_file({{"stem_weights", 0, 864, "i8[32,3,3,3], op 0"}, {"stem_bias", 896, 104, "i32"}},
                            random_bytes(payload_bytes, 1), model_hash);
}

// A copy of exactly as many bytes as given at an aligned address, so that the address sanitizer sees every
// read behind them.
struct Placed {
  explicit Placed(const std::string& bytes, size_t offset = 0) : size(bytes.size()) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 64, offset + size + (size == 0)) != 0) std::abort();
    owner.reset(static_cast<char*>(memory));
    data = owner.get() + offset;
    if (size) memcpy(data, bytes.data(), size);
  }
  struct Free {
    void operator()(char* p) const { std::free(p); }
  };
  std::unique_ptr<char, Free> owner;
  char* data = nullptr;
  size_t size;
};

int check(const WeightsFile& expected, const std::string& bytes) {
  Placed placed(bytes);
  return check_blob(placed.data, placed.size, expected.model_hash, expected.content_hash, expected.bytes.size(),
                    expected.payload_offset);
}

TEST(WeightsFile, IsReadThroughFlatBuffers) {
  std::string payload = random_bytes(1000, 1);
  WeightsFile file = sample_file();
  Placed placed(file.bytes);
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(placed.data), placed.size);
  ASSERT_TRUE(weights::VerifyWeightsBuffer(verifier));
  const weights::Weights* root = weights::GetWeights(placed.data);
  EXPECT_EQ(root->version(), weights_version);
  EXPECT_EQ(root->model_hash(), model_hash);
  EXPECT_EQ(root->content_hash(), file.content_hash);
  ASSERT_EQ(root->contents()->size(), 2u);
  EXPECT_EQ(root->contents()->Get(1)->name()->str(), "stem_bias");
  EXPECT_EQ(root->contents()->Get(1)->offset(), 896u);
  EXPECT_EQ(root->contents()->Get(1)->bytes(), 104u);
  EXPECT_EQ(root->contents()->Get(0)->what()->str(), "i8[32,3,3,3], op 0");
  ASSERT_EQ(root->payload()->size(), 1024u);
  EXPECT_EQ(memcmp(root->payload()->data(), payload.data(), payload.size()), 0);
  EXPECT_EQ(hash_bytes(root->payload()->data(), root->payload()->size()), file.content_hash);
}

TEST(WeightsFile, IsAlignedForAnySize) {
  for (size_t size : {0, 1, 63, 64, 65, 127, 128, 4096, 100001}) {
    WeightsFile file = write_weights_file({}, random_bytes(size, 2), model_hash);
    EXPECT_EQ(file.bytes.size() % 64, 0u) << size;
    EXPECT_EQ(file.payload_offset % 64, 0u) << size;
    EXPECT_EQ(file.bytes.substr(file.payload_offset, size), random_bytes(size, 2));
    EXPECT_EQ(check(file, file.bytes), weights_ok) << size;
  }
}

TEST(WeightsFile, IsDeterministic) { EXPECT_EQ(sample_file().bytes, sample_file().bytes); }

TEST(WeightsFile, RefusesSectionsOutsideOfThePayload) {
  EXPECT_THROW(write_weights_file({{"a", 64, 1, ""}}, random_bytes(64, 1), 0), InternalError);
  EXPECT_THROW(write_weights_file({{"a", 1, ~uint64_t{0}, ""}}, random_bytes(64, 1), 0), InternalError);
}

TEST(WeightsCheck, HashesLikeXxhash) {
  std::string bytes = random_bytes(300, 3);
  for (size_t start : {0, 1, 3}) {
    for (size_t size = 0; start + size <= bytes.size(); ++size) {
      const uint8_t* p = reinterpret_cast<const uint8_t*>(bytes.data()) + start;
      ASSERT_EQ(xxh64(p, size), hash_bytes(p, size)) << start << " " << size;
    }
  }
}

TEST(WeightsCheck, AcceptsTheFileAndWhatFollowsIt) {
  WeightsFile file = sample_file();
  EXPECT_EQ(check(file, file.bytes), weights_ok);
  EXPECT_EQ(check(file, file.bytes + "more"), weights_ok);
}

TEST(WeightsCheck, AcceptsHashesOfZero) {
  WeightsFile file = write_weights_file({}, random_bytes(64, 1), 0);
  EXPECT_EQ(check(file, file.bytes), weights_ok);
}

TEST(WeightsCheck, RefusesEveryTruncation) {
  WeightsFile file = sample_file();
  for (size_t size = 0; size < file.bytes.size(); ++size) {
    ASSERT_EQ(check(file, file.bytes.substr(0, size)), weights_truncated) << size;
  }
}

TEST(WeightsCheck, RefusesEveryAlteredByteOfThePayload) {
  WeightsFile file = sample_file();
  for (size_t at = file.payload_offset; at < file.bytes.size(); ++at) {
    std::string bytes = file.bytes;
    bytes[at] ^= 0x10;
    ASSERT_EQ(check(file, bytes), weights_altered) << at;
  }
}

// Bytes in front of the payload may be padding or names, which do no harm; what matters is that nothing is
// read out of bounds and that the hash of the payload decides in the end.
TEST(WeightsCheck, SurvivesAnyHead) {
  WeightsFile file = sample_file();
  std::mt19937 random(4);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = file.bytes;
    int changes = 1 + static_cast<int>(random() % 8);
    for (int i = 0; i < changes; ++i) {
      size_t at = random() % (i % 2 ? 64 : file.payload_offset);
      if (at < 4 || at >= 8) bytes[at] = static_cast<char>(random());
    }
    int status = check(file, bytes);
    EXPECT_TRUE(status == weights_ok || status == weights_not_narrows || status == weights_other_version ||
                status == weights_other_model || status == weights_other_compilation)
        << status;
    size_t cut = random() % bytes.size();
    EXPECT_NE(check(file, bytes.substr(0, cut)), weights_ok);
  }
}

TEST(WeightsCheck, TellsForeignFilesApart) {
  WeightsFile file = sample_file();
  std::string other_version = file.bytes;
  ++*flatbuffers::GetMutableRoot<flatbuffers::Table>(&other_version[0])->GetAddressOf(weights::Weights::VT_VERSION);
  EXPECT_EQ(check(file, other_version), weights_other_version);
  std::string other_identifier = file.bytes;
  other_identifier[4] = 'X';
  EXPECT_EQ(check(file, other_identifier), weights_not_narrows);
  EXPECT_EQ(check(file, random_bytes(file.bytes.size(), 5)), weights_not_narrows);
  EXPECT_EQ(check(file, write_weights_file({}, random_bytes(1000, 1), model_hash + 1).bytes), weights_other_model);
  EXPECT_EQ(check(file, write_weights_file({}, random_bytes(2000, 6), model_hash).bytes), weights_other_compilation);
  EXPECT_EQ(check(file, write_weights_file({}, random_bytes(10, 6), model_hash).bytes), weights_other_compilation);
}

TEST(WeightsCheck, RefusesBadPointers) {
  WeightsFile file = sample_file();
  EXPECT_EQ(check_blob(nullptr, file.bytes.size(), file.model_hash, file.content_hash, file.bytes.size(),
                       file.payload_offset),
            weights_null);
  for (size_t offset : {1, 4, 16, 32, 63}) {
    Placed placed(file.bytes, offset);
    EXPECT_EQ(check_blob(placed.data, placed.size, file.model_hash, file.content_hash, file.bytes.size(),
                         file.payload_offset),
              weights_misaligned);
  }
}

TEST(WeightsCheck, HasASentenceForEveryStatus) {
  for (int status = weights_ok; status <= weights_altered; ++status) {
    EXPECT_STRNE(explain(status), explain(-1));
    EXPECT_EQ(explain(status)[strlen(explain(status)) - 1], '.');
  }
}

}  // namespace
}  // namespace narrows
