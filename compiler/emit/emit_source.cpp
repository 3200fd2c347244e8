// <name>.cpp: prologue, runtime, kernels, blocks in execution order; behind them what emit_entry_points.cpp writes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/emit/block_comments.h"
#include "compiler/emit/emit.h"
#include "compiler/emit/wrap_lines.h"

namespace narrows {

namespace {

/// Functions of blocks in the order of their first calls, with comments for blocks that need none.
std::string functions(const Program& p) {
  std::string text;
  std::set<std::string> done;
  std::vector<const Call*> calls(p.blocks.size(), nullptr);
  for (const Call& call : p.calls) {
    if (call.block >= 0) calls[call.block] = &call;
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    const std::string function = calls[i] ? calls[i]->function : "";
    if (function.empty()) text += in_place_comment(p, static_cast<int>(i)) + "\n";
    if (function.empty() || !done.insert(function).second) continue;
    text += block_comment(p, function) + "NOINLINE static void " + function + p.code[i].function + "\n";
  }
  return text;
}

std::string define_lanes(const Target& target) {
  return fmt::format("#define LANES {}  // 32-bit lanes of the vectors of {}\n\n", lanes_of(target), target.str());
}

/// The compiler would say so too, but for each instruction and not what to do.
std::string require_instructions(const Target& target) {
  if (is_standard_cpp(target)) {
    const bool big = target.big_endian;
    return fmt::format(
        "#if {}(defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)\n"
        "#error \"the weights of this code are {}-endian, and this machine is not: narrows --target {}\"\n"
        "#endif\n\n",
        big ? "!" : "", big ? "big" : "little", big ? "generic" : "generic-big-endian");
  }
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

namespace {

const char* const part_titles[] = {"runtime", "kernels", "blocks", "entry points"};

/// Puts the lines where the parts begin into the table of contents, which stands in the first lines.
std::string fill_contents(std::string text) {
  for (const char* title : part_titles) {
    const std::string hole = fmt::format("//   {:<13} {{line}}", title);
    const size_t begin = text.find(rule(title)), at = text.find(hole);
    NARROWS_CHECK(begin != std::string::npos && at != std::string::npos, "a part without a place in the contents");
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n') + 1;
    text.replace(at, hole.size(), fmt::format("//   {:<13} line {}", title, line));
  }
  return text;
}

std::string contents(const Program& p) {
  std::set<std::string> functions;
  for (const Call& call : p.calls) functions.insert(call.function);
  functions.erase("");
  std::string text = "// Contents:\n";
  for (const char* title : part_titles) text += fmt::format("//   {:<13} {{line}}\n", title);
  return text + fmt::format("// {} kernels, {} functions of blocks, {} blocks.\n", p.kernels.size(), functions.size(),
                            p.blocks.size());
}

}  // namespace

std::string emit_source(const Program& p) {
  const std::string n = p.options.name;
  std::string kernels;
  for (const Kernel& k : p.kernels) kernels += kernel_comment(p, k) + k.text + "\n";
  const std::string blocks = functions(p);
  const EntryPoints entries = emit_entry_points(p);

  std::string text = fmt::format("// The code of {0}.h, which says what it was made from. Do not edit.\n//\n", n);
  text += contents(p) + fmt::format("#include \"{0}.h\"\n\n", n);
  text += require_instructions(p.options.target);
  const RuntimeText runtime = runtime_for(kernels + blocks + entries.calls + entries.functions, p.options.target);
  text += runtime.prologue;
  text +=
      "// Called after each block with its index and output; define it before this line to see them.\n"
      "#ifndef NARROWS_TRACE\n#define NARROWS_TRACE(block, output, bytes) (void)0\n#endif\n\n";
  text += define_lanes(p.options.target);
  if (p.sums_wrap) text += "#define SUMS_WRAP  // 32-bit sums of some 8-bit convolution can\n\n";
  text += rule("runtime") + "\nnamespace {\n\n" + runtime.functions;
  text += rule("kernels") + "// Each computes one row of one operator, or a part of it.\n\n" + kernels;
  text += rule("blocks") + "\n" + blocks + rule("entry points") + "\n" + entries.calls;
  text += "}  // namespace\n\n" + entries.functions;
  return fill_contents(wrap_lines(text));
}

}  // namespace narrows
