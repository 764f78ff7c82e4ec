// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "cllama_memory.h"
#include "common.h"
#include "fit.h"
#include "load.h"

#include "llama-ext.h"

#include <stdexcept>

namespace {

bool is_gpu(ggml_backend_dev_t device) {
    const auto type = ggml_backend_dev_type(device);
    return type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
}

void put(char (&place)[64], const char * text) {
    std::strncpy(place, text == nullptr ? "" : text, sizeof(place) - 1);
}

// A list of what is taken of each device; the machine's own memory is the last one.
class memory_list {
  public:
    memory_list(eh_device_memory * devices, int32_t capacity) : devices_(devices) {
        for (size_t i = 0; i < ggml_backend_dev_count() && count_ + 1 < capacity; i++) {
            ggml_backend_dev_t device = ggml_backend_dev_get(i);
            if (!is_gpu(device)) {
                continue;
            }
            ggml_backend_dev_props facts;
            ggml_backend_dev_get_props(device, &facts);
            eh_device_memory & entry = add(facts.device_id == nullptr ? facts.name : facts.device_id, facts.name);
            entry.total = facts.memory_total;
            entry.free = facts.memory_free;
            places_[device] = count_ - 1;
        }
        eh_device_memory & host = add("host", "host");
        ggml_backend_dev_t processor = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
        size_t free = 0;
        size_t total = 0;
        if (processor != nullptr) {
            ggml_backend_dev_memory(processor, &free, &total);
        }
        const uint64_t limit = eh_memory_limit();
        host.total = limit > 0 ? std::min<uint64_t>(limit, total) : total;
        host.free = std::min<uint64_t>(free, host.total);
    }

    // Null and whatever is no GPU stand for the machine's own memory.
    eh_device_memory & of(ggml_backend_dev_t device) {
        const auto found = device == nullptr ? places_.end() : places_.find(device);
        return devices_[found == places_.end() ? count_ - 1 : found->second];
    }

    int32_t count() const { return count_; }

  private:
    eh_device_memory & add(const char * id, const char * name) {
        eh_device_memory & entry = devices_[count_++];
        entry = {};
        put(entry.id, id);
        put(entry.name, name);
        return entry;
    }

    eh_device_memory * devices_;
    int32_t count_ = 0;
    std::map<ggml_backend_dev_t, int32_t> places_;
};

void add(memory_list & list, const llama_context * context) {
    for (const auto & [type, bytes] : llama_get_memory_breakdown(context)) {
        ggml_backend_dev_t device = ggml_backend_buft_is_host(type) ? nullptr : ggml_backend_buft_get_device(type);
        eh_device_memory & entry = list.of(device);
        entry.weights += bytes.model;
        entry.context += bytes.context;
        entry.compute += bytes.compute;
        // That is how the engine calls a buffer of the file's own pages.
        if (std::strstr(ggml_backend_buft_name(type), "_Mapped") != nullptr) {
            entry.mapped += bytes.model;
        }
    }
}

// What a model and its context would take.
void add_dry(
    memory_list & list, const char * path, const llama_model_params & model, const llama_context_params & context) {
    std::vector<ggml_backend_dev_t> devices;
    uint32_t layers = 0;
    uint32_t trained = 0;
    uint32_t experts = 0;
    const auto taken = common_get_device_memory_data(
        path, &model, &context, devices, layers, trained, experts, GGML_LOG_LEVEL_ERROR);
    const bool maps = model.load_mode != LLAMA_LOAD_MODE_NONE && model.load_mode != LLAMA_LOAD_MODE_DIRECT_IO;
    for (size_t i = 0; i < taken.size(); i++) {
        const bool is_host = i + 1 == taken.size() || !is_gpu(devices[i]);
        eh_device_memory & entry = list.of(is_host ? nullptr : devices[i]);
        entry.weights += taken[i].model;
        entry.context += taken[i].context;
        entry.compute += taken[i].compute;
        if (is_host && maps) {
            entry.mapped += taken[i].model;
        }
    }
}

void add_projector(memory_list & list, const char * path, const eh_projector_options & options) {
    for (const auto & [device, bytes] : eh::projector_memory(path, options)) {
        list.of(device).projector += bytes;
    }
}

} // namespace

int32_t eh_devices(eh_device_memory * devices, int32_t capacity) noexcept {
    return eh::guarded<int32_t>(-1, [&] { return memory_list(devices, capacity).count(); });
}

int32_t eh_memory_taken(
    const eh_context * context, const eh_context * draft, const char * projector,
    const struct eh_projector_options * options, eh_device_memory * devices, int32_t capacity) noexcept {
    return eh::guarded<int32_t>(-1, [&] {
        const std::lock_guard lock(eh::log_exchange());
        memory_list list(devices, capacity);
        if (projector != nullptr) {
            add_projector(list, projector, *options);
        }
        add(list, context->handle);
        if (draft != nullptr) {
            add(list, draft->handle);
        }
        return list.count();
    });
}

int32_t eh_memory_wanted(
    const char * path, const eh_model_options * options, eh_device_memory * devices, int32_t capacity) noexcept {
    return eh::guarded<int32_t>(-1, [&] {
        const std::lock_guard lock(eh::log_exchange());
        const eh_fit_options & load = *options->fit;
        memory_list list(devices, capacity);
        eh::load_lists lists(*options);
        llama_model_params params = eh::model_params(*options, lists);
        eh::pin_split(*options, params, lists);
        add_dry(list, path, params, eh::context_params(*load.context));
        if (load.draft_path != nullptr) {
            eh::load_lists own(*load.draft_model);
            llama_model_params draft = eh::model_params(*load.draft_model, own);
            eh::pin_split(*load.draft_model, draft, own);
            add_dry(list, load.draft_path, draft, eh::context_params(*load.draft_context));
        }
        if (load.projector != nullptr) {
            add_projector(list, load.projector, *load.projector_options);
        }
        // An adapter's weights lie where those that it changes do: there, where most of the weights are.
        eh_device_memory * most = devices;
        for (int32_t i = 1; i < list.count(); i++) {
            if (devices[i].weights > most->weights) {
                most = devices + i;
            }
        }
        most->weights += eh::adapter_bytes(load);
        return list.count();
    });
}
