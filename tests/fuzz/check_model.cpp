#include "tests/fuzz/check_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compiler/graph/costs.h"
#include "compiler/interpret/interpret.h"
#include "frontends/frontends.h"
#include "tests/support/emitted.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

/// Enough for the models of the tests; mutants may be larger.
constexpr int64_t kMostMacs = 3'000'000, kMostBytes = 1 << 20;

bool is_small(const Graph& graph) {
  int64_t macs = 0, bytes = 0;
  for (const Op& op : graph.ops) macs += multiply_accumulates(graph, op);
  for (const Tensor& t : graph.tensors) bytes += t.bytes();
  return macs < kMostMacs && bytes < kMostBytes;
}

bool has_floats(const Graph& graph) {
  return std::any_of(graph.tensors.begin(), graph.tensors.end(),
                     [](const Tensor& t) { return t.type == DType::f32 || t.type == DType::f16; });
}

bool is_finite(const Bytes& floats) {
  for (size_t i = 0; i + sizeof(float) <= floats.size(); i += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, &floats[i], sizeof value);
    if (!(std::fabs(value) < 1e30f)) return false;
  }
  return true;
}

/// Passes may reorder sums of floats; everything else stays as it was. What is not finite is not compared, and neither
/// are integers that come of floats: a sum that differs in its last bit may be rounded to another one.
std::string compare_outputs(const Graph& before, const Graph& after) {
  const std::vector<Bytes> inputs = random_inputs(before);
  const std::vector<Bytes> expected = interpret(before, inputs), found = interpret(after, inputs);
  const bool floats = has_floats(before);
  for (size_t i = 0; i < before.outputs.size(); ++i) {
    const Tensor& tensor = before.tensors[before.outputs[i]];
    const Bytes &a = expected[before.outputs[i]], &b = found[after.outputs[i]];
    if (a == b) continue;
    if (tensor.type == DType::f32 && a.size() == b.size()) {
      if (!is_finite(a) || difference_f32(a, b).relative() < 1e-3) continue;
    } else if (floats && a.size() == b.size()) {
      continue;
    }
    return fmt::format("passes change output {} '{}', {}{}", i, tensor.name, to_string(tensor.type),
                       to_string(tensor.shape));
  }
  return "";
}

std::string text_of(const std::vector<std::string>& violations, const char* where) {
  return violations.empty() ? "" : fmt::format("{}: {}", where, violations[0]);
}

/// Messages go to terminals: no control characters but line ends.
bool is_plain(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return (c < 32 && c != '\n') || c == 127; });
}

/// Leaves compile() behind its passes.
struct PassesDone {
  Graph graph;
};

/// The graph behind all passes, each of which compile() has verified.
Graph after_passes(const Graph& graph) {
  CompileOptions options;
  options.after_pass = [](const std::string& pass, const Graph& after) {
    if (pass == "remove_dead") throw PassesDone{after};
  };
  Diagnostics diagnostics("mutant");
  try {
    compile(graph, options, diagnostics);
  } catch (const PassesDone& done) {
    return done.graph;
  }
  return graph;  // never
}

std::string check_compiled(const Graph& graph, const CompileOptions& options) {
  Diagnostics diagnostics("mutant");
  const std::optional<Compiled> compiled = compile(graph, options, diagnostics);
  // What no kernel can compute is refused with a message, such as weights that are no constants.
  return compiled || !diagnostics.ok() ? "" : "neither code nor an error";
}

template <class F>
std::string without_exceptions(const F& f) {
  try {
    return f();
  } catch (const InternalError& e) {
    return std::string("internal error: ") + e.what();
  } catch (const std::exception& e) {
    return std::string("exception: ") + e.what();
  }
}

}  // namespace

std::string check_graph(const Graph& graph, const CompileOptions* options) {
  return without_exceptions([&] {
    std::string problem = text_of(verify(graph), "the reader's graph");
    if (!problem.empty()) return problem;
    const Graph after = after_passes(graph);
    if (is_small(graph)) problem = compare_outputs(graph, after);
    if (problem.empty() && options) problem = check_compiled(graph, *options);
    return problem;
  });
}

ModelCheck check_model(const std::vector<uint8_t>& file, const CompileOptions* options) {
  ModelCheck check;
  check.problem = without_exceptions([&]() -> std::string {
    Diagnostics diagnostics("mutant");
    const std::optional<Graph> graph = read_model(file, "mutant", diagnostics);
    check.read = graph.has_value();
    check.messages = diagnostics.str();
    if (graph && !diagnostics.ok()) return "a graph in spite of errors: " + check.messages;
    if (!graph && diagnostics.ok()) return "neither a graph nor an error";
    if (!is_plain(check.messages)) return "control characters in a message";
    return graph ? check_graph(*graph, options) : "";
  });
  return check;
}

}  // namespace narrows
