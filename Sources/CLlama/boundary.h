// SPDX-License-Identifier: MIT
//
// The one place where C++ exceptions end.
#pragma once

#if !__has_include("llama.h")
#error "The engine is missing. Run scripts/engine (make does it for you), then build again."
#endif

#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "cllama.h"
#include "llama.h"

namespace eh {

std::string & last_error();

/// Keeps a sentence as the thread's last error; where there is no memory even for that, an empty one.
void note(const char * sentence) noexcept;

/// Runs `body`; an exception becomes `failure`, its text the thread's last error.
template <typename Result, typename Body> Result guarded(Result failure, Body && body) noexcept {
    try {
        return body();
    } catch (const std::exception & error) {
        note(error.what());
    } catch (...) {
        note("unknown exception");
    }
    return failure;
}

/// The engine's parameters of a context.
llama_context_params context_params(const eh_context_options & options);

/// The device of that name that isn't the processor.
/// Throws: with the names of those that there are.
ggml_backend_dev_t device(const std::string & name);

/// What "PATTERN=BUFFER" says of the place of weights.
/// Throws: for what is no pattern, and for a buffer that isn't there with the names of those that are.
std::pair<std::string, ggml_backend_buffer_type_t> placement(const std::string & text);

/// A copy that the caller frees with eh_text_free.
eh_text copy(const std::string & text);

/// No text, which says that there is none.
inline eh_text no_text() {
    return { nullptr, 0 };
}

} // namespace eh

struct eh_model {
    llama_model * handle;
    const llama_vocab * vocab;
    // What the load's parameters point to: the engine keeps a copy of those pointers.
    std::shared_ptr<const void> parameters;
};

struct common_sampler;

struct eh_context {
    llama_context * handle;
    llama_batch batch;
    int32_t batch_capacity;
    int32_t vocab_size;
    bool unified;
    // Those that choose in the graph, by their sequences: the graph points to them, even once all others have let go.
    std::map<int32_t, std::shared_ptr<common_sampler>> samplers;
    // The threads that compute; null for the engine's own.
    std::shared_ptr<void> threads = nullptr;
    bool counts_time = false;
};
