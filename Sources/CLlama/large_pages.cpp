// SPDX-License-Identifier: MIT
//
// Weights that are repacked, the KV cache and compute buffers come in large pages where Linux has them: a page fault for each 4 KiB is half
// of what a load of a gigabyte takes on a processor, and the translations of large pages fit into the processor's buffers. ggml has no
// option for it; it allocates each buffer by posix_memalign (ggml_aligned_malloc). The program has its own, which the engine's shared
// libraries find before the C library's.
#if defined(__linux__)

#include <malloc.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

/// Bytes of a large page, on x86-64 and most others.
constexpr std::uintptr_t page = std::uintptr_t(2) << 20;
/// A smaller buffer would be rounded up by too much: a page counts as a whole once a byte of it is used.
constexpr std::size_t least = std::size_t(16) << 20;

} // namespace

extern "C" int posix_memalign(void ** memory, std::size_t alignment, std::size_t size) noexcept {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    // It may change errno, which this function's callers don't expect.
    const int before = errno;
    void * const made = memalign(alignment, size);
    errno = before;
    if (made == nullptr) {
        return ENOMEM;
    }
    *memory = made;
    if (size < least) {
        return 0;
    }
    // Whole pages within: what lies around them may be of others. Where the system has no large pages nothing changes.
    const std::uintptr_t start = (reinterpret_cast<std::uintptr_t>(*memory) + page - 1) / page * page;
    const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(*memory) + size) / page * page;
    if (start < end) {
        madvise(reinterpret_cast<void *>(start), end - start, MADV_HUGEPAGE);
    }
    return 0;
}

#endif
