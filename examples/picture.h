// What the three examples share: pictures in files and as a network's input, memory, and drawing. C++11 and
// stb (Debian: libstb-dev). Every failure ends the program with a message.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#if defined(__GNUC__)  // not our code
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wpedantic"
#endif
#include <stb/stb_easy_font.h>
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

[[noreturn]] inline void fail(const std::string& message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  std::exit(1);
}

// ---- files and memory --------------------------------------------------------------------------

/// Memory at an address that is a multiple of 64, as emitted code wants it.
class Memory {
 public:
  explicit Memory(size_t size) : bytes_(size + 63), size_(size) {}
  unsigned char* data() { return &bytes_[(64 - reinterpret_cast<uintptr_t>(bytes_.data()) % 64) % 64]; }
  size_t size() const { return size_; }

 private:
  std::vector<unsigned char> bytes_;
  size_t size_;
};

inline Memory read_file(const std::string& path) {
  std::ifstream file(path.c_str(), std::ios::binary);
  if (!file) fail("cannot read '" + path + "'");
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  Memory memory(bytes.size());
  std::copy(bytes.begin(), bytes.end(), memory.data());
  return memory;
}

inline std::vector<std::string> read_labels(const std::string& path) {
  std::ifstream file(path.c_str());
  if (!file) fail("cannot read '" + path + "'");
  std::vector<std::string> labels;
  for (std::string line; std::getline(file, line);) labels.push_back(line);
  return labels;
}

inline std::string label_of(const std::vector<std::string>& labels, size_t index) {
  return index < labels.size() ? labels[index] : "class " + std::to_string(index);
}

// ---- pictures ----------------------------------------------------------------------------------

struct Color {
  unsigned char r, g, b;
};

/// Rows from top to bottom.
struct Picture {
  int width, height;
  std::vector<Color> pixels;

  Picture(int w, int h) : width(w), height(h), pixels(static_cast<size_t>(w) * h) {}
  Color& at(int x, int y) { return pixels[static_cast<size_t>(y) * width + x]; }
  const Color& at(int x, int y) const { return pixels[static_cast<size_t>(y) * width + x]; }
};

inline Picture read_picture(const std::string& path) {
  int width = 0, height = 0, channels = 0;
  stbi_uc* const bytes = stbi_load(path.c_str(), &width, &height, &channels, 3);
  if (!bytes) fail("cannot read picture '" + path + "': " + stbi_failure_reason());
  Picture picture(width, height);
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    picture.pixels[i] = {bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2]};
  }
  stbi_image_free(bytes);
  return picture;
}

inline void write_png(const std::string& path, const Picture& picture) {
  if (!stbi_write_png(path.c_str(), picture.width, picture.height, 3, picture.pixels.data(), 3 * picture.width)) {
    fail("cannot write '" + path + "'");
  }
}

/// Bilinear, with half-pixel centers.
inline Picture resized(const Picture& from, int width, int height) {
  Picture to(width, height);
  for (int y = 0; y < height; ++y) {
    const float v = std::max(0.0f, (y + 0.5f) * from.height / height - 0.5f);
    const int top = std::min(static_cast<int>(v), from.height - 1), bottom = std::min(top + 1, from.height - 1);
    for (int x = 0; x < width; ++x) {
      const float u = std::max(0.0f, (x + 0.5f) * from.width / width - 0.5f);
      const int left = std::min(static_cast<int>(u), from.width - 1), right = std::min(left + 1, from.width - 1);
      const auto mix = [&](unsigned char Color::*channel) {
        const float above = from.at(left, top).*channel * (left + 1 - u) + from.at(right, top).*channel * (u - left);
        const float below =
            from.at(left, bottom).*channel * (left + 1 - u) + from.at(right, bottom).*channel * (u - left);
        return static_cast<unsigned char>(above * (top + 1 - v) + below * (v - top) + 0.5f);
      };
      to.at(x, y) = {mix(&Color::r), mix(&Color::g), mix(&Color::b)};
    }
  }
  return to;
}

// ---- a network's input: the usual forms ---------------------------------------------------------

/// What the macros _HEIGHT, _WIDTH, _CHANNELS and _LAYOUT of an input say.
struct InputForm {
  int height, width, channels;
  bool planes;  // NCHW: one map for each channel; otherwise the channels of a pixel side by side
};

inline void store_pixel(unsigned char value, uint8_t* out) { *out = value; }
inline void store_pixel(unsigned char value, int8_t* out) { *out = static_cast<int8_t>(value - 128); }
inline void store_pixel(unsigned char value, float* out) { *out = (value - 127.5f) / 127.5f; }  // -1..1

/// The picture, resized to the input's height and width.
template <typename T>
std::vector<T> to_input(const Picture& picture, const InputForm& form) {
  if (form.channels != 3)
    fail("the network does not read pictures of 3 channels, but of " + std::to_string(form.channels));
  const Picture small = resized(picture, form.width, form.height);
  const size_t pixels = small.pixels.size();
  std::vector<T> input(3 * pixels);
  for (size_t i = 0; i < pixels; ++i) {
    const Color& color = small.pixels[i];
    const unsigned char values[3] = {color.r, color.g, color.b};
    for (size_t c = 0; c < 3; ++c) store_pixel(values[c], &input[form.planes ? c * pixels + i : 3 * i + c]);
  }
  return input;
}

// ---- drawing -----------------------------------------------------------------------------------

/// A color that tells a class from its neighbours.
inline Color class_color(size_t index) {
  static const Color colors[] = {{230, 60, 60},  {60, 180, 75},  {60, 110, 240}, {245, 170, 30}, {150, 60, 200},
                                 {50, 200, 210}, {240, 80, 200}, {170, 220, 60}, {160, 100, 50}, {90, 90, 110}};
  return colors[index % (sizeof(colors) / sizeof(colors[0]))];
}

/// Pixels [left, right) x [top, bottom).
struct Box {
  int left, top, right, bottom;
};

/// Fills what lies in the picture of a box; `weight` of the color, the rest shines through.
inline void fill(Picture* picture, const Box& box, Color color, float weight = 1) {
  for (int y = std::max(box.top, 0); y < std::min(box.bottom, picture->height); ++y) {
    for (int x = std::max(box.left, 0); x < std::min(box.right, picture->width); ++x) {
      Color& pixel = picture->at(x, y);
      const auto mix = [weight](int from, int to) { return static_cast<unsigned char>(from + (to - from) * weight); };
      pixel = {mix(pixel.r, color.r), mix(pixel.g, color.g), mix(pixel.b, color.b)};
    }
  }
}

inline void draw_box(Picture* picture, const Box& box, Color color) {
  fill(picture, {box.left, box.top, box.right, box.top + 2}, color);
  fill(picture, {box.left, box.bottom - 2, box.right, box.bottom}, color);
  fill(picture, {box.left, box.top, box.left + 2, box.bottom}, color);
  fill(picture, {box.right - 2, box.top, box.right, box.bottom}, color);
}

/// Letters are larger in larger pictures.
inline int label_scale(const Picture& picture) { return std::max(1, picture.width / 300); }
inline int label_height(const Picture& picture) { return 11 * label_scale(picture); }

/// White text on a color, its upper left corner at x, y, moved so that it lies in the picture if there is
/// room.
inline void draw_label(Picture* picture, int x, int y, std::string text, Color color) {
  const int scale = label_scale(*picture), width = (stb_easy_font_width(&text[0]) + 4) * scale;
  x = std::max(0, std::min(x, picture->width - width));
  y = std::max(0, std::min(y, picture->height - label_height(*picture)));
  fill(picture, {x, y, x + width, y + label_height(*picture)}, color);
  // The font consists of rectangles: four corners each, of three coordinates and a color.
  struct Corner {
    float x, y, z;
    unsigned char color[4];
  };
  std::vector<Corner> corners(20 * text.size() * 4);
  const int size = static_cast<int>(corners.size() * sizeof(Corner));
  const int count = stb_easy_font_print(2, 2, &text[0], nullptr, corners.data(), size);
  for (int i = 0; i < count; ++i) {
    const Corner &first = corners[4 * i], &last = corners[4 * i + 2];
    const Box box = {x + static_cast<int>(first.x) * scale, y + static_cast<int>(first.y) * scale,
                     x + static_cast<int>(last.x) * scale, y + static_cast<int>(last.y) * scale};
    fill(picture, box, {255, 255, 255});
  }
}
