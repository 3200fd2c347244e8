// Reading and writing whole files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/text.h"

namespace narrows {

std::optional<std::vector<uint8_t>> read_file(const std::filesystem::path& path, Diagnostics& diagnostics);

/// Writes all of `files` into `folder`, which is made if it does not exist, or none of them: on failure, and where a
/// signal ends the program, the files that were there before stay, and nothing of this call is left behind. Two
/// programs that write the same names into a folder at once leave the files of one of them.
///
/// A name that is a symbolic link stays one: what it leads to is written. Devices, pipes and open descriptors
/// (/dev/stdout) are written to, not replaced.
bool write_files(const std::vector<File>& files, const std::filesystem::path& folder, Diagnostics& diagnostics);

/// Writes one file, whose folder is part of `path`, as a whole or not at all; an empty path: nothing to do.
bool write_file(const std::string& path, const std::string& content, Diagnostics& diagnostics);

}  // namespace narrows
