// SPDX-License-Identifier: MIT

#include "load.h"
#include "common.h"

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
