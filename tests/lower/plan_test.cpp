// A plan has the sizes of the code that is made of it: memory is decided from plans.
#include <gtest/gtest.h>

#include "compiler/lower/lower.h"
#include "tests/support/graphs.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

void expect_planned(const LoweringContext& context, const Block& block) {
  SCOPED_TRACE(block_key(context.graph, block));
  const BlockPlan plan = plan_block(context, block);
  const BlockCode code = lower_block(context, block);
  EXPECT_EQ(plan.runs, !code.function.empty());
  EXPECT_EQ(plan.inputs, code.inputs);
  EXPECT_EQ(plan.overlaps, code.overlaps);
  EXPECT_EQ(plan.scratch_bytes, code.scratch_bytes);
  EXPECT_EQ(plan.shared_bytes, code.shared_bytes);
  EXPECT_EQ(plan.parallel_shared_bytes, code.parallel_shared_bytes);
  EXPECT_EQ(plan.passes, code.passes);
  EXPECT_EQ(plan.executed_macs, code.executed_macs);
  EXPECT_EQ(plan.phases, code.phases);
  EXPECT_EQ(plan.units, code.units);
  EXPECT_EQ(plan.title, code.title);
  EXPECT_EQ(plan.schedule, code.schedule);
}

class Plan : public testing::TestWithParam<DType> {};

TEST_P(Plan, HasTheSizesOfItsCode) {
  const Graph graph = tiny_graph(GetParam());
  for (const Schedule& schedule : {Schedule{}, Schedule{Variant::layerwise, 0, {}}, Schedule{Variant::channels, 3, {}},
                                   Schedule{Variant::rows, 0, {{2, 3}}}, Schedule{Variant::rows, 0, {}, false, 3},
                                   Schedule{Variant::halide, 0, {}}}) {
    SCOPED_TRACE(to_string(schedule));
    CompileOptions options;
    options.schedule = schedule;
    options.target = target_named("x86-64-linux-avx2");
    WeightCache weights(graph, options.numerics, options.target);
    KernelLibrary kernels(options.target);
    const LoweringContext context({graph, options, weights}, kernels);
    for (const Block& block : partition(graph)) {
      if (!is_reshape(graph, block)) expect_planned(context, block);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Plan, testing::Values(DType::f32, DType::u8, DType::i8),
                         [](const testing::TestParamInfo<DType>& info) { return to_string(info.param); });

}  // namespace
}  // namespace narrows
