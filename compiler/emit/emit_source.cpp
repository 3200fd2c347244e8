// <name>.cpp: prologue, runtime, kernels, blocks in execution order, entry points.
#include <fmt/format.h>

#include <set>

#include "compiler/emit/emit.h"
#include "compiler/emit/writer.h"

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
  for (char c : s)
    out += c < ' ' || c == '\\' || c == '?' || c == 127 || static_cast<unsigned char>(c) > 127 ? '_' : c;
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
      text += fmt::format("{}{} {} \"{}\"", text.empty() ? "" : ",\n//             ", o.index, o.op,
                          comment_name(o.name));
    }
  }
  return text;
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
    if (first && code.scratch_bytes) text += fmt::format("//   scratch   {} bytes\n", code.scratch_bytes);
    first = false;
    text += fmt::format("//   block {}\n//     ops     {}\n", call.block, source_ops(p, block));
    for (size_t i = 0; i < code.inputs.size(); ++i) {
      const bool residual = i > 0 && code.inputs[i] == block.residual;
      text += fmt::format("//     {:<8}{}\n", residual ? "add" : "in", place_text(p, code.inputs[i]));
    }
    text += fmt::format("//     out     {}\n", place_text(p, block.output));
    if (code.scratch_bytes) text += fmt::format("//     scratch at arena {}\n", call.scratch);
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

std::string pointer(const Program& p, int tensor, bool is_const) {
  const TensorPlace& place = p.places[tensor];
  const std::string type =
      fmt::format("({}{}*)", is_const ? "const " : "", to_string(p.memory_types[tensor]));
  const int64_t elements = place.offset / size_of(p.graph.tensors[tensor].type);
  switch (place.kind) {
    case TensorPlace::Kind::input:
      return plus(fmt::format("input{}", place.index), elements);
    case TensorPlace::Kind::output:
      return plus(fmt::format("output{}", place.index), elements);
    case TensorPlace::Kind::constant:
      return fmt::format("{}({})", type, plus("payload", place.offset));
    case TensorPlace::Kind::arena:
      return fmt::format("{}({})", type, plus("bytes", place.offset));
  }
  return "";
}

std::string call_block(const Program& p, const Call& call) {
  const BlockCode& code = p.code[call.block];
  std::string args;
  for (int id : code.inputs) args += pointer(p, id, true) + ", ";
  args += pointer(p, p.blocks[call.block].output, false);
  if (code.scratch_bytes) args += ", " + plus("bytes", call.scratch);
  if (!code.weights.empty()) args += ", " + plus("payload", call.weights);
  return fmt::format("{}({});", call.function, args);
}

std::string in_place(const Program& p, const Call& call) {
  const BlockCode& code = p.code[call.block];
  return fmt::format("// Block {}, {}: {}.", call.block, code.title, code.schedule);
}

std::string copy_output(const Program& p, const Call& call) {
  const int id = p.graph.outputs[call.copied_output];
  const Tensor& t = p.graph.tensors[id];
  const char* function = p.memory_types[id] == t.type ? "memcpy" : "flip_sign";
  const std::string from = pointer(p, id, true), to = fmt::format("output{}", call.copied_output);
  return function == std::string("memcpy") ? fmt::format("memcpy({}, {}, {});", to, from, t.bytes())
                                           : fmt::format("flip_sign({}, {}, {});", from, to, t.bytes());
}

std::string run_function(const Program& p) {
  const std::string n = p.options.name, up = upper_case(n);
  std::string parameters = "const void* weights, void* arena", nulls = "!weights || !arena";
  for (size_t i = 0; i < p.graph.inputs.size(); ++i) {
    parameters += fmt::format(", const {}* input{}", c_type(p.graph.tensors[p.graph.inputs[i]].type), i);
    nulls += fmt::format(" || !input{}", i);
  }
  for (size_t i = 0; i < p.graph.outputs.size(); ++i) {
    parameters += fmt::format(", {}* output{}", c_type(p.graph.tensors[p.graph.outputs[i]].type), i);
    nulls += fmt::format(" || !output{}", i);
  }
  Writer w;
  w.line("if ({}) return {}_NULL_POINTER;", nulls, up);
  w.line("if ((uintptr_t)weights % 64 || (uintptr_t)arena % 64) return {}_MISALIGNED;", up);
  w.line("u8* const bytes = (u8*)arena;");
  w.line("const u8* const payload = (const u8*)weights + {};", p.weights.payload_offset);
  w.line("(void)bytes, (void)payload;");
  for (const Call& call : p.calls) {
    if (call.block < 0) {
      w.line("{}", copy_output(p, call));
      continue;
    }
    const int out = p.blocks[call.block].output;
    w.line("{}", call.function.empty() ? in_place(p, call) : call_block(p, call));
    w.line("NARROWS_TRACE({}, {}, {});", call.block, pointer(p, out, true), p.graph.tensors[out].bytes());
  }
  w.line("return {}_OK;", up);
  return fmt::format("{0}_status {0}_run({1}) {{\n{2}}}\n", n, parameters, w.text());
}

std::string entry_points(const Program& p) {
  const std::string n = p.options.name;
  return fmt::format(R"(extern "C" {{

{0}_status {0}_check(const void* weights, size_t bytes) {{
  return ({0}_status)check_blob(weights, bytes, {1}u, {2}u, {3}, {4});
}}

{5}
const char* {0}_message({0}_status status) {{ return explain(status); }}

}}  // extern "C"
)",
                     n, fmt::format("{:#x}", p.weights.model_hash),
                     fmt::format("{:#x}", p.weights.content_hash), p.weights.bytes.size(),
                     p.weights.payload_offset, run_function(p));
}

/// A file of runtime/ without its includes and guard, for the parts that stand in every emitted file.
std::string strip(const std::string& text) {
  std::string out, line;
  for (char c : text) {
    line += c;
    if (c != '\n') continue;
    if (line.rfind("#include \"", 0) != 0 && line != "#pragma once\n") out += line;
    line.clear();
  }
  return out + line;
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

}  // namespace

std::string emit_source(const Program& p) {
  const std::string n = p.options.name;
  std::string kernels;
  for (const Kernel& k : p.kernels) kernels += k.text + "\n";
  const std::string blocks = functions(p), entries = entry_points(p);

  std::string text = fmt::format(
      "// The code of {0}.h, which says what it was made from. Do not edit.\n#include \"{0}.h\"\n\n", n);
  text += strip(runtime_text("prologue.h"));
  text +=
      "\n// Called after each block with its index and output; define it before this line to see them.\n"
      "#ifndef NARROWS_TRACE\n#define NARROWS_TRACE(block, output, bytes) (void)0\n#endif\n\n";
  text += fmt::format("#define LANES {}  // 32-bit lanes of the vectors of {}\n\n",
                      lanes_of(p.options.target), p.options.target.str());
  text +=
      "#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Wunused-function\"\n\nnamespace {\n\n";
  text += runtime_for(kernels + blocks + entries + "check_blob(");
  text += rule("kernels: one row of one operator each") + "\n" + kernels;
  text += rule("blocks") + "\n" + blocks;
  text += "}  // namespace\n\n#pragma GCC diagnostic pop\n\n" + entries;
  return wrap_long_lines(text);
}

}  // namespace narrows
