// The files of runtime/isa/: each against plain.h, function by function. tests/compile/programs/isa.cpp does the work.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <regex>
#include <set>

#include "compiler/emit/emit.h"
#include "schedules/kernels.h"
#include "tests/support/emitted.h"
#include "tests/support/test_data.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

std::string source_text(const std::string& path) {
  const Bytes bytes = read_bytes(std::filesystem::path(NARROWS_SOURCE_DIR) / path);
  return {bytes.begin(), bytes.end()};
}

/// Targets with files of their own, one for each file.
std::vector<Target> instruction_sets() {
  std::vector<Target> list;
  std::set<std::string> known = {"plain"};
  for (const Target& target : all_targets()) {
    if (known.insert(target.isa).second) list.push_back(target);
  }
  return list;
}

/// A target with the same lanes and runtime/isa/plain.h.
Target plain_twin(Target target) {
  target.isa = "plain";
  return target;
}

/// Functions that bring quads, and the 16-bit numbers of an i16q, from the order of plain.h to that of a target.
std::string quads_for(bool in_planes) {
  if (!in_planes) {
    return "template <typename T>\nconst T* quads(const T* p) { return p; }\n"
           "static const i16* halves(const i16* p) { return p; }\n";
  }
  return R"(template <typename T>
const T* quads(const T* p) {
  static T sets[8][4 * LANES];
  static int next = 0;
  T* const to = sets[next++ % 8];
  for (int i = 0; i < 4 * LANES; ++i) to[i % 4 * LANES + i / 4] = p[i];
  return to;
}
static const i16* halves(const i16* p) {
  static i16 to[4 * LANES];
  for (int i = 0; i < LANES; ++i) {
    to[i] = p[2 * i], to[2 * LANES + i] = p[2 * i + 1];
    to[LANES + i] = p[2 * LANES + 2 * i], to[3 * LANES + i] = p[2 * LANES + 2 * i + 1];
  }
  return to;
}
)";
}

std::string program(const Target& target) {
  const std::string prologue = runtime_text("prologue.h");
  return prologue.substr(prologue.find("#include")) + intrinsics_for(target) +
         fmt::format("#define LANES {}\n#define STORED {}\n", lanes_of(target),
                     target.activations == Activations::u8 ? "u8" : "i8") +
         (target.quads_in_planes ? "#define QUADS_IN_PLANES\n" : "") + "namespace tested {\n" + vectors_for(target) +
         quads_for(target.quads_in_planes) + "}\nnamespace plain {\n" + vectors_for(plain_twin(target)) +
         quads_for(false) + "}\n" + source_text("tests/compile/programs/isa.cpp");
}

struct Case {
  Target target;
  std::string compiler;
};

class InstructionSet : public testing::TestWithParam<Case> {};

TEST_P(InstructionSet, DoesWhatPlainDoes) {
  const Target& target = GetParam().target;
  const std::optional<Machine> machine = find_machine(target.name, GetParam().compiler);
  if (!machine) GTEST_SKIP() << "nothing here builds and runs code for " << target.name;
  Workspace workspace;
  workspace.write({{"isa.cpp", program(target)}});
  // Functions are compared as emitted code has them, optimized; not all of them are used.
  workspace.run_or_throw(joined({machine->toolchain.compiler,
                                 machine->toolchain.flags,
                                 {"-O2", "-Wno-unused-function", "isa.cpp", "-o", "isa"}}));
  const ProcessResult result = workspace.run(joined({machine->toolchain.runner, {"./isa"}}));
  EXPECT_TRUE(result.ok()) << result.output << result.errors;
}

std::vector<Case> cases() {
  std::vector<Case> list;
  for (const Target& target : instruction_sets()) {
    if (target.family != host_target().family) {
      list.push_back({target, ""});
    } else {
      for (const char* compiler : {"g++", "clang++"}) list.push_back({target, compiler});
    }
  }
  return list;
}

INSTANTIATE_TEST_SUITE_P(All, InstructionSet, testing::ValuesIn(cases()), [](const auto& info) {
  std::string name = info.param.target.isa + "_" + (info.param.compiler.empty() ? "cross" : info.param.compiler);
  name.erase(std::remove(name.begin(), name.end(), '+'), name.end());
  return name;
});

/// Functions of the specification that are not in the page, and those of the page that are not in it.
TEST(InstructionSets, AreListedInTheReadme) {
  const std::string readme = source_text("runtime/isa/README.md"),
                    plain = source_text("runtime/isa/lanes.h") + source_text("runtime/isa/plain.h");
  // Parts of both files that no other file needs.
  const std::set<std::string> own = {
      "add",       "subtract", "multiply", "shift_right", "load_lanes", "round_lane", "widen_half", "load_i32v",
      "load_i16v", "load_u8v", "load_i8v", "load_u8q",    "splat_i32v", "splat_u32v", "splat_i16v", "splat_u8v"};
  const std::regex function("\nINLINE [^(\n]* ([a-z0-9_]+)\\(");
  int count = 0;
  for (std::sregex_iterator at(plain.begin(), plain.end(), function), end; at != end; ++at) {
    const std::string name = (*at)[1];
    if (own.count(name)) continue;
    ++count;
    EXPECT_NE(readme.find("`" + name + "("), std::string::npos) << name;
  }
  EXPECT_GT(count, 40);
}

/// Every other file defines all that plain.h does: what a kernel may call is there for every target.
TEST(InstructionSets, DefineTheSameFunctions) {
  const std::regex listed("`([a-z0-9_]+)\\(");
  const std::string readme = source_text("runtime/isa/README.md");
  for (const Target& target : instruction_sets()) {
    const std::string text = vectors_for(target);
    for (std::sregex_iterator at(readme.begin(), readme.end(), listed), end; at != end; ++at)
      EXPECT_NE(text.find(" " + std::string((*at)[1]) + "("), std::string::npos) << target.isa << " " << (*at)[1];
  }
}

/// Which instructions are used is decided when code is emitted and not when it is compiled.
TEST(InstructionSets, AreNotAskedForByTheRuntime) {
  const std::regex asks("#[^\n]*(__SSE|__AVX|__FMA__|__F16C__|__ARM|__aarch64__|__x86_64__|LANES *[=<>!]|== *LANES)");
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(NARROWS_SOURCE_DIR "/runtime")) {
    const std::string path = entry.path().string();
    if (entry.path().extension() != ".h" || path.find("/measure/") != std::string::npos) continue;
    ++files;
    const std::string text = source_text("runtime/" + path.substr(std::string(NARROWS_SOURCE_DIR "/runtime/").size()));
    std::smatch match;
    EXPECT_FALSE(std::regex_search(text, match, asks)) << path << ": " << match.str();
  }
  EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace narrows
