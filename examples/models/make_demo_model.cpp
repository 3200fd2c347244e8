// make_demo_model: writes a MobileNetV2 with made-up weights as a TFLite file, for trying the compiler
// without having a model. The same options give the same bytes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <map>

#include "examples/models/mobilenet_v2.h"

int main(int argc, char** argv) {
  using narrows::DType;
  narrows::MobileNetV2 net;
  net.width = 0.35f;
  net.size = 96;
  std::string path;

  std::string type = "int8";
  const std::map<std::string, DType> types = {
      {"int8", DType::i8}, {"uint8", DType::u8}, {"float32", DType::f32}};
  CLI::App app("Writes a MobileNetV2 with made-up weights as a TFLite model");
  app.add_option("OUT.tflite", path, "file to write")->required();
  app.add_option("--type", type, "of activations and weights (default int8)")
      ->check(CLI::IsMember({"int8", "uint8", "float32"}));
  app.add_option("--width", net.width, "multiplies the number of channels (default 0.35)")
      ->check(CLI::Range(0.05, 4.0));
  app.add_option("--size", net.size, "height and width of the picture (default 96)")
      ->check(CLI::Range(1, 2048));
  app.add_option("--classes", net.classes, "number of classes (default 1001)")->check(CLI::Range(1, 100000));
  app.add_option("--seed", net.seed, "of the weights (default 1)");
  app.add_flag("--dense", net.dense, "make the classifier a FULLY_CONNECTED instead of a CONV_2D");
  CLI11_PARSE(app, argc, argv);
  net.type = types.at(type);

  const std::vector<narrows::ValueRange> ranges =
      net.type == DType::f32 ? std::vector<narrows::ValueRange>() : narrows::calibrate(net);
  const std::vector<uint8_t> bytes = narrows::build_mobilenet_v2(net, ranges);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) {
    fmt::print(stderr, "{}: error: cannot be written\n", path);
    return 1;
  }
  fmt::print("{}: {} bytes\n", path, bytes.size());
  return 0;
}
