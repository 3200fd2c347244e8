// Files of schedules, as `narrows tune` writes and --schedule reads them:
//
//   {
//     "target": "x86-64-linux-avx2",
//     "blocks": [
//       {"block": "f32 14x14x96 -> 14x14x96: conv2d 1x1 576, ...", "schedule": "channels:9 3x4 1x4 2x6",
//        "us": 480.1, "auto_us": 502.3}
//     ]
//   }
//
// `block` is block_key() and `schedule` to_string(Schedule) (compiler/blocks/schedule.h). The times are for the reader.
// Files of estimates (static_tune.h) have "estimated_for", a list of processors, and "cycles" and "auto_cycles" instead
// of times. Blocks that tuning could not make faster are there too, with the schedule "auto": they have been measured
// and need not be again, and they go on following the cost model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/blocks/schedule.h"
#include "compiler/diagnostics.h"
#include "compiler/target.h"

namespace narrows {

struct TunedBlock {
  std::string key;
  Schedule schedule;
  double seconds = 0, automatic_seconds = 0;  ///< shortest run; with the cost model's schedule; 0: not measured
  /// Estimates of `narrows tune --static` for the convolutions whose tiles it compared, as the geometric mean of the
  /// processors: with the best tiles, and with the cost model's. 0: not estimated.
  double cycles = 0, automatic_cycles = 0;
};

struct ScheduleFile {
  std::string target;  ///< Target::str() of the machine that it was made for; of no consequence elsewhere
  std::vector<TunedBlock> blocks;
  std::vector<std::string> processors = {};  ///< for which cycles were estimated; none: blocks were measured

  Schedules schedules() const;
};

/// Reports everything that is wrong in `text`.
std::optional<ScheduleFile> parse_schedule_file(const std::string& text, Diagnostics& diagnostics);
std::string print_schedule_file(const ScheduleFile& file);

/// The schedules that the compiler carries for `target`, from schedules/tuned/; none for targets without such a file.
std::optional<ScheduleFile> tuned_schedules(const Target& target);
/// Names of the targets that have some.
std::vector<std::string> tuned_targets();

/// What --schedule says: words of parse_schedule(), "tuned", or a file whose name ends in .json.
void parse_schedule_option(const std::string& text, const Target& target, Schedule* schedule, Schedules* schedules,
                           Diagnostics& diagnostics);

}  // namespace narrows
