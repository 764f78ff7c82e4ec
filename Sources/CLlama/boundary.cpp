// SPDX-License-Identifier: MIT

#include "boundary.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <new>
#include <thread>

#include <unistd.h>

namespace eh {

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

} // namespace eh

const char * eh_last_error(void) {
    return eh::last_error().c_str();
}

void eh_string_free(char * text) {
    std::free(text);
}

int32_t eh_thread_start(void (*body)(void *), void * argument) {
    return eh::guarded<int32_t>(-1, [&] {
        std::thread(body, argument).detach();
        return 0;
    });
}

uint64_t eh_memory_limit(void) {
    return eh::guarded<uint64_t>(0, [] {
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
