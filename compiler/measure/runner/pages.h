// Memory for weights and arenas that are measured. Large ones are made of large pages where the system has any to give:
// a network reads all of its weights in every run, which are more small pages than the core keeps addresses of. And
// where programs are compared, every arena is: small pages may happen to share sets of the second-level cache, which
// made blocks up to 45 % slower for as long as a process lived.
#pragma once

#include <cstdlib>

#ifdef __linux__
#include <sys/mman.h>
#endif

/// Aligned to 64 bytes, with at least 64 bytes behind the end; null if there is no memory. For std::free(). `large`: of
/// large pages whatever its size.
inline void* allocate_pages(std::size_t bytes, bool large = false) {
  constexpr std::size_t kLarge = std::size_t{2} << 20;
  const std::size_t alignment = large || bytes >= kLarge / 2 ? kLarge : 64;
  const std::size_t size = (bytes + 64 + alignment - 1) / alignment * alignment;
  void* const memory = std::aligned_alloc(alignment, size);
#ifdef MADV_HUGEPAGE
  if (memory && alignment == kLarge) madvise(memory, size, MADV_HUGEPAGE);  // a wish: never mind if it is refused
#endif
  return memory;
}
