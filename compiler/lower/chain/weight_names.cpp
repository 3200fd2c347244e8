// Names for the offsets of weights in the functions of chains.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "compiler/lower/chain/chain_code.h"

namespace narrows {

namespace {

/// "expand" in front of a depthwise convolution, "project" behind it; with the number of the cascade's block.
std::string convolution_name(const ChainSource& source, size_t i) {
  const ChainConv& conv = source.convs[i];
  if (source.convs.size() == 1) return conv.depthwise() ? "depthwise" : "conv";
  const bool expands = i + 1 < source.convs.size() && source.convs[i + 1].depthwise() && !source.convs[i + 1].first;
  const std::string kind = conv.depthwise() ? "depthwise" : expands ? "expand" : "project";
  return source.block.links.empty() ? kind : kind + std::to_string(conv.link + 1);
}

}  // namespace

void name_weights(const ChainSource& source, ChainCode* code) {
  std::vector<std::string> list;
  std::set<std::string> used;
  for (size_t i = 0; i < code->pieces.size(); ++i) {
    std::vector<Piece>& pieces = code->pieces[i];
    for (size_t k = 0; k < pieces.size(); ++k) {
      Piece& p = pieces[k];
      p.name = convolution_name(source, i - code->plan.loads()) + (k > 0 ? "_rest" : "");
      while (!used.insert(p.name).second) p.name += "_next";
      list.push_back(fmt::format("{} = {}", p.name, p.weights));
      if (p.cut.calls > 1) list.push_back(fmt::format("{} = {}", p.tile_name(), p.call_weights));
    }
  }
  if (code->plan.parts && code->plan.parts->count > 1)
    list.push_back(fmt::format("part_bytes = {}", code->part_weights()));
  if (const size_t tables = load_tables(code->plan).size(); tables > 0)
    list.push_back(fmt::format("bytes = {}", code->weights.size() - tables));
  if (list.size() > 1)
    code->offsets = fmt::format("  enum {{ {} }};  // offsets in the weights\n", fmt::join(list, ", "));
  for (std::vector<Piece>& pieces : code->pieces) {
    for (Piece& p : pieces)
      if (list.size() == 1) p.name.clear();
  }
}

std::string first_weights(const std::string& base, const Piece& p) {
  return p.name.empty() ? base : base + " + " + p.name;
}

}  // namespace narrows
