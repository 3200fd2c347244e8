// Checks a weights file (runtime/weights.fbs) before its payload is used: right file, right model, right
// compilation, nothing missing, nothing altered. Reads no byte outside of the caller's memory, whatever is in
// it.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum WeightsStatus {
  weights_ok = 0,
  weights_null,
  weights_misaligned,
  weights_truncated,
  weights_not_narrows,
  weights_other_version,
  weights_other_model,
  weights_other_compilation,
  weights_altered
};

// The status as a sentence.
static inline const char* explain(int status) {
  switch (status) {
    case weights_ok:
      return "There is no error.";
    case weights_null:
      return "A pointer is null.";
    case weights_misaligned:
      return "Weights or arena are not at an address that is a multiple of 64.";
    case weights_truncated:
      return "The weights are shorter than the weights file that belongs to this code.";
    case weights_not_narrows:
      return "The data is not a weights file of Narrows.";
    case weights_other_version:
      return "The weights file is of another format version than this code.";
    case weights_other_model:
      return "The weights file was made from another model than this code.";
    case weights_other_compilation:
      return "The weights file was made by another compilation of the same model.";
    case weights_altered:
      return "The weights were altered after they were written.";
    default:
      return "Unknown status.";
  }
}

// ---- XXH64 -------------------------------------------------------------------------------------
// After the description in doc/xxhash_spec.md of github.com/Cyan4973/xxHash; seed 0.

static const uint64_t xxh64_prime1 = 0x9E3779B185EBCA87u;
static const uint64_t xxh64_prime2 = 0xC2B2AE3D27D4EB4Fu;
static const uint64_t xxh64_prime3 = 0x165667B19E3779F9u;
static const uint64_t xxh64_prime4 = 0x85EBCA77C2B2AE63u;
static const uint64_t xxh64_prime5 = 0x27D4EB2F165667C5u;

// The lowest byte comes first, whatever the machine.
static inline uint16_t load_u16(const uint8_t* p) { return (uint16_t)(p[0] | p[1] << 8); }

static inline uint32_t load_u32(const uint8_t* p) {
  return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t load_u64(const uint8_t* p) { return load_u32(p) | (uint64_t)load_u32(p + 4) << 32; }

static inline uint64_t rotate_left(uint64_t v, int bits) { return (v << bits) | (v >> (64 - bits)); }

static inline uint64_t xxh64_round(uint64_t lane, uint64_t input) {
  return rotate_left(lane + input * xxh64_prime2, 31) * xxh64_prime1;
}

static inline uint64_t xxh64_merge(uint64_t hash, uint64_t lane) {
  return (hash ^ xxh64_round(0, lane)) * xxh64_prime1 + xxh64_prime4;
}

// Stripes of 32 bytes in four independent lanes; then what is left in words of 8, 4 and 1 bytes.
static inline uint64_t xxh64(const uint8_t* p, size_t bytes) {
  const uint8_t* end = p + bytes;
  uint64_t hash = xxh64_prime5;
  if (bytes >= 32) {
    uint64_t lane0 = xxh64_prime1 + xxh64_prime2, lane1 = xxh64_prime2, lane2 = 0, lane3 = 0 - xxh64_prime1;
    for (; end - p >= 32; p += 32) {
      lane0 = xxh64_round(lane0, load_u64(p));
      lane1 = xxh64_round(lane1, load_u64(p + 8));
      lane2 = xxh64_round(lane2, load_u64(p + 16));
      lane3 = xxh64_round(lane3, load_u64(p + 24));
    }
    hash = rotate_left(lane0, 1) + rotate_left(lane1, 7) + rotate_left(lane2, 12) + rotate_left(lane3, 18);
    hash = xxh64_merge(hash, lane0);
    hash = xxh64_merge(hash, lane1);
    hash = xxh64_merge(hash, lane2);
    hash = xxh64_merge(hash, lane3);
  }
  hash += bytes;
  for (; end - p >= 8; p += 8) hash = rotate_left(hash ^ xxh64_round(0, load_u64(p)), 27) * xxh64_prime1 + xxh64_prime4;
  for (; end - p >= 4; p += 4) hash = rotate_left(hash ^ load_u32(p) * xxh64_prime1, 23) * xxh64_prime2 + xxh64_prime3;
  for (; p != end; ++p) hash = rotate_left(hash ^ *p * xxh64_prime5, 11) * xxh64_prime1;
  hash = (hash ^ (hash >> 33)) * xxh64_prime2;
  hash = (hash ^ (hash >> 29)) * xxh64_prime3;
  return hash ^ (hash >> 32);
}

// ---- the file ----------------------------------------------------------------------------------

// Offset in the file of a field of the FlatBuffers root table, or 0 if the field is absent or would not lie
// within the `bytes` bytes at `file`. A file begins with the offset of its root table; a table begins with
// the distance back to its vtable: size of the vtable, size of the table, then the offset of every field from
// the start of the table.
static inline size_t root_field(const uint8_t* file, size_t bytes, unsigned field, size_t size) {
  if (bytes < 8) return 0;
  size_t table = load_u32(file);
  if (table > bytes - 4) return 0;
  int64_t vtable = (int64_t)table - (int32_t)load_u32(file + table);
  if (vtable < 0 || (uint64_t)vtable > bytes - 4) return 0;
  size_t entry = 4 + 2 * field;
  if (entry + 2 > load_u16(file + vtable) || entry + 2 > bytes - (size_t)vtable) return 0;
  size_t offset = load_u16(file + vtable + entry);
  if (offset == 0 || offset + size > bytes - table) return 0;
  return table + offset;
}

// Returns weights_ok if the `bytes` bytes at `blob` are the weights file of `file_bytes` bytes with these two
// hashes, whose payload goes from `payload_offset` to its end. More bytes than that do no harm.
static inline int check_blob(const void* blob, size_t bytes, uint64_t model_hash, uint64_t content_hash,
                             size_t file_bytes, size_t payload_offset) {
  const uint8_t* file = (const uint8_t*)blob;
  if (!blob) return weights_null;
  if ((uintptr_t)blob % 64 != 0) return weights_misaligned;
  if (bytes < 8) return weights_truncated;
  if (load_u32(file + 4) != 0x5357524eu) return weights_not_narrows;  // "NRWS"

  size_t version = root_field(file, bytes, 0, 4);
  size_t model = root_field(file, bytes, 1, 8);
  size_t content = root_field(file, bytes, 2, 8);
  if (version && load_u32(file + version) != 1) return weights_other_version;
  if (model && load_u64(file + model) != model_hash) return weights_other_model;
  if (content && load_u64(file + content) != content_hash) return weights_other_compilation;
  if (bytes < file_bytes) return weights_truncated;
  if (!version || !model || !content) return weights_not_narrows;
  if (xxh64(file + payload_offset, file_bytes - payload_offset) != content_hash) return weights_altered;
  return weights_ok;
}
