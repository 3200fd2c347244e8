// The version that --version and emitted headers show; the same as that of the CMake project.
#pragma once

namespace narrows {

constexpr const char* version = "0.1.0";

}  // namespace narrows
