#include "compiler/measure/parallel_builds.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

namespace narrows {

bool run_builds(const std::vector<Build>& builds, const std::filesystem::path& folder, Diagnostics& diagnostics) {
  std::vector<Diagnostics> messages(builds.size(), Diagnostics(diagnostics.file()));
  std::vector<std::exception_ptr> exceptions(builds.size());  // no further process
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < builds.size(); i = next++) {
      try {
        build_program(builds[i], folder, messages[i]);
      } catch (...) {
        exceptions[i] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::min<size_t>(std::thread::hardware_concurrency(), builds.size()); ++i) {
    threads.emplace_back(work);
  }
  work();
  for (std::thread& thread : threads) thread.join();

  bool ok = true;
  for (size_t i = 0; i < builds.size(); ++i) {
    if (exceptions[i]) std::rethrow_exception(exceptions[i]);
    ok = ok && messages[i].ok();
    for (const Diagnostic& d : messages[i].list()) diagnostics.error(d.message);
  }
  return ok;
}

}  // namespace narrows
