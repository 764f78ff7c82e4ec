// SPDX-License-Identifier: MIT

#include "limits.h"
#include "common.h"
#include "load.h"
#include "log.h"
#include "plugins.h"

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

} // namespace

void eh::log_line(ggml_log_level level, const char * text, void *) {
    if (target.callback != nullptr) {
        eh::limit_pause pause;
        target.callback(static_cast<int>(level), text, target.user);
    }
}

std::mutex & eh::log_exchange() {
    static std::mutex mutex;
    return mutex;
}

void eh_log_set(eh_log_callback callback, void * user) noexcept {
    eh::guarded<int>(-1, [&] {
        const std::lock_guard lock(eh::log_exchange());
        target = { callback, user };
        llama_log_set(eh::log_line, nullptr);
        // llama-common has a log of its own, which would write to stdout: that stream is for events.
        common_log_pause(common_log_main());
        return 0;
    });
}

void eh_start(void) noexcept {
    eh::guarded<int>(-1, [] {
        eh::load_plugins();
        llama_backend_init();
        return 0;
    });
}

void eh_trim_memory(void) noexcept {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

const char * eh_version(void) noexcept {
    return llama_version();
}

int32_t eh_default_threads(void) noexcept {
    return eh::guarded<int32_t>(1, [] { return std::max(1, common_cpu_get_num_math()); });
}

eh_model * eh_model_load(const char * path, const eh_model_options * options) noexcept {
    return eh::guarded<eh_model *>(nullptr, [&]() -> eh_model * {
        const auto keep = std::make_shared<eh::load_lists>(*options);
        llama_model_params params = eh::model_params(*options, *keep);
        params.progress_callback = options->progress;
        params.progress_callback_user_data = options->progress_user;
        if (options->fit != nullptr) {
            eh::fit(path, *options, params, *keep);
        } else {
            eh::pin_split(*options, params, *keep);
        }
        llama_model * handle = llama_model_load_from_file(path, params);
        if (handle == nullptr) {
            throw std::runtime_error("the engine could not load the file");
        }
        return new eh_model{ handle, llama_model_get_vocab(handle), keep };
    });
}

void eh_model_free(eh_model * model) noexcept {
    if (model != nullptr) {
        llama_model_free(model->handle);
        delete model;
    }
}

void eh_model_get_facts(const eh_model * model, eh_model_facts * facts) noexcept {
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

eh_text eh_model_description(const eh_model * model) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&] {
        char text[256] = "";
        llama_model_desc(model->handle, text, sizeof(text));
        return eh::copy(text);
    });
}

eh_text eh_model_metadata(const eh_model * model, const char * key) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&]() -> eh_text {
        std::string text(256, '\0');
        int32_t length = llama_model_meta_val_str(model->handle, key, text.data(), text.size());
        if (length < 0) {
            return eh::no_text();
        }
        if (static_cast<size_t>(length) >= text.size()) {
            text.resize(static_cast<size_t>(length) + 1);
            length = llama_model_meta_val_str(model->handle, key, text.data(), text.size());
        }
        text.resize(static_cast<size_t>(std::max(length, 0)));
        return eh::copy(text);
    });
}

int32_t eh_token_bos(const eh_model * model) noexcept {
    return llama_vocab_bos(model->vocab);
}

int32_t eh_token_eos(const eh_model * model) noexcept {
    return llama_vocab_eos(model->vocab);
}

int32_t eh_token_sep(const eh_model * model) noexcept {
    return llama_vocab_sep(model->vocab);
}

void eh_model_get_infill_tokens(const eh_model * model, eh_infill_tokens * tokens) noexcept {
    *tokens = {
        llama_vocab_fim_pre(model->vocab), llama_vocab_fim_suf(model->vocab), llama_vocab_fim_mid(model->vocab),
        llama_vocab_fim_rep(model->vocab), llama_vocab_fim_sep(model->vocab),
    };
}

bool eh_model_adds_eos(const eh_model * model) noexcept {
    return llama_vocab_get_add_eos(model->vocab);
}

bool eh_model_adds_sep(const eh_model * model) noexcept {
    return llama_vocab_get_add_sep(model->vocab);
}

const char * eh_model_rerank_template(const eh_model * model) noexcept {
    return llama_model_chat_template(model->handle, "rerank");
}

bool eh_token_is_end(const eh_model * model, int32_t token) noexcept {
    return llama_vocab_is_eog(model->vocab, token);
}

int32_t eh_tokenize(
    const eh_model * model, const char * text, size_t length, bool add_special, bool parse_special, int32_t * tokens,
    int32_t capacity) noexcept {
    return eh::bounded<int32_t>(eh::thread_limits(), -1, [&] {
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

int32_t eh_token_piece(const eh_model * model, int32_t token, bool special, char * buffer, int32_t capacity) noexcept {
    return eh::guarded<int32_t>(
        0, [&] { return llama_token_to_piece(model->vocab, token, buffer, capacity, 0, special); });
}
