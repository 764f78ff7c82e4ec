// SPDX-License-Identifier: MIT

#include "boundary.h"

#include <cstdlib>
#include <new>
#include <thread>

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
