// Pictures as inputs: decoding, resizing, and which numbers a tensor gets.
#include "compiler/cli/images.h"

#include <gtest/gtest.h>

#include <cstring>

#include "compiler/interpret/interpret.h"

namespace narrows {
namespace {

Tensor input(DType type, float scale = 0, int zero_point = 0) {
  Tensor tensor;
  tensor.name = "image";
  tensor.type = type;
  tensor.shape = {1, 1, 3, 1};
  if (scale > 0) tensor.quant = {{scale}, {zero_point}, 0};
  return tensor;
}

Graph graph_of(const Tensor& tensor) {
  Graph graph;
  graph.inputs = {graph.add(tensor)};
  return graph;
}

const Image kPixels{1, 3, 1, {0, 100, 255}};

TEST(Images, ResizeToTheSameSizeChangesNothing) { EXPECT_EQ(resize(kPixels, 1, 3).pixels, kPixels.pixels); }

TEST(Images, ResizeHasHalfPixelCenters) {
  const Image square{2, 2, 1, {0, 40, 80, 120}};
  // Along each side: 0, 1/4, 3/4, 1 of the way.
  EXPECT_EQ(resize(square, 4, 4).pixels, (std::vector<uint8_t>{0, 10, 30, 40, 20, 30, 50, 60,  //
                                                               60, 70, 90, 100, 80, 90, 110, 120}));
  EXPECT_EQ(resize(square, 1, 1).pixels, std::vector<uint8_t>{60});
}

TEST(Images, ResizeKeepsChannelsApart) {
  const Image two_pixels{1, 2, 3, {0, 100, 200, 40, 60, 200}};
  EXPECT_EQ(resize(two_pixels, 1, 1).pixels, (std::vector<uint8_t>{20, 80, 200}));
}

TEST(Images, FloatInputsReadMinusOneToOne) {
  const std::vector<uint8_t> bytes = image_to_tensor(kPixels, input(DType::f32), Normalization{});
  float values[3];
  ASSERT_EQ(bytes.size(), sizeof(values));
  std::memcpy(values, bytes.data(), sizeof(values));
  EXPECT_EQ(values[0], -1.0f);
  EXPECT_EQ(values[1], (100 - 127.5f) / 127.5f);
  EXPECT_EQ(values[2], 1.0f);
}

TEST(Images, QuantizationTellsTheNormalization) {
  const auto guess = [](DType type, float scale, int zero_point) {
    return guess_normalization(input(type, scale, zero_point));
  };
  EXPECT_EQ(guess(DType::u8, 1 / 128.0f, 128)->mean, 127.5f);
  EXPECT_EQ(guess(DType::u8, 2 / 255.0f, 127)->std, 127.5f);
  EXPECT_EQ(guess(DType::i8, 2 / 255.0f, -1)->mean, 127.5f);
  EXPECT_EQ(guess(DType::u8, 1 / 255.0f, 0)->std, 255.0f);
  EXPECT_EQ(guess(DType::i8, 1.0f, -128)->std, 1.0f);
  EXPECT_FALSE(guess(DType::u8, 0.02f, 114));
}

TEST(Images, BytesOfUnsignedInputsArePixels) {
  for (const auto& [scale, zero_point] : {std::pair(1 / 128.0f, 128), {2 / 255.0f, 127}, {1.0f, 0}}) {
    const Tensor tensor = input(DType::u8, scale, zero_point);
    EXPECT_EQ(image_to_tensor(kPixels, tensor, *guess_normalization(tensor)), kPixels.pixels);
  }
}

TEST(Images, SignedInputsAreQuantized) {
  const Tensor tensor = input(DType::i8, 1 / 255.0f, -128);
  const std::vector<uint8_t> bytes = image_to_tensor(kPixels, tensor, *guess_normalization(tensor));
  EXPECT_EQ(bytes, (std::vector<uint8_t>{0x80, 0xE4, 0x7F}));  // -128, -28, 127
}

TEST(Images, MeanAndStdOverrideThePixelBytes) {
  const Tensor tensor = input(DType::u8, 1 / 128.0f, 128);
  const std::vector<uint8_t> bytes = image_to_tensor(kPixels, tensor, Normalization{0, 255});
  EXPECT_EQ(bytes, (std::vector<uint8_t>{128, 178, 255}));
}

TEST(Images, CanBePlanes) {
  const Image two_pixels{1, 2, 3, {1, 2, 3, 4, 5, 6}};
  const Tensor bytes = input(DType::u8, 1.0f, 0);
  EXPECT_EQ(image_to_tensor(two_pixels, bytes, {0, 1}, false), two_pixels.pixels);
  EXPECT_EQ(image_to_tensor(two_pixels, bytes, {0, 1}, true), (std::vector<uint8_t>{1, 4, 2, 5, 3, 6}));
  const std::vector<uint8_t> stored = image_to_tensor(two_pixels, input(DType::f32), {0, 1}, true);
  float values[6];
  ASSERT_EQ(stored.size(), sizeof(values));
  std::memcpy(values, stored.data(), sizeof(values));
  EXPECT_EQ(std::vector<float>(values, values + 6), (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

/// Height and width are those that the model's layout says.
TEST(Images, AreLoadedInTheLayoutOfTheModel) {
  const std::string path = NARROWS_SOURCE_DIR "/examples/pictures/classify.png";
  Diagnostics diagnostics("test");
  const auto load = [&](const std::string& text) {
    const Graph graph = parse_graph("graph \"g\"\ninputs %0\noutputs %1\n" + text, diagnostics);
    return load_image(path, graph, graph.inputs[0], {}, diagnostics).value_or(Bytes());
  };
  const std::string u8 = " scale 1 zero 0";
  const std::string to_nhwc = u8 + " = transpose %0 axes 0 2 3 1\n", conv = u8 + " = conv2d ";
  const std::string weights = "%2 u8[2,1,1,3]" + u8 + " = seed 1\n";
  const Bytes rows = load("%0 u8[1,4,6,3]" + u8 + "\n" + weights + "%1 u8[1,4,6,2]" + conv + "%0 %2\n");
  const Bytes planes =
      load("%0 u8[1,3,4,6]" + u8 + "\n%3 u8[1,4,6,3]" + to_nhwc + weights + "%1 u8[1,4,6,2]" + conv + "%3 %2\n");
  EXPECT_EQ(diagnostics.str(), "");
  ASSERT_EQ(rows.size(), 72u);
  ASSERT_EQ(planes.size(), 72u);
  for (size_t i = 0; i < 72; ++i) EXPECT_EQ(planes[i % 3 * 24 + i / 3], rows[i]) << i;
}

TEST(Images, ReadsColorAndGrey) {
  const std::string path = NARROWS_SOURCE_DIR "/examples/pictures/classify.png";
  Diagnostics diagnostics("test");
  const auto color = read_image(path, 3, diagnostics), grey = read_image(path, 1, diagnostics);
  ASSERT_TRUE(color && grey) << diagnostics.str();
  EXPECT_EQ(color->width, 192);
  EXPECT_EQ(color->height, 192);
  EXPECT_EQ(color->pixels.size(), 3 * grey->pixels.size());
  EXPECT_GT(color->pixels[2], color->pixels[0]) << "the corner is blue";
}

TEST(Images, ExplainsWhatItCannotRead) {
  Diagnostics diagnostics("narrows");
  EXPECT_FALSE(load_image("none.png", graph_of(input(DType::f32)), 0, {}, diagnostics));
  EXPECT_FALSE(load_image("a.png", graph_of(input(DType::i32)), 0, {}, diagnostics));
  EXPECT_FALSE(load_image("a.png", graph_of(input(DType::u8, 0.5f, 0)), 0, {}, diagnostics));
  EXPECT_EQ(diagnostics.str(),
            "narrows: error: cannot read picture 'none.png': can't fopen\n"
            "narrows: error: 'a.png' is a picture, but input 'image' is i32[1,1,3,1]\n"
            "narrows: note: pictures fit inputs of shape [1,height,width,1 or 3] or [1,1 or 3,height,width] and type "
            "f32, u8 or i8\n"
            "narrows: error: cannot tell how input 'image' wants its pixels: scale 0.5 and zero point 0 are not "
            "those of [-1,1], [0,1] or [0,255]\n"
            "narrows: note: give --mean and --std: the model reads (pixel - mean) / std\n");
}

}  // namespace
}  // namespace narrows
