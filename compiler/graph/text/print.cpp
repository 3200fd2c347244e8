// print(): a Graph as text. parse.cpp reads the same text. Grammar, one line each, words separated by blanks:
//
//   graph "name"
//   inputs %0 %1 ...                   tensors in the order of Graph::inputs
//   outputs %7 ...
//   <tensor>                           a graph input, or a tensor that nothing uses
//   <tensor> = <constant>
//   <tensor> = <op> %i ... <attribute> ... <origin> ...
//
//   tensor      %5 f32[1,56,56,24] "name" scale 0.5 0.25 zero 3 axis 3
//               name, scales, zero points and axis (of several scales) only where there are any; one zero
//               point stands for all of them
//   constant    values 1 2 3           element by element
//               data 0000803f...       the bytes in hexadecimal
//               hash 0123456789abcdef  FNV-1a of the bytes; only printed, as it cannot be read back
//               fill 0.5               every element the same; only read
//               seed 3                 random but always the same; only read
//   attribute   kernel 3 3 | stride 2 2 | dilation 2 2 | pad 0 1 0 1      height before width; top bottom
//   left right
//               activation relu6 | axis 3 | axes 1 2 | beta 2
//               pads 0 0 1 1 1 1 0 0   before and after, for each dimension
//               fill -2.5              what floats are padded with
//               function gelu | alpha 0.5
//               sampling align_corners | begin 0 4 4 0 | steps 1 2 -1 1
//               detections 10 1 100 90 regular 0.3 0.6 10 10 5 5      the members of DetectionOptions; or fast
//               sigma 0.5              of non_max_suppression, behind detections
//               mirror symmetric | batch_dims 1 | smallest
//               each only where it differs from its default
//   origin      from 9 CONV_2D "name"
//
// Lines may stand in any order, except operators, whose order is the order of execution. `#` starts a
// comment. Inside of quotes, \" \\ and \xNN stand for a quote, a backslash and the byte NN.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compiler/graph/graph.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/graph/ops.h"

namespace narrows {
namespace {

constexpr int64_t most_values = 8;  // longer constants are printed by hash or as bytes

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

bool is_word(const std::string& text) {
  for (char c : text) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  }
  return !text.empty();
}

/// " keyword 1 2 3"
template <typename Numbers>
std::string attribute(const char* keyword, const Numbers& numbers) {
  std::string text = std::string(" ") + keyword;
  for (const auto& n : numbers) text += fmt::format(" {}", n);
  return text;
}

std::string print_quant(const Quant& q) {
  if (q.scale.empty()) return "";
  std::string text = attribute("scale", q.scale);
  bool equal = true;
  for (int32_t zero_point : q.zero_point) equal = equal && zero_point == q.zero_point[0];
  if (!equal) {
    text += attribute("zero", q.zero_point);
  } else if (!q.zero_point.empty() && q.zero_point[0] != 0) {
    text += fmt::format(" zero {}", q.zero_point[0]);
  }
  if (q.axis != 0) text += fmt::format(" axis {}", q.axis);
  return text;
}

std::string print_tensor(const Graph& graph, int id) {
  const Tensor& t = graph.tensors[id];
  std::string text = fmt::format("%{} {}{}", id, to_string(t.type), to_string(t.shape));
  if (!t.name.empty()) text += " " + quoted(t.name);
  return text + print_quant(t.quant);
}

std::string print_window(const Window& w) {
  std::string text;
  if (w.kernel_h != 1 || w.kernel_w != 1) text += fmt::format(" kernel {} {}", w.kernel_h, w.kernel_w);
  if (w.stride_h != 1 || w.stride_w != 1) text += fmt::format(" stride {} {}", w.stride_h, w.stride_w);
  if (w.dilation_h != 1 || w.dilation_w != 1) text += fmt::format(" dilation {} {}", w.dilation_h, w.dilation_w);
  const Padding& p = w.pad;
  if (p.any()) text += fmt::format(" pad {} {} {} {}", p.top, p.bottom, p.left, p.right);
  return text;
}

std::string print_detection(const DetectionOptions& d) {
  return fmt::format(" detections {} {} {} {} {} {} {} {} {} {} {}", d.max_detections, d.classes_per_detection,
                     d.detections_per_class, d.classes, d.regular ? "regular" : "fast", d.score_threshold,
                     d.iou_threshold, d.y_scale, d.x_scale, d.h_scale, d.w_scale);
}

std::string print_op(const Op& op) {
  const Attributes& a = op.attr;
  std::string text = to_string(op.kind);
  for (int id : op.inputs) text += fmt::format(" %{}", id);
  text += print_window(a.window);
  if (a.activation != Activation::none) text += fmt::format(" activation {}", to_string(a.activation));
  if (a.axis != 0) text += fmt::format(" axis {}", a.axis);
  if (!a.axes.empty()) text += attribute("axes", a.axes);
  std::vector<int> pads;
  for (const auto& [before, after] : a.pads) pads.insert(pads.end(), {before, after});
  if (!pads.empty()) text += attribute("pads", pads);
  if (a.fill != 0) text += fmt::format(" fill {}", a.fill);
  if (a.beta != 1) text += fmt::format(" beta {}", a.beta);
  if (a.function != Function::none) text += fmt::format(" function {}", to_string(a.function));
  if (a.alpha != 1) text += fmt::format(" alpha {}", a.alpha);
  if (a.sampling != Sampling::asymmetric) text += fmt::format(" sampling {}", to_string(a.sampling));
  if (!a.begin.empty()) text += attribute("begin", a.begin);
  if (!a.steps.empty()) text += attribute("steps", a.steps);
  if (a.detection.max_detections != 0) text += print_detection(a.detection);
  if (a.detection.sigma != 0) text += fmt::format(" sigma {}", a.detection.sigma);
  if (a.mirror != Mirror::reflect) text += fmt::format(" mirror {}", to_string(a.mirror));
  if (a.batch_dims != 0) text += fmt::format(" batch_dims {}", a.batch_dims);
  if (a.smallest) text += " smallest";
  for (const Origin& o : op.origins) {
    text += fmt::format(" from {} {} {}", o.index, is_word(o.op) ? o.op : quoted(o.op), quoted(o.name));
  }
  return text;
}

template <typename T>
std::string print_values(const std::vector<uint8_t>& data) {
  std::vector<T> values(data.size() / sizeof(T));
  std::memcpy(values.data(), data.data(), values.size() * sizeof(T));
  return "values" + attribute("", values).substr(1);
}

bool has_nan(const Tensor& t) {
  if (t.type != DType::f32 && t.type != DType::f16) return false;
  const std::vector<float> values = real_values(t, t.data);
  return std::any_of(values.begin(), values.end(), [](float value) { return std::isnan(value); });
}

uint64_t fnv1a(const std::vector<uint8_t>& data) {
  uint64_t hash = 0xcbf29ce484222325;
  for (uint8_t byte : data) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

std::string print_constant(const Tensor& t, bool with_data) {
  const bool whole = t.data.size() % size_of(t.type) == 0;  // print() may be asked about a graph that is not valid
  if (whole && static_cast<int64_t>(t.data.size()) <= most_values * size_of(t.type) && !has_nan(t)) {
    switch (t.type) {
      case DType::f32:
        return print_values<float>(t.data);
      case DType::f16:
        return "values" + attribute("", real_values(t, t.data)).substr(1);
      case DType::u8:
        return print_values<uint8_t>(t.data);
      case DType::i8:
        return print_values<int8_t>(t.data);
      case DType::i32:
        return print_values<int32_t>(t.data);
      case DType::i64:
        return print_values<int64_t>(t.data);
    }
  }
  if (!with_data) return fmt::format("hash {:016x}", fnv1a(t.data));
  std::string text = "data ";
  for (uint8_t byte : t.data) text += fmt::format("{:02x}", byte);
  return text;
}

std::string print_ids(const char* keyword, const std::vector<int>& ids) {
  std::string text = keyword;
  for (int id : ids) text += fmt::format(" %{}", id);
  return text + "\n";
}

}  // namespace

std::string print(const Graph& graph, bool with_data) {
  const int count = static_cast<int>(graph.tensors.size());
  std::vector<bool> printed(count);
  std::string text = "graph " + quoted(graph.name) + "\n" + print_ids("inputs", graph.inputs);
  // Tensors stand where they are first met: graph inputs, then constants in front of the operator that reads
  // them.
  const auto print_once = [&](int id) {
    if (id < 0 || id >= count || printed[id]) return;
    printed[id] = true;
    const Tensor& t = graph.tensors[id];
    text += print_tensor(graph, id) + (t.constant() ? " = " + print_constant(t, with_data) : "") + "\n";
  };
  for (int id : graph.inputs) print_once(id);
  for (const Op& op : graph.ops) {
    if (op.output >= 0 && op.output < count) printed[op.output] = true;
  }
  for (const Op& op : graph.ops) {
    for (int id : op.inputs) print_once(id);
    const bool exists = op.output >= 0 && op.output < count;
    text += (exists ? print_tensor(graph, op.output) : fmt::format("%{}", op.output)) + " = " + print_op(op) + "\n";
  }
  for (int id = 0; id < count; ++id) print_once(id);
  return text + print_ids("outputs", graph.outputs);
}

}  // namespace narrows
