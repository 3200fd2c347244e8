// Finds objects in a picture.
//
//   narrows compile examples/models/sign_detector_int8.onnx --input-layout nhwc --name detector -o out
//   g++ -std=c++11 -O2 -march=native -Iout examples/detect.cpp out/detector.cpp -o out/detect
//
//   out/detect out/detector.weights examples/models/sign_detector_labels.txt PICTURE [RESULT.png]
//
// prints class, score and box (ymin, xmin, ymax, xmax in pixels) of every object, and draws the boxes. The
// detector ends in TFLite_Detection_PostProcess: its outputs are boxes in parts of the picture, classes,
// scores and how many objects there are.
#include "detector.h"
#include "picture.h"

#if !defined(DETECTOR_OUTPUT3_SIZE) || defined(DETECTOR_OUTPUT4_SIZE) || !defined(DETECTOR_INPUT0_LAYOUT)
#error "detect.cpp is for networks that read a picture and end in TFLite_Detection_PostProcess"
#endif

static const InputForm input_form = {DETECTOR_INPUT0_HEIGHT, DETECTOR_INPUT0_WIDTH, DETECTOR_INPUT0_CHANNELS,
                                     DETECTOR_INPUT0_LAYOUT == DETECTOR_NCHW};

struct Object {
  size_t label;
  float score;
  int top, left, bottom, right;  // pixels
};

static std::vector<Object> detect(Memory* weights, const Picture& picture) {
  const auto input = to_input<DETECTOR_INPUT0_TYPE>(picture, input_form);
  std::vector<float> boxes(DETECTOR_OUTPUT0_SIZE), classes(DETECTOR_OUTPUT1_SIZE), scores(DETECTOR_OUTPUT2_SIZE);
  float count = 0;
  Memory arena(DETECTOR_ARENA_BYTES);
  const detector_status status =
      detector_run(weights->data(), arena.data(), input.data(), boxes.data(), classes.data(), scores.data(), &count);
  if (status != DETECTOR_OK) fail(detector_message(status));

  std::vector<Object> objects;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    const float* const box = &boxes[4 * i];
    objects.push_back({static_cast<size_t>(classes[i]), scores[i], static_cast<int>(box[0] * picture.height),
                       static_cast<int>(box[1] * picture.width), static_cast<int>(box[2] * picture.height),
                       static_cast<int>(box[3] * picture.width)});
  }
  return objects;
}

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) fail("usage: detect WEIGHTS LABELS PICTURE [RESULT.png]");
  Memory weights = read_file(argv[1]);
  const std::vector<std::string> labels = read_labels(argv[2]);
  Picture picture = read_picture(argv[3]);
  const detector_status status = detector_check(weights.data(), weights.size());
  if (status != DETECTOR_OK) fail(detector_message(status));

  const std::vector<Object> objects = detect(&weights, picture);
  for (const Object& object : objects) {
    if (object.score < 0.5f) continue;
    const std::string label = label_of(labels, object.label);
    std::printf("%.3f  %-16s %4d %4d %4d %4d\n", object.score, label.c_str(), object.top, object.left, object.bottom,
                object.right);
    draw_box(&picture, {object.left, object.top, object.right, object.bottom}, class_color(object.label));
    draw_label(&picture, object.left, object.top - label_height(picture), label, class_color(object.label));
  }
  if (argc == 5) write_png(argv[4], picture);
}
