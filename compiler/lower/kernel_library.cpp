#include "compiler/lower/kernel_library.h"

#include <fmt/format.h>

#include "schedules/describe.h"
#include "schedules/spec_key.h"
#include "schedules/unary.h"

namespace narrows {

namespace {

/// What is computed behind the convolution: "_prelu_add"
std::string suffix(const Finish& finish) {
  const std::string unary = finish.unary.applied() ? fmt::format("_{}", unary_code(finish.unary).name) : "";
  return unary + (finish.residual.added ? "_add" : "");
}

std::string suffix(const ConvRow& s) {
  std::string text = suffix(s.finish);
  if (s.out.form == Output::Form::interleaved) text += "_ring";
  if (s.out.form == Output::Form::sums) text += "_sums";
  return s.start.from == Start::From::sums ? text + "_last" : text;
}

std::string without_name(const Kernel& kernel) {
  std::string text = kernel.text;
  const size_t at = text.find(kernel.name + "(");
  NARROWS_CHECK(at != std::string::npos, "a kernel's text has its name");
  return text.erase(at, kernel.name.size());
}

}  // namespace

std::string KernelLibrary::unique_name(const std::string& base) {
  const int n = ++uses_[base];
  return n == 1 ? base : base + "_" + std::to_string(n);
}

std::string KernelLibrary::add(const Kernel& kernel, const std::string& key) {
  kernels_.push_back(kernel);
  return names_[key] = kernel.name;
}

template <class Spec>
std::string KernelLibrary::get(const Spec& spec, const std::string& base,
                               Kernel (*lower)(const Spec&, const std::string&, const Target&)) {
  const std::string key = fmt::format("{} {}", base, spec_key(spec));
  const auto found = names_.find(key);
  if (found != names_.end()) return found->second;
  const std::string name = unique_name(base);
  Kernel kernel = lower(spec, name, target_);
  kernel.comment = describe(spec, target_);
  // Different specs may be computed by one text: weights that are read once or again, say.
  const auto [same, is_new] = texts_.emplace(base + without_name(kernel), name);
  if (is_new) return add(kernel, key);
  --uses_[base];
  return names_[key] = same->second;
}

std::string KernelLibrary::get(const ConvRow& s) {
  note_sums(s.finish);
  const Reduction& r = s.reduction;
  const std::string kind = r.rows == 1 && r.taps == 1 ? "conv" : fmt::format("conv_{}rows", r.rows);
  const int width = s.out.width, rows = s.map.count;
  const std::string pixels = rows > 1 ? fmt::format("{}x{}", rows, width) : std::to_string(width);
  const std::string base = fmt::format("{}_{}_{}x{}{}", kind, r.depth * r.taps, s.out.channels, pixels, suffix(s));
  return get(s, base, conv_row);
}

std::string KernelLibrary::get(const FinishRow& s) {
  note_sums(s.finish);
  return get(s, fmt::format("finish_{}{}", s.channels, suffix(s.finish)), finish_row);
}

std::string KernelLibrary::get(const DepthwiseRow& s) {
  note_sums(s.finish);
  std::string base = fmt::format("depthwise_{}x{}", s.channels, s.width);
  if (s.stride_w > 1) base += fmt::format("_stride{}", s.stride_w);
  if (s.dilation_w > 1) base += fmt::format("_dilation{}", s.dilation_w);
  base += suffix(s.finish);
  return get(s, base, depthwise_row);
}

std::string KernelLibrary::get(const PoolSum& s) {
  return get(s, fmt::format("sum_{}x{}", s.channels, s.pixels), pool_sum);
}

}  // namespace narrows
