#include "compiler/measure/temporary_folder.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace narrows {
namespace {

constexpr int slots = 64;
/// What a signal handler may look at: folders that exist now. What does not fit is left behind by a signal.
std::atomic<const char*> folders[slots];

/// Only what is allowed in a signal handler, which leaves no way to walk through a folder but another program.
void remove_all(const char* folder) {
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/rm", "rm", "-rf", "--", folder, static_cast<char*>(nullptr));
    _exit(127);
  }
  while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// Ends the program as the signal would have without a handler.
void remove_folders(int number) {
  for (auto& slot : folders) {
    if (const char* const folder = slot.exchange(nullptr)) remove_all(folder);
  }
  std::signal(number, SIG_DFL);
  raise(number);
}

/// Signals that the caller ignores, as under nohup, or handles stay as they are.
void catch_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now = {};
    sigaction(number, nullptr, &now);
    if (now.sa_handler == SIG_DFL) std::signal(number, remove_folders);
  }
}

int add_folder(const char* path) {
  for (int i = 0; i < slots; ++i) {
    const char* empty = nullptr;
    if (folders[i].compare_exchange_strong(empty, path)) return i;
  }
  return -1;
}

}  // namespace

TemporaryFolder::TemporaryFolder() : slot_(-1) {
  std::string name = (std::filesystem::temp_directory_path() / "narrows-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::system_error(errno, std::generic_category(), "mkdtemp");
  path_ = name;
  slot_ = add_folder(path_.c_str());
  catch_signals();
}

TemporaryFolder::~TemporaryFolder() {
  if (slot_ >= 0) folders[slot_].store(nullptr);
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace narrows
