#include "compiler/tune/tune_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

constexpr size_t kBarWidth = 20;

std::string minutes(double seconds) {
  const int rounded = static_cast<int>(std::lround(seconds));
  return fmt::format("{}:{:02}", rounded / 60, rounded % 60);
}

std::string times_of(double automatic, double tuned) {
  return fmt::format("{:9.1f} {:9.1f} {:6.3f}", automatic * 1e6, tuned * 1e6, tuned > 0 ? automatic / tuned : 1);
}

}  // namespace

std::string progress_bar(const TuneProgress& p) {
  const size_t full = p.blocks ? kBarWidth * p.done / p.blocks : 0;
  return fmt::format("[{}{}]  {} of {} blocks, this one {:.3f}x as fast as auto so far, {} left",
                     std::string(full, '#'), std::string(kBarWidth - full, '.'), p.done, p.blocks, p.gain,
                     minutes(p.seconds_left));
}

std::string progress_line(const TuneProgress& p, const TunedBlock& block) {
  return fmt::format("{} of {} blocks, {} left: {}: {}, {:.1f} us, auto {:.1f} us", p.done, p.blocks,
                     minutes(p.seconds_left), block.key, to_string(block.schedule), block.seconds * 1e6,
                     block.automatic_seconds * 1e6);
}

std::string tuning_table(const std::vector<TunableBlock>& blocks, const ScheduleFile& file) {
  std::string text = "  auto us  tuned us   gain blocks  what, and its schedule\n";
  double automatic = 0, tuned = 0;
  for (const TunableBlock& b : blocks) {
    const auto found =
        std::find_if(file.blocks.begin(), file.blocks.end(), [&](const TunedBlock& t) { return t.key == b.key; });
    if (found == file.blocks.end()) continue;
    automatic += found->automatic_seconds * b.count;
    tuned += found->seconds * b.count;
    text += fmt::format("{} {:>6}  {}\n{:>35}{}\n", times_of(found->automatic_seconds, found->seconds), b.count, b.key,
                        "", to_string(found->schedule));
  }
  return text + fmt::format("{}         all of them\n", times_of(automatic, tuned));
}

std::string estimate_table(const std::vector<TunableBlock>& blocks, const ScheduleFile& file) {
  std::string text = "auto cycles  cycles   gain blocks  what, and its schedule\n";
  double automatic = 0, tuned = 0;
  const auto cells = [](double before, double after) {
    return fmt::format("{:11.0f} {:7.0f} {:6.3f}", before, after, after > 0 ? before / after : 1);
  };
  for (const TunableBlock& b : blocks) {
    const auto found =
        std::find_if(file.blocks.begin(), file.blocks.end(), [&](const TunedBlock& t) { return t.key == b.key; });
    if (found == file.blocks.end() || found->cycles == 0) continue;
    automatic += found->automatic_cycles * b.count;
    tuned += found->cycles * b.count;
    text += fmt::format("{} {:>6}  {}\n{:>35}{}\n", cells(found->automatic_cycles, found->cycles), b.count, b.key, "",
                        to_string(found->schedule));
  }
  return text + fmt::format("{}         all of them\n", cells(automatic, tuned));
}

}  // namespace narrows
