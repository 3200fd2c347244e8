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

#include "picture.h"
#include "segmenter.h"

typedef SEGMENTER_OUTPUT0_TYPE Class;

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) fail("usage: segment WEIGHTS LABELS PICTURE [RESULT.png]");
  Memory weights = read_file(argv[1]);
  const std::vector<std::string> labels = read_labels(argv[2]);
  Picture picture = read_picture(argv[3]);
  segmenter_status status = segmenter_check(weights.data(), weights.size());
  if (status != SEGMENTER_OK) fail(segmenter_message(status));

  const auto input = to_input<SEGMENTER_INPUT0_TYPE>(picture, SEGMENTER_INPUT0_SHAPE);
  std::vector<Class> classes(SEGMENTER_OUTPUT0_SIZE);
  Memory arena(SEGMENTER_ARENA_BYTES);
  status = segmenter_run(weights.data(), arena.data(), input.data(), classes.data());
  if (status != SEGMENTER_OK) fail(segmenter_message(status));

  const int shape[] = SEGMENTER_OUTPUT0_SHAPE;  // [1,height,width]
  std::map<Class, int> pixels;
  for (const Class c : classes) ++pixels[c];
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const Class c = classes[y * shape[1] / picture.height * shape[2] + x * shape[2] / picture.width];
      if (c != 0) fill(&picture, x, y, x + 1, y + 1, class_color(c - 1), 0.6f);
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
