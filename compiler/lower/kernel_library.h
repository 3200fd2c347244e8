// The kernels of one emitted file: equal specs are lowered once, equal texts printed once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schedules/kernels.h"

namespace narrows {

class KernelLibrary {
 public:
  explicit KernelLibrary(const Target& target) : target_(target) {}

  /// Name of the function that computes `spec`. Names say the shape: conv_96_576x14 makes 576 channels from 96 for 14
  /// pixels.
  std::string get(const ConvRow& spec);
  std::string get(const FinishRow& spec);
  std::string get(const DepthwiseRow& spec);
  std::string get(const PoolSum& spec);
  /// A kernel that was printed elsewhere.
  std::string add(const Kernel& kernel, const std::string& key);

  /// Some kernel finishes sums that may wrap at 32 bits; note_sums() tells of those that are not made here.
  bool sums_wrap() const { return sums_wrap_; }
  void note_sums(const Finish& finish) { sums_wrap_ |= finish.sums_wrap(); }

  /// In order of first use.
  const std::vector<Kernel>& kernels() const { return kernels_; }
  const Target& target() const { return target_; }
  /// `base`, or base_2, base_3 ... where it is taken.
  std::string unique_name(const std::string& base);

 private:
  template <class Spec>
  std::string get(const Spec& spec, const std::string& base,
                  Kernel (*lower)(const Spec&, const std::string&, const Target&));

  Target target_;
  bool sums_wrap_ = false;
  std::vector<Kernel> kernels_;
  std::map<std::string, std::string> names_;  // by everything that makes a kernel
  std::map<std::string, std::string> texts_;  // names by base name and text
  std::map<std::string, int> uses_;           // of base names
};

}  // namespace narrows
