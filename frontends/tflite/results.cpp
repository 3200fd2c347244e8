// TFLite front end: what an operator's reader has found out about its outputs, and how that fits what the file states.
#include <fmt/format.h>

#include <algorithm>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// Constants that operators make of others, all together: a small file can ask for many copies of a large one.
constexpr int64_t max_made_bytes = int64_t{1} << 28;

bool set_known(Reader& reader, OpReader& r) {
  reader.made_bytes += static_cast<int64_t>(r.known->size());
  if (reader.made_bytes > max_made_bytes) {
    return r.fail(fmt::format("operators make more than {} bytes of constants of others", max_made_bytes));
  }
  reader.graph.tensors[r.op.output].data = std::move(*r.known);
  return true;
}

/// Where the file states another shape than `shape`, other than by a size of -1 in the signature.
bool is_stale(const Reader& reader, int tensor, const Shape& shape) {
  const format::Tensor& source = *reader.subgraph.tensors()->Get(static_cast<flatbuffers::uoffset_t>(tensor));
  const Shape& stated = reader.graph.tensors[tensor].shape;
  const auto* signature = source.shape_signature();
  if (stated.empty() || stated == shape || reader.derives) return false;
  if (length(signature) != stated.size() || stated.size() != shape.size()) return true;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (stated[d] != shape[d] && signature->Get(static_cast<flatbuffers::uoffset_t>(d)) != -1) return true;
  }
  return false;
}

/// Shapes of what is cut into blocks are those of the whole.
void set_shapes(Reader& reader, const OpReader& r) {
  for (const auto& [tensor, shape] : r.shapes) {
    Tensor& output = reader.graph.tensors[tensor];
    if (!r.output_cut && is_stale(reader, tensor, shape)) reader.stale.push_back({tensor, output.shape});
    output.shape = shape;
  }
}

/// An operator that was not read leaves what it writes unknown to those that read it: where the file's shapes do not
/// count, where a constant is missed, and where a tensor is cut into blocks.
bool leaves_unknown(const Reader& reader, const SourceOp& op, int output) {
  if (reader.derives || reader.graph.tensors[output].shape.empty()) return true;
  if (op.code == Code::DENSIFY || op.code == Code::SPACE_TO_BATCH_ND) return true;
  const auto* inputs = op.source->inputs();
  return inputs && std::any_of(inputs->begin(), inputs->end(), [&](int id) {
           return id >= 0 && (reader.cuts.count(id) > 0 || (reader.misses_cuts && !reader.usable[id]));
         });
}

}  // namespace

bool take_results(Reader& reader, OpReader& r) {
  set_shapes(reader, r);
  if (r.output_cut) {
    const int output = r.output_id(0);
    reader.cuts[output] = *r.output_cut;
    if (reader.graph.is_output(output)) {
      return r.fail(fmt::format("writes the model output '{}' in blocks, which no BATCH_TO_SPACE_ND joins",
                                reader.graph.tensors[output].name));
    }
  }
  return !r.known || set_known(reader, r);
}

void forget_outputs(Reader& reader, const SourceOp& op) {
  if (!op.sound || !op.source->outputs()) return;
  reader.misses_cuts |= op.code == Code::SPACE_TO_BATCH_ND;
  for (const int tensor : *op.source->outputs()) {
    if (leaves_unknown(reader, op, tensor)) reader.usable[tensor] = false;
  }
}

/// One warning for all, of models that can be read: files of some converters have no sound shape at all.
void warn_of_stale_shapes(const Reader& reader) {
  if (reader.stale.empty() || !reader.diagnostics.ok()) return;
  const auto& [tensor, in_file] = reader.stale.front();
  const size_t others = reader.stale.size() - 1;
  reader.diagnostics.warning(
      fmt::format("{} has shape {} in the file, but {} is what its operator writes, which counts{}",
                  label(reader, tensor), to_string(in_file), to_string(reader.graph.tensors[tensor].shape),
                  others == 0 ? "" : fmt::format("; likewise {} other tensor{}", others, others == 1 ? "" : "s")));
}

}  // namespace narrows::tflite
