#include "compiler/measure/pages/page.h"

#include <nlohmann/json.hpp>

#include "compiler/measure/measure.h"

namespace narrows {
namespace {

using nlohmann::ordered_json;

/// Names in models may hold any bytes, also such as end the element that the text stands in.
std::string inside_script(const ordered_json& json) {
  std::string text;
  for (const char c : json.dump(-1, ' ', true, ordered_json::error_handler_t::replace)) {
    text += c == '<' ? std::string("\\u003c") : std::string(1, c);
  }
  return text;
}

void fill_in(const std::string& place, const std::string& text, std::string* page) {
  page->replace(page->find(place), place.size(), text);
}

}  // namespace

std::string page(const std::string& name, const ordered_json& data) {
  std::string page = measure_text(name + ".html");
  fill_in("PAGE_STYLE", measure_text("page.css"), &page);
  fill_in("PAGE_SCRIPT", measure_text("page.js") + "\n" + measure_text(name + ".js"), &page);
  fill_in("PAGE_DATA", inside_script(data), &page);  // last: names in it may be anything
  return page;
}

}  // namespace narrows
