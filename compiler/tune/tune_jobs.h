// Tuning as independent jobs: one command per block and one that merges what they found, as a Ninja file.
//
// ninja runs it as it is; whoever has another runner takes the commands out of it (`ninja -t commands`).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/tune/schedule_file.h"

namespace narrows {

struct TuneJobs {
  std::string program;                 ///< narrows
  std::string model;                   ///< path
  std::vector<std::string> arguments;  ///< of every job
  std::vector<double> seconds;         ///< one job each
  std::string output;                  ///< path of the merged file
};

std::string print_ninja(const TuneJobs& jobs);

/// The blocks of all parts; one that is in several is taken from the first. Parts for different targets are an error.
std::optional<ScheduleFile> merge_schedule_files(const std::vector<ScheduleFile>& parts, Diagnostics& diagnostics);

}  // namespace narrows
