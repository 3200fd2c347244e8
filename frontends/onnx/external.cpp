// ONNX front end: constants whose bytes stand in a file beside the model.
//
// The file's name comes from the model, which may be anybody's: it must not lead out of the model's folder by any
// means. A checksum is not compared, as no exporter writes one.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/reader.h"

namespace narrows::onnx_format {
namespace {

namespace fs = std::filesystem;

/// What a TensorProto says about its data.
struct Place {
  std::string location, offset, length;  ///< empty where it does not say
};

Place read_place(const format::TensorProto& source) {
  Place place;
  for (const format::StringStringEntryProto& entry : source.external_data()) {
    if (entry.key() == "location") place.location = entry.value();
    if (entry.key() == "offset") place.offset = entry.value();
    if (entry.key() == "length") place.length = entry.value();
  }
  return place;
}

/// True where every part of `inner` is one of `outer`'s first ones; both are free of symbolic links.
bool lies_in(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// The file at `location`; nothing after an error, of which there is one for each file.
std::optional<fs::path> find_file(const std::string& location, const std::string& label, DataFiles& files,
                                  Diagnostics& diagnostics) {
  if (files.refused.count(location)) return std::nullopt;
  const auto refuse = [&](const std::string& why) {
    files.refused.insert(location);
    diagnostics.error(fmt::format("{} has its data in file '{}', {}", label, printable(location), why));
    return std::nullopt;
  };
  if (!files.folder) return refuse("but the model has no folder in which that could be");
  const fs::path relative(location);
  const fs::path normal = relative.lexically_normal();
  const std::string outside = "which is not inside of the model's folder; expected a relative path without '..'";
  if (location.find('\0') != std::string::npos || relative.has_root_path() || *normal.begin() == "..")
    return refuse(outside);
  std::error_code code;
  const fs::path folder = fs::canonical(files.folder->empty() ? "." : *files.folder, code);
  const fs::path path = code ? fs::path() : fs::canonical(folder / relative, code);
  if (code) return refuse(fmt::format("which cannot be read: {}", code.message()));
  if (!lies_in(path, folder)) return refuse("a symbolic link that leads out of the model's folder");
  if (!fs::is_regular_file(path, code)) return refuse("which is no regular file");
  return path;
}

/// A number of bytes; `otherwise` where the file does not say.
std::optional<int64_t> read_number(const char* what, const std::string& text, int64_t otherwise,
                                   const std::string& label, Diagnostics& diagnostics) {
  if (text.empty()) return otherwise;
  constexpr size_t most_digits = 18;  // which fit in 64 bits
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text.size() <= most_digits) return std::stoll(text);
  diagnostics.error(
      fmt::format("the {} of the data of {} is '{}'; expected a number of bytes", what, label, printable(text)));
  return std::nullopt;
}

/// Where the `bytes` bytes begin, all of which the file has; nothing after an error.
std::optional<int64_t> read_offset(const Place& place, const std::string& label, int64_t bytes, const fs::path& path,
                                   Diagnostics& diagnostics) {
  const auto offset = read_number("offset", place.offset, 0, label, diagnostics),
             length = read_number("length", place.length, bytes, label, diagnostics);
  if (!offset || !length) return std::nullopt;
  const std::string name = printable(place.location);
  if (*length != bytes) {
    diagnostics.error(fmt::format("{} needs {} bytes, but has {} in file '{}'", label, bytes, *length, name));
    return std::nullopt;
  }
  std::error_code code;
  const uintmax_t found = fs::file_size(path, code);
  const int64_t size = code ? 0 : static_cast<int64_t>(found);
  if (*offset <= size && bytes <= size - *offset) return offset;
  diagnostics.error(fmt::format("{} has {} bytes from byte {} on in file '{}', which has {} bytes", label, bytes,
                                *offset, name, size));
  return std::nullopt;
}

/// Bytes that a tensor has in another file, as its shape says; 0 for tensors of this file.
int64_t bytes_elsewhere(const format::TensorProto& tensor) {
  if (tensor.data_location() != format::TensorProto::EXTERNAL) return 0;
  const std::optional<DType> type = dtype(tensor.data_type());
  int64_t bytes = type ? static_cast<int64_t>(size_of(*type)) : 2;
  for (const int64_t size : tensor.dims()) bytes = std::min(bytes * std::clamp<int64_t>(size, 0, max_bytes), max_bytes);
  return bytes;
}

int64_t bytes_elsewhere(const format::GraphProto& graph);

/// Of all nodes in a list, with those of branches.
template <typename Nodes>
int64_t bytes_elsewhere_of_all(const Nodes& nodes) {
  int64_t total = 0;
  for (const format::NodeProto& node : nodes) {
    for (const format::AttributeProto& attribute : node.attribute())
      total += bytes_elsewhere(attribute.t()) + bytes_elsewhere(attribute.g());
  }
  return total;
}

int64_t bytes_elsewhere(const format::GraphProto& graph) {
  int64_t total = bytes_elsewhere_of_all(graph.node());
  for (const format::TensorProto& tensor : graph.initializer()) total += bytes_elsewhere(tensor);
  return total;
}

bool check_total(int64_t total, Diagnostics& diagnostics) {
  if (total <= max_bytes) return true;
  diagnostics.error(
      fmt::format("the constants in other files take {} bytes, more than the limit of {}", total, max_bytes));
  return false;
}

}  // namespace

bool check_external_size(const format::ModelProto& model, Diagnostics& diagnostics) {
  int64_t total = bytes_elsewhere(model.graph());
  for (const format::FunctionProto& function : model.functions()) total += bytes_elsewhere_of_all(function.node());
  return check_total(total, diagnostics);
}

std::optional<std::string> read_external(const format::TensorProto& source, const std::string& label, int64_t bytes,
                                         DataFiles& files, Diagnostics& diagnostics) {
  const Place place = read_place(source);
  if (place.location.empty()) {
    diagnostics.error(fmt::format("{} has its data in another file, but does not say in which", label));
    return std::nullopt;
  }
  const auto path = find_file(place.location, label, files, diagnostics);
  const auto offset = path ? read_offset(place, label, bytes, *path, diagnostics) : std::nullopt;
  if (!offset) return std::nullopt;
  // Once more for every call of a function that has the constant.
  if (!check_total(files.bytes + bytes, diagnostics)) return std::nullopt;
  files.bytes += bytes;
  std::string data(static_cast<size_t>(bytes), '\0');
  std::ifstream stream(*path, std::ios::binary);
  stream.seekg(*offset);
  if (bytes == 0 || stream.read(data.data(), bytes)) return data;
  diagnostics.error(fmt::format("file '{}' with the data of {} cannot be read", printable(place.location), label));
  return std::nullopt;
}

}  // namespace narrows::onnx_format
