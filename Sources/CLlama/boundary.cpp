// SPDX-License-Identifier: MIT

#include "boundary.h"

#include <cstdlib>
#include <new>

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
