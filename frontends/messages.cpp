#include "frontends/messages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace narrows {
namespace {

struct Kind {
  std::string name;
  int count, first;
};

std::vector<Kind> count_kinds(const std::vector<Origin>& operators) {
  constexpr size_t max_listed = 20;
  std::vector<Kind> kinds;
  for (const Origin& op : operators) {
    const auto same = [&](const Kind& kind) { return kind.name == op.op; };
    const auto found = std::find_if(kinds.begin(), kinds.end(), same);
    if (found != kinds.end())
      ++found->count;
    else if (kinds.size() < max_listed)
      kinds.push_back({op.op, 1, op.index});
  }
  return kinds;
}

}  // namespace

std::string printable(const std::string& name) {
  constexpr size_t limit = 100;
  std::string text;
  for (const char character : name) {
    if (text.size() >= limit) return text + "...";
    const auto c = static_cast<unsigned char>(character);
    const bool plain = c >= ' ' && c <= '~' && c != '\'' && c != '"' && c != '\\';
    text += plain ? std::string(1, character) : fmt::format("\\x{:02x}", c);
  }
  return text;
}

std::string format_name(DType type) {
  switch (type) {
    case DType::f32:
      return "FLOAT32";
    case DType::f16:
      return "FLOAT16";
    case DType::u8:
      return "UINT8";
    case DType::i8:
      return "INT8";
    case DType::i32:
      return "INT32";
    case DType::i64:
      return "INT64";
  }
  return "";
}

void report_unknown_sizes(const std::map<std::string, int>& given, const std::set<std::string>& known,
                          Diagnostics& diagnostics) {
  for (const auto& [name, size] : given) {
    if (known.count(name)) continue;
    diagnostics.error(fmt::format("--shape {}={}: no input of the model has a symbolic dimension of that name",
                                  printable(name), size));
    if (!known.empty()) diagnostics.note(fmt::format("symbolic dimensions: {}", fmt::join(known, ", ")));
  }
}

void report_unsupported(const std::vector<Origin>& unsupported, const std::vector<std::string>& supported,
                        Diagnostics& diagnostics) {
  const std::vector<Kind> kinds = count_kinds(unsupported);
  if (kinds.empty()) return;
  std::vector<std::string> list;
  for (const Kind& kind : kinds) {
    list.push_back(kind.count == 1 ? fmt::format("{} (op {})", kind.name, kind.first)
                                   : fmt::format("{} ({} times, first op {})", kind.name, kind.count, kind.first));
  }
  diagnostics.error(fmt::format("{} {} not supported: {}", kinds.size(),
                                kinds.size() == 1 ? "operator is" : "operators are", fmt::join(list, ", ")));
  diagnostics.note(fmt::format("supported: {}", fmt::join(supported, ", ")));
}

}  // namespace narrows
