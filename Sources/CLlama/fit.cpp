// SPDX-License-Identifier: MIT

#include "cllama_memory.h"
#include "common.h"
#include "fit.h"
#include "load.h"

#include <fstream>
#include <memory>
#include <stdexcept>

namespace {

// Whether nothing but the processor computes.
bool has_processor_only(const eh_model_options & options) {
    if (options.no_gpu) {
        return true;
    }
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        const auto type = ggml_backend_dev_type(ggml_backend_dev_get(i));
        if (type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU) {
            return false;
        }
    }
    return true;
}

// Leaves all free of a device but what may be taken.
void keep_budget(const eh_model_options & options, const ggml_backend_dev_props & device, size_t & margin) {
    const size_t budget = eh::budget(options, device);
    if (budget < device.memory_free) {
        margin = device.memory_free - budget;
    }
}

// Bytes to leave free, by device.
std::vector<size_t> margins_of(const eh_model_options & options) {
    const eh_fit_options & fit = *options.fit;
    std::vector<size_t> margins(llama_max_devices(), size_t{ 1 } << 30);
    for (size_t i = 0; i < margins.size() && fit.margin_count > 0; i++) {
        const auto place = fit.margin_count == 1 ? 0 : i;
        if (place < static_cast<size_t>(fit.margin_count)) {
            margins[i] = fit.margins[place];
        }
    }
    size_t place = 0;
    for (size_t i = 0; i < ggml_backend_dev_count() && place < margins.size(); i++) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);
        const auto type = ggml_backend_dev_type(device);
        if (type != GGML_BACKEND_DEVICE_TYPE_GPU && type != GGML_BACKEND_DEVICE_TYPE_IGPU) {
            continue;
        }
        ggml_backend_dev_props facts;
        ggml_backend_dev_get_props(device, &facts);
        keep_budget(options, facts, margins[place++]);
    }
    ggml_backend_dev_t processor = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (processor != nullptr && has_processor_only(options)) {
        // The engine counts the machine's memory, of which a container may have a part.
        size_t free = 0;
        size_t total = 0;
        ggml_backend_dev_memory(processor, &free, &total);
        const uint64_t limit = eh_memory_limit();
        if (limit > 0 && limit < total) {
            margins[0] += total - limit;
        }
        ggml_backend_dev_props host = {};
        host.name = "host";
        host.memory_free = free;
        keep_budget(options, host, margins[0]);
    }
    return margins;
}

// The model that proposes tokens, which is loaded beside the other one with a context of the same size.
class draft_model {
  public:
    explicit draft_model(const eh_fit_options & options) {
        if (options.draft_path != nullptr) {
            lists = std::make_unique<eh::load_lists>(*options.draft_model);
            model = eh::model_params(*options.draft_model, *lists);
            context = eh::context_params(*options.draft_context);
            found = { options.draft_path, &model, &context, false };
        }
    }

    // Null for no such model.
    const common_fit_extra_model * extra() const { return lists ? &found : nullptr; }

  private:
    std::unique_ptr<eh::load_lists> lists;
    llama_model_params model = llama_model_default_params();
    llama_context_params context = llama_context_default_params();
    common_fit_extra_model found = {};
};

// Adds what projector and adapters take to what is left free: they are loaded later, onto the same devices.
void reserve(
    const char * path, const eh_model_options & options, const llama_model_params & params,
    const llama_context_params & context, std::vector<size_t> & margins) {
    const eh_fit_options & fit = *options.fit;
    if (fit.projector == nullptr && fit.adapter_count == 0) {
        return;
    }
    std::vector<ggml_backend_dev_t> devices;
    if (!has_processor_only(options)) {
        uint32_t layers = 0;
        uint32_t trained = 0;
        uint32_t experts = 0;
        try {
            common_get_device_memory_data(
                path, &params, &context, devices, layers, trained, experts, GGML_LOG_LEVEL_ERROR);
        } catch (const std::runtime_error &) {
            return; // it can't be loaded, and the load says why
        }
    }
    const size_t adapters = eh::adapter_bytes(fit);
    std::map<ggml_backend_dev_t, size_t> projector;
    if (fit.projector != nullptr) {
        projector = eh::projector_memory(fit.projector, *fit.projector_options);
    }
    if (devices.empty()) {
        margins[0] += adapters;
        for (const auto & [device, bytes] : projector) {
            (void) device;
            margins[0] += bytes;
        }
        return;
    }
    for (size_t i = 0; i < devices.size() && i < margins.size(); i++) {
        // An adapter's weights lie where those that they change do: on all devices alike, as far as is known yet.
        margins[i] += (adapters + devices.size() - 1) / devices.size();
        const auto found = projector.find(devices[i]);
        margins[i] += found == projector.end() ? 0 : found->second;
    }
}

} // namespace

size_t eh::adapter_bytes(const eh_fit_options & options) {
    size_t bytes = 0;
    for (int32_t i = 0; i < options.adapter_count; i++) {
        std::ifstream file(options.adapters[i], std::ios::binary | std::ios::ate);
        const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : 0;
        bytes += size > 0 ? static_cast<size_t>(size) : 0;
    }
    return bytes;
}

void eh::fit(const char * path, const eh_model_options & options, llama_model_params & params, load_lists & lists) {
    const std::lock_guard lock(eh::log_exchange());
    llama_context_params context = eh::context_params(*options.fit->context);
    lists.make_room();
    const auto progress = params.progress_callback;
    params.progress_callback = nullptr;
    std::vector<size_t> margins = margins_of(options);
    reserve(path, options, params, context, margins);
    draft_model draft(*options.fit);
    const auto status = common_fit_params(
        path, &params, &context, lists.fitted_split.data(), lists.fitted_buffers.data(), margins.data(),
        options.fit->least_context, draft.extra(), GGML_LOG_LEVEL_ERROR);
    params.progress_callback = progress;
    if (status != COMMON_PARAMS_FIT_STATUS_SUCCESS && options.budget_count > 0) {
        throw std::runtime_error(
            "it needs more than --memory-budget allows; allow more, or give a smaller --ctx-size or fewer --gpu-layers");
    }
    if (options.fit_result == nullptr) {
        return;
    }
    int32_t overflowing = 0;
    if (params.tensor_buft_overrides == lists.fitted_buffers.data()) {
        for (auto * entry = params.tensor_buft_overrides; entry->pattern != nullptr; entry++) {
            overflowing++;
        }
    }
    *options.fit_result = { status == COMMON_PARAMS_FIT_STATUS_SUCCESS, context.n_ctx, params.n_gpu_layers, overflowing };
}
