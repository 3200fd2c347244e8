// TFLite front end: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED.
//
// Weights: CONV_2D [out,h,w,in], DEPTHWISE_CONV_2D [1,h,w,out], FULLY_CONNECTED [out,in].
// Types: all FLOAT32; or UINT8 with one scale per tensor; or INT8 with one scale per tensor or output
// channel, where weights have zero point 0. 8-bit operators have an INT32 bias in units of input scale *
// weight scale. Hybrid operators, of dynamic range models, have FLOAT32 activations and bias and INT8 weights with zero
// point 0.
#include <cmath>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// A constant, or what DEQUANTIZE makes of one.
bool check_known(OpReader& r, int i, const char* what) {
  const int producer = r.graph.producer(r.input_id(i));
  if (producer < 0) return check_constant(r, i, what);
  const Op& op = r.graph.ops[producer];
  const bool known = op.kind == OpKind::dequantize && r.graph.input(op, 0).constant();
  return known || check_constant(r, i, what);
}

/// `channel_axis`: the dimension of the weights that counts output channels.
bool check_weights(OpReader& r, int channel_axis) {
  const Tensor& in = r.input(0);
  const Tensor& weights = r.input(1);
  const bool hybrid = in.type == DType::f32 && is_8bit(weights.type);
  if (weights.type != in.type && !hybrid) {
    const char* or_hybrid = in.type == DType::f32 ? ", or INT8," : "";
    return r.fail(fmt::format("weights '{}' have type {}, expected {}{} as in input '{}'", weights.name,
                              type_name(weights.type), type_name(in.type), or_hybrid, in.name));
  }
  if (!check_known(r, 1, "weights")) return false;
  if (weights.quant.scale.size() > 1 && weights.quant.axis != channel_axis) {
    return r.fail(fmt::format("weights '{}' have scales along dimension {}, expected {}", weights.name,
                              weights.quant.axis, channel_axis));
  }
  if ((weights.type == DType::i8 || hybrid) && weights.zero_point() != 0) {
    return r.fail(fmt::format("weights '{}' have zero point {}, expected 0 with {}", weights.name, weights.zero_point(),
                              hybrid ? "input '" + in.name + "' of type FLOAT32" : "type INT8"));
  }
  return true;
}

/// TFLite takes the bias as stored in units of input scale * weight scale, whatever the file says. Only for UINT8, and
/// for FULLY_CONNECTED with one scale for all weights, does it refuse a bias whose own scale makes a difference of more
/// than 2 % of an output step for each unit. Shared biases of zeros do differ.
bool check_bias_scale(OpReader& r, const Tensor& bias) {
  const Tensor &in = r.input(0), &weights = r.input(1);
  const bool per_channel = weights.quant.scale.size() > 1;
  const bool checked = in.type == DType::u8 || (r.op.kind == OpKind::fully_connected && !per_channel);
  if (!checked || !bias.has_scales()) return true;
  if (bias.quant.scale.size() != 1) {
    return r.fail(fmt::format("bias '{}' has {} scales, but weights '{}' have 1", bias.name, bias.quant.scale.size(),
                              weights.name));
  }
  const double expected = static_cast<double>(in.scale()) * weights.scale();
  if (std::abs(expected - bias.scale()) / r.output().scale() <= 0.02) return true;
  return r.fail(fmt::format("bias '{}' has scale {}, expected input scale * weight scale = {:.6g}", bias.name,
                            bias.scale(), expected));
}

bool check_bias(OpReader& r, int channels) {
  if (!r.has_input(2)) return true;
  const Tensor& bias = r.input(2);
  const DType expected = r.input(0).type == DType::f32 ? DType::f32 : DType::i32;
  if (bias.type != expected) {
    return r.fail(
        fmt::format("bias '{}' has type {}, expected {}", bias.name, type_name(bias.type), type_name(expected)));
  }
  if (element_count(bias.shape) != channels) {
    return r.fail(fmt::format("bias '{}' has shape {}, expected one value for each of {} output channels", bias.name,
                              to_string(bias.shape), channels));
  }
  return check_known(r, 2, "bias") && (bias.type == DType::f32 || check_bias_scale(r, bias));
}

void set_inputs(OpReader& r, OpKind kind) {
  r.op.kind = kind;
  r.op.inputs = {r.input_id(0), r.input_id(1)};
  if (r.has_input(2)) r.op.inputs.push_back(r.input_id(2));
}

/// Converters up to 2019 gave the weights of hybrid operators the type UINT8, for values that are signed all the same:
/// the kernels read them as int8.
void read_old_hybrid(OpReader& r) {
  if (r.input(0).type != DType::f32 || r.input(1).type != DType::u8) return;
  Tensor weights = r.input(1);
  weights.type = DType::i8;
  r.op.inputs[1] = r.add(std::move(weights));
}

template <class Options>
WindowSource window_of(const Options& options, const Shape& weights) {
  return {options.padding(),          weights[1],         weights[2],
          options.stride_h(),         options.stride_w(), options.dilation_h_factor(),
          options.dilation_w_factor()};
}

/// What CONV_2D and DEPTHWISE_CONV_2D share. All of the checks run, so that a message about the bias does not
/// wait for the window to be right.
template <class Options>
bool read_convolution(OpReader& r, const Options& options, int channel_axis) {
  const Shape& in = r.input(0).shape;
  const Shape& weights = r.input(1).shape;
  const int channels = weights[channel_axis];
  bool ok = check_activations(r, 1) && check_weights(r, channel_axis) && check_bias(r, channels);
  if (ok) read_old_hybrid(r);
  ok &= read_activation(r, options.fused_activation_function());
  const std::optional<MapSize> cut = r.cut_of(0);
  const WindowSource window = window_of(options, weights);
  const std::optional<MapSize> size =
      cut ? read_cut_window(r, window, {in[1], in[2]}, *cut) : read_window(r, window, {in[1], in[2]});
  ok &= size && check_output_shape(r, {in[0], size->height, size->width, channels});
  return ok;
}

bool read_conv_2d(OpReader& r) {
  const auto* options = required_options<format::Conv2DOptions>(r);
  if (!options || !check_rank(r, 0, "input", 4) || !check_rank(r, 1, "weights", 4)) return false;
  set_inputs(r, OpKind::conv2d);
  const Tensor& in = r.input(0);
  const Tensor& weights = r.input(1);
  if (weights.shape[3] != in.shape[3]) {
    return r.fail(fmt::format(
        "weights '{}' with shape {} have {} input channels, expected {} as in input '{}' with shape {}", weights.name,
        to_string(weights.shape), weights.shape[3], in.shape[3], in.name, to_string(in.shape)));
  }
  return read_convolution(r, *options, 0);
}

bool read_depthwise_conv_2d(OpReader& r) {
  const auto* options = required_options<format::DepthwiseConv2DOptions>(r);
  if (!options || !check_rank(r, 0, "input", 4) || !check_rank(r, 1, "weights", 4)) return false;
  set_inputs(r, OpKind::depthwise_conv2d);
  const Tensor& in = r.input(0);
  const Tensor& weights = r.input(1);
  const int channels = in.shape[3];
  if (weights.shape[0] != 1 || weights.shape[3] % channels != 0) {
    return r.fail(
        fmt::format("weights '{}' have shape {}, expected [1,h,w,n] with n a multiple of the {} channels of input '{}'",
                    weights.name, to_string(weights.shape), channels, in.name));
  }
  const int multiplier = weights.shape[3] / channels;
  if (options->depth_multiplier() != 0 && options->depth_multiplier() != multiplier) {
    return r.fail(fmt::format("depth multiplier {} does not agree with {} input and {} output channels, expected {}",
                              options->depth_multiplier(), channels, weights.shape[3], multiplier));
  }
  return read_convolution(r, *options, 3);
}

bool read_fully_connected(OpReader& r) {
  const auto* options = required_options<format::FullyConnectedOptions>(r);
  if (!options || !check_rank(r, 1, "weights", 2)) return false;
  set_inputs(r, OpKind::fully_connected);
  const Tensor& in = r.input(0);
  const Tensor& weights = r.input(1);
  if (options->weights_format() != format::FullyConnectedOptionsWeightsFormat::DEFAULT) {
    return r.fail(fmt::format("weights format {} is not supported; supported: DEFAULT",
                              static_cast<int>(options->weights_format())));
  }
  const int channels = weights.shape[0], depth = weights.shape[1];
  bool ok = check_activations(r, 1) && check_weights(r, 0) && check_bias(r, channels);
  if (ok) read_old_hybrid(r);
  ok &= read_activation(r, options->fused_activation_function());
  // The input counts as [n, depth]; with keep_num_dims only its last dimension may be `depth`.
  const bool fits =
      options->keep_num_dims() ? !in.shape.empty() && in.shape.back() == depth : element_count(in.shape) % depth == 0;
  if (!fits) {
    return r.fail(fmt::format("input '{}' with shape {} does not fit weights '{}' with shape {}", in.name,
                              to_string(in.shape), weights.name, to_string(weights.shape)));
  }
  Shape expected = {static_cast<int>(element_count(in.shape) / depth), channels};
  if (options->keep_num_dims()) {
    expected = in.shape;
    expected.back() = channels;
  }
  return check_output_shape(r, expected) && ok;
}

constexpr Row rows[] = {
    {Code::CONV_2D, 8, 2, 3, 2, read_conv_2d},
    {Code::DEPTHWISE_CONV_2D, 7, 2, 3, 2, read_depthwise_conv_2d},
    {Code::FULLY_CONNECTED, 13, 2, 3, 2, read_fully_connected},
};

}  // namespace

const Table<Row> conv_rows = rows;

}  // namespace narrows::tflite
