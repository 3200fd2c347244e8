// Bytes that are not a model: wrong formats, truncated and damaged files.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <random>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"

namespace narrows {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

/// Reading must not crash; what is read without an error must be a graph that holds its promises.
void expect_error_or_sound(const Bytes& bytes) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_model(bytes, "m", diagnostics);
  ASSERT_EQ(graph.has_value(), diagnostics.ok()) << diagnostics.str();
  if (graph) {
    ASSERT_EQ(verify(*graph), std::vector<std::string>{});
  }
}

TEST(BadFiles, Empty) {
  EXPECT_EQ(errors_of(Bytes{}),
            "m: error: a file of 0 bytes is not a model; expected a TensorFlow Lite model, an ONNX model or a "
            "description\n");
}

TEST(BadFiles, ShorterThanAHeader) {
  EXPECT_EQ(errors_of(bytes_of("TFL3TFL")),
            "m: error: a file of 7 bytes is not a model; expected a TensorFlow Lite model, an ONNX model or a "
            "description\n");
}

TEST(BadFiles, HeaderOnly) {
  EXPECT_EQ(errors_of(bytes_of(std::string("\x18\0\0\0TFL3", 8))),
            "m: error: the file is damaged: it is not a well-formed TensorFlow Lite flatbuffer\n");
}

TEST(BadFiles, OtherFormat) {
  EXPECT_EQ(errors_of(bytes_of("PK\x03\x04 and so on")),
            "m: error: unknown file format; expected an ONNX model, a description as JSON, or at byte 4 the "
            "identifier 'TFL3' of TensorFlow Lite or 'NRWD' of a description, found 0x20616e64\n");
}

TEST(BadFiles, OtherFlatbuffer) {
  Bytes bytes = small_conv().finish();
  bytes[7] = '2';
  EXPECT_EQ(errors_of(bytes),
            "m: error: unknown file format; expected an ONNX model, a description as JSON, or at byte 4 the "
            "identifier 'TFL3' of TensorFlow Lite or 'NRWD' of a description, found 'TFL2'\n");
}

TEST(BadFiles, UnprintableIdentifier) {
  EXPECT_EQ(errors_of(Bytes(64, 0xff)),
            "m: error: unknown file format; expected an ONNX model, a description as JSON, or at byte 4 the "
            "identifier 'TFL3' of TensorFlow Lite or 'NRWD' of a description, found 0xffffffff\n");
}

TEST(BadFiles, RootBehindTheEnd) {
  Bytes bytes = small_conv().finish();
  bytes[2] = 1;
  EXPECT_EQ(errors_of(bytes), "m: error: the file is damaged: it is not a well-formed TensorFlow Lite flatbuffer\n");
}

TEST(BadFiles, RootMisaligned) {
  Bytes bytes = small_conv().finish();
  ++bytes[0];
  EXPECT_EQ(errors_of(bytes), "m: error: the file is damaged: it is not a well-formed TensorFlow Lite flatbuffer\n");
}

TEST(BadFiles, TruncatedEverywhere) {
  const Bytes whole = small_conv(DType::i8).finish();
  ASSERT_GT(whole.size(), 640u);
  for (size_t size = 0; size < whole.size(); size += 8) {
    SCOPED_TRACE(size);
    const std::string text = errors_of(Bytes(whole.begin(), whole.begin() + size));
    EXPECT_NE(text.find("m: error: "), std::string::npos);
  }
}

TEST(BadFiles, TrailingBytesAreIgnored) {
  Bytes bytes = small_conv(DType::i8).finish();
  bytes.insert(bytes.end(), 1000, 'P');
  Diagnostics diagnostics("m");
  EXPECT_TRUE(read_model(bytes, "m", diagnostics).has_value()) << diagnostics.str();
}

TEST(BadFiles, FlippedBytes) {
  std::mt19937 random(1);
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    for (const Bytes& whole :
         {small_conv(type).finish(), small_depthwise(type).finish(), small_fully_connected(type).finish()}) {
      for (int round = 0; round < 3000; ++round) {
        Bytes bytes = whole;
        for (uint32_t flips = 1 + random() % 4; flips > 0; --flips)
          bytes[random() % bytes.size()] ^= 1u << (random() % 8);
        expect_error_or_sound(bytes);
        if (HasFatalFailure()) return;
      }
    }
  }
}

/// Every 32-bit word a little off: offsets then lead into the neighbouring field, and to misaligned numbers.
TEST(BadFiles, ShiftedWords) {
  const Bytes whole = small_conv(DType::i8).finish();
  for (const int shift : {-8, -4, -1, 1, 4, 8}) {
    for (size_t at = 0; at + 4 <= whole.size(); at += 4) {
      Bytes bytes = whole;
      uint32_t word = 0;
      std::memcpy(&word, &bytes[at], sizeof(word));
      word += static_cast<uint32_t>(shift);
      std::memcpy(&bytes[at], &word, sizeof(word));
      expect_error_or_sound(bytes);
      if (HasFatalFailure()) return;
    }
  }
}

/// Extreme values in every 32-bit word: offsets, lengths, sizes and indices.
TEST(BadFiles, ExtremeWords) {
  const Bytes whole = small_conv(DType::i8).finish();
  for (const uint32_t value : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu, 0x10000u}) {
    for (size_t at = 0; at + 4 <= whole.size(); at += 4) {
      Bytes bytes = whole;
      for (int i = 0; i < 4; ++i) bytes[at + i] = static_cast<uint8_t>(value >> (8 * i));
      expect_error_or_sound(bytes);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace narrows
