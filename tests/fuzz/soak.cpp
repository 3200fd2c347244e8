#include "tests/fuzz/soak.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace narrows {
namespace {

int number_of(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::atoi(text) : otherwise;
}

char current[100];

/// Only what may be called in a signal handler.
void say_and_die(int signal) {
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, current, std::strlen(current));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

int soak_seeds(int usual) { return number_of("NARROWS_SEEDS", usual); }
int first_seed() { return number_of("NARROWS_FIRST_SEED", 0); }

NowTesting::NowTesting(const char* what, int seed, unsigned seconds) {
  std::snprintf(current, sizeof current, "while testing %s, seed %d\n", what, seed);
  for (const int signal : {SIGSEGV, SIGFPE, SIGABRT, SIGBUS, SIGILL, SIGALRM}) std::signal(signal, say_and_die);
  alarm(seconds);
}

NowTesting::~NowTesting() {
  alarm(0);
  for (const int signal : {SIGSEGV, SIGFPE, SIGABRT, SIGBUS, SIGILL, SIGALRM}) std::signal(signal, SIG_DFL);
}

void save_failure(const std::string& name, const std::vector<uint8_t>& file) {
  const char* folder = std::getenv("NARROWS_FAILURES");
  if (!folder) return;
  std::ofstream out(std::string(folder) + "/" + name, std::ios::binary);
  out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
}

}  // namespace narrows
