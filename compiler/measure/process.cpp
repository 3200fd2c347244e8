#include "compiler/measure/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace narrows {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct Pipe {
  int read_end = -1, write_end = -1;

  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close(read_end);
    close_write_end();
  }
  void close_write_end() {
    if (write_end >= 0) close(write_end);
    write_end = -1;
  }
};

/// The child's side of fork(): only calls that are allowed there. Never returns.
[[noreturn]] void become(char* const* arguments, const char* folder, int output, int errors) {
  const int null = open("/dev/null", O_RDONLY);
  if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) _exit(127);
  if (chdir(folder) == 0) execvp(arguments[0], arguments);
  const char* reason = strerror(errno);
  if (write(2, reason, strlen(reason)) < 0) _exit(127);
  _exit(127);
}

/// Appends what is there to read; false at the end of the stream.
bool drain(int descriptor, std::string* text) {
  char buffer[4096];
  const ssize_t count = read(descriptor, buffer, sizeof(buffer));
  if (count < 0) return errno == EINTR;
  text->append(buffer, static_cast<size_t>(count));
  return count > 0;
}

/// Reads both streams side by side: a child that fills one while nobody reads it would wait forever.
void drain_both(const Pipe& output, const Pipe& errors, ProcessResult* result) {
  pollfd streams[2] = {{output.read_end, POLLIN, 0}, {errors.read_end, POLLIN, 0}};
  std::string* texts[2] = {&result->output, &result->errors};
  for (int open = 2; open > 0;) {
    if (poll(streams, 2, -1) < 0 && errno != EINTR) fail("poll");
    for (int i = 0; i < 2; ++i) {
      if (streams[i].fd >= 0 && streams[i].revents != 0 && !drain(streams[i].fd, texts[i])) {
        streams[i].fd = -1;
        --open;
      }
    }
  }
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const std::filesystem::path& folder) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  Pipe output, errors;
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) become(arguments.data(), folder.c_str(), output.write_end, errors.write_end);
  output.close_write_end();
  errors.close_write_end();

  ProcessResult result;
  drain_both(output, errors, &result);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("waitpid");
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::filesystem::path find_program(const std::string& name) {
  const auto executable = [](const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) {
    if (executable(name)) return std::filesystem::absolute(name);
    return {};
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path candidate = std::filesystem::path(folder.empty() ? "." : folder) / name;
    if (executable(candidate)) return candidate;
  }
  return {};
}

std::vector<std::string> split_words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace narrows
