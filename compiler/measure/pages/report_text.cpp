// The report as text: variants, their front, blocks, and blocks against Halide's own code.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "compiler/measure/files.h"
#include "compiler/measure/pages/report.h"

namespace narrows {
namespace {

std::string interval(const Ratio& ratio, int digits) {
  if (!ratio.low) return fmt::format("{:.{}f}", ratio.value, digits);
  return fmt::format("{0:.{3}f} [{1:.{3}f}, {2:.{3}f}]", ratio.value, *ratio.low, *ratio.high, digits);
}

std::string head(const Report& r) {
  std::string text = fmt::format("{} for {}, {} numerics, {:.1f} million MACs\n", r.model, r.target, r.numerics,
                                 static_cast<double>(r.macs) * 1e-6);
  if (r.core) {
    text += fmt::format(
        "the core at best: {:.1f} GMAC/s in f32, {:.1f} in 8 bit; reads {:.0f} GB/s from L1, {:.0f} from L2, "
        "{:.1f} from "
        "memory\n",
        r.core->macs_f32 * 1e-9, r.core->macs_8bit * 1e-9, r.core->read_l1 * 1e-9, r.core->read_l2 * 1e-9,
        r.core->read_memory * 1e-9);
  }
  for (const std::string& note : r.notes) text += fmt::format("note: {}\n", note);
  return text + "\n";
}

std::string variants(const Report& r) {
  std::string text =
      fmt::format("{:>2} {:<12} {:<10} {:>9} {:>9}  {:<22} {:>8} {:>6} {:>11} {:>11} {:>9}\n", "", "schedule",
                  "compiler", "min ms", "median", "speed [95 %]", "GMAC/s", "peak", "arena", "weights", "code");
  for (size_t i = 0; i < r.variants.size(); ++i) {
    const VariantReport& v = r.variants[i];
    std::string times = fmt::format("{:>9} {:>9}  {:<22} {:>8} {:>6}", "-", "-", "-", "-", "-");
    if (v.times) {
      const double speed = static_cast<double>(r.macs) / v.times->minimum;
      times = fmt::format("{:>9.3f} {:>9.3f}  {:<22} {:>8.1f} {:>4.0f} %", v.times->minimum * 1e3,
                          v.times->median * 1e3, interval(v.times->speed, 3), speed * 1e-9, 100 * speed / r.peak());
    }
    text += fmt::format("{:>2} {:<12} {:<10} {} {:>11} {:>11} {:>9}\n", i + 1, v.schedule, v.compiler, times,
                        with_commas(v.arena_bytes), with_commas(v.weights_bytes), with_commas(v.code_bytes));
  }
  if (r.core) {
    text += fmt::format(
        "speed: of the first line's shortest time by this one's, median over {} rounds, and a 95 % "
        "interval\n",
        r.rounds);
  }
  return text;
}

/// From fast to small.
std::string front(const Report& r) {
  std::vector<const VariantReport*> list;
  for (const VariantReport& v : r.variants) {
    if (v.front) list.push_back(&v);
  }
  if (list.empty()) return "";
  std::sort(list.begin(), list.end(),
            [](const VariantReport* a, const VariantReport* b) { return a->times->minimum < b->times->minimum; });
  std::string text = "\nnothing is both faster and smaller than\n";
  for (const VariantReport* v : list) {
    text += fmt::format("   {:<12} {:<10} {:>9.3f} ms {:>11} bytes\n", v->schedule, v->compiler,
                        v->times->minimum * 1e3, with_commas(v->arena_bytes));
  }
  return text;
}

/// A line for each distinct block and a column for each variant; `cell(macs, seconds)` is what stands there.
template <typename Cell>
std::string block_table(const Report& r, size_t width, const std::string& title, int cell_width, const Cell& cell) {
  std::string text = fmt::format("\n{}\n{:<{}} {:>5} {:>7}", title, "block", width, "count", "MMACs");
  for (size_t i = 0; i < r.variants.size(); ++i) text += fmt::format(" {:>{}}", i + 1, cell_width);
  text += "\n";
  for (size_t b = 0; b < r.blocks.size(); ++b) {
    const DistinctBlock& block = r.blocks[b];
    text +=
        fmt::format("{:<{}} {:>5} {:>7.2f}", block.title, width, block.count, static_cast<double>(block.macs) * 1e-6);
    for (const VariantReport& v : r.variants) {
      const std::optional<double>& seconds = v.block_seconds[b];
      text += fmt::format(" {:>{}}", seconds ? cell(block.macs, *seconds) : "-", cell_width);
    }
    text += "\n";
  }
  return text;
}

std::string blocks(const Report& r) {
  const bool timed = std::any_of(r.variants.begin(), r.variants.end(), [](const VariantReport& v) {
    return std::any_of(v.block_seconds.begin(), v.block_seconds.end(), [](const auto& s) { return s.has_value(); });
  });
  if (!timed) return "";
  size_t width = 0;
  for (const DistinctBlock& b : r.blocks) width = std::max(width, b.title.size());
  std::string text = block_table(r, width, "shortest times of one block in microseconds; columns: the lines above", 7,
                                 [](int64_t, double seconds) { return fmt::format("{:.1f}", seconds * 1e6); });
  if (!r.core) return text;
  return text + block_table(r, width, "the same in GMAC/s, and the share of the core's peak", 12,
                            [&](int64_t macs, double seconds) {
                              const double rate = static_cast<double>(macs) / seconds;
                              return fmt::format("{:.1f} {:>3.0f} %", rate * 1e-9, 100 * rate / r.peak());
                            });
}

// "   756.7   38.6   79 % 1.02 [1.02, 1.04]"
constexpr size_t kYardstickColumn = 40;

/// One line for each block: the time of Halide's code, then the time and the speed of the others.
std::string yardsticks(const Report& r) {
  if (r.yardsticks.empty()) return "";
  size_t width = 0;
  for (const YardstickReport& y : r.yardsticks) width = std::max(width, y.title.size());
  std::string text = fmt::format(
      "\nblocks by themselves, in microseconds, against Halide's own object code for them\n{:<{}} {:>8} "
      "{:>6} {:>6}",
      "block", width, "Halide", "GMAC/s", "peak");
  const std::vector<std::string>& labels = r.yardsticks[0].labels;
  std::vector<size_t> columns;
  for (const std::string& label : labels) {
    const std::string title = label + ", GMAC/s, peak, speed";
    columns.push_back(std::max<size_t>(title.size(), kYardstickColumn));
    text += fmt::format("  {:>{}}", title, columns.back());
  }
  text += "\n";
  const auto time = [&](const YardstickReport& y, double seconds) {
    const double rate = static_cast<double>(y.macs) / seconds;
    return fmt::format("{:>8.1f} {:>6.1f} {:>4.0f} %", seconds * 1e6, rate * 1e-9, 100 * rate / r.peak());
  };
  for (const YardstickReport& y : r.yardsticks) {
    text += fmt::format("{:<{}} {}", y.title, width, time(y, y.halide_seconds));
    for (size_t i = 0; i < y.times.size(); ++i) {
      text += fmt::format("  {:>{}}", time(y, y.times[i].minimum) + " " + interval(y.times[i].speed, 2), columns[i]);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string report_text(const Report& r) { return head(r) + variants(r) + front(r) + blocks(r) + yardsticks(r); }

}  // namespace narrows
