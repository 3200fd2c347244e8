// Small networks of any type for tests: layers with made-up weights, in float or 8 bits.
//
// The same sequence of calls builds the float net and its quantized twins. The float net comes first: run by
// the interpreter, it gives the ranges from which the twins take their scales and zero points, so that their
// values fill the 256 steps.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// A square window; `pad` on all sides.
Window square(int kernel, int stride = 1, int dilation = 1, int pad = 0);

/// How the weights of a layer are distributed.
struct Weights {
  float low = -1, high = 1;  ///< u8: a zero point of 0 where low is 0, of 255 where high is 0
  /// No weight is more than one step of the 8-bit types from zero: results are small integers, and the
  /// multiplier to the output's scale is about 1.
  bool tiny = false;
  /// Channels differ by up to 2^12 in magnitude.
  bool uneven = false;
  /// The part of the result's range that becomes the range of the 8-bit output; the rest saturates. With
  /// tiny weights, 0.4 gives multipliers above 1.
  float shrink = 1;
  bool bias = true;
};
constexpr Weights positive_weights = {0, 1}, negative_weights = {-1, 0};

/// What the slopes of prelu() are for: elements of all channels, or of a channel; or one for each element.
enum class Slopes { one, channels, elements };

class Net {
 public:
  using Ranges = std::vector<std::pair<float, float>>;  ///< by tensor id

  Net(DType type, const Ranges& ranges) : type_(type), ranges_(ranges) {}

  Graph graph;

  DType type() const { return type_; }

  /// The names of tensors that follow start with `name`.
  void start(const std::string& name) { name_ = name; }

  // Each returns the id of the result.
  int input(int height, int width, int channels);
  int conv(int in, int channels, const Window& window = square(1), Activation activation = Activation::none,
           const Weights& weights = {});
  int depthwise(int in, const Window& window = square(3, 1, 1, 1), int multiplier = 1,
                Activation activation = Activation::relu6, const Weights& weights = {});
  int fully_connected(int in, int channels, const Weights& weights = {});
  int add(int a, int b, Activation activation = Activation::none);
  /// Slopes are from -0.3 to 0.9; of the range of the result, `shrink` becomes the range of the 8-bit output. Below a
  /// half, values are rescaled by more than 1.
  int prelu(int in, Slopes slopes = Slopes::channels, float shrink = 1);
  /// One of both may be a pixel.
  int mul(int a, int b);
  /// Appends channels of zero up to `channels`.
  int pad_channels(int in, int channels);
  /// An operator on single elements, without attributes.
  int function(OpKind kind, int in);
  int global_average_pool(int in);
  int mean(int in);
  int reshape(int in, const Shape& shape);
  void output(int tensor) { graph.outputs.push_back(tensor); }

  /// Expansion of `t` times, 3x3 depthwise and projection.
  int inverted_residual(int in, int t, int channels, int stride = 1);

 private:
  Shape shape_of(int tensor) const { return graph.tensors[tensor].shape; }
  int put(const Shape& shape, const Quant& quant, std::vector<uint8_t> data = {}, DType type = DType::f32);
  int put_weights(const Shape& shape, int axis, const Weights& weights);
  int put_bias(int channels, int in, int weights);
  int put_slopes(const Shape& shape);
  int put_op(OpKind kind, const std::vector<int>& inputs, const Shape& shape, const Attributes& attr,
             const Quant& quant);
  struct Filter {
    Shape shape;
    int axis;  ///< of the output's channels
    const Weights& weights;
  };
  int put_convolution(OpKind kind, int in, const Filter& filter, const Shape& out, const Attributes& attr);
  Quant next_quant(float shrink = 1) const;
  float random(float low, float high);

  DType type_;
  const Ranges& ranges_;
  std::string name_;
  std::mt19937 random_{1};
};

/// A part of a network that shows one thing.
struct NetCase {
  const char* name;
  void (*build)(Net& net);
};

/// Starts each case by its name and builds it.
template <size_t n>
void build_all(Net& net, const NetCase (&cases)[n]) {
  for (const NetCase& c : cases) {
    net.start(c.name);
    c.build(net);
  }
}

/// The graph that `build` makes, of type f32, u8 or i8.
Graph make_net(DType type, const std::function<void(Net&)>& build);

}  // namespace narrows
