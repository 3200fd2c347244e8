// Pages: HTML files that hold their style, their data and the script that draws it, and need nothing else.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace narrows {

/// The page of <name>.html and <name>.js, with what all pages share (page.css, page.js) and with `data`.
std::string page(const std::string& name, const nlohmann::ordered_json& data);

}  // namespace narrows
