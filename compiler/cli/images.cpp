#include "compiler/cli/images.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compiler/graph/map_shape.h"
#include "compiler/graph/quantization.h"

#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_MAX_DIMENSIONS 32768
#include <stb/stb_image.h>

namespace narrows {
namespace {

/// Where a resized coordinate falls between two source coordinates.
struct Position {
  int first, second;
  float weight;  ///< of the second
};

std::vector<Position> positions(int from, int to) {
  std::vector<Position> list;
  for (int i = 0; i < to; ++i) {
    const float center = (static_cast<float>(i) + 0.5f) * static_cast<float>(from) / static_cast<float>(to) - 0.5f;
    const float clamped = std::clamp(center, 0.0f, static_cast<float>(from - 1));
    const int first = static_cast<int>(clamped);
    list.push_back({first, std::min(first + 1, from - 1), clamped - static_cast<float>(first)});
  }
  return list;
}

float mix(float a, float b, float weight) { return a + (b - a) * weight; }

uint8_t quantize(float real, const Tensor& input) {
  const Range range = stored_range(input.type);
  const float stored = std::round(real / input.scale()) + static_cast<float>(input.zero_point());
  return static_cast<uint8_t>(
      static_cast<int>(std::clamp(stored, static_cast<float>(range.min), static_cast<float>(range.max))));
}

bool same(const Normalization& a, const Normalization& b) { return a.mean == b.mean && a.std == b.std; }

bool takes_pictures(const Tensor& input, const std::optional<MapShape>& map) {
  return map && (map->channels == 1 || map->channels == 3) && (input.type == DType::f32 || is_quantized(input));
}

/// The picture's bytes, channel after channel.
std::vector<uint8_t> planes_of(const Image& image) {
  std::vector<uint8_t> planes;
  planes.reserve(image.pixels.size());
  for (int c = 0; c < image.channels; ++c) {
    for (size_t i = static_cast<size_t>(c); i < image.pixels.size(); i += static_cast<size_t>(image.channels))
      planes.push_back(image.pixels[i]);
  }
  return planes;
}

}  // namespace

std::optional<Image> read_image(const std::string& path, int channels, Diagnostics& diagnostics) {
  Image image;
  int channels_in_file = 0;
  stbi_uc* pixels = stbi_load(path.c_str(), &image.width, &image.height, &channels_in_file, channels);
  if (!pixels) {
    diagnostics.error(fmt::format("cannot read picture '{}': {}", path, stbi_failure_reason()));
    return std::nullopt;
  }
  image.channels = channels;
  image.pixels.assign(pixels, pixels + static_cast<size_t>(image.width) * image.height * channels);
  stbi_image_free(pixels);
  return image;
}

Image resize(const Image& image, int height, int width) {
  Image result{height, width, image.channels, {}};
  result.pixels.reserve(static_cast<size_t>(height) * width * image.channels);
  const std::vector<Position> rows = positions(image.height, height), columns = positions(image.width, width);
  const auto pixel = [&](int y, int x, int c) {
    return static_cast<float>(image.pixels[(static_cast<size_t>(y) * image.width + x) * image.channels + c]);
  };
  for (const Position& y : rows) {
    for (const Position& x : columns) {
      for (int c = 0; c < image.channels; ++c) {
        const float top = mix(pixel(y.first, x.first, c), pixel(y.first, x.second, c), x.weight);
        const float bottom = mix(pixel(y.second, x.first, c), pixel(y.second, x.second, c), x.weight);
        result.pixels.push_back(static_cast<uint8_t>(std::lround(mix(top, bottom, y.weight))));
      }
    }
  }
  return result;
}

std::vector<uint8_t> image_to_tensor(const Image& image, const Tensor& input, const Normalization& normalization,
                                     bool planes) {
  const std::vector<uint8_t> pixels = planes ? planes_of(image) : image.pixels;
  const std::optional<Normalization> guess = guess_normalization(input);
  if (input.type == DType::u8 && guess && same(*guess, normalization)) return pixels;

  std::vector<uint8_t> bytes;
  for (const uint8_t pixel : pixels) {
    const float real = (static_cast<float>(pixel) - normalization.mean) / normalization.std;
    if (input.type == DType::f32) {
      uint8_t stored[sizeof(real)];
      std::memcpy(stored, &real, sizeof(real));
      bytes.insert(bytes.end(), stored, stored + sizeof(real));
    } else {
      bytes.push_back(quantize(real, input));
    }
  }
  return bytes;
}

std::optional<std::vector<uint8_t>> load_image(const std::string& path, const Graph& graph, int tensor,
                                               const std::optional<Normalization>& chosen, Diagnostics& diagnostics) {
  const Tensor& input = graph.tensors.at(tensor);
  const std::optional<MapShape> map = map_shape(graph, tensor);
  if (!takes_pictures(input, map)) {
    diagnostics.error(fmt::format("'{}' is a picture, but input '{}' is {}{}", path, input.name, to_string(input.type),
                                  to_string(input.shape)));
    diagnostics.note(
        "pictures fit inputs of shape [1,height,width,1 or 3] or [1,1 or 3,height,width] and type f32, u8 or i8");
    return std::nullopt;
  }
  const std::optional<Normalization> normalization = chosen ? chosen : guess_normalization(input);
  if (!normalization) {
    diagnostics.error(
        fmt::format("cannot tell how input '{}' wants its pixels: scale {} and zero point {} are not those "
                    "of [-1,1], [0,1] or "
                    "[0,255]",
                    input.name, input.scale(), input.zero_point()));
    diagnostics.note("give --mean and --std: the model reads (pixel - mean) / std");
    return std::nullopt;
  }
  const std::optional<Image> image = read_image(path, map->channels, diagnostics);
  if (!image) return std::nullopt;
  return image_to_tensor(resize(*image, map->height, map->width), input, *normalization, map->planes);
}

}  // namespace narrows
