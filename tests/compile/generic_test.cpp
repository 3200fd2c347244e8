// The target `generic`: its code is standard C++ that any compiler takes, and exact on machines of all kinds.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "compiler/measure/process.h"
#include "tests/support/graphs.h"
#include "tests/support/targets.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

constexpr DType types[] = {DType::f32, DType::u8, DType::i8};

std::vector<File> generic_files(DType type) {
  CompileOptions options;
  options.name = "net";
  options.target = target_named("generic");
  return compile_or_throw(odd_graph(type), options).files;
}

TEST(Generic, IsStandardCpp) {
  for (const DType type : types) {
    const Workspace workspace(generic_files(type));
    for (const char* compiler : {"g++", "clang++"}) {
      if (find_program(compiler).empty()) continue;
      EXPECT_NO_THROW(workspace.run_or_throw({compiler, "-std=c++11", "-pedantic", "-Wall", "-Wextra", "-Werror",
                                              "-fno-exceptions", "-fno-rtti", "-fsyntax-only", "net.cpp"}));
    }
    const std::vector<File> files = generic_files(type);
    for (const File& file : files) {
      if (file.name != "net.cpp") continue;
      for (const char* word : {"vector_size", "convertvector", "immintrin", "arm_neon", "shufflevector"})
        EXPECT_EQ(file.content.find(word), std::string::npos) << word;
    }
  }
}

/// Clang as it stands in for Microsoft's compiler, and without the names by which code knows Clang and GCC. Overloads
/// that a model does not need have no attribute then that tells them from mistakes, and glibc's INFINITY for compilers
/// that it does not know is a literal that is too large.
TEST(Generic, NeedsNoGnuCompiler) {
  if (find_program("clang++").empty()) GTEST_SKIP() << "clang++ is not there";
  for (const DType type : types) {
    const Workspace workspace(generic_files(type));
    EXPECT_NO_THROW(workspace.run_or_throw({"clang++", "--driver-mode=cl", "--target=x86_64-linux-gnu", "-W4", "-WX",
                                            "-Wno-unused-function", "-Wno-literal-range", "-U__clang__", "-U__GNUC__",
                                            "-c", "net.cpp", "-Fonet.obj"}));
  }
}

/// A machine, under an emulator where it is another one, and some of the kinds of code: each program takes GCC half a
/// minute.
struct GenericCase {
  const char* compiler;
  const char* emulator;
  const char* target;
  std::vector<std::pair<DType, Numerics>> kinds;
};

class GenericOn : public testing::TestWithParam<GenericCase> {};

TEST_P(GenericOn, EqualsTheInterpreter) {
  const Target target = target_named(GetParam().target);
  Diagnostics diagnostics("test");
  std::optional<Toolchain> toolchain = find_toolchain(target, GetParam().compiler, GetParam().emulator, diagnostics);
  if (!toolchain) GTEST_SKIP() << diagnostics.str();
  toolchain->flags.push_back("-O1");  // what is tested is the arithmetic, and -O2 takes minutes
  const Machine machine{target, *toolchain};
  for (const auto& [type, numerics] : GetParam().kinds) {
    const Graph graph = odd_graph(type);
    expect_blocks_as_interpreted(graph, {target.name, "auto", "", numerics}, machine, random_inputs(graph));
  }
}

constexpr Numerics tflite = Numerics::tflite, xnnpack = Numerics::xnnpack;

INSTANTIATE_TEST_SUITE_P(
    Machines, GenericOn,
    testing::Values(GenericCase{"riscv64-linux-gnu-g++", "qemu-riscv64-static", "generic", {{DType::u8, tflite}}},
                    GenericCase{"arm-linux-gnueabihf-g++", "qemu-arm-static", "generic", {{DType::i8, tflite}}},
                    GenericCase{"s390x-linux-gnu-g++",
                                "qemu-s390x-static",
                                "generic-big-endian",
                                {{DType::f32, tflite}, {DType::i8, xnnpack}}},
                    GenericCase{"g++", "", "generic", {{DType::u8, xnnpack}}},
                    GenericCase{"clang++", "", "generic", {{DType::u8, tflite}}}),
    [](const auto& info) {
      std::string name;
      for (const char* c = info.param.compiler; *c; ++c) name += isalnum(*c) ? *c : '_';
      return name;
    });

}  // namespace
}  // namespace narrows
