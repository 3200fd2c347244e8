#include "compiler/program/fit_arena.h"

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/blocks/cascade.h"
#include "compiler/blocks/cost_model.h"
#include "compiler/graph/costs.h"
#include "compiler/program/order_blocks.h"
#include "compiler/program/tensor_memory.h"

namespace narrows {

namespace {

// Longer cascades gain nothing in the networks of the family: their rings are larger than the tensors that they save.
constexpr int kLongest = 8;
// At once: more if the search goes on.
constexpr int kMostColumns = 4;

/// A network under some schedules.
struct Form {
  Schedules schedules;
  std::vector<Block> blocks;
  std::vector<int64_t> live;  ///< by block: bytes of the arena
  double cost = 0;            ///< in multiply-adds

  int peak() const { return static_cast<int>(std::max_element(live.begin(), live.end()) - live.begin()); }
  int64_t bytes() const { return live.empty() ? 0 : live[peak()]; }
  int64_t planned = 0;  ///< where there is a limit: bytes that are enough for the arena
};

class Fitter {
 public:
  Fitter(const Graph& graph, const CompileOptions& options)
      : graph_(graph),
        options_(options),
        weights_(graph, options.numerics, options.target),
        base_(partition(graph)),
        memory_types_(memory_types_of({graph_, options_, weights_})) {}

  Schedules run() {
    Form best = form_of(options_.schedules);
    const double allowed = best.cost * (1 + slowdown());
    while (!done(best)) {
      const std::optional<Form> next = best_of(candidates(best), best, allowed);
      if (!next) break;
      best = *next;
    }
    return best.schedules;
  }

 private:
  /// Share of the network's time that less memory may cost.
  double slowdown() const { return allowed_slowdown(options_); }
  bool done(const Form& form) const { return options_.arena_limit > 0 && form.planned <= options_.arena_limit; }

  // ---- what a form needs -----------------------------------------------------------------------
  Form form_of(const Schedules& schedules) {
    Form form;
    form.schedules = schedules;
    form.blocks = join_cascades(graph_, base_, options_.schedule, schedules);
    CompileOptions options = options_;
    options.schedules = schedules;
    const PlanContext context{graph_, options, weights_};
    PlannedBlocks planned{graph_, memory_types_, form.blocks, {}};
    for (const Block& block : form.blocks) {
      planned.plans.push_back(plan_of(context, block));
      form.cost += cost_of(context, block) * recomputation(block, planned.plans.back());
    }
    const std::vector<int> order = order_blocks(planned);
    planned.blocks = form.blocks = reordered(order, form.blocks);
    planned.plans = reordered(order, planned.plans);
    const ArenaBuffers buffers = buffers_over_inputs(planned);
    form.live = live_bytes(buffers.list);
    form.live.resize(form.blocks.size());
    if (options_.arena_limit > 0) form.planned = plan_memory(buffers.list, 0).bytes;
    return form;
  }

  /// Blocks that are the same in several forms are planned once.
  const BlockPlan& plan_of(const PlanContext& context, const Block& block) {
    std::string key = std::to_string(block.ops[0]) + " " + std::to_string(block.ops.size());
    for (const Block& link : links_of(block)) key += " " + to_string(asked_schedule(context, link));
    key += " " + to_string(asked_schedule(context, block));
    const auto [known, is_new] = plans_.try_emplace(key);
    if (!is_new) return known->second;
    if (!is_reshape(graph_, block)) known->second = plan_block(context, block);
    return known->second;
  }
  static std::vector<Block> links_of(const Block& block) {
    return block.links.empty() ? std::vector<Block>{block} : block.links;
  }

  /// Multiply-adds that are done by those of the model.
  double recomputation(const Block& block, const BlockPlan& plan) const {
    int64_t macs = 0;
    for (int i : block.ops) macs += multiply_accumulates(graph_, graph_.ops[i]);
    return plan.executed_macs ? static_cast<double>(plan.executed_macs) / static_cast<double>(macs) : 1;
  }

  double cost_of(const PlanContext& context, const Block& block) const {
    double cost = 0;
    const Op* before = nullptr;
    for (const Block& link : links_of(block)) {
      const Schedule& asked = asked_schedule(context, link);
      for (int i : link.ops) {
        const Op& op = graph_.ops[i];
        const double macs = static_cast<double>(multiply_accumulates(graph_, op));
        const bool filters = op.kind == OpKind::depthwise_conv2d;
        // In a cascade, what a depthwise convolution writes for another one is plain whatever was asked for.
        const bool plain = asked.plain || (before && before->kind == op.kind && is_quantized(graph_.output(op)));
        cost += macs;
        if (filters && plain) cost += macs * plain_ring_cost(options_.target);
        before = &op;
      }
    }
    return block.links.empty() ? cost : cost * cascade_cost(cascade_shape(block), options_.target);
  }
  /// The shape of the cascade's largest inner map.
  ChainShape cascade_shape(const Block& block) const {
    ChainShape shape;
    const Shape& out = graph_.tensors[block.output].shape;
    shape.map = int64_t{out[1]} * out[2];
    shape.arithmetic = arithmetic_of(graph_.tensors[block.output], options_.numerics, options_.target);
    return shape;
  }

  // ---- what could be done about the block that sets the peak --------------------------------------
  std::vector<Form> candidates(const Form& form) {
    std::vector<Form> list;
    const int peak = form.peak();
    add_cascades(form, peak, &list);
    for (const Block& link : links_of(form.blocks[peak])) add_plain(form, link, &list);
    add_columns(form, form.blocks[peak], &list);
    return list;
  }

  /// Cascades of the block with its neighbours, and those that a cascade can be cut into.
  void add_cascades(const Form& form, int peak, std::vector<Form>* list) {
    for (int before = 0; before < kLongest && before <= peak; ++before) {
      for (int after = 0; before + after < kLongest && peak + after < static_cast<int>(form.blocks.size()); ++after) {
        if (before + after > 0) add_joined(form, peak - before, before + after + 1, list);
      }
    }
    const int links = static_cast<int>(form.blocks[peak].links.size());
    for (int at = 1; at < links; ++at) add_cut(form, form.blocks[peak], at, list);
  }

  /// Cascades that the options ask for stay as they are.
  bool is_given(const Block& block) const {
    return !block.links.empty() && options_.schedules.count(block_key(graph_, block)) > 0;
  }

  void add_joined(const Form& form, int first, int count, std::vector<Form>* list) {
    std::vector<Block> links;
    Schedules schedules = form.schedules;
    for (int i = first; i < first + count; ++i) {
      for (const Block& link : links_of(form.blocks[i])) links.push_back(link);
      if (is_given(form.blocks[i])) return;
      if (!form.blocks[i].links.empty()) schedules.erase(block_key(graph_, form.blocks[i]));
    }
    const int size = static_cast<int>(links.size());
    if (size > kLongest || longest_cascade(graph_, links, 0) < size) return;
    const Block joined = join_blocks(links, 0, size);
    add_cascade(joined, &schedules);
    const Form uncut = form_of(schedules);
    list->push_back(uncut);
    add_columns(uncut, joined, list);
  }

  const Schedule& schedule_of(const Form& form, const std::string& key) const {
    const auto known = form.schedules.find(key);
    return known == form.schedules.end() ? options_.schedule : known->second;
  }

  /// Strips of columns: narrower rings, and more to compute.
  void add_columns(const Form& form, const Block& block, std::vector<Form>* list) {
    if (slowdown() == 0 || !streams_rows(graph_, block)) return;
    // Not every source of rows can start again; one that has to is asked for by a goal or a limit that says so.
    const bool pulls = options_.input_rows && block.input == graph_.inputs[0];
    if (pulls && options_.goal != Goal::memory && options_.arena_limit == 0) return;
    const std::string key = block_key(graph_, block);
    Schedule schedule = schedule_of(form, key);
    if (!takes_columns(schedule.variant)) return;
    const int before = std::max(schedule.columns, 1);
    for (schedule.columns = before + 1; schedule.columns <= std::max(kMostColumns, before + 1); ++schedule.columns) {
      Schedules schedules = form.schedules;
      schedules[key] = schedule;
      list->push_back(form_of(schedules));
    }
  }

  void add_cut(const Form& form, const Block& cascade, int at, std::vector<Form>* list) {
    if (is_given(cascade)) return;
    Schedules schedules = form.schedules;
    schedules.erase(block_key(graph_, cascade));
    const int size = static_cast<int>(cascade.links.size());
    add_cascade(join_blocks(cascade.links, 0, at), &schedules);
    add_cascade(join_blocks(cascade.links, at, size - at), &schedules);
    list->push_back(form_of(schedules));
  }

  void add_cascade(const Block& block, Schedules* schedules) const {
    if (!block.links.empty()) (*schedules)[block_key(graph_, block)].variant = Variant::cascade;
  }

  void add_plain(const Form& form, const Block& link, std::vector<Form>* list) {
    const std::string key = block_key(graph_, link);
    Schedule schedule = schedule_of(form, key);
    // Only bytes can be interleaved.
    if (schedule.plain || !is_quantized(graph_.tensors[link.output]) || link.kind != BlockKind::chain) return;
    schedule.plain = true;
    Schedules schedules = form.schedules;
    schedules[key] = schedule;
    list->push_back(form_of(schedules));
  }

  /// The smallest of those that cost nothing; where there is none, the one that gains most for what it costs.
  static std::optional<Form> best_of(const std::vector<Form>& list, const Form& now, double allowed) {
    const Form* best = nullptr;
    double best_gain = 0;
    for (const Form& form : list) {
      const auto saved = static_cast<double>(now.bytes() - form.bytes());
      if (saved <= 0 || form.cost > allowed) continue;
      const double gain = form.cost <= now.cost ? 1e18 + saved : saved / (form.cost - now.cost);
      if (gain > best_gain) best = &form, best_gain = gain;
    }
    return best ? std::optional<Form>(*best) : std::nullopt;
  }

  const Graph& graph_;
  const CompileOptions& options_;
  WeightCache weights_;
  std::vector<Block> base_;
  std::vector<DType> memory_types_;  // whatever the schedules
  std::map<std::string, BlockPlan> plans_;
};

}  // namespace

Schedules fit_arena(const Graph& graph, const CompileOptions& options) {
  // A variant that was asked for by name is not to be mixed with cascades.
  if (options.schedule.variant != Variant::automatic) return options.schedules;
  // Outputs that are inputs or constants need no block.
  if (graph.ops.empty()) return options.schedules;
  return Fitter(graph, options).run();
}

}  // namespace narrows
