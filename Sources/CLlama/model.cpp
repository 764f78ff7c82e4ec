// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "common.h"
#include "fit.h"
#include "log.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

struct log_target {
    eh_log_callback callback = nullptr;
    void * user = nullptr;
};

log_target target;

void forward_log(ggml_log_level level, const char * text, void *) {
    if (target.callback != nullptr) {
        target.callback(static_cast<int>(level), text, target.user);
    }
}

// What llama_model_params points to.
struct load_lists {
    std::vector<ggml_backend_dev_t> devices;
    std::vector<float> split;
    std::vector<llama_model_kv_override> overrides;
    std::vector<std::string> patterns;
    std::vector<llama_model_tensor_buft_override> buffers;
    std::vector<float> fitted_split;
    std::vector<llama_model_tensor_buft_override> fitted_buffers;

    explicit load_lists(const eh_model_options & options) {
        for (int32_t i = 0; i < options.device_count; i++) {
            ggml_backend_dev_t device = ggml_backend_dev_by_name(options.devices[i]);
            if (device == nullptr || ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU) {
                throw std::invalid_argument(std::string("there is no device '") + options.devices[i] + "'" + known());
            }
            devices.push_back(device);
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
        const int32_t layers = options.cpu_expert_layers;
        if (layers < 0) {
            patterns.push_back(LLM_FFN_EXPS_REGEX);
        }
        for (int32_t i = 0; i < layers; i++) {
            patterns.push_back(llm_ffn_block_regex(i, LLM_FFN_EXPS_REGEX));
        }
        for (const std::string & pattern : patterns) {
            buffers.push_back({ pattern.c_str(), ggml_backend_cpu_buffer_type() });
        }
        if (!buffers.empty()) {
            buffers.push_back({ nullptr, nullptr });
        }
    }

    // Room for what fitting chooses.
    void make_room() {
        fitted_split.resize(llama_max_devices(), 0.0f);
        fitted_buffers.resize(llama_max_tensor_buft_overrides() + 1, { nullptr, nullptr });
    }

    // The devices that could have been meant.
    static std::string known() {
        std::string names;
        for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
            ggml_backend_dev_t device = ggml_backend_dev_get(i);
            if (ggml_backend_dev_type(device) != GGML_BACKEND_DEVICE_TYPE_CPU) {
                names += (names.empty() ? "; there are " : ", ") + std::string(ggml_backend_dev_name(device));
            }
        }
        return names.empty() ? "; there is only the processor" : names;
    }
};

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
    }
    return margins;
}

// Changes the model's parameters so that it fits beside its context.
void fit(const char * path, const eh_model_options & options, llama_model_params & params, load_lists & lists) {
    llama_context_params context = eh::context_params(*options.fit->context);
    std::vector<size_t> margins = margins_of(options);
    lists.make_room();
    const auto progress = params.progress_callback;
    params.progress_callback = nullptr;
    const auto status = common_fit_params(
        path, &params, &context, lists.fitted_split.data(), lists.fitted_buffers.data(), margins.data(),
        options.fit->least_context, nullptr, GGML_LOG_LEVEL_ERROR);
    params.progress_callback = progress;
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

} // namespace

void eh_log_set(eh_log_callback callback, void * user) {
    target = { callback, user };
    llama_log_set(forward_log, nullptr);
    // llama-common has a log of its own, which would write to stdout: that stream is for events.
    common_log_pause(common_log_main());
}

void eh_start(void) {
    llama_backend_init();
}

void eh_trim_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

const char * eh_version(void) {
    return llama_version();
}

int32_t eh_default_threads(void) {
    return eh::guarded<int32_t>(1, [] { return std::max(1, common_cpu_get_num_math()); });
}

eh_model * eh_model_load(const char * path, const eh_model_options * options) {
    return eh::guarded<eh_model *>(nullptr, [&]() -> eh_model * {
        llama_model_params params = llama_model_default_params();
        const auto keep = std::make_shared<load_lists>(*options);
        load_lists & lists = *keep;
        params.n_gpu_layers = options->gpu_layers;
        params.load_mode = static_cast<llama_load_mode>(options->load_mode);
        params.split_mode = static_cast<llama_split_mode>(options->split_mode);
        params.main_gpu = options->main_gpu;
        params.check_tensors = options->check_tensors;
        params.use_extra_bufts = options->repack;
        params.no_host = options->no_host;
        if (!lists.devices.empty()) {
            params.devices = const_cast<ggml_backend_dev_t *>(lists.devices.data());
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
        params.progress_callback = options->progress;
        params.progress_callback_user_data = options->progress_user;
        if (options->fit != nullptr) {
            fit(path, *options, params, lists);
        }
        llama_model * handle = llama_model_load_from_file(path, params);
        if (handle == nullptr) {
            throw std::runtime_error("the engine could not load the file");
        }
        return new eh_model{ handle, llama_model_get_vocab(handle), keep };
    });
}

void eh_model_free(eh_model * model) {
    if (model != nullptr) {
        llama_model_free(model->handle);
        delete model;
    }
}

void eh_model_get_facts(const eh_model * model, eh_model_facts * facts) {
    *facts = {
        llama_model_size(model->handle),
        llama_model_n_params(model->handle),
        static_cast<int32_t>(llama_vocab_type(model->vocab)),
        llama_vocab_n_tokens(model->vocab),
        llama_model_n_ctx_train(model->handle),
        llama_model_n_embd(model->handle),
        llama_model_n_layer(model->handle),
        llama_model_n_swa(model->handle),
        llama_vocab_get_add_bos(model->vocab),
        llama_model_has_encoder(model->handle),
        llama_model_has_decoder(model->handle),
    };
}

char * eh_model_description(const eh_model * model) {
    return eh::guarded<char *>(nullptr, [&] {
        char text[256] = "";
        llama_model_desc(model->handle, text, sizeof(text));
        return eh::copy(text);
    });
}

int32_t eh_token_bos(const eh_model * model) {
    return llama_vocab_bos(model->vocab);
}

int32_t eh_token_eos(const eh_model * model) {
    return llama_vocab_eos(model->vocab);
}

int32_t eh_token_sep(const eh_model * model) {
    return llama_vocab_sep(model->vocab);
}

void eh_model_get_infill_tokens(const eh_model * model, eh_infill_tokens * tokens) {
    *tokens = {
        llama_vocab_fim_pre(model->vocab), llama_vocab_fim_suf(model->vocab), llama_vocab_fim_mid(model->vocab),
        llama_vocab_fim_rep(model->vocab), llama_vocab_fim_sep(model->vocab),
    };
}

bool eh_model_adds_eos(const eh_model * model) {
    return llama_vocab_get_add_eos(model->vocab);
}

bool eh_model_adds_sep(const eh_model * model) {
    return llama_vocab_get_add_sep(model->vocab);
}

const char * eh_model_rerank_template(const eh_model * model) {
    return llama_model_chat_template(model->handle, "rerank");
}

bool eh_token_is_end(const eh_model * model, int32_t token) {
    return llama_vocab_is_eog(model->vocab, token);
}

int32_t eh_tokenize(
    const eh_model * model, const char * text, size_t length, bool add_special, bool parse_special, int32_t * tokens,
    int32_t capacity) {
    return eh::guarded<int32_t>(-1, [&] {
        if (length > INT32_MAX) {
            throw std::length_error("the text is too long");
        }
        const int32_t count = llama_tokenize(
            model->vocab, text, static_cast<int32_t>(length), tokens, capacity, add_special, parse_special);
        if (count == INT32_MIN) {
            throw std::length_error("the text has too many tokens");
        }
        return count < 0 ? -count : count;
    });
}

int32_t eh_token_piece(const eh_model * model, int32_t token, bool special, char * buffer, int32_t capacity) {
    return eh::guarded<int32_t>(
        0, [&] { return llama_token_to_piece(model->vocab, token, buffer, capacity, 0, special); });
}
