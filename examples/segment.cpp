// Says what every pixel of a picture belongs to.
//
//   narrows compile examples/models/icon_segmenter_int8.onnx --input-layout nhwc --name segmenter -o out
//   g++ -std=c++11 -O2 -march=native -Iout examples/segment.cpp out/segmenter.cpp -o out/segment
//
//   out/segment out/segmenter.weights examples/models/icon_segmenter_labels.txt PICTURE [RESULT.png]
//
// prints each class with the part of the picture that it covers, and colors the picture by class. The
// segmenter ends in ARG_MAX: its output is the class of every pixel. Class 0 is the background.
#include <map>
#include <type_traits>

#include "picture.h"
#include "segmenter.h"

#if defined(SEGMENTER_OUTPUT1_SIZE) || !defined(SEGMENTER_INPUT0_LAYOUT)
#error "segment.cpp is for networks that read a picture and write one map"
#endif

typedef SEGMENTER_OUTPUT0_TYPE Class;

static const InputForm input_form = {SEGMENTER_INPUT0_HEIGHT, SEGMENTER_INPUT0_WIDTH, SEGMENTER_INPUT0_CHANNELS,
                                     SEGMENTER_INPUT0_LAYOUT == SEGMENTER_NCHW};

/// Classes have shape [1,height,width]; logits are scores, one for each class of every pixel.
static void check_output(const std::vector<int>& shape) {
  const bool map = shape.size() >= 3 && shape[1] * shape[2] == SEGMENTER_OUTPUT0_SIZE;
  if (map && std::is_integral<Class>::value) return;
  std::string found;
  for (const int size : shape) found += (found.empty() ? "" : ",") + std::to_string(size);
  fail("the network has to end in ARG_MAX, with whole numbers of shape [1,height,width]; found " +
       std::string(std::is_integral<Class>::value ? "whole" : "real") + " numbers of shape [" + found + "]");
}

int main(int argc, char** argv) {
  const std::vector<int> shape = SEGMENTER_OUTPUT0_SHAPE;
  check_output(shape);
  if (argc != 4 && argc != 5) fail("usage: segment WEIGHTS LABELS PICTURE [RESULT.png]");
  Memory weights = read_file(argv[1]);
  const std::vector<std::string> labels = read_labels(argv[2]);
  Picture picture = read_picture(argv[3]);
  segmenter_status status = segmenter_check(weights.data(), weights.size());
  if (status != SEGMENTER_OK) fail(segmenter_message(status));

  const auto input = to_input<SEGMENTER_INPUT0_TYPE>(picture, input_form);
  std::vector<Class> classes(SEGMENTER_OUTPUT0_SIZE);
  Memory arena(SEGMENTER_ARENA_BYTES);
  status = segmenter_run(weights.data(), arena.data(), input.data(), classes.data());
  if (status != SEGMENTER_OK) fail(segmenter_message(status));

  const int height = shape[1], width = shape[2];
  std::map<Class, int> pixels;
  for (const Class c : classes) ++pixels[c];
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const Class c = classes[y * height / picture.height * width + x * width / picture.width];
      if (c != 0) fill(&picture, {x, y, x + 1, y + 1}, class_color(c - 1), 0.6f);
    }
  }
  int line = 0;
  for (const std::pair<const Class, int>& entry : pixels) {
    const std::string label = label_of(labels, entry.first);
    std::printf("%5.1f %%  %s\n", 100.0 * entry.second / classes.size(), label.c_str());
    if (entry.first != 0)
      draw_label(&picture, 4, 4 + (label_height(picture) + 1) * line++, label, class_color(entry.first - 1));
  }
  if (argc == 5) write_png(argv[4], picture);
}
