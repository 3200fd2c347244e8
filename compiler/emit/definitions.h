// A C++ source text as definitions: what each of them is called and which names it mentions.
//
// This is no parser of C++: it knows the forms in which runtime/ and emitted code are written. Definitions begin in the
// first column, and a function's or type's closing brace ends it.
#pragma once

#include <string>
#include <vector>

namespace narrows {

/// A top-level definition, with the preprocessor lines around it if there are any.
struct Definition {
  std::string text;
  std::vector<std::string> names;  ///< what it defines; empty: a directive without a name, such as #pragma
  bool function = false;
  std::vector<std::string> parameters;  ///< of a function, as they are declared
  std::string apart_from_these;         ///< the text without the parameter list
};

/// Definitions that one comment describes: no blank line and no other comment stands between them.
struct DefinitionGroup {
  std::string comment;  ///< lines above the first one; may be empty
  std::vector<Definition> definitions;
};

/// Definitions under a heading: a comment that a blank line separates from what follows, or a ruled line.
struct DefinitionSection {
  std::string heading;
  bool blank_after_heading = true;
  std::vector<std::vector<DefinitionGroup>> paragraphs;  ///< blank lines stand between these
};

/// Sections in the order of the text. Includes of own files and #pragma once are left out.
std::vector<DefinitionSection> split_definitions(const std::string& text);

}  // namespace narrows
