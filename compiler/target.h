// The machine that emitted code is for: a value, parsed from and printed to a string such as "x86-64-linux-avx2".
// Nothing in the compiler asks which machine it runs on, but for the word "host".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"

namespace narrows {

enum class Isa { sse41, avx2, avx512, avx512vnni, neon, neon_dotprod };
enum class Os { linux_, android };

struct Target {
  Isa isa = Isa::sse41;
  Os os = Os::linux_;

  bool arm() const { return isa == Isa::neon || isa == Isa::neon_dotprod; }
  int vector_bytes() const;      ///< 16, 32 or 64
  int vector_registers() const;  ///< 16 or 32
  /// An instruction adds four 8-bit products to each 32-bit lane.
  bool dot_product() const { return isa == Isa::avx512vnni || isa == Isa::neon_dotprod; }
  /// 8-bit products are exact only as products of 16-bit numbers, which an instruction adds in pairs.
  bool pairs() const { return !arm() && !dot_product(); }
  /// Type in which 8-bit activations are kept: x86 multiplies u8 by s8, ARM s8 by s8. Models of the other type are
  /// shifted by 128 at compile time; only graph inputs and outputs keep the model's own type.
  bool unsigned_activations() const { return !arm(); }

  std::string str() const;
};

/// "host", "x86-64-linux[-sse41|-avx2|-avx512|-avx512vnni]", "arm64-linux[-dotprod]", "arm64-android[-dotprod]".
/// Without a suffix: sse41, neon.
std::optional<Target> parse_target(const std::string& text, Diagnostics& diagnostics);
/// The best target that this machine runs, or the one that the environment variable NARROWS_HOST names: tests then see
/// what they would see on such a machine. parse_target() reports a NARROWS_HOST that this machine cannot run.
Target host_target();
/// Whether the machine that host_target() describes runs code for `target`.
bool runs_on_host(const Target& target);

/// Options that make GCC or Clang use the target's instructions, e.g. "-mavx2 -mfma -mf16c".
std::string compiler_flags(const Target& target);
/// What GCC and Clang define where they use the target's instructions, e.g. "__AVX2__".
std::vector<std::string> feature_macros(const Target& target);

}  // namespace narrows
