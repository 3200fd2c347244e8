// parse_graph(): the inverse of print(). The grammar stands in print.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <set>

#include "compiler/graph/graph.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/graph/ops.h"
#include "compiler/graph/text/words.h"

namespace narrows {
namespace {

// ---- constants ---------------------------------------------------------------------------------

template <typename T>
void append(T value, std::vector<uint8_t>* data) {
  const size_t at = data->size();
  data->resize(at + sizeof(T));
  std::memcpy(data->data() + at, &value, sizeof(T));
}

void append_element(DType type, Words& words, std::vector<uint8_t>* data) {
  if (type == DType::f32) return append(words.real("a value"), data);
  if (type == DType::f16) return append(to_half(words.real("a value")), data);
  const int64_t value = words.whole("a value");
  switch (type) {
    case DType::u8:
      return append(static_cast<uint8_t>(value), data);
    case DType::i8:
      return append(static_cast<int8_t>(value), data);
    case DType::i32:
      return append(static_cast<int32_t>(value), data);
    default:
      return append(value, data);
  }
}

/// Floats in [-1, 1), any byte, or integers in [-1000, 1000].
std::vector<uint8_t> random_data(DType type, int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> data;
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t bits = random();
    switch (type) {
      case DType::f32:
        append(static_cast<float>(bits >> 8) * 0x1p-23f - 1.0f, &data);
        break;
      case DType::f16:
        append(to_half(static_cast<float>(bits >> 8) * 0x1p-23f - 1.0f), &data);
        break;
      case DType::u8:
      case DType::i8:
        append(static_cast<uint8_t>(bits >> 24), &data);
        break;
      case DType::i32:
        append(static_cast<int32_t>(bits % 2001) - 1000, &data);
        break;
      case DType::i64:
        append(static_cast<int64_t>(bits % 2001) - 1000, &data);
        break;
    }
  }
  return data;
}

std::vector<uint8_t> read_hex(const std::string& text) {
  if (text.size() % 2 != 0 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw Unreadable{"expected pairs of hexadecimal digits"};
  }
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::vector<uint8_t> data(text.size() / 2);
  for (size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<uint8_t>(digit(text[2 * i]) * 16 + digit(text[2 * i + 1]));
  return data;
}

/// Reads what stands behind `=` if it is a constant.
bool read_constant(Words& words, Tensor* t) {
  const bool fits = t->bytes() >= 0 && t->bytes() < (int64_t{1} << 31);
  if (words.take("values")) {
    while (!words.done()) append_element(t->type, words, &t->data);
  } else if (words.take("data")) {
    t->data = read_hex(words.word("bytes"));
  } else if (words.take("fill")) {
    std::vector<uint8_t> element;
    append_element(t->type, words, &element);
    const int64_t count = fits ? element_count(t->shape) : 0;
    for (int64_t i = 0; i < count; ++i) t->data.insert(t->data.end(), element.begin(), element.end());
  } else if (words.take("seed")) {
    const auto seed = static_cast<uint32_t>(words.whole("a seed"));
    t->data = random_data(t->type, fits ? element_count(t->shape) : 0, seed);
  } else if (words.take("hash")) {
    throw Unreadable{"a constant cannot be read from its hash; expected values, data, fill or seed"};
  } else {
    return false;
  }
  if (static_cast<int64_t>(t->data.size()) != t->bytes()) {
    throw Unreadable{
        fmt::format("expected {} values, found {}", element_count(t->shape), t->data.size() / size_of(t->type))};
  }
  return true;
}

// ---- tensors and operators ---------------------------------------------------------------------

/// "f32[1,2]"
void read_type_and_shape(const std::string& text, Tensor* t) {
  const size_t open = text.find('[');
  const std::optional<DType> type = parse_dtype(text.substr(0, open));
  if (!type || open == std::string::npos || text.back() != ']') {
    throw Unreadable{fmt::format("expected a type such as f32[1,2], found '{}'", text)};
  }
  t->type = *type;
  size_t at = open + 1;
  while (at < text.size() - 1) {
    const size_t end = std::min(text.find(',', at), text.size() - 1);
    const std::optional<int64_t> size = parse_integer(text.substr(at, end - at));
    if (!size || *size != static_cast<int32_t>(*size)) throw Unreadable{fmt::format("bad shape '{}'", text)};
    t->shape.push_back(static_cast<int>(*size));
    at = end + 1;
  }
}

Tensor read_tensor(Words& words) {
  Tensor t;
  read_type_and_shape(words.word("a type such as f32[1,2]"), &t);
  if (words.at_quoted()) t.name = words.word("a name");
  if (words.take("scale")) {
    while (words.at_number()) t.quant.scale.push_back(words.real("a scale"));
    t.quant.zero_point.assign(t.quant.scale.size(), 0);
  }
  if (words.take("zero")) {
    std::vector<int32_t> zero_points;
    while (words.at_number()) zero_points.push_back(words.small("a zero point"));
    const bool one_for_all = zero_points.size() == 1;
    t.quant.zero_point = one_for_all ? std::vector<int32_t>(t.quant.scale.size(), zero_points[0]) : zero_points;
  }
  if (words.take("axis")) t.quant.axis = words.small("an axis");
  return t;
}

void read_pads(Words& words, std::vector<std::array<int, 2>>* pads) {
  while (words.at_number()) {
    const int before = words.small("a pad");
    pads->push_back({before, words.small("a pad")});
  }
}

DetectionOptions read_detection(Words& words) {
  DetectionOptions d;
  for (int* count : {&d.max_detections, &d.classes_per_detection, &d.detections_per_class, &d.classes})
    *count = words.small("a number of detections or classes");
  d.regular = words.take("regular");
  if (!d.regular && !words.take("fast")) throw Unreadable{"expected regular or fast"};
  for (float* value : {&d.score_threshold, &d.iou_threshold, &d.y_scale, &d.x_scale, &d.h_scale, &d.w_scale})
    *value = words.real("a threshold or scale");
  return d;
}

Origin read_origin(Words& words) {
  Origin origin;
  origin.index = words.small("an operator index");
  origin.op = words.word("an operator name");
  origin.name = words.word("a name in quotes");
  return origin;
}

/// A name that `parse` knows.
template <typename Parse>
auto read_name(Words& words, const char* what, Parse parse) {
  const std::string name = words.word(what);
  const auto value = parse(name);
  if (!value) throw Unreadable{fmt::format("unknown {} '{}'", what, name)};
  return *value;
}

void read_numbers(Words& words, const char* what, std::vector<int>* numbers) {
  while (words.at_number()) numbers->push_back(words.small(what));
}

void read_attribute(Words& words, Op* op) {
  Attributes& a = op->attr;
  Window& w = a.window;
  const std::string keyword = words.word("an attribute");
  if (keyword == "kernel") {
    w.kernel_h = words.small("a height");
    w.kernel_w = words.small("a width");
  } else if (keyword == "stride") {
    w.stride_h = words.small("a height");
    w.stride_w = words.small("a width");
  } else if (keyword == "dilation") {
    w.dilation_h = words.small("a height");
    w.dilation_w = words.small("a width");
  } else if (keyword == "pad") {
    for (int* side : {&w.pad.top, &w.pad.bottom, &w.pad.left, &w.pad.right}) *side = words.small("a pad");
  } else if (keyword == "activation") {
    a.activation = read_name(words, "activation", parse_activation);
  } else if (keyword == "axis") {
    a.axis = words.small("an axis");
  } else if (keyword == "axes") {
    read_numbers(words, "an axis", &a.axes);
  } else if (keyword == "pads") {
    read_pads(words, &a.pads);
  } else if (keyword == "fill") {
    a.fill = words.real("a number");
  } else if (keyword == "beta") {
    a.beta = words.real("a factor");
  } else if (keyword == "function") {
    a.function = read_name(words, "function", parse_function);
  } else if (keyword == "alpha") {
    a.alpha = words.real("a number");
  } else if (keyword == "sampling") {
    a.sampling = read_name(words, "sampling", parse_sampling);
  } else if (keyword == "begin") {
    read_numbers(words, "an index", &a.begin);
  } else if (keyword == "steps") {
    read_numbers(words, "a step", &a.steps);
  } else if (keyword == "detections") {
    a.detection = read_detection(words);
  } else if (keyword == "sigma") {
    a.detection.sigma = words.real("a sigma");
  } else if (keyword == "mirror") {
    a.mirror = read_name(words, "mirror", parse_mirror);
  } else if (keyword == "batch_dims") {
    a.batch_dims = words.small("a number of dimensions");
  } else if (keyword == "smallest") {
    a.smallest = true;
  } else if (keyword == "from") {
    op->origins.push_back(read_origin(words));
  } else {
    throw Unreadable{fmt::format("unknown attribute '{}'", keyword)};
  }
}

Op read_op(Words& words, int output) {
  Op op;
  op.output = output;
  const std::string name = words.word("an operator");
  const std::optional<OpKind> kind = parse_op_kind(name);
  if (!kind) throw Unreadable{fmt::format("unknown operator '{}'", name)};
  op.kind = *kind;
  while (words.at_id()) op.inputs.push_back(words.id());
  while (!words.done()) read_attribute(words, &op);
  return op;
}

// ---- the graph ---------------------------------------------------------------------------------

void read_ids(Words& words, std::vector<int>* ids) {
  while (!words.done()) ids->push_back(words.id());
}

/// `defined` collects the tensors that have a line.
void read_line(Words& words, Graph* graph, std::set<int>* defined) {
  if (words.done()) return;
  if (words.take("graph")) {
    graph->name = words.word("a name in quotes");
  } else if (words.take("inputs")) {
    read_ids(words, &graph->inputs);
  } else if (words.take("outputs")) {
    read_ids(words, &graph->outputs);
  } else {
    const int id = words.id();
    if (!defined->insert(id).second) throw Unreadable{fmt::format("tensor %{} has a line already", id)};
    if (id >= static_cast<int>(graph->tensors.size())) graph->tensors.resize(id + 1);
    Tensor& tensor = graph->tensors[id] = read_tensor(words);
    if (words.take("=") && !read_constant(words, &tensor)) graph->ops.push_back(read_op(words, id));
  }
  if (!words.done()) throw Unreadable{fmt::format("unexpected '{}'", words.word("nothing"))};
}

}  // namespace

Graph parse_graph(const std::string& text, Diagnostics& diagnostics) {
  Graph graph;
  std::set<int> defined;
  int number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    ++number;
    try {
      Words words(text.substr(at, end - at));
      read_line(words, &graph, &defined);
    } catch (const Unreadable& e) {
      diagnostics.error(fmt::format("line {}: {}", number, e.message));
    }
    at = end + 1;
  }
  for (int id = 0; id < static_cast<int>(graph.tensors.size()); ++id) {
    if (defined.count(id) == 0) diagnostics.error(fmt::format("tensor %{} has no line", id));
  }
  return graph;
}

}  // namespace narrows
