// Short names for tests of the TFLite reader.
#pragma once

#include <vector>

#include "compiler/graph/graph.h"
#include "tests/support/sound_model.h"
#include "tests/support/tflite_builder.h"

namespace narrows {

using Code = TfliteBuilder::Code;
using Ids = std::vector<int>;
namespace format = tflite_format;

/// The graph of a model that must be readable.
inline Graph read(const TfliteBuilder& builder) { return read_sound_model(builder.finish()); }

}  // namespace narrows
