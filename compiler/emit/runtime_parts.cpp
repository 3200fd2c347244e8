// Which files of runtime/ an emitted file needs: those whose functions it calls, and what they include.
#include <algorithm>
#include <sstream>

#include "compiler/emit/emit.h"

namespace narrows {

namespace {

/// One name that stands for each file; enough, because emitted code calls a file's other functions only together with
/// it or through another row.
struct Part {
  const char* file;
  std::vector<const char*> names;
};

const std::vector<Part>& parts() {
  static const std::vector<Part> list = {
      {"tasks.h", {"Task", "Threads"}},
      {"vectors.h", {"f32v", "i32v", "u32v"}},
      {"widen.h", {"widen("}},
      {"dot4.h", {"dot4("}},
      {"requantize.h",
       {"requantize(", "requantize_large(", "requantize_positive(", "requantize_shifted(", "requantize_small(",
        "requantize_crossing("}},
      {"residual_add.h", {"load_residual_add("}},
      {"rows.h", {"load_row(", "load_slot(", "fill_borders(", "fill_slot(", "sum_windows("}},
      {"convert_row.h", {"convert_row<", "convert_pixels("}},
      {"group_sums.h", {"add_groups("}},
      {"global_pool.h", {"pooled_average(", "pooled_mean(", "pooled_mean_xnnpack("}},
      {"softmax.h", {"softmax_"}},
      {"elementwise.h", {"apply(", "apply_broadcast("}},
      {"pool.h", {"average_pool_", "max_pool_"}},
      {"resize.h", {"interpolate_image(", "copy_nearest_pixels("}},
      {"arg_max.h", {"index_largest("}},
      {"arg_max_resized.h", {"index_largest_of_resized<", "index_largest_of_resized_twice("}},
      {"cast.h", {"cast_integers(", "cast_to_f32(", "cast_from_f32("}},
      {"mean.h", {"mean_f32(", "mean_8bit(", "mean_xnnpack("}},
      {"quantize.h", {"quantize_f32(", "dequantize_8bit(", "dequantize_channels(", "lookup_8bit(", "flip_sign("}},
      {"detection_postprocess.h", {"detect_fast(", "detect_regular("}},
      {"weights_check.h", {"check_blob("}},
      {"shape_ops.h", {"copy_blocks(", "pad_bytes(", "transpose_elements("}},
  };
  return list;
}

/// Appends `file` after the files that it includes, each once, and without its includes.
void append(const std::string& file, std::vector<std::string>* done, std::string* text) {
  if (file == "prologue.h" || std::find(done->begin(), done->end(), file) != done->end()) return;
  done->push_back(file);
  std::istringstream lines(runtime_text(file));
  std::string line, own;
  bool blank = false;
  while (std::getline(lines, line)) {
    if (line.rfind("#include \"", 0) == 0) {
      append(line.substr(10, line.size() - 11), done, text);
      continue;
    }
    if (line == "#pragma once" || line.rfind("#include <", 0) == 0) continue;
    if (line.empty() && blank) continue;  // what was left out must not leave gaps
    blank = line.empty();
    own += line + "\n";
  }
  *text += own + "\n";
}

bool mentions(const std::string& code, const std::string& name) {
  for (size_t at = code.find(name); at != std::string::npos; at = code.find(name, at + 1)) {
    if (at == 0 || !(isalnum(static_cast<unsigned char>(code[at - 1])) || code[at - 1] == '_')) return true;
  }
  return false;
}

}  // namespace

std::string runtime_for(const std::string& code) {
  std::vector<std::string> done;
  std::string text;
  for (const Part& part : parts()) {
    if (std::any_of(part.names.begin(), part.names.end(), [&](const char* n) { return mentions(code, n); })) {
      append(part.file, &done, &text);
    }
  }
  return text;
}

}  // namespace narrows
