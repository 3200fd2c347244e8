// Recorded models, inputs and outputs that golden tests compare with. They are not part of the project: the
// environment variable NARROWS_TEST_DATA names their folder, and tests that need them are skipped where it is
// not set.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"

namespace narrows {

using Path = std::filesystem::path;

/// The folder, or an empty path.
Path test_data();

/// At the head of a test: skips it where there are no data.
#define NARROWS_NEEDS_TEST_DATA()     \
  if (::narrows::test_data().empty()) \
  GTEST_SKIP() << "NARROWS_TEST_DATA is not set: no recorded outputs to compare with"

/// The bytes of a file; throws std::runtime_error where it cannot be read.
Bytes read_bytes(const Path& path);
/// The model in `path`; throws std::runtime_error with the diagnostics where it cannot be read.
Graph read_graph(const Path& path);
/// First 16 hexadecimal digits of the SHA-256.
std::string sha256_16(const Bytes& bytes);

/// How far two float tensors are apart.
struct Difference {
  double largest = 0;  ///< absolute
  double range = 0;    ///< largest absolute value expected
  double relative() const { return range > 0 ? largest / range : largest; }
};
Difference difference_f32(const Bytes& expected, const Bytes& actual);

/// Elements of an 8-bit tensor that differ, and the largest distance.
struct Mismatch {
  int64_t count = 0;
  int largest = 0;
};
Mismatch mismatch_8bit(DType type, const Bytes& expected, const Bytes& actual);

}  // namespace narrows
