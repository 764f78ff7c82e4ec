// SPDX-License-Identifier: MIT
//
// The engine's parameters of a load, and what they point to.
#pragma once

#include <map>
#include <string>
#include <mutex>
#include <vector>

#include "boundary.h"
#include "cllama_media.h"

namespace eh {

// What llama_model_params points to.
struct load_lists {
    std::vector<ggml_backend_dev_t> devices;
    std::vector<float> split;
    std::vector<llama_model_kv_override> overrides;
    std::vector<std::pair<std::string, ggml_backend_buffer_type_t>> places;
    std::vector<llama_model_tensor_buft_override> buffers;
    std::vector<float> fitted_split;
    std::vector<llama_model_tensor_buft_override> fitted_buffers;

    explicit load_lists(const eh_model_options & options);

    // Room for what fitting chooses.
    void make_room() {
        fitted_split.resize(llama_max_devices(), 0.0f);
        fitted_buffers.resize(llama_max_tensor_buft_overrides() + 1, { nullptr, nullptr });
    }
};

/// The parameters that the options stand for; they point into the lists.
llama_model_params model_params(const eh_model_options & options, load_lists & lists);

/// Writes a line of the engine's log to where eh_log_set said.
void log_line(ggml_log_level level, const char * text, void *);

/// Held by what changes where the engine's log goes.
///
/// Fitting puts a callback of its own in, which reads a variable of its frame, and puts back what it found. Two at once would find each
/// other's, and the one that is put back last is called after its frame is gone.
std::mutex & log_exchange();

/// Changes the model's parameters so that it fits beside its context and what else is loaded with it.
void fit(const char * path, const eh_model_options & options, llama_model_params & params, load_lists & lists);

/// What models may take of a device by hand; all there is where nothing is said of it.
size_t budget(const eh_model_options & options, const ggml_backend_dev_props & device);

/// Splits a model whose options name no proportions over its devices, where it has several, by what models may take of each. The engine would
/// split it by what is free, and that is another shape at each load: what was measured wouldn't be what is loaded. The parameters point
/// into the lists.
void pin_split(const eh_model_options & options, llama_model_params & params, load_lists & lists);

/// Bytes of the adapters' files: adapters take little more than their weights.
size_t adapter_bytes(const eh_fit_options & options);

/// Bytes that a projector takes, by device; empty if that can't be said.
std::map<ggml_backend_dev_t, size_t> projector_memory(const char * path, const eh_projector_options & options);

} // namespace eh
