// Facts about planned chains.
#include "compiler/lower/chain/chain.h"

#include <algorithm>

namespace narrows {

int FullConv::tiles() const {
  int count = 0;
  for (const Cut& cut : cuts) count += cut.calls;
  return count;
}

const std::optional<int>& Stage::unit_pixels() const {
  static const std::optional<int> none;
  return conv() ? conv()->unit_pixels : none;
}

int phases_of(const Chain& chain) {
  if (!chain.threads) return 0;
  if (chain.parts) return chain.parts->strips ? 1 : chain.groups() ? 2 : 0;
  return chain.variant == Variant::layerwise ? static_cast<int>(chain.stages.size()) : 1;
}

int units_of(const Chain& chain) {
  if (chain.row_source) return 1;  // rows come in order
  const Stage& last = chain.stages.back();
  if (chain.strips()) return last.out.map.height;
  int units = last.units();
  if (chain.parts) return chain.groups() ? std::max(units, chain.groups()->count) : 1;
  if (chain.variant == Variant::layerwise) {
    for (const Stage& s : chain.stages) units = std::max(units, s.out.top + s.out.map.height + s.out.bottom);
  }
  return units;
}

bool takes_residual(const Chain& chain) {
  return std::any_of(chain.stages.begin(), chain.stages.end(), [](const Stage& s) { return s.adds_tensor(); });
}

int64_t parallel_shared_bytes(const Chain& chain) {
  const Groups* groups = chain.groups();
  return groups ? std::max(chain.shared_bytes, groups->count * groups->bytes) : chain.shared_bytes;
}

int64_t executed_macs(const Chain& chain) {
  int64_t macs = 0;
  for (const Stage& s : chain.stages) {
    const int64_t outputs = int64_t{s.out.map.height} * s.out.map.width * s.window.kernel_h * s.window.kernel_w;
    if (const FullConv* conv = s.conv()) macs += outputs * conv->channels * s.in.channels;
    if (const Depthwise* depthwise = s.depthwise()) macs += outputs * depthwise->channels;
  }
  return macs;
}

int in_pitch(const Chain& chain, size_t i) {
  return i == 0 ? chain.stages[0].in.channels : chain.stages[i - 1].out.pitch;
}

}  // namespace narrows
