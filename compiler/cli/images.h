// Pictures as model inputs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/normalization.h"

namespace narrows {

/// Rows of pixels, the channels of a pixel side by side.
struct Image {
  int height = 0, width = 0, channels = 0;
  std::vector<uint8_t> pixels;
};

/// Decodes a png, jpg or bmp file to 1 (grey) or 3 (red, green, blue) channels; transparency is ignored.
std::optional<Image> read_image(const std::string& path, int channels, Diagnostics& diagnostics);

/// Bilinear with half-pixel centers and without smoothing, as TensorFlow's resize does; rounded to bytes.
Image resize(const Image& image, int height, int width);

/// The bytes of tensor `input` for a picture of its height, width and channels; in planes, one for each channel, where
/// `planes` is set, else with the channels of a pixel side by side. Where `normalization` is the one that
/// guess_normalization() gives for a u8 input, these are the picture's own bytes.
std::vector<uint8_t> image_to_tensor(const Image& image, const Tensor& input, const Normalization& normalization,
                                     bool planes = false);

/// All of the above: the bytes of the graph's input `tensor` from a picture file, in the layout in which the model
/// reads it (map_layout.h), `chosen` overriding the guess.
std::optional<std::vector<uint8_t>> load_image(const std::string& path, const Graph& graph, int tensor,
                                               const std::optional<Normalization>& chosen, Diagnostics& diagnostics);

}  // namespace narrows
