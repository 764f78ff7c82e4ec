// SPDX-License-Identifier: MIT

#include "boundary.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <new>
#include <thread>

#include <unistd.h>

namespace sy {

std::string & last_error() {
    thread_local std::string text;
    return text;
}

char * copy(const std::string & text) {
    char * result = static_cast<char *>(std::malloc(text.size() + 1));
    if (result == nullptr) {
        throw std::bad_alloc();
    }
    std::memcpy(result, text.c_str(), text.size() + 1);
    return result;
}

} // namespace sy

const char * sy_last_error(void) {
    return sy::last_error().c_str();
}

void sy_string_free(char * text) {
    std::free(text);
}

int32_t sy_thread_start(void (*body)(void *), void * argument) {
    return sy::guarded<int32_t>(-1, [&] {
        std::thread(body, argument).detach();
        return 0;
    });
}

uint64_t sy_memory_limit(void) {
    return sy::guarded<uint64_t>(0, [] {
        const auto pages = static_cast<uint64_t>(std::max(0L, sysconf(_SC_PHYS_PAGES)));
        uint64_t limit = pages * static_cast<uint64_t>(std::max(0L, sysconf(_SC_PAGESIZE)));
        // A container's own; "max" is no number.
        std::ifstream file("/sys/fs/cgroup/memory.max");
        uint64_t bytes = 0;
        if (file >> bytes && bytes > 0 && bytes < limit) {
            limit = bytes;
        }
        return limit;
    });
}
