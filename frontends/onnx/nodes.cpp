// ONNX front end: the list of nodes, which operators are supported, and how values flow between them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

using Type = format::AttributeProto::AttributeType;

struct Attribute {
  const char* name;
  Type type;
};

/// An operator that can be read, with its domain where that is not ONNX's own. What versions of it have added
/// (inputs in the place of attributes, for the most part) is told apart by its readers.
struct Row {
  static constexpr int none = max_operands;

  const char* name;
  int min_inputs, max_inputs, max_outputs;
  // By the type of the first input; null where it is not supported.
  Result (*floats)(NodeReader&);
  Result (*integers)(NodeReader&);
  Result (*bytes)(NodeReader&);
  std::vector<Attribute> attributes;
  int first_empty = none;  ///< inputs from this one on may be constants without elements
};

const std::vector<Row>& all_rows() {
  constexpr Type i = format::AttributeProto::INT, f = format::AttributeProto::FLOAT, s = format::AttributeProto::STRING,
                 t = format::AttributeProto::TENSOR, is = format::AttributeProto::INTS,
                 fs = format::AttributeProto::FLOATS;
  constexpr int many = max_operands;
  // clang-format off
  static const std::vector<Row> rows = {
      {"Add", 2, 2, 1, read_add, integers_arithmetic, nullptr, {}},
      {"ArgMax", 1, 1, 1, read_arg_max, nullptr, read_arg_max,
       {{"axis", i}, {"keepdims", i}, {"select_last_index", i}}},
      {"AveragePool", 1, 1, 1, read_average_pool, nullptr, nullptr,
       {{"auto_pad", s}, {"ceil_mode", i}, {"count_include_pad", i}, {"dilations", is}, {"kernel_shape", is},
        {"pads", is}, {"strides", is}}},
      {"BatchNormalization", 5, 5, 5, read_batch_normalization, nullptr, nullptr,
       {{"epsilon", f}, {"momentum", f}, {"spatial", i}, {"training_mode", i}}},
      {"Cast", 1, 1, 1, read_cast, integers_cast, read_cast, {{"saturate", i}, {"to", i}}},
      {"Clip", 1, 3, 1, read_clip, nullptr, nullptr, {{"max", f}, {"min", f}}},
      {"Concat", 1, many, 1, read_concat, integers_concat, read_concat, {{"axis", i}}, 0},
      {"Constant", 0, 0, 1, read_constant, nullptr, nullptr,
       {{"value", t}, {"value_float", f}, {"value_floats", fs}, {"value_int", i}, {"value_ints", is}}},
      {"ConstantOfShape", 1, 1, 1, nullptr, read_constant_of_shape, nullptr, {{"value", t}}, 0},
      {"Conv", 2, 3, 1, read_conv, nullptr, nullptr,
       {{"auto_pad", s}, {"dilations", is}, {"group", i}, {"kernel_shape", is}, {"pads", is}, {"strides", is}}},
      {"DequantizeLinear", 2, 3, 1, nullptr, read_dequantize, read_dequantize, {{"axis", i}, {"block_size", i}}},
      {"Div", 2, 2, 1, read_div, integers_arithmetic, nullptr, {}},
      {"Dropout", 1, 3, 2, read_identity, nullptr, nullptr, {{"ratio", f}, {"seed", i}}},
      {"Equal", 2, 2, 1, nullptr, integers_equal, nullptr, {}},
      {"Expand", 2, 2, 1, read_expand, integers_expand, nullptr, {}, 1},
      {"Flatten", 1, 1, 1, read_flatten, read_flatten, read_flatten, {{"axis", i}}},
      {"Gather", 2, 2, 1, read_gather, integers_gather, read_gather, {{"axis", i}}},
      {"Gemm", 2, 3, 1, read_gemm, nullptr, nullptr, {{"alpha", f}, {"beta", f}, {"transA", i}, {"transB", i}}},
      {"GlobalAveragePool", 1, 1, 1, read_global_average_pool, nullptr, nullptr, {}},
      {"GlobalMaxPool", 1, 1, 1, read_global_max_pool, nullptr, read_global_max_pool, {}},
      {"HardSigmoid", 1, 1, 1, read_hard_sigmoid, nullptr, nullptr, {{"alpha", f}, {"beta", f}}},
      {"HardSwish", 1, 1, 1, read_hard_swish, nullptr, nullptr, {}},
      {"Identity", 1, 1, 1, read_identity, read_identity, read_identity, {}, 0},
      {"MatMul", 2, 2, 1, read_matmul, nullptr, nullptr, {}},
      {"Max", 1, many, 1, read_max, nullptr, nullptr, {}},
      {"MaxPool", 1, 1, 2, read_max_pool, nullptr, read_max_pool,
       {{"auto_pad", s}, {"ceil_mode", i}, {"dilations", is}, {"kernel_shape", is}, {"pads", is}, {"storage_order", i},
        {"strides", is}}},
      {"Min", 1, many, 1, read_min, nullptr, nullptr, {}},
      {"Mul", 2, 2, 1, read_mul, integers_arithmetic, nullptr, {}},
      {"Pad", 1, 4, 1, read_pad, nullptr, bytes_pad, {{"mode", s}, {"pads", is}, {"value", f}}},
      {"QLinearConv", 8, 9, 1, nullptr, nullptr, read_qlinear_conv,
       {{"auto_pad", s}, {"dilations", is}, {"group", i}, {"kernel_shape", is}, {"pads", is}, {"strides", is}}},
      {"QLinearMatMul", 8, 8, 1, nullptr, nullptr, read_qlinear_matmul, {}},
      {"QuantizeLinear", 2, 3, 1, read_quantize, nullptr, nullptr,
       {{"axis", i}, {"block_size", i}, {"output_dtype", i}, {"saturate", i}}},
      {"Range", 3, 3, 1, nullptr, integers_range, nullptr, {}},
      {"ReduceMean", 1, 2, 1, read_reduce_mean, nullptr, nullptr,
       {{"axes", is}, {"keepdims", i}, {"noop_with_empty_axes", i}}, 1},
      {"Relu", 1, 1, 1, read_relu, nullptr, nullptr, {}},
      {"Reshape", 2, 2, 1, read_reshape, read_reshape, read_reshape, {{"allowzero", i}}, 1},
      {"Resize", 1, 4, 1, read_resize, nullptr, read_resize,
       {{"antialias", i}, {"axes", is}, {"coordinate_transformation_mode", s}, {"cubic_coeff_a", f},
        {"exclude_outside", i}, {"extrapolation_value", f}, {"keep_aspect_ratio_policy", s}, {"mode", s},
        {"nearest_mode", s}}, 1},
      {"Shape", 1, 1, 1, read_shape, read_shape, read_shape, {{"end", i}, {"start", i}}},
      {"Sigmoid", 1, 1, 1, read_sigmoid, nullptr, nullptr, {}},
      {"Slice", 1, 5, 1, read_slice, integers_slice, read_slice, {{"axes", is}, {"ends", is}, {"starts", is}}, 1},
      {"Softmax", 1, 1, 1, read_softmax, nullptr, nullptr, {{"axis", i}}},
      {"Split", 1, 2, many, read_split, nullptr, read_split, {{"axis", i}, {"num_outputs", i}, {"split", is}}},
      {"Squeeze", 1, 2, 1, read_squeeze, read_squeeze, read_squeeze, {{"axes", is}}, 1},
      {"Sub", 2, 2, 1, read_sub, integers_arithmetic, nullptr, {}},
      {"Transpose", 1, 1, 1, read_transpose, read_transpose, read_transpose, {{"perm", is}}},
      {"Unsqueeze", 1, 2, 1, read_unsqueeze, read_unsqueeze, read_unsqueeze, {{"axes", is}}},
      {"Upsample", 1, 2, 1, read_upsample, nullptr, read_upsample, {{"mode", s}, {"scales", fs}}},
      {"Where", 3, 3, 1, nullptr, integers_where, nullptr, {}},
      // Of onnxruntime, which has no versions of them.
      {"com.microsoft.DequantizeLinear", 2, 3, 1, nullptr, read_dequantize, read_dequantize, {{"axis", i}}},
      {"com.microsoft.QLinearAdd", 7, 8, 1, nullptr, nullptr, read_qlinear_add, {}},
      {"com.microsoft.QLinearAveragePool", 4, 5, 1, nullptr, nullptr, read_qlinear_average_pool,
       {{"auto_pad", s}, {"ceil_mode", i}, {"channels_last", i}, {"count_include_pad", i}, {"kernel_shape", is},
        {"pads", is}, {"strides", is}}},
      {"com.microsoft.QLinearConcat", 5, many, 1, read_qlinear_concat, nullptr, nullptr, {{"axis", i}}},
      {"com.microsoft.QLinearGlobalAveragePool", 5, 5, 1, nullptr, nullptr, read_qlinear_global_average_pool,
       {{"channels_last", i}}},
      {"com.microsoft.QLinearMul", 7, 8, 1, nullptr, nullptr, read_qlinear_mul, {}},
      {"com.microsoft.QLinearSigmoid", 4, 5, 1, nullptr, nullptr, read_qlinear_sigmoid, {}},
      {"com.microsoft.QLinearSoftmax", 5, 5, 1, nullptr, nullptr, read_qlinear_softmax, {{"axis", i}, {"opset", i}}},
      {"com.microsoft.QuantizeLinear", 2, 3, 1, read_quantize, nullptr, nullptr, {{"axis", i}}},
      {"narrows.TFLite_Detection_PostProcess", 3, 3, 4, read_detection_postprocess, nullptr, nullptr,
       {{"detections_per_class", i}, {"h_scale", f}, {"max_classes_per_detection", i}, {"max_detections", i},
        {"nms_iou_threshold", f}, {"nms_score_threshold", f}, {"num_classes", i}, {"use_regular_nms", i},
        {"w_scale", f}, {"x_scale", f}, {"y_scale", f}}},
  };
  // clang-format on
  return rows;
}

const Row* find_row(const SourceNode& source) {
  for (const Row& row : all_rows()) {
    if (source.origin.op == row.name) return &row;
  }
  return nullptr;
}

std::string range(int least, int most) {
  return least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
}

bool check_counts(const NodeReader& r, const Row& row) {
  const int inputs = r.node().input_size(), outputs = r.node().output_size();
  if (inputs < row.min_inputs || inputs > row.max_inputs)
    return r.fail(fmt::format("has {} inputs, expected {}", inputs, range(row.min_inputs, row.max_inputs)));
  if (outputs < 1 || outputs > row.max_outputs)
    return r.fail(fmt::format("has {} outputs, expected {}", outputs, range(1, row.max_outputs)));
  if (r.node().output(0).empty()) return r.fail("output 0 has no name");
  for (int i = 0; i < row.min_inputs; ++i) {
    if (!r.has_input(i)) return r.fail(fmt::format("input {} is absent, but is not optional", i));
  }
  return true;
}

bool check_attributes(const NodeReader& r, const Row& row) {
  bool ok = true;
  std::set<std::string> seen;
  for (const format::AttributeProto& attribute : r.node().attribute()) {
    const std::string name = printable(attribute.name());
    const auto known = std::find_if(row.attributes.begin(), row.attributes.end(),
                                    [&](const Attribute& a) { return attribute.name() == a.name; });
    if (!seen.insert(attribute.name()).second) {
      ok = r.fail(fmt::format("attribute '{}' occurs twice", name));
    } else if (known == row.attributes.end()) {
      ok = r.fail(fmt::format("attribute '{}' is not supported", name));
    } else if (attribute.type() != known->type || !attribute.ref_attr_name().empty()) {
      ok = r.fail(fmt::format("attribute '{}' has type {}, expected {}", name,
                              format::AttributeProto_AttributeType_Name(attribute.type()),
                              format::AttributeProto_AttributeType_Name(known->type)));
    }
  }
  return ok;
}

/// Which node writes each name; -1: nothing but the file itself. Reports names that are written twice.
std::map<std::string, int> find_writers(Reader& reader) {
  std::map<std::string, int> writers;
  for (const auto& [name, value] : reader.values) writers[name] = -1;
  for (const std::string& name : reader.failed) writers[name] = -1;
  for (const SourceNode& source : reader.nodes) {
    for (const std::string& name : source.node->output()) {
      if (name.empty() || writers.emplace(name, source.origin.index).second) continue;
      reader.diagnostics.error(source.origin,
                               fmt::format("writes '{}', which has been written before", printable(name)));
    }
  }
  return writers;
}

/// True where every input of the node has been read without an error.
bool check_inputs(NodeReader& r, const std::map<std::string, int>& writers) {
  bool ok = true;
  for (const std::string& name : r.node().input()) {
    if (name.empty() || r.reader.values.count(name)) continue;
    ok = false;
    if (!r.reader.failed.insert(name).second) continue;  // reported where it arose
    const auto writer = writers.find(name);
    if (writer == writers.end()) {
      r.fail(fmt::format("reads '{}', which is written by no operator", printable(name)));
    } else if (writer->second < r.source.origin.index) {
      r.fail(fmt::format("reads '{}', an output of op {} that is not supported", printable(name), writer->second));
    } else {
      r.fail(fmt::format("reads '{}', which only op {} writes", printable(name), writer->second));
    }
  }
  return ok;
}

/// The file may say what the result of a node that cannot be read looks like. Then the nodes behind it can be
/// looked at.
bool assume_declared(Reader& reader, const std::string& name) {
  for (const format::ValueInfoProto& info : reader.source().value_info()) {
    if (info.name() != name || info.type().tensor_type().elem_type() != format::TensorProto::FLOAT) continue;
    Shape shape;
    for (const auto& dimension : info.type().tensor_type().shape().dim()) {
      const bool batch = shape.empty() && !dimension.has_dim_value();
      const int64_t size = batch ? 1 : dimension.dim_value();
      if (size < 1 || size > max_bytes || shape.size() == max_rank) return false;
      shape.push_back(static_cast<int>(size));
    }
    if (shape.empty() || element_count(shape) * 8 > max_bytes || (shape.size() == 4 && shape[0] != 1)) return false;
    Tensor tensor;
    const Order order = shape.size() == 4 ? channels_last() : identity_order(shape.size());
    tensor.shape = permuted(shape, order);
    reader.values[name] = {reader.graph.add(std::move(tensor)), shape, shape, order};
    return true;
  }
  return false;
}

/// The types of a first input that the row's readers take.
std::string types_of(const Row& row) {
  if (!row.floats && !row.bytes) return "integers that are known at compile time";
  if (!row.floats) return row.integers ? "UINT8, INT8, INT32" : "UINT8, INT8";
  return row.bytes ? "FLOAT, UINT8, INT8" : "FLOAT";
}

bool check_elements(const NodeReader& r, const Row& row) {
  for (int i = 0; i < std::min(r.input_count(), row.first_empty); ++i) {
    if (r.has_input(i) && !check_elements(r, i)) return false;
  }
  return true;
}

Result read_known(NodeReader& r, const Row& row) {
  if (row.max_inputs == 0) return row.floats(r);
  if (!r.has_input(0)) return r.refuse("input 0 is absent, but is not optional");
  if (!check_elements(r, row)) return std::nullopt;
  const DType type = r.tensor(0).type;
  const auto read = type == DType::f32 ? row.floats : is_8bit(type) ? row.bytes : row.integers;
  if (read) return read(r);
  return r.refuse(fmt::format("input '{}' has type {}; supported: {}", r.name(0), type_name(type), types_of(row)));
}

void read_node(Reader& reader, const SourceNode& source, const std::map<std::string, int>& writers) {
  NodeReader r{reader, source};
  const Row* row = find_row(source);
  const bool sound = row && check_counts(r, *row);
  const bool attributes = sound && check_attributes(r, *row);
  const bool inputs = check_inputs(r, writers);
  const Result result = attributes && inputs ? read_known(r, *row) : std::nullopt;
  std::vector<Value> outputs;
  if (result) {
    outputs = std::move(r.further);
    outputs.insert(outputs.begin(), *result);
  }
  for (int i = 0; i < source.node->output_size(); ++i) {
    const std::string& name = source.node->output(i);
    if (name.empty() || reader.values.count(name)) continue;  // written twice: reported
    if (i < static_cast<int>(outputs.size())) {
      reader.values[name] = outputs[i];
    } else if (i > 0 && row && result) {
      // Reported by the first node that reads it, if any does.
      continue;
    } else if (!assume_declared(reader, name)) {
      reader.failed.insert(name);
    }
  }
}

void report_others(const Reader& reader) {
  std::vector<Origin> unsupported;
  for (const SourceNode& source : reader.nodes) {
    if (!find_row(source)) unsupported.push_back(source.origin);
  }
  std::vector<std::string> supported;
  for (const Row& row : all_rows()) supported.push_back(row.name);
  report_unsupported(unsupported, supported, reader.diagnostics);
}

}  // namespace

void read_nodes(Reader& reader) {
  const std::map<std::string, int> writers = find_writers(reader);
  for (const SourceNode& source : reader.nodes) read_node(reader, source, writers);
  report_others(reader);
}

}  // namespace narrows::onnx_format
