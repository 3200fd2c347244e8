// The report as JSON and as a page.
#include <nlohmann/json.hpp>
#include <optional>

#include "compiler/measure/pages/page.h"
#include "compiler/measure/pages/report.h"

namespace narrows {
namespace {

using nlohmann::ordered_json;

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json ratio_json(const Ratio& ratio) {
  return {{"value", ratio.value}, {"low", or_null(ratio.low)}, {"high", or_null(ratio.high)}};
}

ordered_json variant_json(const Report& report, const VariantReport& v) {
  ordered_json seconds = ordered_json::array();
  for (const auto& s : v.block_seconds) seconds.push_back(or_null(s));
  ordered_json json = {{"schedule", v.schedule},
                       {"compiler", v.compiler},
                       {"arena_bytes", v.arena_bytes},
                       {"weights_bytes", v.weights_bytes},
                       {"code_bytes", v.code_bytes},
                       {"front", v.front},
                       {"min_seconds", nullptr},
                       {"median_seconds", nullptr},
                       {"speed", nullptr},
                       {"macs_per_second", nullptr},
                       {"block_seconds", seconds},
                       {"block_schedules", v.block_schedules},
                       {"steps", v.steps},
                       {"live_bytes", v.live_bytes}};
  if (v.times) {
    json["min_seconds"] = v.times->minimum;
    json["median_seconds"] = v.times->median;
    json["speed"] = ratio_json(v.times->speed);
    json["macs_per_second"] = static_cast<double>(report.macs) / v.times->minimum;
  }
  return json;
}

ordered_json yardstick_json(const YardstickReport& y) {
  ordered_json list = ordered_json::array();
  for (size_t i = 0; i < y.times.size(); ++i) {
    list.push_back({{"label", y.labels[i]},
                    {"min_seconds", y.times[i].minimum},
                    {"median_seconds", y.times[i].median},
                    {"speed", ratio_json(y.times[i].speed)}});
  }
  return {{"title", y.title}, {"macs", y.macs}, {"halide_seconds", y.halide_seconds}, {"programs", list}};
}

ordered_json core_json(const Report& report) {
  if (!report.core) return nullptr;
  const CoreSpeed& core = *report.core;
  return {{"peak", report.peak()},   {"macs_f32", core.macs_f32}, {"macs_8bit", core.macs_8bit},
          {"read_l1", core.read_l1}, {"read_l2", core.read_l2},   {"read_memory", core.read_memory}};
}

}  // namespace

ordered_json report_json(const Report& report) {
  ordered_json json = {{"model", report.model},
                       {"target", report.target},
                       {"numerics", report.numerics},
                       {"notes", report.notes},
                       {"rounds", report.rounds},
                       {"macs", report.macs},
                       {"quantized", report.quantized},
                       {"core", core_json(report)},
                       {"blocks", ordered_json::array()},
                       {"variants", ordered_json::array()},
                       {"yardsticks", ordered_json::array()}};
  for (const DistinctBlock& b : report.blocks) {
    json["blocks"].push_back(
        {{"title", b.title}, {"count", b.count}, {"macs", b.macs}, {"traffic_bytes", b.traffic_bytes}});
  }
  for (const VariantReport& v : report.variants) json["variants"].push_back(variant_json(report, v));
  for (const YardstickReport& y : report.yardsticks) json["yardsticks"].push_back(yardstick_json(y));
  return json;
}

std::string report_page(const Report& report) { return page("report", report_json(report)); }

}  // namespace narrows
