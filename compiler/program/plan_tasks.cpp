#include "compiler/program/plan_tasks.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/arena.h"
#include "compiler/graph/costs.h"

namespace narrows {

namespace {

// What single operators do for an element takes about as long as this number of multiply-adds of a convolution.
constexpr int64_t kElementWork = 8;

int64_t work_of(const Graph& graph, const Block& block) {
  int64_t work = 0;
  for (int i : block.ops) {
    const Op& op = graph.ops[i];
    work += std::max(multiply_accumulates(graph, op), kElementWork * element_count(graph.output(op).shape));
  }
  return work;
}

/// Takes the outputs of shared blocks from over their inputs, except where operators are on one element. True if there
/// were any.
bool set_apart(const Placed& p, const ArenaBuffers& buffers, std::vector<ArenaBuffer>* list) {
  bool any = false;
  for (const Call& call : p.calls) {
    // Copies of outputs, which are no blocks, are not shared either.
    if (call.most_tasks == 1 || p.code[call.block].in_place) continue;
    const int out = buffers.of_tensor[p.blocks[call.block].output];
    if (out < 0 || (*list)[out].over < 0) continue;
    (*list)[out].over = -1;
    any = true;
  }
  return any;
}

/// The buffers of the arena, where they are with one thread if they can be there, and behind or between them what tasks
/// share. By call: the index of that, or -1.
struct Buffers {
  std::vector<ArenaBuffer> list;
  std::vector<int> shared;
};
Buffers with_shared_scratch(const Placed& p, const ArenaBuffers& buffers, const MemoryPlan& plan) {
  Buffers all{buffers.list, std::vector<int>(p.calls.size(), -1)};
  if (!set_apart(p, buffers, &all.list)) {
    for (size_t i = 0; i < all.list.size(); ++i) all.list[i].fixed = plan.offsets[i];
  }
  for (size_t i = 0; i < p.calls.size(); ++i) {
    const Call& call = p.calls[i];
    if (call.most_tasks == 1) continue;
    const BlockCode& code = p.code[call.block];
    if (code.parallel_shared_bytes == code.shared_bytes) continue;
    all.shared[i] = static_cast<int>(all.list.size());
    all.list.push_back(
        {fmt::format("shared {}", call.block), code.parallel_shared_bytes, call.block, call.block, -1, 0, -1});
  }
  return all;
}

int64_t round_up_to_alignment(int64_t bytes) {
  return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment;
}

/// End of the last buffer that is alive while a block runs.
int64_t top_at(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan, int step) {
  int64_t top = 0;
  for (size_t i = 0; i < buffers.size(); ++i) {
    if (buffers[i].first <= step && step <= buffers[i].last)
      top = std::max(top, round_up_to_alignment(plan.offsets[i] + buffers[i].bytes));
  }
  return top;
}

/// Nothing lies elsewhere.
void plan_one_task(Planned* program) {
  for (Call& call : program->calls) call.parallel_scratch = call.scratch, call.parallel_shared = call.shared;
}

}  // namespace

void plan_tasks(const ArenaBuffers& buffers, const MemoryPlan& one_thread, Planned* program) {
  Planned& p = *program;
  if (!p.options.threads) return plan_one_task(program);
  for (Call& call : p.calls) {
    if (call.block < 0 || p.code[call.block].phases == 0) continue;
    const int64_t most = work_of(p.graph, p.blocks[call.block]) / p.options.task_work;
    call.most_tasks = static_cast<int>(std::clamp<int64_t>(most, 1, p.code[call.block].units));
  }
  const Buffers all = with_shared_scratch(p, buffers, one_thread);
  const MemoryPlan plan = plan_memory(all.list, 0);
  for (size_t t = 0; t < p.places.size(); ++t) {
    if (buffers.of_tensor[t] >= 0) p.places[t].parallel_offset = plan.offsets[buffers.of_tensor[t]];
  }

  // Each block's further tasks have their scratch above all that is alive. One line, first_thread + threads *
  // thread_bytes, covers what all blocks need with two threads or more.
  int64_t two_threads = plan.bytes;
  for (size_t i = 0; i < p.calls.size(); ++i) {
    Call& call = p.calls[i];
    if (call.block < 0) continue;
    const int64_t own = p.code[call.block].scratch_bytes;
    const int scratch = buffers.of_block[call.block];
    if (scratch >= 0) call.parallel_scratch = plan.offsets[scratch];
    call.parallel_shared = all.shared[i] < 0 ? call.parallel_scratch + own : plan.offsets[all.shared[i]];
    if (call.most_tasks == 1) continue;
    call.more_scratch = top_at(all.list, plan, call.block);
    p.parallel_arena.thread_bytes = std::max(p.parallel_arena.thread_bytes, own);
    two_threads = std::max(two_threads, call.more_scratch + own);
  }
  p.parallel_arena.base_bytes = two_threads - 2 * p.parallel_arena.thread_bytes;
  if (p.parallel_arena.thread_bytes == 0)
    p.parallel_arena.base_bytes = std::max(two_threads, p.arena_bytes);
  else if (two_threads <= p.arena_bytes)
    p.parallel_arena.inside =
        static_cast<int>((p.arena_bytes - p.parallel_arena.base_bytes) / p.parallel_arena.thread_bytes);
}

}  // namespace narrows
