// All targets, each as a function that says what it adds to the one before. Parsing, printing, help and messages read
// them.
#include "compiler/target.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <sstream>

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__x86_64__)
#include <cpuid.h>
#endif

namespace narrows {

// Facts that hold on every machine: nothing is known to be fast.
Target::Target()
    : name("generic"),
      instructions("any: standard C++11"),
      family(Family::any),
      os(Os::any),
      isa("plain"),
      available([] { return true; }),
      big_endian(false),
      vector_bytes(16),
      registers(16),
      products(ByteProducts::widened),
      quads_in_planes(false),
      activations(Activations::i8),
      fused_multiply_add(false),
      operands_loaded_first(false),
      long_reductions_unrolled(false),
      lanes_cross(false),
      halide("arm-64-linux") {}

namespace {

#if defined(__x86_64__)
#define NARROWS_X86_HAS(feature) (__builtin_cpu_supports(feature) != 0)
#else
#define NARROWS_X86_HAS(feature) false
#endif

bool is_x86_64() {
#if defined(__x86_64__)
  return true;
#else
  return false;
#endif
}

/// Compilers' own question for features does not know this one everywhere.
bool has_avxvnni() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1u << 4);
#else
  return false;
#endif
}

bool is_arm64_of(Os os) {
#if defined(__aarch64__) && defined(__ANDROID__)
  return os == Os::android;
#elif defined(__aarch64__)
  return os == Os::linux_;
#else
  return static_cast<void>(os), false;
#endif
}

bool has_arm_dot_product() {
#if defined(__aarch64__) && defined(__linux__)
  constexpr unsigned long kDotProduct = 1ul << 20;  // HWCAP_ASIMDDP
  return (getauxval(AT_HWCAP) & kDotProduct) != 0;
#else
  return false;
#endif
}

bool is_big_endian() {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return true;
#else
  return false;
#endif
}

// ---- any machine -------------------------------------------------------------------------------

// Lanes of 16-bit numbers are what compilers make vectors of wherever there are vectors, several registers each. More
// accumulators than these end in memory.
Target generic() {
  Target t;
  t.isa = "generic";
  t.vector_bytes = 64;
  t.registers = 10;
  t.products = ByteProducts::pairs;
  t.quads_in_planes = true;
  t.available = [] { return !is_big_endian(); };
  return t;
}

Target generic_big_endian() {
  Target t = generic();
  t.name = "generic-big-endian";
  t.instructions = "any, highest byte first: standard C++11";
  t.family = Family::big_endian;
  t.big_endian = true;
  t.available = is_big_endian;
  return t;
}

// ---- x86-64 ------------------------------------------------------------------------------------

Target x86_sse41() {
  Target t;
  t.name = "x86-64-linux";
  t.alias = "x86-64-linux-sse41";
  t.extends = "generic";
  t.instructions = "SSE4.1";
  t.family = Family::x86_64;
  t.os = Os::linux_;
  t.isa = "sse41";
  t.available = is_x86_64;
  t.flags = "-msse4.1";
  t.macros = "__SSE4_1__";
  t.products = ByteProducts::pairs;  // pmaddwd
  t.activations = Activations::u8;   // pmaddubsw and vpdpbusd multiply u8 by i8
  t.long_reductions_unrolled = true;
  t.halide = "x86-64-linux-sse41";
  t.mca = "-mtriple=x86_64";
  t.processors = {"haswell", "skylake", "znver3"};
  return t;
}

Target x86_avx2() {
  Target t = x86_sse41();
  t.extends = t.name;
  t.name = "x86-64-linux-avx2";
  t.alias = "";
  t.instructions = "AVX2, FMA";
  t.isa = "avx2";
  t.available = [] { return NARROWS_X86_HAS("avx2") && NARROWS_X86_HAS("fma"); };
  t.flags = "-mavx2 -mfma -mf16c";
  t.macros = "__AVX2__ __FMA__ __F16C__";
  t.vector_bytes = 32;
  t.fused_multiply_add = true;
  t.lanes_cross = true;
  t.halide += "-avx-avx2-f16c-fma";
  return t;
}

Target x86_avxvnni() {
  Target t = x86_avx2();
  t.extends = t.name;
  t.name = "x86-64-linux-avxvnni";
  t.instructions = "AVX2, FMA with 8-bit dot products";
  t.isa = "avxvnni";
  t.available = [] { return x86_avx2().available() && has_avxvnni(); };
  t.flags += " -mavxvnni";
  t.macros += " __AVXVNNI__";
  t.products = ByteProducts::dot4;
  t.processors = {"alderlake"};
  return t;
}

Target x86_avx512() {
  Target t = x86_avx2();
  t.extends = t.name;
  t.name = "x86-64-linux-avx512";
  t.instructions = "AVX-512 F, BW, VL, DQ";
  t.isa = "avx512";
  t.available = [] {
    return NARROWS_X86_HAS("avx512f") && NARROWS_X86_HAS("avx512bw") && NARROWS_X86_HAS("avx512vl") &&
           NARROWS_X86_HAS("avx512dq");
  };
  t.flags = "-mavx512f -mavx512bw -mavx512vl -mavx512dq -mfma";
  t.macros = "__AVX512F__ __AVX512BW__ __AVX512VL__ __AVX512DQ__ __FMA__";
  t.vector_bytes = 64;
  t.registers = 32;
  t.halide += "-avx512-avx512_skylake";
  t.processors = {"skylake-avx512", "icelake-server"};
  return t;
}

Target x86_avx512vnni() {
  Target t = x86_avx512();
  t.extends = t.name;
  t.name = "x86-64-linux-avx512vnni";
  t.instructions = "AVX-512 F, BW, VL, DQ with 8-bit dot products";
  t.isa = "avx512vnni";
  t.available = [] { return x86_avx512().available() && NARROWS_X86_HAS("avx512vnni"); };
  t.flags += " -mavx512vnni";
  t.macros += " __AVX512VNNI__";
  t.products = ByteProducts::dot4;
  t.halide += "-avx512_cannonlake-avx512_sapphirerapids";
  t.processors = {"icelake-server", "znver4"};
  return t;
}

// ---- arm64 -------------------------------------------------------------------------------------

Target arm64() {
  Target t;
  t.extends = "generic";
  t.name = "arm64-linux";
  t.instructions = "NEON";
  t.family = Family::arm64;
  t.os = Os::linux_;
  t.isa = "neon";
  t.available = [] { return is_arm64_of(Os::linux_); };
  t.macros = "__ARM_NEON";
  t.registers = 32;
  t.fused_multiply_add = true;
  t.operands_loaded_first = true;
  t.halide = "arm-64-linux";
  t.mca = "-mtriple=aarch64";
  t.processors = {"neoverse-n1", "neoverse-v1", "cortex-a55", "cortex-a53"};
  return t;
}

Target arm64_dotprod() {
  Target t = arm64();
  t.extends = t.name;
  t.name = "arm64-linux-dotprod";
  t.instructions = "NEON with 8-bit dot products";
  t.isa = "neon_dotprod";
  t.available = [] { return is_arm64_of(Os::linux_) && has_arm_dot_product(); };
  t.flags = "-march=armv8.2-a+dotprod";
  t.macros += " __ARM_FEATURE_DOTPROD";
  t.products = ByteProducts::dot4;
  t.halide += "-arm_dot_prod";
  t.mca += " -mattr=+dotprod";  // the processor may be older
  t.processors = {"neoverse-n1", "neoverse-v1", "cortex-a55"};
  return t;
}

Target android() {
  Target t = arm64();
  t.name = "arm64-android";
  t.os = Os::android;
  t.available = [] { return is_arm64_of(Os::android); };
  return t;
}

Target android_dotprod() {
  Target t = arm64_dotprod();
  t.extends = "arm64-android";
  t.name = "arm64-android-dotprod";
  t.os = Os::android;
  t.available = [] { return is_arm64_of(Os::android) && has_arm_dot_product(); };
  return t;
}

}  // namespace

const std::vector<Target>& all_targets() {
  static const std::vector<Target> targets = {
      generic(), generic_big_endian(), x86_sse41(), x86_avx2(),       x86_avxvnni(), x86_avx512(), x86_avx512vnni(),
      arm64(),   arm64_dotprod(),      android(),   android_dotprod()};
  return targets;
}

namespace {

/// The target of this name; nothing where there is none.
const Target* find_target(const std::string& name) {
  for (const Target& target : all_targets()) {
    if (!name.empty() && (name == target.name || name == target.alias)) return &target;
  }
  return nullptr;
}

/// The best target that this machine runs.
const Target& this_machine() {
  const Target* best = nullptr;
  for (const Target& target : all_targets()) {
    if (target.available()) best = &target;
  }
  NARROWS_CHECK(best, "no target fits this machine");
  return *best;
}

/// The target that NARROWS_HOST names; nothing where it is not set, or is nothing that this machine runs.
const Target* asked_host() {
  const char* const name = std::getenv("NARROWS_HOST");
  const Target* const target = name ? find_target(name) : nullptr;
  return target && target->available() ? target : nullptr;
}

}  // namespace

std::string legal_targets() {
  std::string names = "host";
  for (const Target& target : all_targets()) names += ", " + target.name;
  return names;
}

std::optional<Target> parse_target(const std::string& text, Diagnostics& diagnostics) {
  const char* const asked = std::getenv("NARROWS_HOST");
  if (asked && *asked && !asked_host()) {
    diagnostics.error(
        fmt::format("NARROWS_HOST is '{}', which this machine ({}) cannot stand for", asked, this_machine().name));
    return std::nullopt;
  }
  if (text == "host") return host_target();
  if (const Target* const target = find_target(text)) return *target;
  diagnostics.error(fmt::format("unknown target '{}'", text));
  diagnostics.note("legal targets: " + legal_targets());
  return std::nullopt;
}

Target host_target() {
  const Target* const asked = asked_host();
  return asked ? *asked : this_machine();
}

bool runs_on_host(const Target& target) {
  const Target* host = asked_host();
  if (!host) return target.available();
  while (host && host->name != target.name) host = find_target(host->extends);
  return host;
}

std::string compiler_flags(const Target& target) { return target.flags; }

std::vector<std::string> feature_macros(const Target& target) {
  std::istringstream words(target.macros);
  std::vector<std::string> macros;
  for (std::string word; words >> word;) macros.push_back(word);
  return macros;
}

}  // namespace narrows
