// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "cllama_memory.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>

#include <pthread.h>
#include <unistd.h>

namespace eh {

std::string & last_error() {
    thread_local std::string text;
    return text;
}

void note(const char * sentence) noexcept {
    try {
        last_error() = sentence;
    } catch (...) {
        last_error().clear();
    }
}

eh_text copy(const std::string & text) {
    char * bytes = static_cast<char *>(std::malloc(text.size() + 1));
    if (bytes == nullptr) {
        throw std::bad_alloc();
    }
    std::memcpy(bytes, text.c_str(), text.size() + 1);
    return { bytes, text.size() };
}

} // namespace eh

const char * eh_last_error(void) noexcept {
    return eh::last_error().c_str();
}

void eh_text_free(eh_text text) noexcept {
    std::free(text.bytes);
}

namespace {

int report_descriptor = -1;

/// Writes all of some bytes; where that isn't possible, no reader is left.
void put(int descriptor, const char * bytes, size_t count) {
    while (count > 0) {
        const ssize_t written = write(descriptor, bytes, count);
        if (written <= 0) {
            return;
        }
        bytes += written;
        count -= static_cast<size_t>(written);
    }
}

/// Writes a sentence to the standard error, and a `failed` event to the parent. Allocates nothing: the process is about to end, and may
/// be out of memory.
void report_end(const char * sentence) {
    // "folder/file.cpp:12: what": the folders are those of the machine that built the engine.
    const char * colon = std::strchr(sentence, ':');
    const char * begin = sentence;
    for (const char * at = sentence; colon != nullptr && at < colon; at++) {
        if (*at == '/') {
            begin = at + 1;
        }
    }
    // All is said: a handler of that signal would only take time.
    std::signal(SIGABRT, SIG_DFL);
    put(STDERR_FILENO, begin, std::strlen(begin));
    put(STDERR_FILENO, "\n", 1);
    if (report_descriptor < 0) {
        return;
    }
    static const char head[] = "{\"event\":\"failed\",\"reason\":\"the engine gave up: ";
    char line[4096];
    size_t length = sizeof(head) - 1;
    std::memcpy(line, head, length);
    for (const char * at = begin; *at != '\0' && length < sizeof(line) - 8; at++) {
        const char character = *at;
        if (character == '"' || character == '\\') {
            line[length++] = '\\';
        }
        line[length++] = static_cast<unsigned char>(character) < 0x20 ? ' ' : character;
    }
    std::memcpy(line + length, "\"}\n", 3);
    put(report_descriptor, line, length + 3);
}

[[noreturn]] void report_exception() {
    try {
        if (const std::exception_ptr error = std::current_exception()) {
            std::rethrow_exception(error);
        }
        report_end("it ended without a reason");
    } catch (const std::exception & error) {
        report_end(error.what());
    } catch (...) {
        report_end("an unknown exception");
    }
    std::abort();
}

} // namespace

void eh_report_end(int32_t descriptor) noexcept {
    report_descriptor = descriptor;
    // A debugger that is started at the end takes a second, and its list of calls hides the reason.
    setenv("GGML_NO_BACKTRACE", "1", 0);
    ggml_set_abort_callback(report_end);
    std::set_terminate(report_exception);
}

int32_t eh_thread_start(void (*body)(void *), void * argument, size_t stack) noexcept {
    return eh::guarded<int32_t>(-1, [&]() -> int32_t {
        struct job {
            void (*body)(void *);
            void * argument;
        };
        pthread_attr_t attributes;
        if (pthread_attr_init(&attributes) != 0) {
            return -1;
        }
        pthread_attr_setstacksize(&attributes, stack);
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        auto work = std::make_unique<job>(job{ body, argument });
        pthread_t thread;
        const auto run = [](void * pointer) -> void * {
            const std::unique_ptr<job> own(static_cast<job *>(pointer));
            own->body(own->argument);
            return nullptr;
        };
        const int status = pthread_create(&thread, &attributes, run, work.get());
        pthread_attr_destroy(&attributes);
        if (status != 0) {
            return -1;
        }
        work.release();
        return 0;
    });
}

namespace {
// What control groups leave; 0: nothing is known of any.
std::atomic<uint64_t> group_limit{ 0 };
}  // namespace

void eh_memory_bound(uint64_t bytes) noexcept {
    group_limit = bytes;
}

uint64_t eh_memory_limit(void) noexcept {
    const auto pages = static_cast<uint64_t>(std::max(0L, sysconf(_SC_PHYS_PAGES)));
    const uint64_t machine = pages * static_cast<uint64_t>(std::max(0L, sysconf(_SC_PAGESIZE)));
    const uint64_t group = group_limit;
    return group > 0 ? std::min(group, machine) : machine;
}
