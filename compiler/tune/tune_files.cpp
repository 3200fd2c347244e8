#include "compiler/tune/tune_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "compiler/measure/files.h"

namespace narrows {

std::optional<ScheduleFile> read_schedules(const std::string& path, Diagnostics& diagnostics) {
  Diagnostics of_file(path);
  std::optional<ScheduleFile> file;
  if (const auto bytes = read_file(path, of_file))
    file = parse_schedule_file(std::string(bytes->begin(), bytes->end()), of_file);
  for (const Diagnostic& d : of_file.list()) diagnostics.error(fmt::format("schedules of '{}': {}", path, d.message));
  return file;
}

ScheduleFile earlier_schedules(const std::string& path, const Target& target,
                               const std::vector<std::string>& processors, Diagnostics& diagnostics) {
  const ScheduleFile empty{target.str(), {}, processors};
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    return empty;  // a device holds none, and may keep its reader waiting
  const auto file = read_schedules(path, diagnostics);
  if (!file) return {};
  if (file->target != target.str()) {
    diagnostics.error(fmt::format("'{}' holds schedules for {}, not for {}", path, file->target, target.str()));
    diagnostics.note("name another file with -o");
  } else if (file->processors != processors && !file->blocks.empty()) {
    diagnostics.error(
        fmt::format("the schedules in '{}' were {}, new ones would be {}", path, origin_of(*file), origin_of(empty)));
    diagnostics.note("name another file with -o");
  }
  return *file;
}

void check_schedule_file_name(const std::string& path, Diagnostics& diagnostics) {
  if (std::filesystem::path(path).extension() == ".json") return;
  diagnostics.error(fmt::format("'{}' does not end in .json, by which --schedule knows a file of schedules", path));
}

std::string origin_of(const ScheduleFile& file) {
  if (file.processors.empty()) return "measured";
  return fmt::format("estimated for {}", fmt::join(file.processors, ", "));
}

void put_block(const TunedBlock& found, ScheduleFile* file) {
  const auto known =
      std::find_if(file->blocks.begin(), file->blocks.end(), [&](const TunedBlock& b) { return b.key == found.key; });
  known == file->blocks.end() ? file->blocks.push_back(found) : static_cast<void>(*known = found);
}

std::vector<TunableBlock> open_blocks(const std::vector<TunableBlock>& blocks, const ScheduleFile& file) {
  const Schedules known = file.schedules();
  std::vector<TunableBlock> open;
  for (const TunableBlock& b : blocks) {
    if (known.count(b.key) == 0) open.push_back(b);
  }
  return open;
}

}  // namespace narrows
