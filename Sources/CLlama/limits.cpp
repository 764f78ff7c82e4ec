// SPDX-License-Identifier: MIT

#include "limits.h"

#include <atomic>
#include <cstdlib>
#include <new>

#if defined(__GLIBC__)
#include <malloc.h>
#elif defined(__APPLE__)
#include <malloc/malloc.h>
#endif

struct eh_flag {
    std::atomic<bool> isSet{ false };
};

namespace {

/// What stands for "no memory", so that whatever handles that handles this too.
struct over_limit : std::bad_alloc {
    const char * what() const noexcept override { return "a limit was passed"; }
};

struct account {
    bool armed = false;
    eh_limit exceeded = EH_LIMIT_NONE;
    eh::limits bounds;
    int64_t held = 0;
    uint32_t untilLook = 0; // allocations
};

thread_local account current;

/// Reading the clock for each allocation would cost more than the allocation.
constexpr uint32_t looks_each = 128;
/// What was ended still builds messages and cleans up.
constexpr uint32_t grace = 4096;

int64_t size_of(void * memory, size_t size) {
#if defined(__GLIBC__)
    (void) size;
    return static_cast<int64_t>(malloc_usable_size(memory));
#elif defined(__APPLE__)
    (void) size;
    return static_cast<int64_t>(malloc_size(memory));
#else
    (void) memory;
    return static_cast<int64_t>(size);
#endif
}

[[noreturn]] void stop(eh_limit reason) {
    current.exceeded = reason;
    current.untilLook = grace;
    throw over_limit();
}

void look(size_t size) {
    const eh::limits & bounds = current.bounds;
    if (bounds.bytes > 0 && current.exceeded == EH_LIMIT_NONE &&
        (size > static_cast<uint64_t>(bounds.bytes) || current.held + static_cast<int64_t>(size) > bounds.bytes)) {
        stop(EH_LIMIT_MEMORY);
    }
    if (current.untilLook > 0) {
        current.untilLook--;
        return;
    }
    current.untilLook = looks_each;
    if (current.exceeded != EH_LIMIT_NONE) {
        stop(current.exceeded);
    }
    const auto now = std::chrono::steady_clock::now();
    if (bounds.flag != nullptr && now >= bounds.heed && bounds.flag->isSet.load(std::memory_order_relaxed)) {
        stop(EH_LIMIT_CANCELLED);
    }
    if (now >= bounds.deadline) {
        stop(EH_LIMIT_TIME);
    }
}

} // namespace

// The program's own, in place of the library's: where nothing is bounded they do what that one does.

void * operator new(size_t size) {
    if (current.armed) {
        look(size);
    }
    while (true) {
        if (void * memory = std::malloc(size == 0 ? 1 : size)) {
            if (current.armed) {
                current.held += size_of(memory, size);
            }
            return memory;
        }
        const std::new_handler handler = std::get_new_handler();
        if (handler == nullptr) {
            throw std::bad_alloc();
        }
        handler();
    }
}

void operator delete(void * memory) noexcept {
    if (current.armed && memory != nullptr) {
        current.held -= size_of(memory, 0);
    }
    std::free(memory);
}

void operator delete(void * memory, size_t) noexcept {
    operator delete(memory);
}

namespace eh {

limit_scope::limit_scope(const limits & bounds) : outer_(current.armed) {
    if (outer_) {
        return;
    }
    // Where nothing is bounded nothing is counted: the tokens of a chat's line cost less than that.
    current.exceeded = EH_LIMIT_NONE;
    if (bounds.any()) {
        current = { true, EH_LIMIT_NONE, bounds, 0, 0 };
    }
}

limit_scope::~limit_scope() {
    current.armed = outer_;
}

limit_pause::limit_pause() : armed_(current.armed) {
    current.armed = false;
}

limit_pause::~limit_pause() {
    current.armed = armed_;
}

limits & thread_limits() {
    thread_local limits bounds;
    return bounds;
}

eh_limit exceeded() {
    return current.exceeded;
}

} // namespace eh

eh_flag * eh_flag_create(void) noexcept {
    return eh::guarded<eh_flag *>(nullptr, [] { return new eh_flag; });
}

void eh_flag_set(eh_flag * flag) noexcept {
    flag->isSet.store(true, std::memory_order_relaxed);
}

void eh_flag_free(eh_flag * flag) noexcept {
    delete flag;
}

void eh_limit_begin(uint32_t milliseconds, uint64_t bytes, const eh_flag * flag) noexcept {
    eh::limits & bounds = eh::thread_limits();
    bounds = {};
    const auto now = std::chrono::steady_clock::now();
    if (milliseconds > 0) {
        bounds.deadline = now + std::chrono::milliseconds(milliseconds);
    }
    bounds.heed = now + std::chrono::milliseconds(200);
    bounds.bytes = static_cast<int64_t>(bytes > INT64_MAX ? INT64_MAX : bytes);
    bounds.flag = flag;
}

void eh_limit_end(void) noexcept {
    eh::thread_limits() = {};
}

eh_limit eh_last_limit(void) noexcept {
    return eh::exceeded();
}
