#include "tests/support/test_data.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "frontends/frontends.h"

namespace narrows {

Path test_data() {
  const char* folder = std::getenv("NARROWS_TEST_DATA");
  return folder ? Path(folder) : Path();
}

Bytes read_bytes(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

Graph read_graph(const Path& path) {
  Diagnostics diagnostics(path.filename().string());
  ReadOptions options;
  options.folder = path.parent_path().string();
  const std::optional<Graph> graph = read_model(read_bytes(path), path.stem().string(), diagnostics, options);
  if (!graph) throw std::runtime_error(diagnostics.str());
  return *graph;
}

std::string sha256_16(const Bytes& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  std::string text;
  for (int i = 0; i < 8; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

Difference difference_f32(const Bytes& expected, const Bytes& actual) {
  Difference d;
  if (expected.size() != actual.size()) d.largest = INFINITY;
  for (size_t i = 0; i + 4 <= std::min(expected.size(), actual.size()); i += 4) {
    float e, a;
    std::memcpy(&e, &expected[i], 4);
    std::memcpy(&a, &actual[i], 4);
    const double distance = std::fabs(static_cast<double>(e) - a);
    d.largest = std::isnan(distance) ? INFINITY : std::max(d.largest, distance);
    d.range = std::max(d.range, std::fabs(static_cast<double>(e)));
  }
  return d;
}

Mismatch mismatch_8bit(DType type, const Bytes& expected, const Bytes& actual) {
  Mismatch m;
  const auto value = [type](uint8_t byte) { return type == DType::i8 ? static_cast<int8_t>(byte) : byte; };
  for (size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
    const int distance = std::abs(value(expected[i]) - value(actual[i]));
    m.count += distance != 0;
    m.largest = std::max(m.largest, distance);
  }
  return m;
}

}  // namespace narrows
