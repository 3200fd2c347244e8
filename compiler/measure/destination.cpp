#include "compiler/measure/destination.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <random>
#include <system_error>

namespace narrows {
namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40;  // as the kernel

bool digits(const std::string& text) {
  return !text.empty() && text.size() < 10 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// /proc/<this process>/fd/3 -> 3; else -1.
int descriptor_of(const fs::path& path) {
  const fs::path own = fmt::format("/proc/{}", getpid());
  const fs::path folder = path.parent_path();
  if (folder != own / "fd" || !digits(path.filename().string())) return -1;
  return std::stoi(path.filename().string());
}

/// The path with no link among its folders. A folder that does not exist is left to whoever opens the file.
fs::path in_real_folder(const fs::path& path) {
  std::error_code code;
  const fs::path folder = fs::canonical(path.has_parent_path() ? path.parent_path() : ".", code);
  return code ? path : folder / path.filename();
}

int write_all(int file, const std::string& content) {
  for (size_t at = 0; at < content.size();) {
    const ssize_t count = write(file, content.data() + at, content.size() - at);
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) at += static_cast<size_t>(count);
  }
  return 0;
}

}  // namespace

Destination destination_of(const fs::path& path) {
  fs::path at = in_real_folder(path);
  for (int links = 0;; ++links) {
    const int descriptor = descriptor_of(at);
    if (descriptor >= 0) return {at, true, descriptor};
    std::error_code code;
    if (!fs::is_symlink(at, code)) break;
    const fs::path target = fs::read_symlink(at);
    if (links == most_links) {
      throw fs::filesystem_error("", path, std::make_error_code(std::errc::too_many_symbolic_link_levels));
    }
    at = in_real_folder(target.is_absolute() ? target : at.parent_path() / target);
  }
  std::error_code ignored;
  const fs::file_status status = fs::status(at, ignored);
  return {at, fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status), -1};
}

fs::path temporary_name(const fs::path& path) {
  static std::random_device random;
  return path.parent_path() / fmt::format(".narrows-{:08x}{:08x}", random(), random());
}

int create_file(const fs::path& path, const std::string& content) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  int error = write_all(file, content);
  if (close(file) != 0 && error == 0) error = errno;
  if (error) unlink(path.c_str());
  return error;
}

int write_stream(const Destination& destination, const std::string& content) {
  std::fflush(stdout);  // what was printed before comes first
  const bool own = destination.descriptor >= 0;
  const int file =
      own ? fcntl(destination.descriptor, F_DUPFD_CLOEXEC, 0) : open(destination.path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno;
  int error = write_all(file, content);
  if (close(file) != 0 && error == 0) error = errno;
  return error;
}

}  // namespace narrows
