// Which definitions of runtime/ an emitted file needs: those that its code mentions, and what these mention.
#include <algorithm>
#include <set>
#include <sstream>

#include "compiler/emit/definitions.h"
#include "compiler/emit/emit.h"
#include "compiler/emit/mentions.h"
#include "compiler/emit/scan_code.h"

namespace narrows {

namespace {

/// In the order in which they stand in an emitted file, each behind what it includes.
const char* const runtime_files[] = {
    "tasks.h",         "vectors.h",    "requantize.h",  "residual_add.h",
    "prelu.h",         "activation.h", "rows.h",        "scale_row.h",
    "convert_row.h",   "group_sums.h", "global_pool.h", "softmax.h",
    "elementwise.h",   "division.h",   "functions.h",   "l2_normalization.h",
    "pool.h",          "resize.h",     "arg_max.h",     "arg_max_resized.h",
    "mean.h",          "reduce.h",     "quantize.h",    "detection_postprocess.h",
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
void for_each_of(const DefinitionSection& section, const Visit& visit) {
  for (const auto& groups : section.paragraphs) {
    for (const DefinitionGroup& group : groups) {
      for (const Definition& d : group.definitions) visit(d);
    }
  }
}

template <class Visit>
void for_each(const Sections& sections, const Visit& visit) {
  for (const auto* part : {&sections.prologue, &sections.functions}) {
    for (const DefinitionSection& section : *part) for_each_of(section, visit);
  }
}

/// Finds what is reachable. A function among others of one name is so only if there is a call that it may take: with as
/// many arguments as it has parameters, of types that may be its parameters', as far as they are known. And there must
/// be values of these: a type that nothing mentions but parameters has none.
class Reachable {
 public:
  Reachable(const Sections& sections, const std::string& code) : sections_(sections) {
    for_each(sections, [&](const Definition& d) {
      for (const std::string& name : d.names) {
        if (d.function) functions_[name].push_back(&d);
        if (!d.function) types_.insert(name);
      }
      const std::string typedef_word = "typedef ", type = word_at(d.text + " ", typedef_word.size());
      if (!d.names.empty() && d.text == typedef_word + type + " " + d.names[0] + ";\n") aliases_[d.names[0]] = type;
    });
    for (const DefinitionSection& section : sections.prologue)
      for_each_of(section, [&](const Definition& d) {
        if (!d.function) numbers_.insert(d.names.begin(), d.names.end());
      });
    for (const DefinitionSection& section : sections.functions)
      for_each_of(section, [&](const Definition& d) {
        if (!d.function) vectors_.insert(d.names.begin(), d.names.end());
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
    const auto found = mentioned_.uses.find(name);
    if (found == mentioned_.uses.end()) return false;
    if (functions_.at(name).size() == 1) return true;
    const Mentions::Uses& uses = found->second;
    const bool taken = std::any_of(uses.calls.begin(), uses.calls.end(),
                                   [&](const std::vector<CallArgument>& call) { return takes(d, call); });
    if (!taken && !uses.without_call) return false;
    Mentions parameters;
    for (const std::string& parameter : d.parameters) add_mentions(parameter, &parameters);
    return std::all_of(parameters.names.begin(), parameters.names.end(),
                       [&](const std::string& word) { return !types_.count(word) || made_.count(word); });
  }

  /// True if the function may be the one that is called. A call converts no vectors, and no pointers to numbers.
  bool takes(const Definition& d, const std::vector<CallArgument>& call) const {
    if (call.size() != d.parameters.size()) return false;
    for (size_t i = 0; i < call.size(); ++i) {
      const std::string& parameter = d.parameters[i];
      const std::string type = declared_type(parameter, parameter.find_last_of(" &") + 1);
      const std::set<std::string> known = types_of(call[i]);
      if (is_distinct(type) && !known.empty() && !known.count(own_name(type))) return false;
    }
    return true;
  }

  /// The types that an argument may have, of those that calls do not convert; none where that is not known.
  std::set<std::string> types_of(const CallArgument& argument) const {
    std::set<std::string> types = argument.types, distinct;
    if (vectors_.count(argument.function)) types = {argument.function};  // a constructor
    const auto functions = functions_.find(argument.function);
    if (functions != functions_.end()) {
      for (const Definition* d : functions->second)
        types.insert(declared_type(d->text, find_word(d->text, argument.function)));
    }
    for (const std::string& type : types) {
      if (is_distinct(type)) distinct.insert(own_name(type));
    }
    return distinct;
  }

  /// Vectors, and pointers to numbers.
  bool is_distinct(const std::string& type) const {
    const size_t star = type.find('*');
    return star == std::string::npos ? vectors_.count(type) != 0 : numbers_.count(type.substr(0, star)) != 0;
  }

  /// A type, which may be called by another name.
  std::string own_name(const std::string& type) const {
    const auto alias = aliases_.find(type);
    return alias != aliases_.end() && vectors_.count(alias->second) ? alias->second : type;
  }

  const Sections& sections_;
  std::map<std::string, std::vector<const Definition*>> functions_;  ///< all of a name
  std::set<std::string> types_;                 ///< and constants, which are no types of parameters
  std::set<std::string> numbers_;               ///< types of the prologue
  std::set<std::string> vectors_;               ///< types that stand behind the prologue, which are no plain numbers
  std::map<std::string, std::string> aliases_;  ///< from a type's other name to the name behind "typedef"
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
