// TFLite models are changed in FlatBuffers' object form.
#include <algorithm>
#include <cstring>

#include "tests/fuzz/mutate.h"

namespace narrows {
namespace {

namespace format = tflite_format;
using Ints = std::vector<int32_t>;

void change(Dice& dice, int32_t* value) { *value = static_cast<int32_t>(odd_number(dice, *value)); }
void change(Dice&, bool* value) { *value = !*value; }
void change(Dice& dice, float* value) { *value = odd_real(dice, *value); }
void change(Dice& dice, Ints* list) {
  if (list->empty() || dice.one_in(4)) {
    list->insert(list->begin() + dice.below(static_cast<int64_t>(list->size()) + 1), dice.between(-1, 5));
  } else if (dice.one_in(3)) {
    list->erase(list->begin() + dice.below(static_cast<int64_t>(list->size())));
  } else {
    change(dice, &(*list)[dice.below(static_cast<int64_t>(list->size()))]);
  }
}
template <class Enum, class = std::enable_if_t<std::is_enum_v<Enum>>>
void change(Dice& dice, Enum* value) {
  *value = static_cast<Enum>(dice.below(8));
}

/// Changes one of the fields.
template <class... Fields>
void change_one(Dice& dice, Fields*... fields) {
  int left = dice.below(sizeof...(fields));
  const auto visit = [&](auto* field) {
    if (left-- == 0) change(dice, field);
  };
  (visit(fields), ...);
}

/// One field of the operator's options, or which options it has.
void change_options(Dice& dice, format::BuiltinOptionsUnion* any) {
  if (auto* o = any->AsConv2DOptions())
    return change_one(dice, &o->padding, &o->stride_w, &o->stride_h, &o->fused_activation_function,
                      &o->dilation_w_factor, &o->dilation_h_factor);
  if (auto* o = any->AsDepthwiseConv2DOptions())
    return change_one(dice, &o->padding, &o->stride_w, &o->stride_h, &o->depth_multiplier,
                      &o->fused_activation_function, &o->dilation_w_factor, &o->dilation_h_factor);
  if (auto* o = any->AsPool2DOptions())
    return change_one(dice, &o->padding, &o->stride_w, &o->stride_h, &o->filter_width, &o->filter_height,
                      &o->fused_activation_function);
  if (auto* o = any->AsFullyConnectedOptions())
    return change_one(dice, &o->fused_activation_function, &o->weights_format, &o->keep_num_dims);
  if (auto* o = any->AsAddOptions()) return change_one(dice, &o->fused_activation_function);
  if (auto* o = any->AsSubOptions()) return change_one(dice, &o->fused_activation_function);
  if (auto* o = any->AsMulOptions()) return change_one(dice, &o->fused_activation_function);
  if (auto* o = any->AsConcatenationOptions()) return change_one(dice, &o->axis, &o->fused_activation_function);
  if (auto* o = any->AsSoftmaxOptions()) return change_one(dice, &o->beta);
  if (auto* o = any->AsReshapeOptions()) return change_one(dice, &o->new_shape);
  if (auto* o = any->AsSqueezeOptions()) return change_one(dice, &o->squeeze_dims);
  if (auto* o = any->AsReducerOptions()) return change_one(dice, &o->keep_dims);
  if (auto* o = any->AsResizeBilinearOptions()) return change_one(dice, &o->align_corners, &o->half_pixel_centers);
  if (auto* o = any->AsResizeNearestNeighborOptions())
    return change_one(dice, &o->align_corners, &o->half_pixel_centers);
  if (auto* o = any->AsStridedSliceOptions())
    return change_one(dice, &o->begin_mask, &o->end_mask, &o->ellipsis_mask, &o->new_axis_mask, &o->shrink_axis_mask,
                      &o->offset);
  if (auto* o = any->AsArgMaxOptions()) return change_one(dice, &o->output_type);
  if (auto* o = any->AsCastOptions()) return change_one(dice, &o->in_data_type, &o->out_data_type);
  if (auto* o = any->AsLeakyReluOptions()) return change_one(dice, &o->alpha);
  if (auto* o = any->AsPackOptions()) return change_one(dice, &o->values_count, &o->axis);
  if (auto* o = any->AsSplitOptions()) return change_one(dice, &o->num_splits);
  if (auto* o = any->AsSplitVOptions()) return change_one(dice, &o->num_splits);
  if (auto* o = any->AsUnpackOptions()) return change_one(dice, &o->num, &o->axis);
}

void change_scales(Dice& dice, format::TensorT* tensor) {
  if (!tensor->quantization || dice.one_in(8)) {
    tensor->quantization = std::make_unique<format::QuantizationParametersT>();
    tensor->quantization->scale = {odd_real(dice, 0.1f)};
    tensor->quantization->zero_point = {odd_number(dice, 0)};
    return;
  }
  format::QuantizationParametersT& q = *tensor->quantization;
  const int which = dice.below(6);
  if (which < 3 && !q.scale.empty()) {
    float& scale = q.scale[dice.below(static_cast<int64_t>(q.scale.size()))];
    scale = odd_real(dice, scale);
  } else if (which == 3 && !q.zero_point.empty()) {
    int64_t& zero = q.zero_point[dice.below(static_cast<int64_t>(q.zero_point.size()))];
    zero = dice.one_in(2) ? dice.between(-130, 260) : odd_number(dice, zero);
  } else if (which == 4) {
    change(dice, &q.quantized_dimension);
  } else if (dice.one_in(2)) {
    q.scale.resize(dice.below(4), 0.1f);
  } else {
    q.zero_point.resize(dice.below(4), 0);
  }
}

void change_tensor(Dice& dice, format::ModelT* model, format::TensorT* tensor) {
  const auto& subgraph = *model->subgraphs[0];
  switch (dice.below(10)) {
    case 0:
    case 1:
    case 2:
      return change(dice, &tensor->shape);
    case 3:
      return change(dice, &tensor->type);
    case 4:
      tensor->buffer = static_cast<uint32_t>(dice.below(static_cast<int64_t>(model->buffers.size()) + 1));
      return;
    case 5:
      tensor->name =
          dice.one_in(2) ? "a\x1b[31m\n" : dice.pick(std::vector<std::string>{"", subgraph.tensors[0]->name});
      return;
    case 6:
      if (tensor->shape_signature.empty()) tensor->shape_signature = tensor->shape;
      return change(dice, &tensor->shape_signature);
    default:
      return change_scales(dice, tensor);
  }
}

void change_operator(Dice& dice, format::ModelT* model, format::OperatorT* op) {
  const auto tensors = static_cast<int64_t>(model->subgraphs[0]->tensors.size());
  std::vector<int32_t>& ids = dice.one_in(5) ? op->outputs : op->inputs;
  switch (dice.below(6)) {
    case 0:
      op->opcode_index = static_cast<uint32_t>(dice.below(static_cast<int64_t>(model->operator_codes.size()) + 1));
      return;
    case 1:
      if (!ids.empty()) ids[dice.below(static_cast<int64_t>(ids.size()))] = dice.between(-1, static_cast<int>(tensors));
      return;
    case 2:
      if (dice.one_in(2) || ids.empty())
        ids.push_back(dice.below(tensors));
      else
        ids.erase(ids.begin() + dice.below(static_cast<int64_t>(ids.size())));
      return;
    default:
      return change_options(dice, &op->builtin_options);
  }
}

/// Numbers of 32 bits, such as sizes and axes, become odd ones; others change by bytes.
void change_buffer(Dice& dice, format::BufferT* buffer) {
  const auto words = static_cast<int64_t>(buffer->data.size() / 4);
  if (words == 0 || words > 16 || dice.one_in(4)) return mutate_bytes(dice, &buffer->data);
  int32_t value = 0;
  uint8_t* at = &buffer->data[4 * dice.below(words)];
  std::memcpy(&value, at, 4);
  change(dice, &value);
  std::memcpy(at, &value, 4);
}

void change_subgraph(Dice& dice, format::ModelT* model) {
  format::SubGraphT& g = *model->subgraphs[0];
  std::vector<int32_t>& ends = dice.one_in(2) ? g.inputs : g.outputs;
  const auto ops = static_cast<int64_t>(g.operators.size());
  switch (dice.below(6)) {
    case 0:
      return ends.push_back(dice.below(static_cast<int64_t>(g.tensors.size())));
    case 1:
      if (!ends.empty()) ends.erase(ends.begin() + dice.below(static_cast<int64_t>(ends.size())));
      return;
    case 2:
      if (!ends.empty()) change(dice, &ends[0]);
      return;
    case 3:
      if (ops > 1) std::swap(g.operators[dice.below(ops)], g.operators[dice.below(ops)]);
      return;
    case 4:
      if (ops > 0) g.operators.erase(g.operators.begin() + dice.below(ops));
      return;
    default:
      if (model->operator_codes.empty()) return;
      format::OperatorCodeT& code = *dice.pick(std::vector<format::OperatorCodeT*>{
          model->operator_codes[dice.below(static_cast<int64_t>(model->operator_codes.size()))].get()});
      code.builtin_code = static_cast<format::BuiltinOperator>(dice.below(130));
      code.deprecated_builtin_code = static_cast<int8_t>(std::min(static_cast<int>(code.builtin_code), 127));
  }
}

}  // namespace

void mutate(Dice& dice, format::ModelT* model) {
  if (model->subgraphs.empty() || !model->subgraphs[0]) return;
  format::SubGraphT& g = *model->subgraphs[0];
  const auto pick = [&](auto& list) { return list[dice.below(static_cast<int64_t>(list.size()))].get(); };
  switch (dice.below(8)) {
    case 0:
    case 1:
    case 2:
      if (!g.tensors.empty()) change_tensor(dice, model, pick(g.tensors));
      return;
    case 3:
    case 4:
    case 5:
      if (!g.operators.empty()) change_operator(dice, model, pick(g.operators));
      return;
    case 6:
      if (!model->buffers.empty()) change_buffer(dice, pick(model->buffers));
      return;
    default:
      return change_subgraph(dice, model);
  }
}

}  // namespace narrows
