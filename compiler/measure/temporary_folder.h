// Folders that vanish.
#pragma once

#include <filesystem>

namespace narrows {

/// A new folder under the system's temporary folder; it and all that is in it are removed at the end of the scope, and
/// also when SIGINT, SIGTERM or SIGHUP ends the program. Throws std::system_error where none can be made.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int slot_;  ///< in the list that the signal handler reads
};

}  // namespace narrows
