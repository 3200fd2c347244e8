// Descriptions: the file, and the order of the steps from it to a Graph.
#include <flatbuffers/idl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "description_generated.h"
#include "frontends/description/calibrate.h"
#include "frontends/description/description.h"
#include "frontends/frontends.h"

namespace narrows {

/// The schema, frontends/description/description.fbs, which CMake embeds in the compiler.
std::string schema_text(const std::string& name);

namespace description {
namespace {

namespace format = description_format;
using Bytes = std::vector<uint8_t>;

/// "3: 12: error: unknown field: witdh" -> "line 3: unknown field: witdh". What the file has in it may be
/// anything.
std::string parser_message(const std::string& text) {
  const size_t mark = text.find("error: ");
  std::string message = mark == text.npos ? text : text.substr(mark + 7);
  message = fmt::format("line {}: {}", text.substr(0, text.find(':')), message.substr(0, 200));
  for (char& c : message) {
    if (static_cast<unsigned char>(c) > 126 || static_cast<unsigned char>(c) < 32) c = '?';
  }
  return message;
}

void report(const flatbuffers::Parser& parser, Diagnostics& diagnostics) {
  const std::string message = parser_message(parser.error_);
  diagnostics.error(message);
  if (message.find("unknown field") == message.npos) return;
  for (const flatbuffers::StructDef* table : parser.structs_.vec) {
    std::vector<std::string> fields;
    for (const flatbuffers::FieldDef* field : table->fields.vec) fields.push_back(field->name);
    diagnostics.note(fmt::format("fields of {}: {}", table->name, fmt::join(fields, ", ")));
  }
}

/// The binary form of JSON text; empty after an error.
Bytes parse_json(const Bytes& bytes, Diagnostics& diagnostics) {
  if (std::find(bytes.begin(), bytes.end(), 0) != bytes.end()) {
    diagnostics.error("the description is not text: it holds a zero byte");
    return {};
  }
  flatbuffers::Parser parser;
  const bool schema_ok = parser.Parse(schema_text("description.fbs").c_str());
  NARROWS_CHECK(schema_ok, parser.error_);
  if (!parser.ParseJson(std::string(bytes.begin(), bytes.end()).c_str())) {
    report(parser, diagnostics);
    return {};
  }
  const uint8_t* data = parser.builder_.GetBufferPointer();
  return {data, data + parser.builder_.GetSize()};
}

bool well_formed(const Bytes& bytes) {
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) return false;
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  return format::VerifyDescriptionBuffer(verifier);
}

void check_weights(const Network& network, const Net& net, Diagnostics& diagnostics) {
  const int64_t expected = parameter_count(net), found = static_cast<int64_t>(network.weights.size());
  if (found == 0 || found == expected) return;
  diagnostics.error(fmt::format("weights has {} numbers; expected {}", found, expected));
}

float little_endian_float(const char* bytes) {
  uint32_t bits = 0;
  for (int i = 0; i < 4; ++i) bits |= uint32_t{static_cast<uint8_t>(bytes[i])} << 8 * i;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// The numbers of network.weights_file, of which there must be `count`. Their number is checked before any of
/// them is read.
std::vector<float> read_weights(const Network& network, const std::string& folder, int64_t count,
                                Diagnostics& diagnostics) {
  const std::filesystem::path path = std::filesystem::path(folder) / network.weights_file;
  std::error_code error;
  const uintmax_t bytes = std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
  std::ifstream stream(path, std::ios::binary);
  if (error || !stream || !std::filesystem::is_regular_file(path, error)) {
    diagnostics.error(fmt::format("cannot read weights_file '{}'", network.weights_file));
    return {};
  }
  if (bytes != static_cast<uintmax_t>(count) * sizeof(float)) {
    diagnostics.error(fmt::format("weights_file '{}' holds {} bytes; expected {}, {} numbers of 4 bytes",
                                  network.weights_file, bytes, count * sizeof(float), count));
    return {};
  }
  std::vector<float> weights;
  char number[sizeof(float)];
  while (stream.read(number, sizeof(number))) weights.push_back(little_endian_float(number));
  if (static_cast<int64_t>(weights.size()) != count) {
    diagnostics.error(fmt::format("cannot read weights_file '{}'", network.weights_file));
  }
  check_values("weights_file", weights, diagnostics);
  return weights;
}

/// All layers with their shapes; nothing after an error.
std::optional<Net> build(const Network& network, Diagnostics& diagnostics) {
  const int errors_before = diagnostics.error_count();
  Net net;
  const int features = build_backbone(network, net);
  build_head(network, features, net);
  check_sizes(net, diagnostics);
  check_postprocess(net, diagnostics);
  check_weights(network, net, diagnostics);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return net;
}

/// The ranges that tensors take hardly depend on the size of the picture, so a small one, which is quick,
/// will do. Tensor ids do not depend on it at all.
std::vector<ValueRange> ranges_of(Network network, Diagnostics& diagnostics) {
  network.resolution = std::min(network.resolution, 96);
  std::optional<Net> net = build(network, diagnostics);
  NARROWS_CHECK(net, "the small twin of a legal network is not legal");
  fill_weights(network, *net);
  fill_anchors(*net);
  return calibrate(net->graph, network.seed);
}

}  // namespace
}  // namespace description

bool is_json(const std::vector<uint8_t>& bytes) {
  const auto first = std::find_if(bytes.begin(), bytes.end(), [](uint8_t c) { return !std::isspace(c); });
  return first != bytes.end() && *first == '{';
}

std::optional<Graph> read_description(const std::vector<uint8_t>& bytes, const std::string& name,
                                      Diagnostics& diagnostics, const ReadOptions& options) {
  const std::vector<uint8_t> binary = is_json(bytes) ? description::parse_json(bytes, diagnostics) : bytes;
  if (binary.empty()) return std::nullopt;
  if (!description::well_formed(binary)) {
    diagnostics.error("the file is damaged: it is not a well-formed description");
    return std::nullopt;
  }
  std::optional<description::Network> network =
      description::check(*description_format::GetDescription(binary.data()), diagnostics);
  if (!network) return std::nullopt;
  std::optional<description::Net> net = description::build(*network, diagnostics);
  if (!net) return std::nullopt;
  if (!network->weights_file.empty()) {
    network->weights = description::read_weights(*network, options.folder.value_or(""),
                                                 description::parameter_count(*net), diagnostics);
    if (!diagnostics.ok()) return std::nullopt;
  }
  description::fill_weights(*network, *net);
  description::fill_anchors(*net);
  net->graph.name = name;
  if (network->type == DType::f32) return std::move(net->graph);
  return quantize_graph(std::move(net->graph), network->type, description::ranges_of(*network, diagnostics));
}

}  // namespace narrows
