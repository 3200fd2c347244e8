// What mutators share, and those of files whose structure is text or unknown.
#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

namespace narrows {

int64_t odd_number(Dice& dice, int64_t now) {
  const std::vector<int64_t> odd = {
      0,   1,   -1,   2,     3,     5,       -2,        7,         8,         16,        127,       128,    -128,
      255, 256, 1000, 65535, 65536, 1 << 24, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 1ll << 32, 40'000, 1 << 20};
  switch (dice.below(8)) {
    case 0:
    case 1:
      return static_cast<int64_t>(static_cast<uint64_t>(now) + 1);
    case 2:
      return static_cast<int64_t>(static_cast<uint64_t>(now) - 1);
    case 3:
      return static_cast<int64_t>(static_cast<uint64_t>(now) * 2);
    case 4:
      return now / 2;
    case 5:
      return dice.between(-3, 9);
    default:
      return dice.pick(odd);
  }
}

float odd_real(Dice& dice, float now) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> odd = {0,      -0.0f, 1,     -1,      0.5f,     1e-6f,    1e-12f,    1e-30f,
                                  1e-45f, 1e6f,  1e12f, 3.4e38f, -3.4e38f, infinity, -infinity, NAN};
  if (dice.one_in(3)) return dice.pick(odd);
  if (dice.one_in(4)) return -now;
  return now * std::exp2(dice.real(-10, 10));
}

void mutate_bytes(Dice& dice, std::vector<uint8_t>* bytes) {
  if (bytes->empty()) return;
  const int at = dice.below(static_cast<int64_t>(bytes->size()));
  switch (dice.below(6)) {
    case 0:
      bytes->resize(at);
      return;
    case 1:
      bytes->insert(bytes->begin() + at, static_cast<uint8_t>(dice.below(256)));
      return;
    case 2:
      bytes->erase(bytes->begin() + at);
      return;
    case 3:
      (*bytes)[at] = static_cast<uint8_t>(dice.below(256));
      return;
    case 4:
      (*bytes)[at] = dice.one_in(2) ? 0xff : 0x7f;
      return;
    default:
      (*bytes)[at] ^= static_cast<uint8_t>(1 << dice.below(8));
  }
}

// ---- descriptions ------------------------------------------------------------------------------

namespace {

/// Where the numbers of a text begin and end.
std::vector<std::pair<size_t, size_t>> numbers_of(const std::string& text) {
  std::vector<std::pair<size_t, size_t>> found;
  const auto belongs = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '-'; };
  for (size_t i = 0; i < text.size(); ++i) {
    if (!belongs(text[i])) continue;
    const size_t begin = i;
    while (i < text.size() && belongs(text[i])) ++i;
    found.emplace_back(begin, i);
  }
  return found;
}

const std::vector<std::string> kWords = {"\"resolution\"",
                                         "\"width\"",
                                         "\"stem\"",
                                         "\"rows\"",
                                         "\"last\"",
                                         "\"head\"",
                                         "\"type\"",
                                         "\"seed\"",
                                         "\"t\"",
                                         "\"c\"",
                                         "\"n\"",
                                         "\"s\"",
                                         "\"kind\"",
                                         "\"classes\"",
                                         "\"features\"",
                                         "\"extra\"",
                                         "\"anchors\"",
                                         "\"postprocess\"",
                                         "\"output_stride\"",
                                         "\"aspp\"",
                                         "\"rates\"",
                                         "\"output\"",
                                         "\"weights\"",
                                         "\"weights_file\"",
                                         "\"ssdlite\"",
                                         "\"deeplab\"",
                                         "\"classifier\"",
                                         "\"uint8\"",
                                         "\"int8\"",
                                         "null",
                                         "true",
                                         "[]",
                                         "{}",
                                         "[1,2]",
                                         "\"last\"",
                                         "\"expand3\"",
                                         "1e30",
                                         "-1",
                                         "\"\\u001b[31m\"",
                                         "\"\"",
                                         "nan",
                                         "0.0001"};

}  // namespace

void mutate_json(Dice& dice, std::string* text) {
  const std::vector<std::pair<size_t, size_t>> numbers = numbers_of(*text);
  if (!numbers.empty() && dice.below(3) > 0) {
    const auto [begin, end] = dice.pick(numbers);
    const std::string number = text->substr(begin, end - begin);
    const int64_t now = std::atoll(number.c_str());
    const int64_t odd = odd_number(dice, now);
    text->replace(begin, end - begin, dice.one_in(6) ? dice.pick(kWords) : std::to_string(odd));
    return;
  }
  const size_t quote = text->find('"', dice.below(static_cast<int64_t>(text->size()) + 1));
  const size_t end = quote == std::string::npos ? quote : text->find('"', quote + 1);
  if (end != std::string::npos && dice.below(3) > 0) {
    text->replace(quote, end - quote + 1, dice.pick(kWords));
    return;
  }
  std::vector<uint8_t> bytes(text->begin(), text->end());
  mutate_bytes(dice, &bytes);
  text->assign(bytes.begin(), bytes.end());
}

}  // namespace narrows
