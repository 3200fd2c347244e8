#include "frontends/sha1.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdint>

namespace narrows {
namespace {

using State = std::array<uint32_t, 5>;

uint32_t rotate(uint32_t x, int bits) { return x << bits | x >> (32 - bits); }

/// One block of 64 bytes.
void mix(const uint8_t* block, State& state) {
  std::array<uint32_t, 80> w;
  for (int i = 0; i < 16; ++i)
    w[i] = uint32_t{block[4 * i]} << 24 | uint32_t{block[4 * i + 1]} << 16 | uint32_t{block[4 * i + 2]} << 8 |
           block[4 * i + 3];
  for (int i = 16; i < 80; ++i) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  auto [a, b, c, d, e] = state;
  for (int i = 0; i < 80; ++i) {
    uint32_t f = b ^ c ^ d, k = i < 40 ? 0x6ed9eba1 : 0xca62c1d6;
    if (i < 20) f = (b & c) | (~b & d), k = 0x5a827999;
    if (i >= 40 && i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
    const uint32_t next = rotate(a, 5) + f + e + k + w[i];
    e = d, d = c, c = rotate(b, 30), b = a, a = next;
  }
  const State mixed = {a, b, c, d, e};
  for (size_t i = 0; i < state.size(); ++i) state[i] += mixed[i];
}

}  // namespace

std::string sha1(const std::string& bytes) {
  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t at = 0;
  for (; bytes.size() - at >= 64; at += 64) mix(data + at, state);
  // The rest, a 1 bit, and the number of bits at the end of a block.
  std::array<uint8_t, 128> end = {};
  size_t size = 0;
  while (at < bytes.size()) end[size++] = data[at++];
  end[size++] = 0x80;
  const size_t padded = size + 8 <= 64 ? 64 : 128;
  for (int i = 0; i < 8; ++i) end[padded - 1 - i] = static_cast<uint8_t>(uint64_t{bytes.size()} * 8 >> 8 * i);
  for (size_t i = 0; i < padded; i += 64) mix(end.data() + i, state);
  return fmt::format("{:08x}", fmt::join(state, ""));
}

}  // namespace narrows
