// The graphs of single_op_texts.h for each type, in one.
#include "tests/support/single_ops.h"

#include <map>

#include "tests/support/single_element_texts.h"
#include "tests/support/single_op_texts.h"

namespace narrows {
namespace {

using namespace single_op_texts;

using Words = std::map<std::string, std::string>;

const Words words_f32 = {{"T[", "f32["}, {"$p", ""}, {"$q", ""}, {"$r", ""}, {"$s", ""},
                         {"$w", ""},     {"$j", ""}, {"$z", ""}, {"$l", ""}};
const Words words_u8 = {
    {"T[", "u8["},
    {"U[", "i8["},
    {"$p", "scale 0.05 zero 120"},
    {"$P", "scale 0.05 zero -8"},
    {"$q", "scale 0.031 zero 17"},
    {"$r", "scale 0.11 zero 200"},
    {"$s", "scale 0.00390625"},
    {"$w", "scale 0.000005 zero 99"},
    {"$z", "scale 0.09 zero 0"},
    {"$l", "scale 0.0078125 zero 128"},
    {"$j", "scale 0.031 zero 17"},
};
const Words words_i8 = {
    {"T[", "i8["},
    {"U[", "u8["},
    {"$p", "scale 0.05 zero -8"},
    {"$P", "scale 0.05 zero 120"},
    {"$q", "scale 0.031 zero -111"},
    {"$r", "scale 0.11 zero 72"},
    {"$s", "scale 0.00390625 zero -128"},
    {"$w", "scale 0.000005 zero -29"},
    {"$z", "scale 0.09 zero -128"},
    {"$l", "scale 0.0078125"},
    {"$j", "scale 0.05 zero -8"},
};
const Words words_i32 = {{"T[", "i32["}};
const Words words_i64 = {{"T[", "i64["}};

Graph parsed(std::string text, const Words& words) {
  for (const auto& [from, to] : words) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  Diagnostics diagnostics("text");
  Graph graph = parse_graph(text, diagnostics);
  NARROWS_CHECK(diagnostics.ok(), diagnostics.str());
  return graph;
}

/// Puts the tensors and operators of `from` behind those of `to`.
void append(const Graph& from, Graph* to) {
  const int first = static_cast<int>(to->tensors.size());
  auto moved = [&](const std::vector<int>& ids) {
    std::vector<int> result;
    for (int id : ids) result.push_back(first + id);
    return result;
  };
  auto append_ids = [&](const std::vector<int>& ids, std::vector<int>* list) {
    for (int id : moved(ids)) list->push_back(id);
  };
  to->tensors.insert(to->tensors.end(), from.tensors.begin(), from.tensors.end());
  for (Op op : from.ops) {
    op.inputs = moved(op.inputs);
    op.output += first;
    to->ops.push_back(op);
  }
  append_ids(from.inputs, &to->inputs);
  append_ids(from.outputs, &to->outputs);
}

}  // namespace

Graph all_single_ops() {
  Graph all;
  all.name = "single_ops";
  for (const Words* words : {&words_f32, &words_u8, &words_i8}) {
    for (const char* text : {pools, means, binary, prelus, unary, softmaxes, moves, slices, resizes, class_maps,
                             functions, divisions, reductions, picks})
      append(parsed(text, *words), &all);
    if (words == &words_f32) append(parsed(suppressions, *words), &all);
    if (words == &words_f32) continue;
    for (const char* text : {conversions, mixtures, casts}) append(parsed(text, *words), &all);
  }
  for (const char* text : {powers, products}) append(parsed(text, words_f32), &all);
  for (const Words* words : {&words_i32, &words_i64}) append(parsed(integers, *words), &all);
  return all;
}

}  // namespace narrows
