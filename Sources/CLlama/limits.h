// SPDX-License-Identifier: MIT
//
// What a call that a stranger's bytes decide may cost.
#pragma once

#include "boundary.h"

#include <chrono>
#include <cstdint>

namespace eh {

/// The bounds of calls; nothing is bounded where a value is 0 or null.
struct limits {
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    int64_t bytes = 0;             // that the calls' objects may take
    const eh_flag * flag = nullptr; // ends them when it is set
    std::chrono::steady_clock::time_point heed{}; // when the flag is looked at first: what is soon over may end as it is

    /// Whether anything is bounded.
    bool any() const {
        return bytes > 0 || flag != nullptr || deadline != std::chrono::steady_clock::time_point::max();
    }
};

/// Puts the bounds in force on this thread, for as long as it lives.
class limit_scope {
  public:
    explicit limit_scope(const limits & bounds);
    ~limit_scope();
    limit_scope(const limit_scope &) = delete;

  private:
    bool outer_;
};

/// Takes the bounds out of force meanwhile: for code that isn't the engine's, such as what its log calls.
class limit_pause {
  public:
    limit_pause();
    ~limit_pause();
    limit_pause(const limit_pause &) = delete;

  private:
    bool armed_;
};

/// The bounds that eh_limit_begin set for this thread.
limits & thread_limits();

/// Whether the last scope on this thread was ended by its bounds, and why.
eh_limit exceeded();

/// Like guarded, for what takes as long and as much as its input wants: ends with a failure once the bounds are passed.
///
/// The engine's functions that read grammars, schemas, templates and texts look at no clock, and none of them can be asked
/// to stop. But all of them allocate all the time, and they can't go on without: their allocations look at the bounds.
template <typename Result, typename Body>
Result bounded(const limits & bounds, Result failure, Body && body) noexcept {
    limit_scope scope(bounds);
    Result result = guarded<Result>(failure, body);
    if (exceeded() != EH_LIMIT_NONE) {
        note(
            exceeded() == EH_LIMIT_TIME         ? "it takes too long to work out"
                : exceeded() == EH_LIMIT_MEMORY ? "it takes too much memory to work out"
                                                : "nobody waits for it any more");
    }
    return result;
}

} // namespace eh
