// SPDX-License-Identifier: MIT
//
// Weights that are repacked, the KV cache and compute buffers come in large pages where Linux has them: a page fault for each 4 KiB is half
// of what a load of a gigabyte takes on a processor, and the translations of large pages fit into the processor's buffers. ggml has no
// option for it; it allocates each buffer by posix_memalign (ggml_aligned_malloc), which the linker redirects here (--wrap in
// Package.swift).
#if defined(__linux__)

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace {

/// Bytes of a large page, on x86-64 and most others.
constexpr std::uintptr_t page = std::uintptr_t(2) << 20;
/// A smaller buffer would be rounded up by too much: a page counts as a whole once a byte of it is used.
constexpr std::size_t least = std::size_t(16) << 20;

} // namespace

extern "C" int __real_posix_memalign(void ** memory, std::size_t alignment, std::size_t size) noexcept;

extern "C" int __wrap_posix_memalign(void ** memory, std::size_t alignment, std::size_t size) noexcept {
    const int result = __real_posix_memalign(memory, alignment, size);
    if (result != 0 || size < least) {
        return result;
    }
    // Whole pages within: what lies around them may be of others. Where the system has no large pages nothing changes.
    const std::uintptr_t start = (reinterpret_cast<std::uintptr_t>(*memory) + page - 1) / page * page;
    const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(*memory) + size) / page * page;
    if (start < end) {
        madvise(reinterpret_cast<void *>(start), end - start, MADV_HUGEPAGE);
    }
    return result;
}

#endif
