// TFLite models of nothing but TFLite_Detection_PostProcess.
#pragma once

#include <functional>

#include "tests/support/tflite_builder.h"

namespace flexbuffers {
class Builder;
}

namespace narrows {

/// 3 boxes, 2 classes and the background, 2 detections.
DetectionOptions small_detector_options();

/// The operator's custom options: the usual map with what `change` adds to it, and without key `left_out`.
std::vector<uint8_t> detector_options(const DetectionOptions& options, const std::string& left_out = "",
                                      const std::function<void(flexbuffers::Builder&)>& change = {});

/// boxes [1,n,4] (id 0), scores [1,n,columns] (id 1), anchors [n,4] (id 2) -> outputs without a shape, ids 3 to 6.
/// Encodings and scores are of `type`, with `scores_scale` where that is 8 bit; the anchors are a column of unit
/// squares that overlap by half, and are of `type` too.
TfliteBuilder detector(DType type, const DetectionOptions& options, int n = 3, int columns = 3,
                       float scores_scale = 1.0f / 256);

}  // namespace narrows
