#include "compiler/tune/schedule_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "compiler/measure/files.h"

namespace narrows {

/// The files of schedules/tuned/, which CMake embeds in the compiler.
std::string tuned_text(const std::string& name);

namespace {

using nlohmann::ordered_json;

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// For a message.
std::string shortened(const std::string& text) { return text.size() <= 40 ? text : text.substr(0, 37) + "..."; }

/// The text field `name`, or an error that says where.
std::string text_field(const ordered_json& object, const std::string& name, const std::string& where,
                       Diagnostics& diagnostics) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (object.is_object() && found != object.end() && found->is_string()) return found->get<std::string>();
  diagnostics.error(fmt::format("{} has no text field '{}'", where, name));
  return "";
}

// Times and cycles up to this are whole numbers that a double and an int64_t both hold.
constexpr double largest_number = 9e15;

/// The number `name`, 0 where there is none, or an error that says where.
double number_field(const ordered_json& object, const std::string& name, const std::string& where,
                    Diagnostics& diagnostics) {
  const auto found = object.find(name);
  if (found == object.end()) return 0;
  const double number = found->is_number() ? found->get<double>() : -1;
  if (number >= 0 && number <= largest_number) return number;
  const std::string text = found->dump(-1, ' ', true, ordered_json::error_handler_t::replace);
  diagnostics.error(
      fmt::format("{}: '{}' is {}, legal are numbers from 0 to {:.0e}", where, name, shortened(text), largest_number));
  return 0;
}

void parse_block(const ordered_json& object, size_t index, ScheduleFile* file, Diagnostics& diagnostics) {
  const std::string where = fmt::format("blocks[{}]", index);
  TunedBlock block;
  block.key = text_field(object, "block", where, diagnostics);
  const std::string schedule = text_field(object, "schedule", where, diagnostics);
  if (block.key.empty() || schedule.empty()) return;
  if (!parse_schedule(schedule, &block.schedule, diagnostics)) diagnostics.note(fmt::format("in {}", where));
  block.seconds = 1e-6 * number_field(object, "us", where, diagnostics);
  block.automatic_seconds = 1e-6 * number_field(object, "auto_us", where, diagnostics);
  block.cycles = number_field(object, "cycles", where, diagnostics);
  block.automatic_cycles = number_field(object, "auto_cycles", where, diagnostics);
  file->blocks.push_back(block);
}

double microseconds(double seconds) { return std::round(seconds * 1e7) / 10; }

}  // namespace

Schedules ScheduleFile::schedules() const {
  Schedules schedules;
  for (const TunedBlock& block : blocks) schedules.emplace(block.key, block.schedule);
  return schedules;
}

std::optional<ScheduleFile> parse_schedule_file(const std::string& text, Diagnostics& diagnostics) {
  const ordered_json root = ordered_json::parse(text, nullptr, false);
  if (root.is_discarded() || !root.is_object()) {
    diagnostics.error("not a file of schedules: expected a JSON object with 'target' and 'blocks'");
    return std::nullopt;
  }
  const int errors_before = diagnostics.error_count();
  ScheduleFile file;
  file.target = text_field(root, "target", "the file", diagnostics);
  if (const auto processors = root.find("estimated_for"); processors != root.end() && processors->is_array()) {
    for (const ordered_json& p : *processors)
      file.processors.push_back(p.is_string() ? p.get<std::string>() : p.dump());
  }
  const auto blocks = root.find("blocks");
  if (blocks == root.end() || !blocks->is_array()) {
    diagnostics.error("the file has no list 'blocks'");
  } else {
    for (size_t i = 0; i < blocks->size(); ++i) parse_block((*blocks)[i], i, &file, diagnostics);
  }
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return file;
}

std::string print_schedule_file(const ScheduleFile& file) {
  // A line per block, so that a diff shows what a new measurement changed.
  std::string text = fmt::format("{{\n  \"target\": {},\n", ordered_json(file.target).dump());
  if (!file.processors.empty()) text += fmt::format("  \"estimated_for\": {},\n", ordered_json(file.processors).dump());
  text += "  \"blocks\": [";
  for (const TunedBlock& block : file.blocks) {
    ordered_json line;
    line["block"] = block.key;
    line["schedule"] = to_string(block.schedule);
    if (block.seconds > 0) line["us"] = microseconds(block.seconds);
    if (block.automatic_seconds > 0) line["auto_us"] = microseconds(block.automatic_seconds);
    if (block.cycles > 0) line["cycles"] = std::llround(block.cycles);
    if (block.automatic_cycles > 0) line["auto_cycles"] = std::llround(block.automatic_cycles);
    text += (&block == &file.blocks.front() ? "\n    " : ",\n    ") + line.dump();
  }
  return text + "\n  ]\n}\n";
}

std::optional<ScheduleFile> tuned_schedules(const Target& target) {
  const std::string text = tuned_text(target.str() + ".json");
  if (text.empty()) return std::nullopt;
  Diagnostics diagnostics("schedules/tuned/" + target.str() + ".json");
  const std::optional<ScheduleFile> file = parse_schedule_file(text, diagnostics);
  NARROWS_CHECK(file, diagnostics.str());
  return file;
}

std::vector<std::string> tuned_targets() {
  std::vector<std::string> names;
  for (const char* name : {"x86-64-linux", "x86-64-linux-avx2", "x86-64-linux-avx512", "x86-64-linux-avx512vnni",
                           "arm64-linux", "arm64-linux-dotprod", "arm64-android", "arm64-android-dotprod"}) {
    if (!tuned_text(std::string(name) + ".json").empty()) names.push_back(name);
  }
  return names;
}

void parse_schedule_option(const std::string& text, const Target& target, Schedule* schedule, Schedules* schedules,
                           Diagnostics& diagnostics) {
  std::optional<ScheduleFile> file;
  if (text == "tuned") {
    file = tuned_schedules(target);
    if (!file) {
      diagnostics.error(fmt::format("there are no tuned schedules for target '{}'", target.str()));
      diagnostics.note(fmt::format("targets that have some: {}", fmt::join(tuned_targets(), ", ")));
      diagnostics.note("`narrows tune` makes a file of them, which --schedule reads; auto needs none");
    }
  } else if (ends_with(text, ".json")) {
    Diagnostics of_file(text);
    if (const auto bytes = read_file(text, of_file))
      file = parse_schedule_file(std::string(bytes->begin(), bytes->end()), of_file);
    for (const Diagnostic& d : of_file.list()) {
      const std::string message = fmt::format("schedules of '{}': {}", text, d.message);
      d.severity == Severity::error ? diagnostics.error(message) : diagnostics.note(message);
    }
  } else if (!parse_schedule(text, schedule, diagnostics)) {
    diagnostics.note("--schedule also takes tuned (carried by the compiler) and .json files that `narrows tune` wrote");
  }
  if (file) *schedules = file->schedules();
}

}  // namespace narrows
