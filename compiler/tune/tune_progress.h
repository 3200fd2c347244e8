// What `narrows tune` shows: a bar on a terminal, lines elsewhere, and a table at the end.
#pragma once

#include <string>
#include <vector>

#include "compiler/tune/schedule_file.h"
#include "compiler/tune/tune.h"

namespace narrows {

/// "[######..............]  5 of 17 blocks, this one 1.043x as fast as auto so far, 4:10 left"
std::string progress_bar(const TuneProgress& progress);

/// "5 of 17 blocks, 4:10 left: f32 14x14x96 -> ...: channels:9 3x4, 480.1 us, auto 502.3 us"
std::string progress_line(const TuneProgress& progress, const TunedBlock& block);

/// A row per block of the network that is in `file`, and their sum.
std::string tuning_table(const std::vector<TunableBlock>& blocks, const ScheduleFile& file);

/// A row per block like tuning_table(), with estimated cycles.
std::string estimate_table(const std::vector<TunableBlock>& blocks, const ScheduleFile& file);

}  // namespace narrows
