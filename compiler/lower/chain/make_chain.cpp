// From a planned chain to its kernels and packed weights.
#include <algorithm>

#include "compiler/lower/chain/chain_code.h"
#include "compiler/lower/order_channels.h"
#include "compiler/lower/sort_steps.h"

namespace narrows {

namespace {

bool is_full_pointwise(const Op& op) {
  const Window& w = op.attr.window;
  return op.kind == OpKind::conv2d && w.kernel_h == 1 && w.kernel_w == 1 && !w.pad.any();
}

/// True if convolutions i, i + 1 and i + 2 are an inverted residual, whose expanded channels may be in any order.
bool has_free_order(const ChainSource& source, size_t i) {
  const ChainConv &expand = source.convs[i], &depthwise = source.convs[i + 1], &project = source.convs[i + 2];
  if (expand.link != project.link || !depthwise.depthwise()) return false;
  if (!is_full_pointwise(expand.op) || !is_full_pointwise(project.op)) return false;
  return depthwise.weights.channels == expand.weights.channels;
}

/// The weights of all convolutions, the expanded channels in an order in which many weights are small.
std::vector<ConvWeights> ordered_weights(const ChainSource& source) {
  std::vector<ConvWeights> weights;
  for (const ChainConv& c : source.convs) weights.push_back(c.weights);
  if (!source.arithmetic().requantizes() || source.target().products != ByteProducts::pairs) return weights;
  for (size_t i = 0; i + 2 < weights.size(); ++i) {
    if (!has_free_order(source, i)) continue;
    const std::vector<int> order = order_expanded(weights[i], weights[i + 2], 2 * source.lanes());
    reorder_channels(order, &weights[i]);
    reorder_channels(order, &weights[i + 1]);
    reorder_depth(order, &weights[i + 2]);
  }
  return weights;
}

int64_t append(const std::string& region, ChainCode* code) {
  const int64_t at = static_cast<int64_t>(code->weights.size());
  code->weights += region;
  return at;
}

std::vector<PieceSpec> sorted_specs(const WeightedChain& c, size_t i) {
  const Window& w = c.plan.stages[c.plan.loads() + i].window;
  const bool one_run = w.kernel_h == 1 && (w.dilation_w == 1 || w.kernel_w == 1);
  const bool joins = c.source.arithmetic().requantizes() && one_run && joins_steps(c.source.target(), c.weights[i]);
  return conv_specs(c, i, joins ? Sorting::joined_first : Sorting::small_first);
}

// ---- rows --------------------------------------------------------------------------------------

std::vector<Piece> make_conv(const LoweringContext& context, const WeightedChain& c, size_t i, ChainCode* code) {
  std::vector<Piece> pieces;
  for (const PieceSpec& spec : sorted_specs(c, i)) {
    const ConvLayout at = conv_layout(spec.row, context.target());
    Piece piece{spec.cut, context.kernels.get(spec.row), static_cast<int64_t>(code->weights.size()), at.bytes};
    const std::vector<int32_t> params = params_of(c, i);
    for (int call = 0; call < spec.cut.calls; ++call)
      append(pack_conv(spec.row, at, c.weights[i], params, {spec.cut.first + call * spec.cut.channels, 0}), code);
    pieces.push_back(piece);
  }
  return pieces;
}

std::string pack_cut(const WeightedChain& c, size_t i, const DepthwiseRow& spec, int first) {
  return pack_depthwise(spec, depthwise_layout(spec, c.source.target()), c.weights[i], params_of(c, i), first);
}

std::vector<Piece> make_depthwise(const LoweringContext& context, const WeightedChain& c, size_t i, ChainCode* code) {
  std::vector<Piece> pieces;
  for (const Cut& cut : c.plan.stages[c.plan.loads() + i].depthwise()->cuts) {
    const DepthwiseRow spec = depthwise_spec(c, i, cut);
    const std::string kernel = context.kernels.get(spec);
    pieces.push_back({cut, kernel, append(pack_cut(c, i, spec, cut.first), code), 0});
  }
  return pieces;
}

// ---- channels: one set of kernels, weights part by part ----------------------------------------

SumKernels get_kernels(const SumSpecs& specs, KernelLibrary& kernels) {
  SumKernels names;
  names.sums = kernels.get(specs.sums);
  names.last = std::visit([&](const auto& spec) { return kernels.get(spec); }, specs.last);
  if (const auto* finish = std::get_if<FinishRow>(&specs.last)) names.last_reads_weights = reads_region(finish->finish);
  return names;
}

/// The part begins a group of its own, whose sums start from 0: the bias is in the sums of the first group.
bool starts_later_group(const Parts& parts, int part) {
  for (int g = 1; parts.groups && g < parts.groups->count; ++g) {
    if (parts.first_part(g) == part) return true;
  }
  return false;
}

/// The regions of a cut of the projection for one part.
std::string pack_projection(const WeightedChain& c, const PieceSpec& spec, int part) {
  const Parts& parts = *c.plan.parts;
  const ConvLayout at = conv_layout(spec.row, c.source.target());
  const std::vector<int32_t> params = params_of(c, 2);
  std::string regions;
  for (int call = 0; call < spec.cut.calls; ++call) {
    const int channel = spec.cut.first + call * spec.cut.channels;
    std::string region = pack_conv(spec.row, at, c.weights[2], params, {channel, part * parts.channels});
    if (starts_later_group(parts, part)) region.replace(at.bias, 4 * at.channels, 4 * at.channels, 0);
    regions += region;
  }
  return regions;
}

void make_parts(const LoweringContext& context, const WeightedChain& c, ChainCode* code) {
  const Parts& parts = *c.plan.parts;
  const PieceSpec expand = sorted_specs(c, 0)[0];
  const Cut& filtered = c.plan.stages[1].depthwise()->cuts[0];
  const DepthwiseRow filter = depthwise_spec(c, 1, filtered);
  const std::vector<PieceSpec> project = sorted_specs(c, 2);
  const ConvLayout at = conv_layout(expand.row, context.target());
  code->pieces.assign(3, {});
  code->pieces[0] = {{expand.cut, context.kernels.get(expand.row), 0, at.bytes}};
  code->pieces[1] = {{filtered, context.kernels.get(filter), at.bytes, 0}};
  for (const PieceSpec& spec : project) {
    Piece piece{spec.cut, "", 0, conv_layout(spec.row, context.target()).bytes};
    if (spec.sums)
      piece.kernels = get_kernels(*spec.sums, context.kernels);
    else
      piece.kernels = context.kernels.get(spec.row);
    code->pieces[2].push_back(piece);
  }
  for (int p = 0; p < parts.count; ++p) {
    const int first = p * parts.channels;
    append(pack_conv(expand.row, at, c.weights[0], params_of(c, 0), {first, 0}), code);
    append(pack_cut(c, 1, filter, first), code);
    for (size_t i = 0; i < project.size(); ++i) {
      const int64_t begin = append(pack_projection(c, project[i], p), code);
      if (p == 0) code->pieces[2][i].weights = begin;
    }
  }
}

}  // namespace

std::string load_tables(const Chain& plan) {
  std::string bytes;
  const Load* const load = plan.stages[0].load();
  if (!load) return bytes;
  for (const ByteTable& table : load->tables) bytes.append(table.bytes.begin(), table.bytes.end());
  if (load->conversion) {
    if (const auto* table = std::get_if<ByteTable>(&*load->conversion))
      bytes.append(table->bytes.begin(), table->bytes.end());
  }
  return bytes;
}

ChainCode make_chain(const LoweringContext& context, const ChainSource& source, const Chain& plan) {
  const WeightedChain c{source, plan, ordered_weights(source)};
  ChainCode code{plan, {}, ""};
  if (plan.parts) {
    make_parts(context, c, &code);
    name_weights(source, &code);
    return code;
  }
  code.pieces.resize(plan.loads());
  for (size_t i = 0; i < source.convs.size(); ++i)
    code.pieces.push_back(source.convs[i].depthwise() ? make_depthwise(context, c, i, &code)
                                                      : make_conv(context, c, i, &code));
  append(load_tables(plan), &code);
  name_weights(source, &code);
  return code;
}

}  // namespace narrows
