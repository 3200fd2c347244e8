// TFLite front end: sizes of inputs that the file leaves open.
//
// A tensor's signature has -1 where its shape has a placeholder, mostly 1. Whoever runs such a model with TFLite says
// how large the inputs are, and TFLite makes all shapes behind them anew.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "frontends/messages.h"
#include "frontends/tflite/reader.h"

namespace narrows::tflite {
namespace {

/// The signature of tensor `tensor`, or its shape as the file has it where there is none.
std::vector<int> signature_of(const Reader& reader, int tensor) {
  const format::Tensor& source = *reader.subgraph.tensors()->Get(static_cast<flatbuffers::uoffset_t>(tensor));
  const size_t rank = reader.graph.tensors[tensor].shape.size();
  const auto* sizes = length(source.shape_signature()) == rank ? source.shape_signature() : source.shape();
  return rank == 0 ? std::vector<int>() : std::vector<int>(sizes->begin(), sizes->end());
}

/// The batch of a map may be given another size than the file's: no more than one can be compiled.
bool is_fixed_batch(const Tensor& input, size_t dimension) {
  return dimension == 0 && input.shape.size() == 4 && input.shape[0] != 1;
}

/// Fills the open sizes in from `given`. A batch that is open is 1, and a size that the file has all the same counts.
void read_input_sizes(Reader& reader, int tensor, const std::map<std::string, int>& given,
                      std::set<std::string>& known) {
  const std::vector<int> signature = signature_of(reader, tensor);
  Tensor& input = reader.graph.tensors[tensor];
  std::vector<std::string> missing;
  for (size_t d = 0; d < signature.size(); ++d) {
    if (signature[d] != -1 && !is_fixed_batch(input, d)) continue;
    const std::string name = fmt::format("{}[{}]", input.name, d);
    known.insert(name);
    const auto found = given.find(name);
    if (found != given.end()) {
      reader.derives = true;
      input.shape[d] = found->second;
    } else if (d > 0 && input.shape[d] == 1) {
      missing.push_back(fmt::format("--shape {}=N", name));
    }
  }
  if (!missing.empty()) {
    reader.open = true;
    reader.diagnostics.error(
        fmt::format("model input '{}' has the shape [{}] in the file, where -1 stands for any "
                    "size; give its sizes with {}",
                    input.name, fmt::join(signature, ","), fmt::join(missing, " ")));
  } else if (input.bytes() > max_bytes) {
    reader.open = true;
    reader.diagnostics.error(fmt::format("model input '{}' with shape {} is larger than the limit of 2^31 - 1 bytes",
                                         input.name, to_string(input.shape)));
  }
}

}  // namespace

void read_sizes(Reader& reader, const std::map<std::string, int>& given) {
  std::set<std::string> known;
  for (size_t i = 0; i < length(reader.subgraph.inputs()); ++i) {
    const int tensor = reader.subgraph.inputs()->Get(static_cast<flatbuffers::uoffset_t>(i));
    const bool exists = tensor >= 0 && tensor < static_cast<int>(reader.usable.size());
    if (exists && reader.usable[tensor] && !reader.graph.tensors[tensor].constant())
      read_input_sizes(reader, tensor, given, known);
  }
  report_unknown_sizes(given, known, reader.diagnostics);
}

}  // namespace narrows::tflite
