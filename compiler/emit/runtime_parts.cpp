// Which definitions of runtime/ an emitted file needs: those that its code mentions, and what these mention.
#include <algorithm>
#include <set>
#include <sstream>

#include "compiler/emit/definitions.h"
#include "compiler/emit/emit.h"

namespace narrows {

namespace {

/// In the order in which they stand in an emitted file, each behind what it includes.
const char* const runtime_files[] = {
    "tasks.h",         "vectors.h",         "requantize.h", "residual_add.h", "rows.h",     "convert_row.h",
    "group_sums.h",    "global_pool.h",     "softmax.h",    "elementwise.h",  "pool.h",     "resize.h",
    "arg_max.h",       "arg_max_resized.h", "cast.h",       "mean.h",         "quantize.h", "detection_postprocess.h",
    "weights_check.h", "shape_ops.h",
};

/// A file of runtime/isa/ that stands outside of the emitted file's namespace.
bool has_intrinsics(const std::string& file) { return file.rfind("isa/intrinsics_", 0) == 0; }

/// The file that `line` includes, by its path in runtime/; nothing if it includes none of ours.
std::string included(const std::string& line, const Target& target) {
  const std::string start = "#include \"", folder = "runtime/";
  if (line.rfind(start, 0) != 0) return "";
  const std::string path = line.substr(start.size(), line.size() - start.size() - 1);
  const std::string name = path.rfind(folder, 0) == 0 ? path.substr(folder.size()) : path;
  return name == "isa/chosen.h" ? "isa/" + target.isa + ".h" : name;
}

/// Files of runtime/ with those that they include, each once and behind what it includes; runtime/prologue.h is left
/// out.
class Files {
 public:
  explicit Files(const Target& target) : target_(target) {}

  void add(const std::string& file) {
    if (file == "prologue.h" || std::find(added_.begin(), added_.end(), file) != added_.end()) return;
    added_.push_back(file);
    std::istringstream lines(runtime_text(file));
    for (std::string line; std::getline(lines, line);) {
      if (const std::string other = included(line, target_); !other.empty()) add(other);
    }
    names.push_back(file);
  }

  std::vector<std::string> names;

 private:
  const Target& target_;
  std::vector<std::string> added_;
};

/// A file's text without #pragma once, without includes of ours and, unless it is there for them, without those of
/// standard headers, which the prologue has.
std::string own_text(const std::string& file) {
  std::istringstream lines(runtime_text(file));
  std::string out, line;
  while (std::getline(lines, line)) {
    const bool header = line.rfind("#include <", 0) == 0 && !has_intrinsics(file);
    if (!header && line != "#pragma once" && line.rfind("#include \"", 0) != 0) out += line + "\n";
  }
  return out;
}

/// The sections of what stands outside of the emitted file's namespace, and of the functions inside.
struct Sections {
  std::vector<DefinitionSection> prologue, functions;
};

Sections sections_for(const Target& target) {
  Sections list;
  list.prologue = split_definitions(runtime_text("prologue.h"));
  Files files(target);
  for (const char* file : runtime_files) files.add(file);
  for (const std::string& file : files.names) {
    if (has_intrinsics(file)) continue;
    for (const DefinitionSection& section : split_definitions(own_text(file))) list.functions.push_back(section);
  }
  return list;
}

std::vector<std::string> vector_files(const Target& target) {
  Files files(target);
  files.add("vectors.h");
  return files.names;
}

template <class Visit>
void for_each(const Sections& sections, const Visit& visit) {
  for (const auto* part : {&sections.prologue, &sections.functions}) {
    for (const DefinitionSection& section : *part) {
      for (const auto& groups : section.paragraphs) {
        for (const DefinitionGroup& group : groups) {
          for (const Definition& d : group.definitions) visit(d);
        }
      }
    }
  }
}

/// Finds what is reachable. A function among others of one name is so only if it is called with as many arguments as it
/// has parameters, and if there are values of its parameters' types: a type that nothing mentions but parameters has
/// none.
class Reachable {
 public:
  Reachable(const Sections& sections, const std::string& code) : sections_(sections) {
    for_each(sections, [&](const Definition& d) {
      for (const std::string& name : d.names) {
        if (d.function) ++functions_[name];
        if (!d.function) types_.insert(name);
      }
    });
    add_mentions(code, &mentioned_);
    made_ = mentioned_.names;
    while (grow()) {
    }
  }

  bool has(const Definition& d) const { return found_.count(&d) != 0; }

 private:
  bool grow() {
    const size_t before = found_.size();
    for_each(sections_, [&](const Definition& d) {
      if (found_.count(&d) || !wanted(d)) return;
      found_.insert(&d);
      Mentions own;
      add_mentions(d.text, &mentioned_);
      add_mentions(d.apart_from_these, &own);
      made_.insert(own.names.begin(), own.names.end());
    });
    return found_.size() > before;
  }

  bool wanted(const Definition& d) const {
    if (d.names.empty()) return true;
    if (d.function) return is_called(d, d.names[0]);
    return std::any_of(d.names.begin(), d.names.end(),
                       [&](const std::string& name) { return mentioned_.names.count(name) != 0; });
  }

  bool is_called(const Definition& d, const std::string& name) const {
    const auto calls = mentioned_.calls.find(name);
    if (calls == mentioned_.calls.end()) return false;
    if (functions_.at(name) == 1) return true;
    if (!calls->second.count(d.parameters) && !calls->second.count(kAnyArguments)) return false;
    Mentions parameters;
    add_mentions(d.parameter_list, &parameters);
    return std::all_of(parameters.names.begin(), parameters.names.end(),
                       [&](const std::string& word) { return !types_.count(word) || made_.count(word); });
  }

  const Sections& sections_;
  std::map<std::string, int> functions_;  ///< how many there are of a name
  std::set<std::string> types_;           ///< and constants, which are no types of parameters
  Mentions mentioned_;
  std::set<std::string> made_;  ///< names outside of parameter lists
  std::set<const Definition*> found_;
};

/// What is reachable of a section, or nothing.
std::string section_text(const DefinitionSection& section, const Reachable& reachable) {
  std::string text;
  bool any = false;
  for (const auto& groups : section.paragraphs) {
    std::string paragraph;
    for (const DefinitionGroup& group : groups) {
      std::string definitions;
      for (const Definition& d : group.definitions) {
        if (!reachable.has(d)) continue;
        definitions += d.text;
        any |= !d.names.empty();
      }
      if (!definitions.empty()) paragraph += group.comment + definitions;
    }
    if (!paragraph.empty()) text += paragraph + "\n";
  }
  if (!any) return "";
  return section.heading.empty() ? text : section.heading + (section.blank_after_heading ? "\n" : "") + text;
}

std::string text_of(const std::vector<DefinitionSection>& sections, const Reachable& reachable) {
  std::string text;
  for (const DefinitionSection& section : sections) text += section_text(section, reachable);
  return text;
}

}  // namespace

RuntimeText runtime_for(const std::string& code, const Target& target) {
  const Sections sections = sections_for(target);
  const Reachable reachable(sections, code);
  return {text_of(sections.prologue, reachable) + intrinsics_for(target), text_of(sections.functions, reachable)};
}

std::string intrinsics_for(const Target& target) {
  std::string text;
  for (const std::string& file : vector_files(target)) {
    if (has_intrinsics(file)) text += own_text(file) + "\n";
  }
  return text;
}

std::string vectors_for(const Target& target) {
  std::string text;
  for (const std::string& file : vector_files(target)) {
    if (!has_intrinsics(file)) text += own_text(file) + "\n";
  }
  return text;
}

}  // namespace narrows
