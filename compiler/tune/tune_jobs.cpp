#include "compiler/tune/tune_jobs.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "compiler/tune/tune_files.h"

namespace narrows {
namespace {

/// A word of a shell command.
std::string shell_word(const std::string& text) {
  const std::string plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// `text` with a '$' in front of each character that means something to Ninja.
std::string escape(const std::string& text, const std::string& special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) escaped += '$';
    escaped += c;
  }
  return escaped;
}

std::string value(const std::string& text) { return escape(text, "$"); }
std::string path(const std::string& text) { return escape(text, "$ :"); }

/// "out/net.json" -> "out/net.3.json"
std::string part_name(const std::string& output, size_t index) {
  return fmt::format("{}.{}.json", output.substr(0, output.rfind(".json")), index);
}

}  // namespace

std::string print_ninja(const TuneJobs& jobs) {
  std::string arguments = "--again";  // a part that is out of date is there, but of no use
  for (const std::string& word : jobs.arguments) arguments += " " + shell_word(word);
  std::string text = fmt::format(
      "# Tunes {} in {} independent jobs, then merges what they found into {}.\n"
      "#\n"
      "# Paths are relative to the folder in which the jobs are run. Jobs that run side by side on one machine "
      "disturb\n"
      "# each other's times, so there is one at a time; where a runner spreads them over several machines, raise "
      "`depth`.\n"
      "narrows = {}\n"
      "model = {}\n"
      "arguments = {}\n"
      "\n"
      "pool machines\n"
      "  depth = 1\n"
      "\n"
      "rule tune\n"
      "  command = $narrows tune $model $arguments --only $block --budget $seconds -o $out\n"
      "  description = tune block $block\n"
      "  pool = machines\n"
      "\n"
      "rule merge\n"
      "  command = $narrows tune --merge $in -o $out\n"
      "  description = merge into $out\n"
      "\n",
      jobs.model, jobs.seconds.size(), jobs.output, value(shell_word(jobs.program)), value(shell_word(jobs.model)),
      value(arguments));
  std::string parts;
  for (size_t i = 0; i < jobs.seconds.size(); ++i) {
    const std::string part = path(part_name(jobs.output, i));
    parts += " " + part;
    text += fmt::format("build {}: tune | {}\n  block = {}\n  seconds = {}\n", part, path(jobs.model), i,
                        std::ceil(jobs.seconds[i]));
  }
  return text + fmt::format("\nbuild {}: merge{}\n", path(jobs.output), parts);
}

std::optional<ScheduleFile> merge_schedule_files(const std::vector<ScheduleFile>& parts, Diagnostics& diagnostics) {
  ScheduleFile merged;
  std::set<std::string> keys;
  for (const ScheduleFile& part : parts) {
    if (merged.target.empty()) merged.target = part.target, merged.processors = part.processors;
    if (part.target != merged.target) {
      diagnostics.error(
          fmt::format("schedules for {} and for {} do not belong in one file", merged.target, part.target));
      return std::nullopt;
    }
    if (part.processors != merged.processors) {
      diagnostics.error(
          fmt::format("schedules that were {} and {} do not belong in one file", origin_of(merged), origin_of(part)));
      return std::nullopt;
    }
    for (const TunedBlock& block : part.blocks) {
      if (keys.insert(block.key).second) merged.blocks.push_back(block);
    }
  }
  return merged;
}

}  // namespace narrows
