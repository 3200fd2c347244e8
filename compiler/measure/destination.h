// Where a file's bytes go.
#pragma once

#include <filesystem>
#include <string>

namespace narrows {

/// What a path that is to be written leads to.
struct Destination {
  std::filesystem::path path;  ///< no symbolic link, if it exists
  bool stream = false;         ///< a device, a pipe, a socket: to be written to, never replaced
  int descriptor = -1;         ///< >= 0: of this process, as /dev/stdout and /dev/fd/3 are
};

/// Follows symbolic links, also one that leads to nothing yet. Throws std::filesystem::filesystem_error where they lead
/// in a circle or cannot be read.
Destination destination_of(const std::filesystem::path& path);

/// A name beside `path` that no other program picks at the same time.
std::filesystem::path temporary_name(const std::filesystem::path& path);

/// Creates `path`, which must not exist, with `content`. Returns 0, or what errno said; then there is no such file.
int create_file(const std::filesystem::path& path, const std::string& content);

/// Writes into a stream. Returns 0, or what errno said.
int write_stream(const Destination& destination, const std::string& content);

}  // namespace narrows
