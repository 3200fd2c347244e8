// The memory map of a compiled model: who has which bytes of the arena when, and what sets its size. As data, and in
// three forms: text, JSON and a page.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/program/draw_memory.h"

namespace narrows {

struct MemoryReport {
  std::string model, target;
  MemoryMap map;
  std::vector<std::string> steps;  ///< what they do: titles of blocks, ...
  MemoryUse use;                   ///< by step
};

MemoryReport make_memory_report(const Compiled& compiled, const CompileOptions& options);

/// At most 118 columns.
std::string memory_text(const MemoryReport& report);
nlohmann::ordered_json memory_json(const MemoryReport& report);
/// One HTML file that needs nothing else.
std::string memory_page(const MemoryReport& report);

}  // namespace narrows
