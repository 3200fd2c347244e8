// make_demo_model: writes a small MobileNetV2 with made-up weights as a TFLite file, for tests of the command
// line.
//
// usage: make_demo_model OUT.tflite
#include <fstream>

#include "tests/support/mobilenet_v2.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  narrows::MobileNetV2 net;
  net.type = narrows::DType::i8;
  net.width = 0.35f;
  net.size = 96;
  const std::vector<uint8_t> bytes = narrows::build_mobilenet_v2(net, narrows::calibrate(net));
  std::ofstream file(argv[1], std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file.flush() ? 0 : 1;
}
