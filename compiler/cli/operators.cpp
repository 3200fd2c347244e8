#include "compiler/cli/operators.h"

#include <vector>

#include "frontends/frontends.h"

namespace narrows {
namespace {

std::string paragraph(const std::string& title, const std::vector<std::string>& names) {
  constexpr size_t width = 120;
  std::string text = title + ":\n", line = " ";
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string word = " " + names[i] + (i + 1 < names.size() ? "," : "");
    if (line.size() + word.size() > width) {
      text += line + "\n";
      line = " ";
    }
    line += word;
  }
  return text + line + "\n";
}

}  // namespace

std::string operator_lists() {
  const std::vector<std::string> onnx = onnx_operators();
  const std::string second = onnx.empty() ? "" : "\n" + paragraph("ONNX", onnx);
  return paragraph("TensorFlow Lite", tflite_operators()) + second;
}

}  // namespace narrows
