// The intrinsics of arm64. They stand outside of the namespace of an emitted file.
#pragma once

#include <arm_neon.h>
