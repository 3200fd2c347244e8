// Every schedule of a few small graphs, under every goal, numerics and target, given to a compiler that takes warnings
// for errors. Nothing is run: what the code computes is compared elsewhere, for fewer schedules.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "compiler/emit/emit.h"
#include "compiler/measure/toolchain.h"
#include "compiler/program/build_program.h"
#include "compiler/program/fit_arena.h"
#include "tests/support/graphs.h"
#include "tests/support/net.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

// ---- graphs ------------------------------------------------------------------------------------

Window wide_border() {
  Window w = square(3, 2);
  w.pad = {2, 1, 5, 6};
  return w;
}

const NetCase cases[] = {
    {"cascade",
     [](Net& n) {
       const int stem = n.conv(n.input(13, 12, 3), 8, square(3, 2, 1, 1), Activation::relu6);
       const int x = n.add(stem, n.inverted_residual(stem, 3, 8));
       n.output(n.conv(n.depthwise(x, square(5, 2, 1, 2)), 7));
     }},
    {"head", [](Net& n) { n.output(n.fully_connected(n.mean(n.conv(n.conv(n.input(5, 6, 8), 12), 20)), 10)); }},
    {"depthwise in a row", [](Net& n) { n.output(n.depthwise(n.depthwise(n.input(9, 7, 20)), square(3, 2, 1, 1))); }},
    {"wide border", [](Net& n) { n.output(n.depthwise(n.conv(n.input(6, 1, 8), 12), wide_border())); }},
};

/// What is signed in the model is unsigned in some targets' memory, and the reverse: one 8-bit type for each case.
std::vector<Graph> graphs() {
  std::vector<Graph> all = {collapsed_graph(DType::i8)};
  for (const DType type : {DType::f32, DType::u8}) {
    for (const NetCase& c : cases) {
      all.push_back(make_net(type, [&](Net& n) {
        n.start(c.name);
        c.build(n);
      }));
    }
  }
  return all;
}

// ---- options -----------------------------------------------------------------------------------

std::vector<Schedule> all_schedules() {
  std::vector<Schedule> all;
  for (const auto& [variant, parts] : {std::pair{Variant::automatic, 0},
                                       {Variant::rows, 0},
                                       {Variant::channels, 0},
                                       {Variant::channels, 2},
                                       {Variant::layerwise, 0},
                                       {Variant::halide, 0},
                                       {Variant::cascade, 0},
                                       {Variant::cascade, 2}}) {
    for (const bool plain : {false, true}) {
      for (const int columns : {0, 2, 5}) {
        if (columns == 0 || takes_columns(variant)) all.push_back({variant, parts, {}, plain, columns});
      }
    }
  }
  return all;
}

CompileOptions options_for(const Target& target) {
  CompileOptions options;
  options.name = "net";
  options.target = target;
  return options;
}

/// All that differ for tensors of this type. Goals choose among schedules where those are left open.
std::vector<CompileOptions> all_options(DType type, const Target& target) {
  std::vector<CompileOptions> all;
  CompileOptions options = options_for(target);
  for (const Schedule& schedule : all_schedules()) {
    options.schedule = schedule;
    if (schedule.plain && type == DType::f32) continue;
    for (const Goal goal : {Goal::latency, Goal::balanced, Goal::memory}) {
      options.goal = goal;
      if (goal != Goal::latency && schedule.variant != Variant::automatic) continue;
      for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack}) {
        options.numerics = numerics;
        if (numerics == Numerics::tflite || type != DType::f32) all.push_back(options);
      }
    }
  }
  return all;
}

// ---- one file of all that is emitted -----------------------------------------------------------

/// Programs for one target as one source file, in which they share the runtime, and kernels, which take most of the
/// time to print. Each has a namespace of its own.
class Sheet {
 public:
  explicit Sheet(const Target& target) : kernels_(target) {}

  void print(const Graph& graph, CompileOptions options) {
    options.schedules = fit_arena(graph, options);
    options.name = fmt::format("net{}", count_);
    const Program program = build_program(graph, options, kernels_);
    std::string key, text;
    for (const Call& call : program.calls) {
      if (call.block < 0 || call.function.empty()) continue;
      const std::string& function = program.code[call.block].function;
      if (key.find(function) == std::string::npos) text += "NOINLINE static void " + call.function + function;
      key += function;
    }
    if (!known_.insert(key).second) return;
    ++count_;
    const EntryPoints entries = emit_entry_points(program);
    headers_ += emit_header(program);
    programs_ += fmt::format("// {} goal {} numerics {}\nnamespace {} {{\n{}{}{}}}\n", to_string(options.schedule),
                             static_cast<int>(options.goal), static_cast<int>(options.numerics), options.name, text,
                             entries.calls, entries.functions);
  }

  int count() const { return count_; }

  std::string text() const {
    std::string kernels;
    for (const Kernel& kernel : kernels_.kernels()) kernels += kernel.text;
    const RuntimeText runtime = runtime_for(kernels + programs_, kernels_.target());
    return headers_ + runtime.prologue +
           fmt::format("#define NARROWS_TRACE(block, output, bytes) (void)0\n#define LANES {}\n",
                       lanes_of(kernels_.target())) +
           "namespace {\n" + runtime.functions + kernels + "}\n" + programs_;
  }

 private:
  KernelLibrary kernels_;
  std::set<std::string> known_;
  std::string headers_, programs_;
  int count_ = 0;
};

class Printed : public testing::TestWithParam<Target> {};

TEST_P(Printed, CompilesWithoutWarnings) {
  Diagnostics diagnostics("test");
  const Target& target = GetParam();
  const std::optional<Toolchain> toolchain = find_builder(target, "", diagnostics);
  if (!toolchain) GTEST_SKIP() << diagnostics.str();
  Sheet sheet(target);
  for (const Graph& model : graphs()) {
    const Graph graph = compile_or_throw(model, options_for(target)).graph;
    const DType type = graph.tensors[graph.inputs[0]].type;
    for (const CompileOptions& options : all_options(type, target)) sheet.print(graph, options);
  }
  EXPECT_GT(sheet.count(), 100);
  Workspace workspace;
  workspace.write({{"all.cpp", sheet.text()}});
  const ProcessResult result =
      workspace.run(joined({toolchain->compiler,
                            toolchain->flags,
                            {"-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-fno-exceptions",
                             "-fno-rtti", "all.cpp"}}));
  EXPECT_TRUE(result.ok()) << result.errors.substr(0, 5000);
}

INSTANTIATE_TEST_SUITE_P(All, Printed, testing::ValuesIn(all_targets()), [](const auto& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace narrows
