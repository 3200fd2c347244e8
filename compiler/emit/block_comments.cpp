#include "compiler/emit/block_comments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/emit/mentions.h"
#include "compiler/emit/wrap_lines.h"
#include "compiler/index.h"
#include "compiler/text.h"

namespace narrows {

namespace {

/// Names of tensors and operators may hold any bytes; in a // comment only the end of the line and a backslash matter.
std::string comment_name(const std::string& s) {
  constexpr size_t kMost = 72;
  std::string out;
  for (char c : s) out += c < ' ' || c == '\\' || c == '?' || c == 127 || static_cast<unsigned char>(c) > 127 ? '_' : c;
  return out.size() > kMost ? out.substr(0, kMost - 3) + "..." : out;
}

// ---- tensors -------------------------------------------------------------------------------------------------------

/// "arena 0", "arena 0, with threads 896"
std::string arena_text(int64_t alone, int64_t parallel) {
  return alone == parallel ? fmt::format("arena {}", alone) : fmt::format("arena {}, with threads {}", alone, parallel);
}

std::string place_text(const Program& p, int tensor) {
  const Tensor& t = p.graph.tensors[tensor];
  const TensorPlace& place = p.places[tensor];
  const std::string type = to_string(p.memory_types[tensor]) + to_string(t.shape);
  switch (place.kind) {
    case TensorPlace::Kind::input:
      return fmt::format("{} in {}", type, plus(fmt::format("input{}", place.index), place.offset));
    case TensorPlace::Kind::output:
      return fmt::format("{} in {}", type, plus(fmt::format("output{}", place.index), place.offset));
    case TensorPlace::Kind::constant:
      return fmt::format("{} in the weights", type);
    case TensorPlace::Kind::arena:
      return fmt::format("{} at {}", type, arena_text(place.offset, place.parallel_offset));
  }
  return "";
}

/// A line for each input of a block; the tensor that is added is often one that is also read.
std::string inputs_text(const Program& p, const Block& block, const BlockCode& code) {
  std::string text;
  const std::vector<int>& inputs = code.inputs;
  const bool adds = inputs.size() > 1 && std::count(inputs.begin() + 1, inputs.end(), block.residual) > 0;
  const bool same = adds && inputs[0] == block.residual;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const bool residual = i > 0 && inputs[i] == block.residual;
    if (residual && same) continue;
    const char* const role = residual ? "add" : i == 0 && same ? "in, add" : "in";
    text += fmt::format("//     {:<9}{}\n", role, place_text(p, inputs[i]));
  }
  return text;
}

// ---- operators -----------------------------------------------------------------------------------------------------

/// What operators' names have in common, up to a slash: "/backbone/blocks.2/".
std::string common_folder(const std::vector<const Op*>& ops) {
  std::string common;
  bool first = true;
  for (const Op* op : ops) {
    if (op->origins.empty()) continue;
    const std::string& name = op->origins[0].name;
    if (first) common = name;
    first = false;
    const auto end = std::mismatch(common.begin(), common.end(), name.begin(), name.end()).first;
    common.erase(end, common.end());
  }
  return common.substr(0, common.rfind('/') + 1);
}

/// "Conv + Clip + QuantizeLinear": the operators of the model that became one.
std::string kinds_text(const Op& op) {
  std::vector<std::string> kinds;
  for (const Origin& o : op.origins) kinds.push_back(o.op);
  return fmt::format("{}", fmt::join(kinds, " + "));
}

/// A line for each operator of the graph, under what their names have in common.
std::string operators_text(const Program& p, int index) {
  std::vector<const Op*> ops;
  size_t width = 0;
  for (int i : p.blocks[index].ops) {
    if (p.graph.ops[i].origins.empty()) continue;
    ops.push_back(&p.graph.ops[i]);
    width = std::max(width, kinds_text(*ops.back()).size());
  }
  const std::string folder = ops.size() > 1 ? common_folder(ops) : "";
  std::string text = fmt::format("//   block {}", index);
  text += (folder.empty() ? "" : "  " + comment_name(folder)) + "\n";
  for (const Op* op : ops) {
    const std::string name = comment_name(op->origins[0].name.substr(folder.size()));
    text += wrap_comment(fmt::format("//     {:<4} ", op->origins[0].index),
                         fmt::format("{:<{}}  {}", kinds_text(*op), std::min<size_t>(width, 40), name));
  }
  return text;
}

std::string memory_comment(const BlockCode& code, const Call& call) {
  std::string text;
  const int64_t scratch = code.scratch_bytes + code.shared_bytes;
  if (scratch) text += fmt::format("//   scratch   {} bytes\n", with_commas(scratch));
  if (call.most_tasks == 1) return text;
  text += fmt::format("//   threads   at most {}", call.most_tasks);
  if (code.scratch_bytes) text += fmt::format("; scratch of {} bytes each", with_commas(code.scratch_bytes));
  if (code.parallel_shared_bytes) text += fmt::format("; {} bytes in common", with_commas(code.parallel_shared_bytes));
  return text + "\n";
}

}  // namespace

std::string rule(const std::string& title) {
  const std::string line = "// ---- " + title + " ";
  return line + std::string(line.size() < 118 ? 118 - line.size() : 4, '-') + "\n";
}

std::string block_comment(const Program& p, const std::string& function) {
  std::string text;
  for (const Call& call : p.calls) {
    if (call.function != function || call.block < 0) continue;
    const Block& block = p.blocks[call.block];
    const BlockCode& code = p.code[call.block];
    if (text.empty()) {
      text += rule(code.title) + wrap_comment("//   schedule  ", code.schedule) + memory_comment(code, call);
    }
    text += operators_text(p, call.block) + inputs_text(p, block, code);
    text += fmt::format("//     out      {}\n", place_text(p, block.output));
    if (code.scratch_bytes || code.shared_bytes)
      text += fmt::format("//     scratch  {}\n", arena_text(call.scratch, call.parallel_scratch));
  }
  return text;
}

std::string in_place_comment(const Program& p, int block) {
  std::vector<std::string> kinds;
  for (int i : p.blocks[block].ops) kinds.push_back(to_string(p.graph.ops[i].kind));
  return wrap_comment("// ", fmt::format("block {}: {}, in place; it needs no code", block, fmt::join(kinds, ", ")));
}

std::string kernel_comment(const Program& p, const Kernel& kernel) {
  std::vector<int> callers;
  for (const Call& call : p.calls) {
    if (call.block < 0) continue;
    Mentions mentions;
    add_mentions(p.code[call.block].function, &mentions);
    if (mentions.names.count(kernel.name)) callers.push_back(call.block);
  }
  const std::string blocks = fmt::format("{} {}.", callers.size() == 1 ? "block" : "blocks", fmt::join(callers, ", "));
  return kernel.comment + wrap_comment("// ", "Called by " + blocks);
}

}  // namespace narrows
