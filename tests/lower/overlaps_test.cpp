// How far chains may overwrite their inputs, against brute force: the row program is run for the order alone in which
// it reads rows of its inputs and writes rows of its output.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/arena.h"
#include "compiler/blocks/cascade.h"
#include "compiler/lower/chain/chain.h"
#include "compiler/lower/lower.h"
#include "compiler/program/plan_memory.h"
#include "tests/support/cascade_graphs.h"
#include "tests/support/graphs.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

/// One kernel call. Of inputs, rows are those of the tensor that the first stage reads, or of the residual tensor.
struct Call {
  std::vector<int> read, added;
  int written = -1;
};

/// What print_chain.cpp prints for the variant `rows`, in the order of its calls.
class RowProgram {
 public:
  explicit RowProgram(const Chain& chain) : chain_(chain), next_(chain.stages.size()) {
    int first = 0;
    for (int i = last() - 1; i >= 0; --i) {
      const Window& w = chain.stages[i + 1].window;
      first = first * w.stride_h - w.pad.top;
      next_[i] = first;
      if (chain.stages[i].out.top) first = std::max(first, 0);
    }
  }

  std::vector<Call> run() {
    for (int y = 0; y < chain_.stages[last()].out.map.height; ++y) make(last(), y);
    return calls_;
  }

 private:
  int last() const { return static_cast<int>(chain_.stages.size()) - 1; }

  void make(int i, int y) {
    const Stage& s = chain_.stages[i];
    const Window& w = s.window;
    const int above = y * w.stride_h - w.pad.top;
    if (i > 0) {
      const int below = above + (w.kernel_h - 1) * w.dilation_h;
      for (int& row = next_[i - 1]; row <= below; ++row) {
        if (0 <= row && row < s.in.height) make(i - 1, row);
      }
    }
    Call call;
    for (int k = 0; i == 0 && k < w.kernel_h; ++k) call.read.push_back(above + k * w.dilation_h);
    if (s.adds_tensor()) call.added.push_back(y);
    if (i == last()) call.written = y;
    calls_.push_back(call);
  }

  const Chain& chain_;
  std::vector<int> next_;  ///< row to make, by stage
  std::vector<Call> calls_;
};

/// An input, or what is added, or both; bytes of its rows, 0: it is not read in that way.
struct Reader {
  int64_t read = 0, added = 0;
};

/// True if a row of the output that starts at `at` destroys nothing that is read from call `t` on.
bool keeps(const std::vector<Call>& calls, size_t t, int64_t at, int64_t out, const Reader& reader) {
  const auto meets = [&](int64_t row, int64_t bytes) {
    return bytes && row * bytes < at + out && at < (row + 1) * bytes;
  };
  for (size_t later = t; later < calls.size(); ++later) {
    for (int row : calls[later].read) {
      if (meets(row, reader.read)) return false;
    }
    for (int row : calls[later].added) {
      const bool in_place = later == t && row * reader.added == at && reader.added == out;  // pixel by pixel
      if (meets(row, reader.added) && !in_place) return false;
    }
  }
  return true;
}

int64_t brute_force(const Chain& chain, const std::vector<Call>& calls, const Reader& reader) {
  const ConvMap& map = chain.stages.back().out.map;
  const int64_t out = int64_t{map.width} * map.channels * size_of(chain.arithmetic.stored);
  for (int64_t lead = 0; lead > -out * map.height; lead -= arena_alignment) {
    bool safe = true;
    for (size_t t = 0; safe && t < calls.size(); ++t) {
      if (calls[t].written >= 0) safe = keeps(calls, t, lead + calls[t].written * out, out, reader);
    }
    if (safe) return lead;
  }
  return kApart;
}

/// By input and for the residual, as overlaps_of().
std::vector<int64_t> expected_overlaps(const Chain& chain, bool adds_input) {
  const Stage& first = chain.stages[0];
  int64_t added = 0;
  for (const Stage& s : chain.stages) {
    if (s.adds_tensor()) added = int64_t{s.out.map.width} * s.out.map.channels * size_of(chain.arithmetic.stored);
  }
  const auto row = [&](int channels) { return int64_t{first.in.width} * channels * size_of(chain.arithmetic.stored); };
  const std::vector<Call> calls = RowProgram(chain).run();
  std::vector<int64_t> overlaps;
  for (const Load::Source& source : first.load() ? first.load()->joined : std::vector<Load::Source>{})
    overlaps.push_back(source.pixel ? kApart : brute_force(chain, calls, {row(source.channels), 0}));
  const Reader input = {row(first.in.channels), adds_input ? added : 0};
  if (overlaps.empty()) overlaps.push_back(brute_force(chain, calls, input));
  if (added) overlaps.push_back(adds_input ? overlaps[0] : brute_force(chain, calls, {0, added}));
  return overlaps;
}

void expect_overlaps(const PlanContext& context, const Block& block) {
  const ChainSource source(context, block);
  const Chain chain = plan_chain(source, resolve_schedule(source));
  const bool rows = chain.variant == Variant::rows || chain.variant == Variant::cascade;
  if (!rows || chain.stages.back().unit_pixels()) return;
  SCOPED_TRACE(context.graph.tensors[block.output].name + ", " + block_key(context.graph, block));
  const bool adds_input = block.residual == block.input;
  std::vector<int64_t> found = overlaps_of(chain, adds_input);
  found.resize(std::min(found.size(), expected_overlaps(chain, adds_input).size()));
  EXPECT_EQ(found, expected_overlaps(chain, adds_input));
}

class Overlaps : public testing::TestWithParam<DType> {};

/// All blocks, and all cascades of up to four of them.
void expect_overlaps(const Graph& graph) {
  CompileOptions options;
  options.schedule.variant = Variant::rows;
  options.target = target_named("x86-64-linux-avx2");
  WeightCache weights(graph, options.numerics, options.target);
  const PlanContext context{graph, options, weights};
  const std::vector<Block> blocks = partition(graph);
  for (int i = 0; i < static_cast<int>(blocks.size()); ++i) {
    for (int count = std::min(longest_cascade(graph, blocks, i), 4); count > 0; --count)
      expect_overlaps(context, join_blocks(blocks, i, count));
  }
}

TEST_P(Overlaps, AsByBruteForceInCascades) { expect_overlaps(cascade_graph(GetParam())); }
TEST_P(Overlaps, AsByBruteForceInOddGraphs) { expect_overlaps(odd_graph(GetParam())); }

INSTANTIATE_TEST_SUITE_P(All, Overlaps, testing::Values(DType::f32, DType::u8, DType::i8),
                         [](const testing::TestParamInfo<DType>& info) { return to_string(info.param); });

}  // namespace
}  // namespace narrows
