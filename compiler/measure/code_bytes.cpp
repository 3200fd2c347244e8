// The size of an object file's code, for any machine: `size` of this machine need not know the other's files.
#include <elf.h>
#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "compiler/measure/files.h"
#include "compiler/measure/measure.h"

namespace narrows {
namespace {

/// The table of sections; empty if the bytes are no object file of 64 bits.
std::vector<Elf64_Shdr> sections(const std::vector<uint8_t>& bytes) {
  Elf64_Ehdr header;
  if (bytes.size() < sizeof(header)) return {};
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64) return {};
  const uint64_t table = uint64_t{header.e_shnum} * sizeof(Elf64_Shdr);
  if (header.e_shoff > bytes.size() || bytes.size() - header.e_shoff < table) return {};
  std::vector<Elf64_Shdr> list(header.e_shnum);
  if (!list.empty()) std::memcpy(list.data(), bytes.data() + header.e_shoff, table);
  return list;
}

}  // namespace

std::optional<int64_t> code_bytes(const std::filesystem::path& object, Diagnostics& diagnostics) {
  const auto bytes = read_file(object, diagnostics);
  if (!bytes) return std::nullopt;
  const std::vector<Elf64_Shdr> list = sections(*bytes);
  if (list.empty()) {
    diagnostics.error(fmt::format("'{}' is not an object file that can be read", object.filename().string()));
    return std::nullopt;
  }
  int64_t sum = 0;
  for (const Elf64_Shdr& section : list) {
    const bool loaded = section.sh_flags & SHF_ALLOC, written = section.sh_flags & SHF_WRITE;
    if (loaded && !written) sum += static_cast<int64_t>(section.sh_size);
  }
  return sum;
}

}  // namespace narrows
