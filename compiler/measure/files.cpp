#include "compiler/measure/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "compiler/measure/destination.h"

namespace narrows {
namespace {

namespace fs = std::filesystem;

/// Removes what was written unless keep() is called.
class Cleanup {
 public:
  ~Cleanup() {
    std::error_code ignored;
    for (auto path = paths_.rbegin(); path != paths_.rend(); ++path) fs::remove(*path, ignored);
  }
  void add(const fs::path& path) { paths_.push_back(path); }
  void keep() { paths_.clear(); }

 private:
  std::vector<fs::path> paths_;
};

/// While it lives, the signals that end a program wait: files are written in full, and no half of a set is left.
class HoldSignals {
 public:
  HoldSignals() {
    sigset_t ending;
    sigemptyset(&ending);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&ending, number);
    pthread_sigmask(SIG_BLOCK, &ending, &before_);
  }
  ~HoldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HoldSignals(const HoldSignals&) = delete;
  HoldSignals& operator=(const HoldSignals&) = delete;
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
};

class ReleaseSignals {
 public:
  explicit ReleaseSignals(const HoldSignals& hold) { pthread_sigmask(SIG_SETMASK, &hold.before(), &held_); }
  ~ReleaseSignals() { pthread_sigmask(SIG_SETMASK, &held_, nullptr); }
  ReleaseSignals(const ReleaseSignals&) = delete;
  ReleaseSignals& operator=(const ReleaseSignals&) = delete;

 private:
  sigset_t held_;
};

/// While it lives, no other program that asks for the same folder has it: sets of files are put in place one after the
/// other. File systems that know no locks do without.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder)
      : folder_(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_ >= 0) flock(folder_, LOCK_EX);
  }
  ~FolderLock() {
    if (folder_ >= 0) close(folder_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int folder_;
};

/// Like create_directories(); remembers the folders that were missing.
bool make_folder(const fs::path& folder, Cleanup* cleanup, Diagnostics& diagnostics) {
  std::error_code code;
  if (folder.empty() || fs::is_directory(folder, code)) return true;
  if (!make_folder(folder.parent_path(), cleanup, diagnostics)) return false;
  if (!fs::create_directory(folder, code) && code) {
    diagnostics.error(fmt::format("cannot make folder '{}': {}", folder.string(), code.message()));
    return false;
  }
  cleanup->add(folder);
  return true;
}

/// A file of the set, on its way.
struct Staged {
  fs::path name;  ///< as the caller knows it
  Destination destination;
  fs::path temporary;  ///< the content, beside its destination; empty for streams
  fs::path before;     ///< what was there before; empty: nothing
};

bool fail(const fs::path& path, int error, Diagnostics& diagnostics) {
  diagnostics.error(fmt::format("cannot write '{}': {}", path.string(), std::strerror(error)));
  return false;
}

/// Where each file belongs.
bool find_destinations(const std::vector<File>& files, const fs::path& folder, std::vector<Staged>* set,
                       Diagnostics& diagnostics) {
  for (const File& file : files) {
    Staged staged{folder / file.name, {}, {}, {}};
    try {
      staged.destination = destination_of(staged.name);
    } catch (const fs::filesystem_error& e) {
      return fail(staged.name, e.code().value(), diagnostics);
    }
    set->push_back(staged);
  }
  return true;
}

/// Pipes and devices. They come before there is any file: a pipe may keep its writer waiting for ever, so that signals
/// must be able to end the program, which then leaves nothing behind.
bool write_streams(const std::vector<File>& files, const std::vector<Staged>& set, const HoldSignals& hold,
                   Diagnostics& diagnostics) {
  const ReleaseSignals release(hold);
  for (size_t i = 0; i < set.size(); ++i) {
    const int error = set[i].destination.stream ? write_stream(set[i].destination, files[i].content) : 0;
    if (error) return fail(set[i].name, error, diagnostics);
  }
  return true;
}

/// Contents of regular files under other names.
bool stage(const std::vector<File>& files, std::vector<Staged>* set, Cleanup* cleanup, Diagnostics& diagnostics) {
  for (size_t i = 0; i < set->size(); ++i) {
    Staged& staged = (*set)[i];
    if (staged.destination.stream) continue;
    const fs::path temporary = temporary_name(staged.destination.path);
    const int error = create_file(temporary, files[i].content);
    if (error) return fail(staged.name, error, diagnostics);
    cleanup->add(temporary);
    staged.temporary = temporary;
  }
  return true;
}

/// Keeps what is at the destination under another name: as a second name where the file system knows that.
int keep_before(Staged* staged) {
  const fs::path& path = staged->destination.path;
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return 0;  // nothing, or a folder, which is in the way
  const fs::path before = temporary_name(path);
  if (link(path.c_str(), before.c_str()) != 0 && rename(path.c_str(), before.c_str()) != 0) return errno;
  staged->before = before;
  return 0;
}

/// Puts the set in place, or leaves what was there before.
bool put_in_place(std::vector<Staged>* set, Diagnostics& diagnostics) {
  int error = 0;
  size_t done = 0;
  for (; done < set->size() && error == 0; ++done) {
    Staged& staged = (*set)[done];
    if (staged.temporary.empty()) continue;
    error = keep_before(&staged);
    if (error == 0 && rename(staged.temporary.c_str(), staged.destination.path.c_str()) != 0) error = errno;
    if (error) fail(staged.name, error, diagnostics);
  }
  for (size_t i = 0; i < done; ++i) {
    const Staged& staged = (*set)[i];
    if (staged.temporary.empty()) continue;
    if (error == 0) {
      if (!staged.before.empty()) unlink(staged.before.c_str());
    } else if (!staged.before.empty()) {
      rename(staged.before.c_str(), staged.destination.path.c_str());
      unlink(staged.before.c_str());  // where both were names of one file, rename() has done nothing
    } else if (i + 1 < done) {
      unlink(staged.destination.path.c_str());
    }
  }
  return error == 0;
}

}  // namespace

std::optional<std::vector<uint8_t>> read_file(const fs::path& path, Diagnostics& diagnostics) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    diagnostics.error("expected a file, found a folder");
    return std::nullopt;
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    diagnostics.error(fmt::format("cannot read '{}': {}", path.filename().string(), std::strerror(errno)));
    return std::nullopt;
  }
  return std::vector<uint8_t>(std::istreambuf_iterator<char>(stream), {});
}

bool write_files(const std::vector<File>& files, const fs::path& folder, Diagnostics& diagnostics) {
  Cleanup cleanup;
  std::vector<Staged> set;
  const HoldSignals hold;
  if (!make_folder(folder, &cleanup, diagnostics) || !find_destinations(files, folder, &set, diagnostics)) return false;
  if (!write_streams(files, set, hold, diagnostics) || !stage(files, &set, &cleanup, diagnostics)) return false;
  const FolderLock lock(folder);
  if (!put_in_place(&set, diagnostics)) return false;
  cleanup.keep();
  return true;
}

bool write_file(const std::string& path, const std::string& content, Diagnostics& diagnostics) {
  const fs::path file = path;
  return path.empty() || write_files({{file.filename().string(), content}}, file.parent_path(), diagnostics);
}

}  // namespace narrows
