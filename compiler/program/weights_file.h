// The weights file: FlatBuffers tables in front of one aligned payload. The schema, runtime/weights.fbs,
// describes the format; runtime/weights_check.h is the check that emitted code makes before it uses such a
// file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace narrows {

/// Raised with every change of the schema or of the meaning of its fields; weights_check.h holds the same
/// number.
constexpr uint32_t weights_version = 1;

/// The payload and everything in it that a kernel loads as vectors start at multiples of this.
constexpr size_t weights_alignment = 64;

/// FlatBuffers offsets have 31 bits. Larger models are to be refused before write_weights_file() is called.
constexpr size_t max_payload_bytes = size_t{1} << 30;

/// One array of the payload, for readers of the table of contents.
struct WeightsSection {
  std::string name;
  uint64_t offset = 0;  ///< from the start of the payload
  uint64_t bytes = 0;
  std::string what;  ///< element type, layout and source operator, in words
};

struct WeightsFile {
  std::string bytes;          ///< a multiple of weights_alignment
  size_t payload_offset = 0;  ///< likewise; the payload ends where the file ends
  uint64_t model_hash = 0;
  uint64_t content_hash = 0;  ///< of the payload with its padding, see hash_bytes()
};

/// Appends zeros to `payload` up to a multiple of weights_alignment and writes the file. Equal arguments give
/// equal bytes. Sections must lie inside the payload (internal error otherwise).
WeightsFile write_weights_file(const std::vector<WeightsSection>& contents, std::string payload, uint64_t model_hash);

}  // namespace narrows
