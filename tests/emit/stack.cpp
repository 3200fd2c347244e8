#include "tests/emit/stack.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "compiler/emit/stack_bound.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

/// Frames with vectors begin where an address is a multiple of their size: that much can be lost.
constexpr int64_t largest_vector = 64;
/// For memcpy(), expf() and the like, of which only the name is known.
constexpr int64_t library_frame = 256;

/// Name of the node that stands for whatever a pointer points to.
const std::string indirect = "__indirect_call";

/// The text in quotes behind `key`; empty: there is none.
std::string quoted(const std::string& line, const std::string& key) {
  const size_t at = line.find(key + ": \"");
  if (at == std::string::npos) return "";
  const size_t from = at + key.size() + 3;
  return line.substr(from, line.find('"', from) - from);
}

/// "net.cpp:_ZN12_GLOBAL__N_1L6block3ERKNS_3RunERKNS_4TaskE" -> "block3"
std::string short_name(const std::string& name) {
  static const std::regex mangled(R"(.*_ZN12_GLOBAL__N_1L?(\d+)(.*))");
  std::smatch parts;
  if (!std::regex_match(name, parts, mangled)) return name;
  return parts[2].str().substr(0, std::stoul(parts[1]));
}

bool is_block_call(const std::string& name) { return std::regex_match(short_name(name), std::regex(R"(block\d+)")); }

class Walk {
 public:
  explicit Walk(const CallGraph& graph) : graph_(graph) {}

  StackUse from(const std::string& name) {
    if (std::find(path_.begin(), path_.end(), name) != path_.end()) throw std::runtime_error(name + " calls itself");
    if (const auto known = known_.find(name); known != known_.end()) return known->second;
    path_.push_back(name);
    StackUse use;
    for (const std::string& called : calls(name)) {
      const StackUse below = from(called);
      if (use.path.empty() || below.bytes > use.bytes) use = below;
    }
    const int64_t own = frame(name);
    use.bytes += own;
    use.path = fmt::format("{} {}{}{}", short_name(name), own, use.path.empty() ? "" : ", ", use.path);
    path_.pop_back();
    return known_[name] = use;
  }

 private:
  std::set<std::string> calls(const std::string& name) const {
    if (name != indirect) return graph_.functions.at(name).calls;
    std::set<std::string> blocks;
    for (const auto& [other, function] : graph_.functions) {
      if (is_block_call(other)) blocks.insert(other);
    }
    return blocks;
  }

  int64_t frame(const std::string& name) const {
    if (name == indirect) return frame_of_run_task();
    const CallGraph::Function& function = graph_.functions.at(name);
    if (function.unbounded) throw std::runtime_error(name + " has a frame without a bound");
    if (!function.defined) return library_frame;
    return function.frame;
  }

  /// Between the caller's parallel_for and the block.
  int64_t frame_of_run_task() const {
    int64_t bytes = 0;
    for (const auto& [name, function] : graph_.functions) {
      if (short_name(name) == "run_task") bytes = function.frame;
    }
    return bytes;
  }

  const CallGraph& graph_;
  std::vector<std::string> path_;
  std::map<std::string, StackUse> known_;
};

}  // namespace

CallGraph parse_call_graph(const std::string& text) {
  static const std::regex frame(R"((\d+) bytes \(([a-z,]*)\))");
  CallGraph graph;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (const std::string name = quoted(line, "title"); line.rfind("node:", 0) == 0) {
      CallGraph::Function& function = graph.functions[name];
      const std::string label = quoted(line, "label");
      std::smatch parts;
      if (!std::regex_search(label, parts, frame)) continue;
      function.defined = true;
      function.frame = std::stoll(parts[1]) + (parts[2] == "static" ? 0 : largest_vector);
      function.unbounded = parts[2] == "dynamic";
    } else if (line.rfind("edge:", 0) == 0) {
      graph.functions[quoted(line, "sourcename")].calls.insert(quoted(line, "targetname"));
      graph.functions[quoted(line, "targetname")];
    }
  }
  return graph;
}

StackUse deepest_path(const CallGraph& graph, const std::string& from) { return Walk(graph).from(from); }

StackUse stack_use(const Workspace& emitted, const Toolchain& toolchain, const std::string& level) {
  std::vector<std::string> flags = toolchain.flags;
  std::replace(flags.begin(), flags.end(), std::string("-O2"), level);
  emitted.run_or_throw(joined({toolchain.compiler, flags, {"-fcallgraph-info=su", "-c", "net.cpp", "-o", "net.o"}}));
  const Bytes text = emitted.read("net.ci");
  const CallGraph calls = parse_call_graph(std::string(text.begin(), text.end()));
  const StackUse one = deepest_path(calls, "net_run"), several = deepest_path(calls, "net_run_parallel");
  return one.bytes > several.bytes ? one : several;
}

void expect_bounded_stack(const Graph& graph, const std::string& target_name, const std::string& schedule) {
  Diagnostics diagnostics("test");
  const Target target = *parse_target(target_name, diagnostics);
  const std::string compiler = target.family == host_target().family ? "g++" : "";
  const std::optional<Toolchain> toolchain = find_builder(target, compiler, diagnostics);
  if (!toolchain) GTEST_SKIP() << "there is no GCC for " << target_name;
  const CompileOptions options = options_for({target.str(), schedule}, {target, *toolchain});
  const Workspace emitted(compile_or_throw(graph, options).files);
  for (const std::string level : stack_levels) {
    const StackUse use = stack_use(emitted, *toolchain, level);
    EXPECT_LE(use.bytes, most_stack_bytes(graph)) << level << ": " << use.path;
    // With --gtest_output.
    testing::Test::RecordProperty("stack_bytes" + level, std::to_string(use.bytes));
    testing::Test::RecordProperty("stack_path" + level, use.path);
  }
}

}  // namespace narrows
