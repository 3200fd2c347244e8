// One table row per legal target; parsing, printing and the messages all read it.
#include "compiler/target.h"

#include <fmt/format.h>

#include <cstdlib>

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace narrows {
namespace {

struct Row {
  const char* name;  ///< without the suffix that may be left out
  Isa isa;
  Os os;
};

constexpr Row kTargets[] = {
    {"x86-64-linux", Isa::sse41, Os::linux_},         {"x86-64-linux-avx2", Isa::avx2, Os::linux_},
    {"x86-64-linux-avx512", Isa::avx512, Os::linux_}, {"x86-64-linux-avx512vnni", Isa::avx512vnni, Os::linux_},
    {"arm64-linux", Isa::neon, Os::linux_},           {"arm64-linux-dotprod", Isa::neon_dotprod, Os::linux_},
    {"arm64-android", Isa::neon, Os::android},        {"arm64-android-dotprod", Isa::neon_dotprod, Os::android},
};

/// The best target that this machine runs.
Target this_machine() {
  Target target;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    target.isa = Isa::avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq")) {
      target.isa = __builtin_cpu_supports("avx512vnni") ? Isa::avx512vnni : Isa::avx512;
    }
  }
#elif defined(__aarch64__)
  target.isa = Isa::neon;
#if defined(__ANDROID__)
  target.os = Os::android;
#endif
#if defined(__linux__)
  constexpr unsigned long kDotProduct = 1ul << 20;  // HWCAP_ASIMDDP
  if (getauxval(AT_HWCAP) & kDotProduct) target.isa = Isa::neon_dotprod;
#endif
#else
#error "this_machine() does not know this machine"
#endif
  return target;
}

/// Code for an older machine of the same family runs on a newer one; the order of Isa is that order.
bool runs(const Target& machine, const Target& code) { return machine.arm() == code.arm() && code.isa <= machine.isa; }

std::optional<Target> find_target(const std::string& name) {
  if (name == "x86-64-linux-sse41") return Target{Isa::sse41, Os::linux_};
  for (const Row& row : kTargets) {
    if (name == row.name) return Target{row.isa, row.os};
  }
  return std::nullopt;
}

/// What NARROWS_HOST asks `host` to be; nothing where it is not set.
std::string asked_host() {
  const char* const name = std::getenv("NARROWS_HOST");
  return name ? name : "";
}

}  // namespace

int Target::vector_bytes() const {
  switch (isa) {
    case Isa::avx2:
      return 32;
    case Isa::avx512:
    case Isa::avx512vnni:
      return 64;
    default:
      return 16;
  }
}

int Target::vector_registers() const { return isa == Isa::sse41 || isa == Isa::avx2 ? 16 : 32; }

std::string Target::str() const {
  for (const Row& row : kTargets) {
    if (row.isa == isa && row.os == os) return row.name;
  }
  NARROWS_CHECK(false, "target without a name");
  return "";
}

std::optional<Target> parse_target(const std::string& text, Diagnostics& diagnostics) {
  if (const std::string asked = asked_host(); !asked.empty()) {
    const std::optional<Target> host = find_target(asked);
    if (!host || !runs(this_machine(), *host)) {
      diagnostics.error(
          fmt::format("NARROWS_HOST is '{}', which this machine ({}) cannot stand for", asked, this_machine().str()));
      return std::nullopt;
    }
  }
  if (text == "host") return host_target();
  if (const std::optional<Target> target = find_target(text)) return target;
  diagnostics.error(fmt::format("unknown target '{}'", text));
  diagnostics.note(
      "legal targets: host, x86-64-linux[-sse41|-avx2|-avx512|-avx512vnni], arm64-linux[-dotprod], "
      "arm64-android[-dotprod]");
  return std::nullopt;
}

Target host_target() {
  const std::optional<Target> asked = find_target(asked_host());
  return asked && runs(this_machine(), *asked) ? *asked : this_machine();
}

bool runs_on_host(const Target& target) { return runs(host_target(), target); }

std::string compiler_flags(const Target& target) {
  const std::string avx512 = "-mavx512f -mavx512bw -mavx512vl -mavx512dq -mfma";
  switch (target.isa) {
    case Isa::sse41:
      return "-msse4.1";
    case Isa::avx2:
      return "-mavx2 -mfma -mf16c";
    case Isa::avx512:
      return avx512;
    case Isa::avx512vnni:
      return avx512 + " -mavx512vnni";
    case Isa::neon:
      return "";
    case Isa::neon_dotprod:
      return "-march=armv8.2-a+dotprod";
  }
  return "";
}

std::vector<std::string> feature_macros(const Target& target) {
  std::vector<std::string> avx512 = {"__AVX512F__", "__AVX512BW__", "__AVX512VL__", "__AVX512DQ__", "__FMA__"};
  switch (target.isa) {
    case Isa::sse41:
      return {"__SSE4_1__"};
    case Isa::avx2:
      return {"__AVX2__", "__FMA__", "__F16C__"};
    case Isa::avx512:
      return avx512;
    case Isa::avx512vnni:
      avx512.push_back("__AVX512VNNI__");
      return avx512;
    case Isa::neon:
      return {"__ARM_NEON"};
    case Isa::neon_dotprod:
      return {"__ARM_NEON", "__ARM_FEATURE_DOTPROD"};
  }
  return {};
}

}  // namespace narrows
