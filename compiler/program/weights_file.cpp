#include "compiler/program/weights_file.h"

#include <fmt/format.h>

#include "compiler/diagnostics.h"
#include "compiler/hash.h"
#include "weights_generated.h"

namespace narrows {

// A FlatBufferBuilder writes from the end of the file to its start, so what is created first comes last: the
// payload, then the table of contents, then the root table with the hashes, which thus stands in the first
// bytes of the file.
WeightsFile write_weights_file(const std::vector<WeightsSection>& contents, std::string payload, uint64_t model_hash) {
  payload.resize((payload.size() + weights_alignment - 1) / weights_alignment * weights_alignment, '\0');
  NARROWS_CHECK(payload.size() <= max_payload_bytes, fmt::format("payload of {} bytes", payload.size()));
  for (const WeightsSection& section : contents) {
    NARROWS_CHECK(section.offset <= payload.size() && section.bytes <= payload.size() - section.offset,
                  fmt::format("section '{}' is outside of the payload", section.name));
  }

  WeightsFile file;
  file.model_hash = model_hash;
  file.content_hash = hash_bytes(payload.data(), payload.size());

  flatbuffers::FlatBufferBuilder builder(payload.size() + 4096);
  builder.ForceDefaults(true);  // a hash that happens to be 0 is written, too
  builder.Align(weights_alignment);
  auto data = builder.CreateVector(reinterpret_cast<const uint8_t*>(payload.data()), payload.size());
  std::vector<flatbuffers::Offset<weights::Section>> sections;
  for (const WeightsSection& s : contents) {
    sections.push_back(weights::CreateSectionDirect(builder, s.name.c_str(), s.offset, s.bytes, s.what.c_str()));
  }
  auto table = builder.CreateVector(sections);
  weights::FinishWeightsBuffer(
      builder, weights::CreateWeights(builder, weights_version, model_hash, file.content_hash, table, data));

  file.bytes.assign(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  file.payload_offset = file.bytes.size() - payload.size();
  NARROWS_CHECK(file.payload_offset % weights_alignment == 0 && file.bytes.size() % weights_alignment == 0,
                "the payload is not aligned");
  const uint8_t* read_back = weights::GetWeights(file.bytes.data())->payload()->data();
  NARROWS_CHECK(reinterpret_cast<const char*>(read_back) == file.bytes.data() + file.payload_offset,
                "the payload is not at the end of the file");
  return file;
}

}  // namespace narrows
