// SPDX-License-Identifier: MIT

#include "load.h"
#include "common.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <stdexcept>

eh::load_lists::load_lists(const eh_model_options & options) {
    for (int32_t i = 0; i < options.device_count; i++) {
        devices.push_back(eh::device(options.devices[i]));
    }
    if (!devices.empty() || options.no_gpu) {
        devices.push_back(nullptr);
    }
    if (options.tensor_split_count > 0) {
        if (static_cast<size_t>(options.tensor_split_count) > llama_max_devices()) {
            throw std::invalid_argument("the model is split into more parts than there can be devices");
        }
        split.assign(options.tensor_split, options.tensor_split + options.tensor_split_count);
        split.resize(llama_max_devices(), 0.0f);
    }
    for (int32_t i = 0; i < options.override_count; i++) {
        if (!string_parse_kv_override(options.overrides[i], overrides)) {
            throw std::invalid_argument(std::string("'") + options.overrides[i] + "' overrides no metadata: KEY=TYPE:VALUE");
        }
    }
    if (!overrides.empty()) {
        overrides.push_back({});
    }
    // The first pattern that matches counts, so that what was said of single weights comes first.
    for (int32_t i = 0; i < options.placement_count; i++) {
        places.push_back(eh::placement(options.placements[i]));
    }
    const int32_t layers = options.cpu_expert_layers;
    if (layers < 0) {
        places.emplace_back(LLM_FFN_EXPS_REGEX, ggml_backend_cpu_buffer_type());
    }
    for (int32_t i = 0; i < layers; i++) {
        places.emplace_back(llm_ffn_block_regex(i, LLM_FFN_EXPS_REGEX), ggml_backend_cpu_buffer_type());
    }
    for (int32_t i = 0; i < options.cpu_dense_layers; i++) {
        places.emplace_back(llm_ffn_block_regex(i, LLM_FFN_DENSE_REGEX), ggml_backend_cpu_buffer_type());
    }
    for (const auto & [pattern, buffer] : places) {
        buffers.push_back({ pattern.c_str(), buffer });
    }
    if (!buffers.empty()) {
        buffers.push_back({ nullptr, nullptr });
    }
}

namespace {

// The devices that the engine uses where none are named, in its order (llama_prepare_model_devices): those of other machines, then GPUs, each
// once, or else what shares the processor's memory.
std::vector<ggml_backend_dev_t> standard_devices() {
    std::vector<ggml_backend_dev_t> remote;
    std::vector<ggml_backend_dev_t> own;
    std::vector<ggml_backend_dev_t> shared;
    std::set<std::string> known;
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);
        ggml_backend_reg_t registry = ggml_backend_dev_backend_reg(device);
        ggml_backend_dev_props facts;
        ggml_backend_dev_get_props(device, &facts);
        if (facts.type == GGML_BACKEND_DEVICE_TYPE_IGPU) {
            if (shared.empty() || ggml_backend_dev_backend_reg(shared.back()) == registry) {
                shared.push_back(device);
            }
        } else if (facts.type != GGML_BACKEND_DEVICE_TYPE_GPU) {
            continue;
        } else if (std::string(ggml_backend_reg_name(registry)) == "RPC") {
            remote.push_back(device);
        } else if (facts.device_id == nullptr || known.insert(facts.device_id).second) {
            own.push_back(device);
        }
    }
    remote.insert(remote.end(), own.begin(), own.end());
    return remote.empty() ? shared : remote;
}

} // namespace

size_t eh::budget(const eh_model_options & options, const ggml_backend_dev_props & device) {
    for (int32_t i = 0; i < options.budget_count; i++) {
        const std::string name = options.budget_devices[i];
        if (name == device.name || (device.device_id != nullptr && name == device.device_id)) {
            return options.budgets[i];
        }
    }
    return SIZE_MAX;
}

void eh::pin_split(const eh_model_options & options, llama_model_params & params, load_lists & lists) {
    const bool by_layers = params.split_mode == LLAMA_SPLIT_MODE_LAYER || params.split_mode == LLAMA_SPLIT_MODE_ROW;
    if (!by_layers || options.no_gpu || !lists.split.empty()) {
        return;
    }
    std::vector<ggml_backend_dev_t> devices = lists.devices;
    if (devices.empty()) {
        devices = standard_devices();
        devices.push_back(nullptr);
    }
    std::vector<float> split(llama_max_devices(), 0.0f);
    const size_t count = devices.size() - 1;
    for (size_t i = 0; i < count && i < split.size(); i++) {
        ggml_backend_dev_props facts;
        ggml_backend_dev_get_props(devices[i], &facts);
        if (facts.memory_total == 0) {
            return; // it says nothing of its memory
        }
        split[i] = static_cast<float>(std::min(facts.memory_total, budget(options, facts)));
    }
    if (count < 2 || count > split.size()) {
        return;
    }
    lists.devices = devices;
    lists.split = split;
    params.devices = lists.devices.data();
    params.tensor_split = lists.split.data();
}

llama_model_params eh::model_params(const eh_model_options & options, load_lists & lists) {
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers = options.gpu_layers;
    params.load_mode = static_cast<llama_load_mode>(options.load_mode);
    params.split_mode = static_cast<llama_split_mode>(options.split_mode);
    params.main_gpu = options.main_gpu;
    params.check_tensors = options.check_tensors;
    params.use_extra_bufts = options.repack;
    params.no_host = options.no_host;
    params.lazy_mode = static_cast<llama_lazy_mode>(options.lazy_mode);
    if (!lists.devices.empty()) {
        params.devices = lists.devices.data();
    }
    if (!lists.split.empty()) {
        params.tensor_split = lists.split.data();
    }
    if (!lists.overrides.empty()) {
        params.kv_overrides = lists.overrides.data();
    }
    if (!lists.buffers.empty()) {
        params.tensor_buft_overrides = lists.buffers.data();
    }
    return params;
}
