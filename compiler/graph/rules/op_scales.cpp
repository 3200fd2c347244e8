#include "compiler/graph/rules/op_scales.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace narrows {
namespace {

/// A multiplier that fixed-point arithmetic has room for.
bool within(double ratio, double most = 0x1p8) { return ratio > 0x1p-30 && ratio < most; }

double output_scale(const Graph& graph, const Op& op) { return graph.output(op).scale(); }
double input_scale(const Graph& graph, const Op& op, int i = 0) { return graph.input(op, i).scale(); }

}  // namespace

bool weights_scales_fit(const Graph& graph, const Op& op) {
  const double in = input_scale(graph, op), out = output_scale(graph, op);
  const std::vector<float>& scales = graph.input(op, 1).quant.scale;
  // However small, even where all that is left of a channel is its bias: TFLite's multiplier is 0 then.
  return std::all_of(scales.begin(), scales.end(), [&](float w) { return w > 0 && in * w / out < 0x1p8; });
}

bool product_scales_fit(const Graph& graph, const Op& op) {
  const double product = input_scale(graph, op) * input_scale(graph, op, 1);
  return std::isnormal(graph.input(op, 0).scale() * graph.input(op, 1).scale()) &&
         within(product / output_scale(graph, op));
}

bool sum_scales_fit(const Graph& graph, const Op& op) {
  const double out = output_scale(graph, op);
  return within(input_scale(graph, op) / out) && within(input_scale(graph, op, 1) / out);
}

bool ratio_fits(const Graph& graph, const Op& op) { return within(input_scale(graph, op) / output_scale(graph, op)); }

bool input_scale_fits(const Graph& graph, const Op& op) { return within(input_scale(graph, op)); }

bool unary_scales_fit(const Graph&, const Op& op) {
  const Function f = op.attr.function;
  return f != Function::abs && f != Function::sqrt && f != Function::rsqrt;
}

bool hard_swish_scales_fit(const Graph& graph, const Op& op) {
  return input_scale_fits(graph, op) && within(input_scale(graph, op) / output_scale(graph, op), 0x1p6);
}

}  // namespace narrows
