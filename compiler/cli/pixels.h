// --pixels as typed.
#pragma once

#include <string>

#include "compiler/diagnostics.h"
#include "compiler/passes/take_pixels.h"

namespace narrows {

/// "auto", "127.5/127.5", "123.7,116.3,103.5/58.4,57.1,57.4".
bool parse_pixels(const std::string& text, PixelScaling* scaling, Diagnostics& diagnostics);

}  // namespace narrows
