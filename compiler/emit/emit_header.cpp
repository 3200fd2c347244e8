// <name>.h: sizes, statuses and three functions.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "compiler/emit/emit.h"
#include "compiler/version.h"

namespace narrows {

std::string upper_case(const std::string& text) {
  std::string s = text;
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return s;
}

namespace {

const char* c_type(DType type) {
  switch (type) {
    case DType::f32: return "float";
    case DType::u8: return "uint8_t";
    case DType::i8: return "int8_t";
    case DType::i32: return "int32_t";
    case DType::i64: return "int64_t";
  }
  return "void";
}

/// Model names may hold any bytes; comments get letters that can neither end nor continue them.
std::string comment_text(const std::string& s) {
  std::string out;
  for (char c : s) {
    const bool plain = isalnum(static_cast<unsigned char>(c)) || std::string(" _-.,:;[](){}+=<>@#$%&!'\"|~^`").find(c) != std::string::npos;
    out += plain ? c : c == '/' ? '/' : '_';
  }
  for (size_t at; (at = out.find("*/")) != std::string::npos;) out[at] = '_';
  return out.size() > 100 ? out.substr(0, 100) + "..." : out;
}

std::string thousands(int64_t n) {
  std::string s = std::to_string(n);
  for (int i = static_cast<int>(s.size()) - 3; i > 0; i -= 3) s.insert(i, ",");
  return s;
}

std::string tensor_line(const Graph& g, int id) {
  const Tensor& t = g.tensors[id];
  std::string text = fmt::format("{} {}{}", comment_text(t.name), to_string(t.type), to_string(t.shape));
  if (t.shape.size() == 4) text += "  NHWC";
  if (t.quantized()) text += fmt::format(", real = {} * (value - {})", t.scale(), t.zero_point());
  return text;
}

std::string head_comment(const Program& p) {
  const CompileOptions& o = p.options;
  std::string text = fmt::format(
      "/* {0} compiled for {1}. Do not edit; change the model or the options and run again:\n"
      " *   {2}\n *\n"
      " * Made by    narrows {3}\n"
      " * Model      {0}, XXH64 {4:016x}, {5} operators in {6} functions' calls\n",
      comment_text(o.model_file), o.target.str(), comment_text(o.command), version, o.model_hash, p.graph.ops.size(),
      p.calls.size());
  for (size_t i = 0; i < p.graph.inputs.size(); ++i) {
    text += fmt::format(" * Input {}    {}\n", i, tensor_line(p.graph, p.graph.inputs[i]));
  }
  for (size_t i = 0; i < p.graph.outputs.size(); ++i) {
    text += fmt::format(" * Output {}   {}\n", i, tensor_line(p.graph, p.graph.outputs[i]));
  }
  text += fmt::format(
      " * Memory     weights {} bytes, arena {} bytes, both aligned to 64; no heap, no globals\n"
      " * Build      c++ -std=c++11 -O2 {}-c {}.cpp\n */\n",
      thousands(p.weights.bytes.size()), thousands(p.arena_bytes),
      compiler_flags(o.target).empty() ? "" : compiler_flags(o.target) + " ", o.name);
  return text;
}

std::string parameters(const Program& p) {
  std::string text = "const void* weights, void* arena";
  for (size_t i = 0; i < p.graph.inputs.size(); ++i) {
    text += fmt::format(", const {}* input{}", c_type(p.graph.tensors[p.graph.inputs[i]].type), i);
  }
  for (size_t i = 0; i < p.graph.outputs.size(); ++i) {
    text += fmt::format(", {}* output{}", c_type(p.graph.tensors[p.graph.outputs[i]].type), i);
  }
  return text;
}

std::string sizes(const Program& p, const std::string& prefix) {
  std::string text = fmt::format("#define {0}_ALIGNMENT 64 /* of weights and arena */\n"
                                 "#define {0}_WEIGHTS_BYTES {1}\n#define {0}_ARENA_BYTES {2}\n",
                                 prefix, p.weights.bytes.size(), p.arena_bytes);
  auto put = [&](const std::vector<int>& ids, const char* what) {
    for (size_t i = 0; i < ids.size(); ++i) {
      const Tensor& t = p.graph.tensors[ids[i]];
      text += fmt::format("#define {0}_{1}{2}_SIZE {3} /* elements: {4}{5} */\n#define {0}_{1}{2}_BYTES {6}\n", prefix, what, i,
                          element_count(t.shape), c_type(t.type), to_string(t.shape), t.bytes());
    }
  };
  put(p.graph.inputs, "INPUT");
  put(p.graph.outputs, "OUTPUT");
  return text;
}

}  // namespace

std::string emit_header(const Program& p) {
  const std::string n = p.options.name, up = upper_case(n);
  std::string text = head_comment(p);
  text += fmt::format("#ifndef {0}_H\n#define {0}_H\n\n#include <stddef.h>\n#include <stdint.h>\n\n", up);
  text += sizes(p, up);
  text += fmt::format(R"(
#ifdef __cplusplus
extern "C" {{
#endif

enum {0}_status {{
  {1}_OK = 0,
  {1}_NULL_POINTER,
  {1}_MISALIGNED,
  {1}_TRUNCATED_WEIGHTS,
  {1}_NOT_A_WEIGHTS_FILE,
  {1}_OTHER_WEIGHTS_VERSION,
  {1}_WEIGHTS_OF_OTHER_MODEL,
  {1}_WEIGHTS_OF_OTHER_COMPILATION,
  {1}_ALTERED_WEIGHTS
}};

/* Checks the contents of {0}.weights. Call once after reading or mapping the file. */
enum {0}_status {0}_check(const void* weights, size_t bytes);

/* Runs the model once. Reads weights and inputs, writes arena and outputs; keeps nothing from run to run. Reentrant: give
 * each thread its own arena. */
enum {0}_status {0}_run({2});

/* A sentence for a status. */
const char* {0}_message(enum {0}_status status);
)", n, up, parameters(p));
  if (p.options.embed_weights) {
    text += fmt::format("\n/* The weights file itself, from {0}_weights.cpp. */\nextern const unsigned char {0}_weights[{1}_WEIGHTS_BYTES];\n", n, up);
  }
  text += fmt::format("\n#ifdef __cplusplus\n}}  /* extern \"C\" */\n#endif\n\n#endif /* {}_H */\n", up);
  return text;
}

std::string emit_weights_source(const Program& p) {
  std::string text = fmt::format("// The contents of {0}.weights, see {0}.h.\n#include \"{0}.h\"\n\nextern \"C\" {{\nalignas(64) extern const unsigned char {0}_weights[{1}_WEIGHTS_BYTES] = {{\n", p.options.name,
                                 upper_case(p.options.name));
  constexpr size_t kPerLine = 32;
  for (size_t i = 0; i < p.weights.bytes.size(); ++i) {
    text += std::to_string(static_cast<unsigned char>(p.weights.bytes[i]));
    text += i % kPerLine == kPerLine - 1 ? ",\n" : ",";
  }
  return text + "};\n}  // extern \"C\"\n";
}

}  // namespace narrows
