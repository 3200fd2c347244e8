#include "compiler/measure/toolchain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

namespace narrows {
namespace {

/// What stands in for a machine of a family on machines of others.
struct Substitute {
  Family family;
  const char* compiler;
  const char* emulator;
};

constexpr Substitute kSubstitutes[] = {
    {Family::big_endian, "s390x-linux-gnu-g++", "qemu-s390x-static"},
    {Family::x86_64, "x86_64-linux-gnu-g++", "qemu-x86_64-static"},
    {Family::arm64, "aarch64-linux-gnu-g++", "qemu-aarch64-static"},
};

const Substitute& substitute(const Target& target) {
  for (const Substitute& s : kSubstitutes) {
    if (s.family == target.family) return s;
  }
  NARROWS_CHECK(false, "no cross compiler for " + target.str());
  return kSubstitutes[0];
}

/// Whether this machine's own compilers make code for the target.
bool same_family(const Target& target) { return target.family == Family::any || target.family == host_target().family; }

std::vector<std::string> native_compilers() {
  if (const char* chosen = std::getenv("CXX"); chosen && *chosen) return {chosen};
  return {"g++", "clang++"};
}

constexpr const char* kAndroidCompiler = "aarch64-linux-android21-clang++";

/// Where the kit for Android keeps its compilers.
std::vector<std::string> android_compilers() {
  const std::string name = kAndroidCompiler;
  std::vector<std::string> commands = {name};
  for (const char* variable : {"ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"}) {
    if (const char* kit = std::getenv(variable)) {
      commands.push_back(std::string(kit) + "/toolchains/llvm/prebuilt/linux-x86_64/bin/" + name);
    }
  }
  return commands;
}

/// A static program for arm64-linux runs on Android too, so the plain cross compiler stands in for the kit.
std::vector<std::string> candidates(const Target& target) {
  std::vector<std::string> commands;
  if (target.os == Os::android) commands = android_compilers();
  if (same_family(target)) {
    for (const std::string& command : native_compilers()) commands.push_back(command);
  } else {
    commands.push_back(substitute(target).compiler);
  }
  return commands;
}

/// "ccache g++" -> {"ccache", "g++"}; nothing if there is no such program.
std::vector<std::string> resolve(const std::string& command) {
  std::vector<std::string> words = split_words(command);
  const std::filesystem::path program = words.empty() ? "" : find_program(words[0]);
  if (program.empty()) return {};
  // A relative name would lead elsewhere from the folder in which the command will run.
  if (words[0].find('/') != std::string::npos) words[0] = program;
  return words;
}

bool find_compiler(const Target& target, const std::string& chosen, Toolchain* toolchain, Diagnostics& diagnostics) {
  const std::vector<std::string> commands = chosen.empty() ? candidates(target) : std::vector{chosen};
  for (const std::string& command : commands) {
    toolchain->compiler = resolve(command);
    if (!toolchain->compiler.empty()) return true;
  }
  diagnostics.error(
      fmt::format("no C++ compiler for {} found; looked for: {}", target.str(), fmt::join(commands, ", ")));
  diagnostics.note("name one with --compiler");
  return false;
}

bool find_runner(const Target& target, const std::string& chosen, Toolchain* toolchain, Diagnostics& diagnostics) {
  if (chosen.empty() && runs_on_host(target)) return true;
  if (chosen.empty() && same_family(target)) {
    diagnostics.error(fmt::format("this machine ({}) cannot run code for {}", host_target().str(), target.str()));
    diagnostics.note("name an emulator with --runner, or choose a target that the machine has");
    return false;
  }
  const std::string command = chosen.empty() ? substitute(target).emulator : chosen;
  toolchain->runner = resolve(command);
  if (!toolchain->runner.empty()) return true;
  diagnostics.error(fmt::format("'{}', which is to run code for {}, was not found", command, target.str()));
  diagnostics.note("name another with --runner");
  return false;
}

}  // namespace

std::optional<Toolchain> find_builder(const Target& target, const std::string& compiler, Diagnostics& diagnostics) {
  Toolchain toolchain;
  if (!find_compiler(target, compiler, &toolchain, diagnostics)) return std::nullopt;
  toolchain.flags = {"-std=c++11", "-O2"};
  for (const std::string& flag : split_words(compiler_flags(target))) toolchain.flags.push_back(flag);
  // An emulator or a board may not have the target's shared libraries.
  if (!same_family(target)) toolchain.flags.push_back("-static");
  return toolchain;
}

std::optional<Toolchain> find_toolchain(const Target& target, const std::string& compiler, const std::string& runner,
                                        Diagnostics& diagnostics) {
  std::optional<Toolchain> toolchain = find_builder(target, compiler, diagnostics);
  // What is no machine of its own may run on any, through the runner.
  if (toolchain && target.family == Family::any && !runner.empty()) toolchain->flags.push_back("-static");
  Toolchain other;  // problems of both are told in one run
  if (!find_runner(target, runner, toolchain ? &*toolchain : &other, diagnostics)) return std::nullopt;
  return toolchain;
}

std::vector<std::string> found_compilers(const Target& target) {
  std::vector<std::string> found;
  for (const std::string& command : candidates(target)) {
    if (!resolve(command).empty()) found.push_back(command);
  }
  return found;
}

bool build_program(const Build& build, const std::filesystem::path& folder, Diagnostics& diagnostics) {
  std::vector<std::string> command = build.toolchain.compiler;
  for (const auto* words : {&build.toolchain.flags, &build.more_flags, &build.sources}) {
    command.insert(command.end(), words->begin(), words->end());
  }
  command.insert(command.end(), {"-o", build.output});
  const ProcessResult result = run_process(command, folder);
  if (!result.ok()) {
    diagnostics.error(
        fmt::format("'{}' failed with status {}\n{}", fmt::join(command, " "), result.status, result.errors));
  }
  return result.ok();
}

std::string build_command(const Target& target, const std::vector<std::string>& sources) {
  std::string command = target.os == Os::android ? kAndroidCompiler
                        : same_family(target)    ? "g++"
                                                 : substitute(target).compiler;
  command += " -std=c++11 -O2 ";
  if (const std::string flags = compiler_flags(target); !flags.empty()) command += flags + " ";
  return command + fmt::format("-c {}", fmt::join(sources, " "));
}

}  // namespace narrows
