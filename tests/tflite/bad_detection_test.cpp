// Wrong uses of TFLite_Detection_PostProcess: options, operands, outputs.
#include <flatbuffers/flexbuffers.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <optional>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"
#include "tests/support/detector.h"

namespace narrows {
namespace {

using Bytes = std::vector<uint8_t>;
using Change = std::function<void(flexbuffers::Builder&)>;

const std::string at = "m: op 0 CUSTOM(TFLite_Detection_PostProcess) 'out_boxes': error: ";

std::string errors_with(const Bytes& options) {
  TfliteBuilder b = detector(DType::f32, small_detector_options());
  b.op(0).custom_options = options;
  return errors_of(b);
}
std::string errors_with(const DetectionOptions& options) { return errors_with(detector_options(options)); }
/// Option `key` is what `change` makes of it.
std::string errors_with(const std::string& key, const Change& change) {
  return errors_with(detector_options(small_detector_options(), key, change));
}

TEST(BadDetection, OptionsThatAreNoFlexBuffer) {
  EXPECT_EQ(errors_with(Bytes()), at + "the 0 bytes of options are not a well-formed FlexBuffer\n");
  EXPECT_EQ(errors_with(Bytes{0, 0, 0, 0}), at + "the 4 bytes of options are not a well-formed FlexBuffer\n");
  EXPECT_EQ(errors_with(Bytes{0xff, 0x27, 1}), at + "the 3 bytes of options are not a well-formed FlexBuffer\n");
  EXPECT_EQ(errors_with(Bytes{7, 4, 1}), at + "the options are not a map of names to values\n");
}

TEST(BadDetection, TruncatedOptions) {
  const Bytes whole = detector_options(small_detector_options());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(errors_with(Bytes(whole.begin(), whole.begin() + size)), "") << size;
    EXPECT_NE(errors_with(Bytes(whole.begin() + size + 1, whole.end())), "") << size;
  }
}

/// Whatever the options hold, reading them ends, and ends well or with a message.
TEST(BadDetection, DamagedOptions) {
  const Bytes whole = detector_options(small_detector_options());
  TfliteBuilder b = detector(DType::f32, small_detector_options());
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const int value : {0, 1, 4, 8, 0x7f, 0xff}) {
      b.op(0).custom_options = whole;
      b.op(0).custom_options[i] = static_cast<uint8_t>(value);
      Diagnostics diagnostics("m");
      const std::optional<Graph> graph = read_tflite(b.finish(), "m", diagnostics);
      EXPECT_EQ(graph.has_value(), diagnostics.ok()) << i << " " << value;
      EXPECT_TRUE(!graph || verify(*graph).empty()) << i << " " << value;
    }
  }
}

/// A key that goes on to the end of the buffer, and would go on behind it.
TEST(BadDetection, KeysWithoutAnEnd) {
  Bytes options = detector_options(small_detector_options());
  for (uint8_t& byte : options) byte = byte == 0 ? 'a' : byte;
  EXPECT_NE(errors_with(options), "");
}

TEST(BadDetection, MissingOptions) {
  flexbuffers::Builder b;
  b.Map([&] { b.Bool("use_regular_nms", true); });
  b.Finish();
  EXPECT_EQ(errors_with(b.GetBuffer()), at + "option max_detections is missing; expected an integer\n" +  //
                                            at + "option max_classes_per_detection is missing; expected an integer\n" +
                                            at + "option nms_score_threshold is missing; expected a number\n" + at +
                                            "option nms_iou_threshold is missing; expected a number\n" + at +
                                            "option num_classes is missing; expected an integer\n" + at +
                                            "option y_scale is missing; expected a number\n" + at +
                                            "option x_scale is missing; expected a number\n" + at +
                                            "option h_scale is missing; expected a number\n" + at +
                                            "option w_scale is missing; expected a number\n");
}

TEST(BadDetection, OptionsOfWrongTypes) {
  EXPECT_EQ(errors_with("max_detections", [](auto& b) { b.String("max_detections", "10"); }),
            at + "option max_detections is not an integer\n");
  EXPECT_EQ(errors_with("num_classes", [](auto& b) { b.Float("num_classes", 2); }),
            at + "option num_classes is not an integer\n");
  EXPECT_EQ(errors_with("y_scale", [](auto& b) { b.Bool("y_scale", true); }), at + "option y_scale is not a number\n");
  EXPECT_EQ(errors_with("use_regular_nms", [](auto& b) { b.Float("use_regular_nms", 1); }),
            at + "option use_regular_nms is not true or false\n");
  EXPECT_EQ(errors_with("detections_per_class", [](auto& b) { b.Vector("detections_per_class", [] {}); }),
            at + "option detections_per_class is not an integer\n");
}

TEST(BadDetection, Counts) {
  EXPECT_EQ(errors_with("max_detections", [](auto& b) { b.Int("max_detections", int64_t{1} << 31); }),
            at + "option max_detections is 2147483648, which does not fit in 32 bits\n");
  EXPECT_EQ(errors_with("max_detections", [](auto& b) { b.UInt("max_detections", UINT64_MAX); }),
            at + "option max_detections is 18446744073709551615, which does not fit in 32 bits\n");
  DetectionOptions o = small_detector_options();
  o.max_detections = 0, o.classes_per_detection = -1, o.detections_per_class = 0, o.classes = 0;
  EXPECT_EQ(errors_with(o), at + "max_detections is 0; expected 1 to 1048576\n" +  //
                                at + "max_classes_per_detection is -1; expected 1 to 1048576\n" + at +
                                "detections_per_class is 0; expected 1 to 2147483647\n" + at +
                                "num_classes is 0; expected 1 to 2147483647\n");
  o = small_detector_options();
  o.max_detections = 1 << 20, o.classes_per_detection = 2;
  EXPECT_EQ(errors_with(o), at + "max_detections 1048576 times max_classes_per_detection 2 is more than the limit of "
                                 "1048576\n");
  o = small_detector_options();
  o.classes = 4;
  EXPECT_EQ(errors_with(o), at + "num_classes is 4, but scores have shape [1,3,3]; expected 3 of them, or 2 behind the "
                                 "background\n");
}

TEST(BadDetection, ThresholdsAndScales) {
  DetectionOptions o = small_detector_options();
  o.iou_threshold = 0, o.y_scale = 0, o.h_scale = -5, o.w_scale = std::numeric_limits<float>::infinity();
  EXPECT_EQ(errors_with(o), at + "nms_iou_threshold is 0; expected more than 0, at most 1\n" +  //
                                at + "y_scale is 0; expected a positive number\n" + at +
                                "h_scale is -5; expected a positive number\n" + at +
                                "w_scale is inf; expected a positive number\n");
  o = small_detector_options();
  o.iou_threshold = 1.5f, o.score_threshold = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(errors_with(o), at + "nms_score_threshold is nan; expected a number\n" + at +
                                "nms_iou_threshold is 1.5; expected more than 0, at most 1\n");
}

TEST(BadDetection, Shapes) {
  TfliteBuilder b = detector(DType::f32, small_detector_options());
  b.tensor(0).shape = {1, 4, 3};
  EXPECT_EQ(errors_of(b), at + "boxes have shape [1,4,3]; expected [1,N,4], N at most 16777216\n");
  b.tensor(0).shape = {1, 4, 4};
  EXPECT_EQ(errors_of(b), at + "scores have shape [1,3,3]; expected [1,4,classes]\n" + at +
                              "anchors have shape [3,4]; expected [4,4]\n");
}

TEST(BadDetection, Anchors) {
  TfliteBuilder b = detector(DType::f32, small_detector_options());
  const float negative = -1;
  std::memcpy(&b.data(2)[4 * 6], &negative, 4);
  EXPECT_EQ(errors_of(b), at + "anchor 1 is (0.5, 0.5, -1, 1); expected numbers (y, x, h, w), h and w not negative\n");
  b = detector(DType::f32, small_detector_options());
  b.tensor(2).buffer = 0;
  b.subgraph().inputs.push_back(2);
  EXPECT_EQ(errors_of(b), at + "anchors 'anchors': expected a constant, found a value computed at run time\n");
}

TEST(BadDetection, TypesAndOutputs) {
  TfliteBuilder b = detector(DType::f32, small_detector_options());
  b.tensor(1).type = tflite_format::TensorType::INT32;
  EXPECT_EQ(errors_of(b), at + "scores 'scores' have type INT32; supported: FLOAT32, UINT8, INT8\n");
  b = detector(DType::f32, small_detector_options());
  b.tensor(4).type = tflite_format::TensorType::INT32;
  EXPECT_EQ(errors_of(b), at + "output 'out_classes' has type INT32, expected FLOAT32\n");
  b = detector(DType::f32, small_detector_options());
  b.tensor(5).shape = {1, 3};
  EXPECT_EQ(warnings_of(b), stale_shape("tensor 5 'out_scores'", "[1,3]", "[1,2]"));
  b = detector(DType::f32, small_detector_options());
  b.op(0).outputs.pop_back();
  b.subgraph().outputs.pop_back();
  EXPECT_EQ(errors_of(b), at + "has 3 outputs, expected 4\n");
}

TEST(BadDetection, OtherCustomOperators) {
  TfliteBuilder b = detector(DType::f32, small_detector_options());
  b.model.operator_codes.at(b.op(0).opcode_index)->custom_code = "TFLite_Detection_PostProcess2";
  const std::string errors = errors_of(b);
  EXPECT_EQ(errors.substr(0, errors.find('\n')),
            "m: error: 1 operator is not supported: CUSTOM(TFLite_Detection_PostProcess2) (op 0)");
}

}  // namespace
}  // namespace narrows
