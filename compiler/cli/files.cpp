#include "compiler/cli/files.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

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

bool write_content(const fs::path& path, const std::string& content) {
  std::ofstream stream(path, std::ios::binary);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  stream.close();
  return stream.good();
}

fs::path unfinished(const fs::path& path) { return path.string() + ".unfinished"; }

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
  if (!make_folder(folder, &cleanup, diagnostics)) return false;
  for (const File& file : files) {
    const fs::path path = unfinished(folder / file.name);
    cleanup.add(path);
    if (!write_content(path, file.content)) {
      diagnostics.error(
          fmt::format("cannot write '{}': {}", (folder / file.name).string(), std::strerror(errno)));
      return false;
    }
  }
  for (const File& file : files) {
    std::error_code code;
    fs::rename(unfinished(folder / file.name), folder / file.name, code);
    if (code) {
      diagnostics.error(fmt::format("cannot write '{}': {}", (folder / file.name).string(), code.message()));
      return false;
    }
    cleanup.add(folder / file.name);
  }
  cleanup.keep();
  return true;
}

bool write_file(const std::string& path, const std::string& content, Diagnostics& diagnostics) {
  const fs::path file = path;
  return path.empty() || write_files({{file.filename().string(), content}}, file.parent_path(), diagnostics);
}

}  // namespace narrows
