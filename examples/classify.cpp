// Says what is in a picture.
//
//   narrows compile examples/models/icon_classifier_int8.onnx --input-layout nhwc --name classifier -o out
//   g++ -std=c++11 -O2 -march=native -pthread -Iout examples/classify.cpp out/classifier.cpp -o out/classify
//
//   out/classify out/classifier.weights examples/models/icon_classifier_labels.txt PICTURE [RESULT.png [THREADS]]
//
// prints the three best classes, and writes the picture with the name of the best one.
#include <algorithm>

#include "classifier.h"
#include "picture.h"
#include "thread_pool.h"

#if defined(CLASSIFIER_OUTPUT1_SIZE) || !defined(CLASSIFIER_OUTPUT0_SCALE) || !defined(CLASSIFIER_INPUT0_LAYOUT)
#error "classify.cpp is for networks that read a picture and write one score for each class"
#endif

static const InputForm input_form = {CLASSIFIER_INPUT0_HEIGHT, CLASSIFIER_INPUT0_WIDTH, CLASSIFIER_INPUT0_CHANNELS,
                                     CLASSIFIER_INPUT0_LAYOUT == CLASSIFIER_NCHW};

/// One score for each class: every dimension but one is 1.
static void check_output() {
  const int shape[] = CLASSIFIER_OUTPUT0_SHAPE;
  for (const int size : shape) {
    if (size == CLASSIFIER_OUTPUT0_SIZE) return;
  }
  fail("the network has to write one score for each class; found " + std::to_string(CLASSIFIER_OUTPUT0_SIZE) +
       " numbers in several dimensions");
}

int main(int argc, char** argv) {
  check_output();
  if (argc < 4 || argc > 6) fail("usage: classify WEIGHTS LABELS PICTURE [RESULT.png [THREADS]]");
  Memory weights = read_file(argv[1]);
  const std::vector<std::string> labels = read_labels(argv[2]);
  Picture picture = read_picture(argv[3]);

  classifier_status status = classifier_check(weights.data(), weights.size());
  if (status != CLASSIFIER_OK) fail(classifier_message(status));

  const auto input = to_input<CLASSIFIER_INPUT0_TYPE>(picture, input_form);
  std::vector<CLASSIFIER_OUTPUT0_TYPE> scores(CLASSIFIER_OUTPUT0_SIZE);
  ThreadPool pool(argc == 6 ? std::atoi(argv[5]) : 1);
  Memory arena(CLASSIFIER_PARALLEL_ARENA_BYTES(pool.threads()));
  status = classifier_run_parallel(weights.data(), arena.data(), input.data(), scores.data(), pool.threads(),
                                   ThreadPool::parallel_for, &pool);
  if (status != CLASSIFIER_OK) fail(classifier_message(status));

  std::vector<size_t> order;
  for (size_t i = 0; i < scores.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  for (size_t i = 0; i < 3 && i < order.size(); ++i) {
    const float score = CLASSIFIER_OUTPUT0_SCALE * (scores[order[i]] - CLASSIFIER_OUTPUT0_ZERO_POINT);
    std::printf("%.3f  %s\n", score, label_of(labels, order[i]).c_str());
  }
  if (argc >= 5) {
    draw_label(&picture, 4, 4, label_of(labels, order[0]), class_color(order[0]));
    write_png(argv[4], picture);
  }
}
