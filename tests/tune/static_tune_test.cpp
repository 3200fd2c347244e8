// Tuning without running: from assembly to costs, and a small block from end to end.
#include "compiler/tune/static_tune.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/tune/mca.h"
#include "compiler/tune/recurrence.h"
#include "compiler/tune/tune_files.h"
#include "compiler/tune/tune_jobs.h"
#include "compiler/tune/tune_progress.h"
#include "tests/support/net.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

const AssemblySyntax& x86() { return assembly_syntax(target_named("x86-64-linux")); }
const AssemblySyntax& arm64() { return assembly_syntax(target_named("arm64-linux")); }

/// A step along the row that fetches weights ahead, with two loops of a reduction.
constexpr const char* kProbe = R"(
conv_8_8x16:
	movq	%rdi, %rax
.L1:
	vmovups	(%rdx), %ymm0
.L2:
	prefetcht0	(%rcx)
	jne	.L2
.L3:
	vfmadd231ps	(%rcx), %ymm2, %ymm0
	jne	.L3
	addq	$1, %rax
.L4:
	vfmadd231ps	(%r8), %ymm3, %ymm0
	jne	.L4
	vmovups	%ymm0, (%rsi)
	jne	.L1
	ret
)";

TEST(TraceTile, RepeatsTheLoopsOfTheReduction) {
  const std::vector<AssemblyFunction> functions = functions_of(kProbe, x86());
  ASSERT_EQ(functions.size(), 1u);
  const auto trace = trace_tile(functions[0], 2, 2, x86());
  ASSERT_TRUE(trace);
  const std::string first = "vfmadd231ps\t(%rcx), %ymm2, %ymm0\njne\t.L3\n";
  const std::string second = "vfmadd231ps\t(%r8), %ymm3, %ymm0\njne\t.L4\n";
  EXPECT_EQ(trace->loops, (std::vector<std::string>{first, second}));
  EXPECT_EQ(trace->text, "vmovups\t(%rdx), %ymm0\nprefetcht0\t(%rcx)\njne\t.L2\n" + first + first + "addq\t$1, %rax\n" +
                             second + second + "vmovups\t%ymm0, (%rsi)\njne\t.L1\n");
}

TEST(TraceTile, FindsStepsThatEndInTheMiddle) {
  std::string text = kProbe;
  text.replace(text.rfind("\tjne\t.L1"), 8, "\tje\t.L5\n\tjmp\t.L1\n.L5:");
  const auto trace = trace_tile(functions_of(text, x86()).at(0), 2, 1, x86());
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->loops.size(), 2u);
  EXPECT_NE(trace->text.find("jmp"), std::string::npos);
}

TEST(TraceTile, RefusesAnotherForm) {
  const AssemblyFunction function = functions_of(kProbe, x86()).at(0);
  EXPECT_FALSE(trace_tile(function, 1, 2, x86()));
  EXPECT_FALSE(trace_tile(function, 3, 2, x86()));
  EXPECT_FALSE(trace_tile({}, 0, 2, x86()));
}

TEST(Recurrence, IsThatOfTheLongestChain) {
  // Two multiply-adds into one register, and one into another; what comes from other memory waits for nothing.
  EXPECT_EQ(recurrence({"vfmadd231ps (%rax), %ymm2, %ymm0", "vfmadd231ps %ymm1, %ymm2, %ymm0",
                        "vfmadd231ps %ymm1, %ymm2, %ymm3"},
                       x86()),
            8);
  EXPECT_EQ(recurrence({"vmovups (%rax), %ymm0", "vfmadd231ps %ymm1, %ymm2, %ymm0", "vmovups %ymm0, (%rdx)"}, x86()),
            0);
  EXPECT_EQ(recurrence({"ldr q1, [x0], 16", "fmla v0.4s, v1.4s, v2.s[0]", "cmp x0, x1", "bne .L2"}, arm64()), 4);
}

TEST(Recurrence, GoesThroughTheStack) {
  EXPECT_EQ(recurrence({"vfmadd213ps 8(%rsp), %ymm2, %ymm0", "vmovaps %ymm0, 8(%rsp)", "vmovups (%rax), %ymm0"}, x86()),
            11);
  EXPECT_EQ(recurrence({"ldr q0, [sp, 48]", "fmla v0.4s, v1.4s, v2.4s", "str q0, [sp, 48]"}, arm64()), 11);
  EXPECT_EQ(recurrence({"ldp q3, q0, [sp, 32]", "fmla v0.4s, v1.4s, v2.4s", "str q0, [sp, 48]"}, arm64()), 11);
}

TEST(TileCost, AddsUpIterations) {
  const TileCycles cycles{50, {10, 4}};
  const double once = tile_cost(cycles, {0, 0}, "neoverse-n1");
  EXPECT_GT(once, 50);  // the ends of loops
  EXPECT_DOUBLE_EQ(tile_cost(cycles, {8, 3}, "neoverse-n1"), once + 8 * 10 + 3 * 4);
  EXPECT_LT(tile_cost(cycles, {0, 0}, "cortex-a55"), once);
}

TEST(GeometricMean, IsInfiniteWhereACostIs) {
  EXPECT_DOUBLE_EQ(geometric_mean({4, 9}), 6);
  EXPECT_TRUE(std::isinf(geometric_mean({4, INFINITY})));
}

// ---- the file ----------------------------------------------------------------------------------------

ScheduleFile estimated(const std::vector<std::string>& processors) {
  return {"arm64-linux", {{"f32 key", {Variant::automatic, 0, {{}, {}, {2, 6}}}, 0, 0, 950.4, 1000}}, processors};
}

TEST(EstimatedFile, SaysThatItIs) {
  const ScheduleFile file = estimated({"neoverse-n1", "cortex-a55"});
  const std::string text = print_schedule_file(file);
  EXPECT_EQ(text,
            "{\n"
            "  \"target\": \"arm64-linux\",\n"
            "  \"estimated_for\": [\"neoverse-n1\",\"cortex-a55\"],\n"
            "  \"blocks\": [\n"
            "    {\"block\":\"f32 key\",\"schedule\":\"auto - - 2x6\",\"cycles\":950,\"auto_cycles\":1000}\n"
            "  ]\n"
            "}\n");
  Diagnostics diagnostics("file");
  const auto read = parse_schedule_file(text, diagnostics);
  ASSERT_TRUE(read) << diagnostics.str();
  EXPECT_EQ(print_schedule_file(*read), text);
}

TEST(EstimatedFile, IsNotMixedWithOthers) {
  Diagnostics diagnostics("test");
  EXPECT_FALSE(merge_schedule_files({estimated({}), estimated({"cortex-a55"})}, diagnostics));
  EXPECT_EQ(diagnostics.str(),
            "test: error: schedules that were measured and estimated for cortex-a55 do not belong in one file\n");
  EXPECT_TRUE(merge_schedule_files({estimated({"cortex-a55"}), estimated({"cortex-a55"})}, diagnostics));
}

TEST(EstimateTable, AddsUpAllBlocksOfTheNetwork) {
  const std::vector<TunableBlock> blocks = {{"f32 key", {}, 2, 100}, {"another", {}, 1, 500}};
  EXPECT_EQ(estimate_table(blocks, estimated({"cortex-a55"})),
            "auto cycles  cycles   gain blocks  what, and its schedule\n"
            "       1000     950  1.052      2  f32 key\n"
            "                                   auto - - 2x6\n"
            "       2000    1901  1.052         all of them\n");
}

// ---- from end to end ---------------------------------------------------------------------------------

TEST(TuneStatically, WeighsTheTilesOfASmallBlock) {
  if (!has_mca()) GTEST_SKIP() << "llvm-mca is not there";
  const Graph graph = make_net(DType::f32, [](Net& n) { n.output(n.inverted_residual(n.input(6, 6, 8), 2, 16)); });
  CompileOptions options;
  options.target = target_named("x86-64-linux-avx2");
  Diagnostics diagnostics("test");
  const auto toolchain = find_builder(options.target, "", diagnostics);
  if (!toolchain) GTEST_SKIP() << "nothing here builds code for " << options.target.str();
  const std::vector<TunableBlock> blocks = tunable_blocks(graph);
  ConvCosts costs(options.target, *toolchain, {options.target.processors[0]});
  const auto found = tune_statically(graph, blocks.at(0), options, &costs, diagnostics);
  ASSERT_TRUE(found) << diagnostics.str();
  EXPECT_EQ(found->key, blocks[0].key);
  EXPECT_EQ(found->schedule.variant, Variant::automatic);
  // More multiply-adds than a processor with two units of 8 floats can do in the time would be a wrong count.
  const double multiply_adds = 36 * (8 * 16 + 16 * 16);
  EXPECT_GE(found->automatic_cycles, multiply_adds / 16);
  EXPECT_LE(found->automatic_cycles, multiply_adds * 2);
  EXPECT_LE(found->cycles, found->automatic_cycles);
  for (size_t i = 0; i < found->schedule.tiles.size(); ++i) {
    EXPECT_TRUE(i != 1 || found->schedule.tiles[i].pixels == 0) << "the depthwise convolution";
  }

  ConvCosts broken(options.target, *toolchain, {"no-such-processor"});
  EXPECT_FALSE(tune_statically(graph, blocks.at(0), options, &broken, diagnostics));
  EXPECT_NE(diagnostics.str().find("no-such-processor"), std::string::npos) << diagnostics.str();
}

}  // namespace
}  // namespace narrows
