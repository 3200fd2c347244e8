// The end of <name>.cpp: calls of the blocks, and the functions that the header declares.
//
// A block that threads share gets a function of its own that calls it for one task. All others are called where it is
// their turn.
#include <fmt/format.h>

#include <optional>

#include "compiler/emit/emit.h"
#include "compiler/emit/mentions.h"
#include "compiler/index.h"
#include "compiler/writer.h"

namespace narrows {

namespace {

/// A member of `run`, which the tasks of threads share; a variable of the one function that there is without threads.
std::string of_run(const Program& p, const std::string& name) { return p.options.threads ? "run." + name : name; }

/// An address in the arena, which can depend on whether there are several threads. `run` stands in front of members of
/// Run: "run.", or nothing among those members, and where there is one function alone.
std::string arena(const std::string& run, int64_t alone, int64_t parallel) {
  return alone == parallel ? plus(run + "bytes", alone) : fmt::format("{}at({}, {})", run, alone, parallel);
}

/// A cast, unless the pointer has the type already.
std::string arena_pointer(const Program& p, int tensor, const std::string& run) {
  const TensorPlace& place = p.places[tensor];
  const std::string at = arena(run, place.offset, place.parallel_offset);
  const DType type = p.memory_types[tensor];
  if (type == DType::u8) return at;
  return fmt::format("({}*){}", to_string(type), at.find(' ') == std::string::npos ? at : "(" + at + ")");
}

/// The name of what block `block` writes to the arena.
std::string output_name(const Program& p, size_t block) {
  return p.options.threads ? fmt::format("run.out{}()", block) : fmt::format("out{}", block);
}

/// The declarations of the outputs that `code` names, in the order of the blocks.
std::string declare_outputs(const Program& p, const std::string& code) {
  Mentions mentions;
  add_mentions(code, &mentions);
  const char* const form = p.options.threads ? "{}* out{}() const {{ return {}; }}" : "{}* const out{} = {};";
  Writer w;
  for (const Call& call : p.calls) {
    if (call.block < 0 || !mentions.names.count(fmt::format("out{}", call.block))) continue;
    const int out = p.blocks[call.block].output;
    w.line(form, to_string(p.memory_types[out]), call.block, arena_pointer(p, out, ""));
  }
  return w.text();
}

std::string pointer(const Program& p, int tensor) {
  const TensorPlace& place = p.places[tensor];
  const int64_t elements = place.offset / size_of(p.graph.tensors[tensor].type);
  switch (place.kind) {
    case TensorPlace::Kind::input:
      if (p.options.input_rows) return of_run(p, "row_source") + ", " + of_run(p, "user");
      return plus(of_run(p, fmt::format("input{}", place.index)), elements);
    case TensorPlace::Kind::output:
      return plus(of_run(p, fmt::format("output{}", place.index)), elements);
    case TensorPlace::Kind::constant:
      return fmt::format("(const {}*)({})", to_string(p.memory_types[tensor]),
                         plus(of_run(p, "payload"), place.offset));
    case TensorPlace::Kind::arena:
      const std::optional<size_t> writer = p.writers[tensor];
      return writer ? output_name(p, *writer) : arena_pointer(p, tensor, of_run(p, ""));
  }
  return "";
}

std::string call_block(const Program& p, const Call& call) {
  const BlockCode& code = p.code[call.block];
  const bool tasks = call.most_tasks > 1;
  std::string args;
  for (size_t i = 0; i < code.inputs.size(); ++i) {
    if (code.in_place != i) args += pointer(p, code.inputs[i]) + ", ";
  }
  args += pointer(p, p.blocks[call.block].output);
  const std::string scratch = arena(of_run(p, ""), call.scratch, call.parallel_scratch);
  if (code.scratch_bytes && tasks)
    args += fmt::format(", scratch_of(task, {}, {}, {})", scratch, plus("run.bytes", call.more_scratch),
                        code.scratch_bytes);
  else if (code.scratch_bytes)
    args += ", " + scratch;
  if (code.shared_bytes) args += ", " + arena(of_run(p, ""), call.shared, call.parallel_shared);
  if (!code.weights.empty()) args += ", " + plus(of_run(p, "payload"), call.weights);
  if (code.phases) args += tasks ? ", task" : ", all_work";
  return fmt::format("{}({});", call.function, args);
}

std::string in_place(const Program& p, const Call& call) {
  const BlockCode& code = p.code[call.block];
  return fmt::format("// Block {}, {}: {}.", call.block, code.title, code.schedule);
}

std::string copy_output(const Program& p, const Call& call) {
  const int id = p.graph.outputs[call.copied_output];
  const Tensor& t = p.graph.tensors[id];
  const std::string from = pointer(p, id), to = of_run(p, fmt::format("output{}", call.copied_output));
  return p.memory_types[id] == t.type ? fmt::format("__builtin_memcpy({}, {}, {});", to, from, t.bytes())
                                      : fmt::format("flip_sign({}, {}, {});", from, to, t.bytes());
}

/// What the tasks of a run share, and a function for each block that they share.
std::string shared_blocks(const Program& p, const std::string& blocks) {
  if (!p.options.threads) return "";
  Writer calls(0);
  for (const Call& call : p.calls) {
    if (call.most_tasks == 1) continue;
    calls.open("static void block{}(const Run& run, const Task& task) {{", call.block);
    calls.line("{}", call_block(p, call));
    calls.close();
  }
  const std::string outputs = declare_outputs(p, calls.text() + blocks);
  Writer w(0);
  w.open("struct Run {{");
  w.line("i32 threads;");
  w.line("u8* bytes;  // the arena");
  w.line("const u8* payload;  // of the weights");
  for (const Parameter& parameter : caller_parameters(p)) w.line("{} {};", parameter.type, parameter.name);
  w.line("// What lies elsewhere in the arena where threads share the work.");
  w.line("u8* at(i64 alone, i64 parallel) const {{ return bytes + (threads > 1 ? parallel : alone); }}");
  if (!outputs.empty()) w.line("// What blocks write, in the arena.");
  return w.text() + outputs + "};\n\n" + calls.text() + "\n";
}

/// Statements that run the blocks in order.
std::string run_blocks(const Program& p) {
  Writer w;
  for (const Call& call : p.calls) {
    if (call.block < 0) {
      w.line("{}", copy_output(p, call));
      continue;
    }
    const int out = p.blocks[call.block].output;
    if (call.most_tasks > 1)
      w.line("run_block(block{}, {}, {}, run, threads);", call.block, p.code[call.block].phases, call.most_tasks);
    else
      w.line("{}", call.function.empty() ? in_place(p, call) : call_block(p, call));
    w.line("NARROWS_TRACE({}, {}, {});", call.block, pointer(p, out), p.graph.tensors[out].bytes());
  }
  return w.text();
}

/// Parameters behind weights and arena, and what becomes of them.
struct Parameters {
  std::string declared = "const void* weights, void* arena", passed = "weights, arena";
  std::string members;  ///< ", input0, output0"
  std::string nulls = "!weights || !arena";
};

Parameters parameters_of(const Program& p) {
  Parameters all;
  for (const Parameter& parameter : caller_parameters(p)) {
    all.declared += fmt::format(", {} {}", parameter.type, parameter.name);
    all.passed += ", " + parameter.name, all.members += ", " + parameter.name;
    if (parameter.name != "user") all.nulls += " || !" + parameter.name;
  }
  return all;
}

std::string check_pointers(const Program& p, const Parameters& parameters) {
  const std::string up = upper_case(p.options.name);
  Writer w;
  w.line("if ({}) return {}_NULL_POINTER;", parameters.nulls, up);
  w.line("if ((uintptr_t)weights % 64 || (uintptr_t)arena % 64) return {}_MISALIGNED;", up);
  return w.text();
}

std::string run_for_one_thread(const Program& p) {
  const Parameters parameters = parameters_of(p);
  const std::string blocks = run_blocks(p), outputs = declare_outputs(p, blocks);
  Mentions mentions;
  add_mentions(outputs + blocks, &mentions);
  Writer w;
  if (mentions.names.count("bytes")) w.line("u8* const bytes = (u8*)arena;");
  if (mentions.names.count("payload"))
    w.line("const u8* const payload = (const u8*)weights + {};", p.weights.payload_offset);
  return fmt::format("{0}_status {0}_run({1}) {{\n{2}{3}{4}{5}  return {6}_OK;\n}}\n", p.options.name,
                     parameters.declared, check_pointers(p, parameters), w.text(), outputs, blocks,
                     upper_case(p.options.name));
}

/// Both forms of run: that for one thread is the other one without threads.
std::string run_functions(const Program& p) {
  if (!p.options.threads) return run_for_one_thread(p);
  const Parameters parameters = parameters_of(p);
  const std::string blocks = run_blocks(p);
  Writer w;
  w.line("const Threads threads = {{parallel_for ? count : 1, parallel_for, context}};");
  w.line("const Run run = {{threads.count, (u8*)arena, (const u8*)weights + {}{}}};", p.weights.payload_offset,
         parameters.members);
  if (blocks.find("run") == std::string::npos) w.line("(void)run;");
  return fmt::format(R"({0}_status {0}_run_parallel({1}, int count,
    {0}_parallel_for parallel_for, void* context) {{
{3}{4}{5}  return {6}_OK;
}}

{0}_status {0}_run({1}) {{
  return {0}_run_parallel({2}, 1, nullptr, nullptr);
}}
)",
                     p.options.name, parameters.declared, parameters.passed, check_pointers(p, parameters), w.text(),
                     blocks, upper_case(p.options.name));
}

}  // namespace

EntryPoints emit_entry_points(const Program& p) {
  const std::string n = p.options.name;
  const std::string functions =
      fmt::format(R"(extern "C" {{

{0}_status {0}_check(const void* weights, size_t bytes) {{
  return ({0}_status)check_blob(weights, bytes, {1}u, {2}u, {3}, {4});
}}

{5}
const char* {0}_message({0}_status status) {{ return explain(status); }}

}}  // extern "C"
)",
                  n, fmt::format("{:#x}", p.weights.model_hash), fmt::format("{:#x}", p.weights.content_hash),
                  p.weights.bytes.size(), p.weights.payload_offset, run_functions(p));
  return {shared_blocks(p, functions), functions};
}

}  // namespace narrows
