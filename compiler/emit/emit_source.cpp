// <name>.cpp: prologue, runtime, kernels, blocks in execution order; behind them what emit_entry_points.cpp writes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "compiler/emit/emit.h"
#include "compiler/index.h"
#include "compiler/writer.h"

namespace narrows {

namespace {

std::string rule(const std::string& title) {
  std::string line = "// ---- " + title + " ";
  return line + std::string(line.size() < 118 ? 118 - line.size() : 4, '-') + "\n";
}

/// Names of tensors and operators may hold any bytes; in a // comment only the end of the line and a
/// backslash matter.
std::string comment_name(const std::string& s) {
  std::string out;
  for (char c : s) out += c < ' ' || c == '\\' || c == '?' || c == 127 || static_cast<unsigned char>(c) > 127 ? '_' : c;
  return out.size() > 60 ? out.substr(0, 57) + "..." : out;
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
      return fmt::format("{} at arena {}", type, place.offset);
  }
  return "";
}

std::string source_ops(const Program& p, const Block& block) {
  std::string text;
  for (int i : block.ops) {
    for (const Origin& o : p.graph.ops[i].origins) {
      text +=
          fmt::format("{}{} {} \"{}\"", text.empty() ? "" : ",\n//             ", o.index, o.op, comment_name(o.name));
    }
  }
  return text;
}

std::string memory_comment(const BlockCode& code, const Call& call) {
  std::string text;
  const int64_t scratch = code.scratch_bytes + code.shared_bytes;
  if (scratch) text += fmt::format("//   scratch   {} bytes\n", scratch);
  if (call.most_tasks == 1) return text;
  text += fmt::format("//   threads   at most {}", call.most_tasks);
  if (code.scratch_bytes) text += fmt::format("; scratch of {} bytes each", code.scratch_bytes);
  if (code.parallel_shared_bytes) text += fmt::format("; {} bytes in common", code.parallel_shared_bytes);
  return text + "\n";
}

/// What stands above a function: for every block that calls it, where that block came from.
std::string block_comment(const Program& p, const std::string& function) {
  std::string text;
  bool first = true;
  for (const Call& call : p.calls) {
    if (call.function != function || call.block < 0) continue;
    const Block& block = p.blocks[call.block];
    const BlockCode& code = p.code[call.block];
    if (first) text += rule(code.title) + fmt::format("//   schedule  {}\n", code.schedule);
    if (first) text += memory_comment(code, call);
    first = false;
    text += fmt::format("//   block {}\n//     ops     {}\n", call.block, source_ops(p, block));
    for (size_t i = 0; i < code.inputs.size(); ++i) {
      const bool residual = i > 0 && code.inputs[i] == block.residual;
      text += fmt::format("//     {:<8}{}\n", residual ? "add" : "in", place_text(p, code.inputs[i]));
    }
    text += fmt::format("//     out     {}\n", place_text(p, block.output));
    if (code.scratch_bytes || code.shared_bytes) text += fmt::format("//     scratch at arena {}\n", call.scratch);
  }
  return text;
}

std::string functions(const Program& p) {
  std::string text;
  std::set<std::string> done;
  for (const Call& call : p.calls) {
    if (call.function.empty() || !done.insert(call.function).second) continue;
    text += block_comment(p, call.function);
    text += "NOINLINE static void " + call.function + p.code[call.block].function + "\n";
  }
  return text;
}

constexpr size_t kLineWidth = 118;

/// Breaks code lines that are too long after a comma or before an operator, as clang-format would.
std::string wrap_long_lines(const std::string& text) {
  std::string out;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    const size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const bool code = line.compare(indent, 2, "//") != 0 && line.compare(indent, 1, "#") != 0;
    while (code && line.size() > kLineWidth) {
      size_t at = line.rfind(", ", kLineWidth - 2);
      if (at == std::string::npos || at <= indent + 4) break;
      out += line.substr(0, at + 1) + "\n";
      line = std::string(indent + 4, ' ') + line.substr(at + 2);
    }
    out += line + "\n";
  }
  return out;
}

std::string define_lanes(const Target& target) {
  return fmt::format("#define LANES {}  // 32-bit lanes of the vectors of {}\n\n", lanes_of(target), target.str());
}

/// The compiler would say so too, but for each instruction and not what to do.
std::string require_instructions(const Target& target) {
  if (target.macros.empty()) return "";
  const std::string flags = compiler_flags(target);
  const std::string with = flags.empty() ? "with a compiler for that machine" : "with " + flags;
  return fmt::format(
      "#if !(defined({}))\n"
      "#error \"this code is for {}: compile it {}; narrows --target generic makes code for any machine\"\n"
      "#endif\n\n",
      fmt::join(feature_macros(target), ") && defined("), target.str(), with);
}

}  // namespace

std::string emit_kernels(const std::vector<Kernel>& kernels, const Target& target) {
  std::string text, names;
  for (const Kernel& k : kernels) text += k.text + "\n", names += fmt::format("  (void (*)()){},\n", k.name);
  const RuntimeText runtime = runtime_for(text, target);
  return runtime.prologue + define_lanes(target) + "namespace {\n\n" + runtime.functions + text +
         "}  // namespace\n\nextern void (*const kernels[])();\nvoid (*const kernels[])() = {\n" + names + "};\n";
}

std::string emit_source(const Program& p) {
  const std::string n = p.options.name;
  std::string kernels;
  for (const Kernel& k : p.kernels) kernels += k.text + "\n";
  const std::string blocks = functions(p);
  const EntryPoints entries = emit_entry_points(p);

  std::string text =
      fmt::format("// The code of {0}.h, which says what it was made from. Do not edit.\n#include \"{0}.h\"\n\n", n);
  text += require_instructions(p.options.target);
  const RuntimeText runtime = runtime_for(kernels + blocks + entries.calls + entries.functions, p.options.target);
  text += runtime.prologue;
  text +=
      "// Called after each block with its index and output; define it before this line to see them.\n"
      "#ifndef NARROWS_TRACE\n#define NARROWS_TRACE(block, output, bytes) (void)0\n#endif\n\n";
  text += define_lanes(p.options.target);
  if (p.sums_wrap) text += "#define SUMS_WRAP  // 32-bit sums of some 8-bit convolution can\n\n";
  text += "namespace {\n\n" + runtime.functions;
  text += rule("kernels: one row of one operator each") + "\n" + kernels;
  text += rule("blocks") + "\n" + blocks + rule("their calls") + "\n" + entries.calls;
  text += "}  // namespace\n\n" + entries.functions;
  return wrap_long_lines(text);
}

}  // namespace narrows
