#include "compiler/emit/kernel_library.h"

#include <fmt/format.h>

namespace narrows {

namespace {

/// Every member of the spec that makes a difference, as text.
std::string key_of(const Finish& f) {
  return fmt::format("{} {} {} [{} {}] [{} {}] {} {} {} {} {} {} {} {} {} {} {} [{} {}] [{} {}]", int(f.type), int(f.weights),
                     int(f.numerics), f.clamp_f32.min, f.clamp_f32.max, f.clamp.min, f.clamp.max, f.zero_point, f.left_shift,
                     f.from_zero, f.large_sums, f.below_one, f.below_half, f.crosses, f.residual, int(f.add_numerics), f.add_shifts,
                     f.larger_residual, f.add_clamp_f32.min, f.add_clamp_f32.max, f.add_clamp.min, f.add_clamp.max);
}
std::string key_of(const ConvRow& s) {
  return fmt::format("conv {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} ", s.rows, s.taps, s.tap_stride, s.depth,
                     s.pixel_stride, s.channels, s.width, s.out_stride, s.row_sums, s.from_accumulators,
                     s.start_stride, s.residual_stride, s.map_rows, s.in_row, s.out_row, int(s.output), s.vectors,
                     s.pixels, s.streams, s.joins) +
         key_of(s.finish);
}
std::string key_of(const DepthwiseRow& s) {
  return fmt::format("depthwise {} {} {} {} {} {} {} {} {} {} {} {} ", s.kernel_h, s.kernel_w, s.stride_w,
                     s.dilation_w, s.channels, s.in_stride, s.width, s.out_stride, s.interleaved, s.tap_zero,
                     s.halves, s.pixels) +
         key_of(s.finish);
}

std::string suffix(const ConvRow& s) {
  std::string text = s.finish.residual ? "_add" : "";
  if (s.output == Output::interleaved) text += "_ring";
  if (s.from_accumulators) text += s.output == Output::accumulators ? "_more" : "_last";
  if (!s.from_accumulators && s.output == Output::accumulators) text += "_first";
  return text;
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
std::string KernelLibrary::get(const Spec& spec, const std::string& key, const std::string& base,
                               Kernel (*lower)(const Spec&, const std::string&, const Target&)) {
  const auto found = names_.find(key);
  if (found != names_.end()) return found->second;
  const std::string name = unique_name(base);
  return add(names_only_ ? Kernel{name, ""} : lower(spec, name, target_), key);
}

std::string KernelLibrary::get(const ConvRow& s) {
  if (s.rows == 0) return get(s, key_of(s), fmt::format("finish_{}x{}{}", s.channels, s.width, s.finish.residual ? "_add" : ""), conv_row);
  const std::string shape = s.rows == 1 && s.taps == 1 ? "conv" : fmt::format("conv_{}rows", s.rows);
  const std::string width = s.map_rows > 1 ? fmt::format("{}x{}", s.map_rows, s.width) : std::to_string(s.width);
  const std::string base = fmt::format("{}_{}_{}x{}{}", shape, s.depth * s.taps, s.channels, width, suffix(s));
  const std::string name = get(s, key_of(s), base, conv_row);
  convs_.emplace(name, s);
  return name;
}

const ConvRow* KernelLibrary::conv(const std::string& name) const {
  const auto found = convs_.find(name);
  return found == convs_.end() ? nullptr : &found->second;
}

std::string KernelLibrary::get(const DepthwiseRow& s) {
  std::string base = fmt::format("depthwise_{}x{}", s.channels, s.width);
  if (s.stride_w > 1) base += fmt::format("_stride{}", s.stride_w);
  if (s.dilation_w > 1) base += fmt::format("_dilation{}", s.dilation_w);
  return get(s, key_of(s), base, depthwise_row);
}

std::string KernelLibrary::get(const PoolSum& s) {
  const std::string key = fmt::format("pool {} {} {} {}", int(s.type), s.channels, s.pixels, s.pixel_stride);
  return get(s, key, fmt::format("sum_{}x{}", s.channels, s.pixels), pool_sum);
}

}  // namespace narrows
