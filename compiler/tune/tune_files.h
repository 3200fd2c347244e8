// Files of schedules as `narrows tune` keeps them: what earlier runs left is read, and blocks are put in one by one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/target.h"
#include "compiler/tune/schedule_file.h"
#include "compiler/tune/search.h"

namespace narrows {

/// Adds messages about `path` to `diagnostics`.
std::optional<ScheduleFile> read_schedules(const std::string& path, Diagnostics& diagnostics);

/// What an earlier run left in `path`, which must be for the same target and of the same kind: measured, or estimated
/// for the same processors. Without such a file: one without blocks.
ScheduleFile earlier_schedules(const std::string& path, const Target& target,
                               const std::vector<std::string>& processors, Diagnostics& diagnostics);

/// One error where --schedule would not know the file by its name.
void check_schedule_file_name(const std::string& path, Diagnostics& diagnostics);

/// "measured", or "estimated for neoverse-n1, cortex-a55".
std::string origin_of(const ScheduleFile& file);

/// `found` replaces what the file says of its block, or comes last.
void put_block(const TunedBlock& found, ScheduleFile* file);

/// The blocks among `blocks` that the file does not hold.
std::vector<TunableBlock> open_blocks(const std::vector<TunableBlock>& blocks, const ScheduleFile& file);

}  // namespace narrows
