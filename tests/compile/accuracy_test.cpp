// The trained models of examples/models/ on drawn pictures that they have not seen: emitted code, in float
// and in 8 bits, against the truth, beside the interpreter on the float model.
#include "tests/support/accuracy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "compiler/cli/images.h"
#include "compiler/measure/compare.h"
#include "frontends/frontends.h"
#include "tests/support/emitted_library.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

using Json = nlohmann::json;

const Path models = Path(NARROWS_SOURCE_DIR) / "examples" / "models";

Graph read_trained(const std::string& name) {
  Diagnostics diagnostics(name);
  ReadOptions options;
  options.layout = ReadOptions::Layout::nhwc;
  std::optional<Graph> graph = read_model(read_bytes(models / (name + ".onnx")), name, diagnostics, options);
  if (!graph) throw std::runtime_error(diagnostics.str());
  return *graph;
}

/// Pictures of the held-out seed, and what is in them.
class DrawnPictures {
 public:
  DrawnPictures(const std::string& task, int count) {
    const std::string draw = NARROWS_SOURCE_DIR "/examples/training/draw.py";
    folder_.run_or_throw({"/usr/bin/python3", draw, "--task", task, "--count", std::to_string(count), "--out", "."});
    truth = Json::parse(std::ifstream(folder_.path() / "truth.json"));
  }

  Image image(size_t index, const char* which = "image", int channels = 3) const {
    Diagnostics diagnostics("test");
    const Path path = folder_.path() / truth.at(index).at(which).get<std::string>();
    const std::optional<Image> image = read_image(path.string(), channels, diagnostics);
    if (!image) throw std::runtime_error(diagnostics.str());
    return *image;
  }

  Json truth;

 private:
  Workspace folder_;
};

/// Outputs as real numbers.
using Results = std::vector<std::vector<float>>;

Results real_values(const Graph& graph, const std::vector<Bytes>& outputs) {
  Results results;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& tensor = graph.tensors.at(graph.outputs[i]);
    std::vector<float> values;
    for (int64_t k = 0; k < element_count(tensor.shape); ++k) {
      const double stored = element(tensor, outputs[i], k);
      const bool scaled = is_quantized(tensor);
      values.push_back(static_cast<float>(scaled ? (stored - tensor.zero_point()) * double{tensor.scale()} : stored));
    }
    results.push_back(std::move(values));
  }
  return results;
}

/// A model as emitted code, and as the interpreter's.
struct Trained {
  Graph graph;
  EmittedLibrary library;

  Trained(const std::string& name, const Machine& machine) : graph(read_trained(name)), library(graph, machine) {}

  Bytes input(const Image& image) const {
    return image_to_tensor(image, graph.tensors.at(graph.inputs.at(0)), Normalization{});
  }
  Results emitted(const Image& image) { return real_values(graph, library.run(input(image))); }
  Results interpreted(const Image& image) const {
    const std::vector<Bytes> values = interpret(graph, {input(image)});
    std::vector<Bytes> outputs;
    for (const int id : graph.outputs) outputs.push_back(values.at(id));
    return real_values(graph, outputs);
  }
};

/// What one way to run a model made of every picture.
struct Answers {
  std::vector<Results> reference, emitted, emitted_8bit;
};

Answers run_all(const std::string& name, const DrawnPictures& pictures) {
  std::optional<Machine> machine = find_machine("host");
  if (!machine) throw std::runtime_error("cannot build code for this machine");
  std::replace(machine->toolchain.flags.begin(), machine->toolchain.flags.end(), std::string("-Og"),
               std::string("-O2"));
  Trained real(name, *machine), quantized(name + "_int8", *machine);
  Answers answers;
  for (size_t i = 0; i < pictures.truth.size(); ++i) {
    const Image image = pictures.image(i);
    answers.reference.push_back(real.interpreted(image));
    answers.emitted.push_back(real.emitted(image));
    answers.emitted_8bit.push_back(quantized.emitted(image));
  }
  return answers;
}

/// `measure` gives parts of 1; the results are in per cent.
template <typename Measure>
void expect_accuracy(const std::string& what, const Answers& answers, double least, const Measure& measure) {
  const double reference = 100 * measure(answers.reference), emitted = 100 * measure(answers.emitted),
               emitted_8bit = 100 * measure(answers.emitted_8bit);
  std::cout << what << " of " << answers.reference.size() << " pictures: interpreter " << reference
            << ", emitted float " << emitted << ", emitted int8 " << emitted_8bit << "\n";
  EXPECT_NEAR(emitted, reference, 0.1);
  EXPECT_GE(emitted_8bit, reference - 2);
  EXPECT_GE(emitted, least);
}

TEST(Accuracy, Classifier) {
  const DrawnPictures pictures("classify", 300);
  const Answers answers = run_all("icon_classifier", pictures);
  expect_accuracy("top-1", answers, 88, [&](const std::vector<Results>& all) {
    double right = 0;
    for (size_t i = 0; i < all.size(); ++i) right += best(all[i].at(0)) == pictures.truth[i]["label"].get<int>();
    return right / static_cast<double>(all.size());
  });
}

/// Outputs of TFLite_Detection_PostProcess.
Objects objects_of(const Results& outputs) {
  Objects objects;
  for (size_t i = 0; i < static_cast<size_t>(outputs.at(3).at(0)); ++i) {
    Object object;
    std::copy_n(outputs[0].begin() + static_cast<int64_t>(4 * i), 4, object.box.begin());
    object.label = static_cast<int>(outputs[1].at(i));
    object.score = outputs[2].at(i);
    objects.push_back(object);
  }
  return objects;
}

TEST(Accuracy, Detector) {
  const DrawnPictures pictures("detect", 200);
  std::vector<Objects> truth;
  for (const Json& picture : pictures.truth) {
    truth.emplace_back();
    for (const Json& object : picture["objects"]) {
      truth.back().push_back({object["label"], 1, object["box"].get<std::array<float, 4>>()});
    }
  }
  const Answers answers = run_all("sign_detector", pictures);
  expect_accuracy("mAP@0.5", answers, 88, [&](const std::vector<Results>& all) {
    std::vector<Objects> found;
    for (const Results& outputs : all) found.push_back(objects_of(outputs));
    return mean_average_precision(found, truth);
  });
}

TEST(Accuracy, Segmenter) {
  const DrawnPictures pictures("segment", 100);
  const Answers answers = run_all("icon_segmenter", pictures);
  expect_accuracy("mean IoU", answers, 62, [&](const std::vector<Results>& all) {
    PixelCounts counts(64);
    for (size_t i = 0; i < all.size(); ++i) {
      const Image mask = pictures.image(i, "mask", 1);
      counts.add({all[i].at(0).begin(), all[i].at(0).end()}, {mask.pixels.begin(), mask.pixels.end()});
    }
    return counts.mean_intersection_over_union();
  });
}

}  // namespace
}  // namespace narrows
