// Inner loops in assembly text, as GCC and Clang print them for x86 and ARM.
#include "compiler/tune/assembly.h"

#include <gtest/gtest.h>

#include "compiler/tune/mca.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

const AssemblySyntax& x86() { return assembly_syntax(target_named("x86-64-linux")); }
const AssemblySyntax& arm64() { return assembly_syntax(target_named("arm64-linux")); }

using Lines = std::vector<std::string>;

TEST(Assembly, FindsTheInnermostLoopOnArm) {
  const std::vector<InnerLoop> loops = inner_loops(
      "\t.type\t_ZN12_GLOBAL__N_1L8conv_8x7EPKf, %function\n"
      "_ZN12_GLOBAL__N_1L8conv_8x7EPKf:\n"
      "\tmov\tx0, 0\n"
      ".L3:\n"
      "\tadd\tx1, x1, 4\n"
      ".L2:\n"
      "\tld1r\t{v1.4s}, [x0], 4  // a comment\n"
      "\tfmla\tv0.4s, v1.4s, v2.4s\n"
      "\tbne\t.L2\n"
      "\tcbnz\tx3, .L3\n"
      "\tret\n",
      arm64());
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_EQ(loops[0].function, "conv_8x7");
  EXPECT_EQ(loops[0].lines, (Lines{"ld1r\t{v1.4s}, [x0], 4", "fmla\tv0.4s, v1.4s, v2.4s", "bne\t.L2"}));
}

TEST(Assembly, FindsLoopsThatFollowEachOtherOnX86) {
  const std::vector<InnerLoop> loops = inner_loops(
      "run:\n"
      "# %bb.0:\n"
      "\t.p2align 4\n"
      ".LBB0_1:\n"
      "\tvfmadd231ps\t(%rdi,%rax), %ymm1, %ymm0\n"
      "\tjne\t.LBB0_1\n"
      "\tcall\tother\n"
      ".LBB0_2:\n"
      "\tvmovaps\t32(%rsp), %ymm3\n"
      "\tjne\t.LBB0_2\n"
      "\tje\t.LBB0_9\n"  // forward: no loop
      ".LBB0_9:\n"
      "\tretq\n",
      x86());
  ASSERT_EQ(loops.size(), 2u);
  EXPECT_EQ(loops[0].function, "run");
  EXPECT_TRUE(x86().is_multiply_add(loops[0].lines[0]));
  EXPECT_FALSE(x86().uses_stack(loops[0].lines[0]));
  EXPECT_FALSE(x86().is_multiply_add(loops[1].lines[0]));
  EXPECT_TRUE(x86().uses_stack(loops[1].lines[0]));
}

TEST(Assembly, AJumpOfAnotherFunctionIsNoLoop) {
  EXPECT_TRUE(inner_loops("a:\n.L1:\n\tnop\nb:\n\tjne\t.L1\n", x86()).empty());
}

// ---- llvm-mca ----------------------------------------------------------------------------------

/// `vectors` multiply-adds that do not wait for each other.
InnerLoop independent_loop(int vectors) {
  InnerLoop loop{"f", {}};
  for (int i = 0; i < vectors; ++i) loop.lines.push_back("fmla\tv" + std::to_string(i) + ".4s, v30.4s, v31.4s");
  loop.lines.push_back("bne\t.L1");
  return loop;
}

TEST(Estimate, TellsFullRateFromWaiting) {
  const Target target = target_named("arm64-linux");
  Diagnostics diagnostics("narrows");
  const auto estimates =
      estimate_loops({independent_loop(24), independent_loop(1)}, target, "neoverse-n1", diagnostics);
  ASSERT_TRUE(estimates) << diagnostics.str();
  ASSERT_EQ(estimates->size(), 2u);
  EXPECT_GT((*estimates)[0].share, 0.9);
  EXPECT_LT((*estimates)[0].share, 1.1);
  EXPECT_LT((*estimates)[1].share, 0.5);
}

TEST(Estimate, RefusesAnUnknownProcessor) {
  const Target target = target_named("arm64-linux");
  Diagnostics diagnostics("narrows");
  EXPECT_FALSE(estimate_loops({independent_loop(4)}, target, "abacus", diagnostics));
  EXPECT_EQ(diagnostics.error_count(), 1);
}

}  // namespace
}  // namespace narrows
