// SPDX-License-Identifier: MIT

#include "boundary.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

// The engine's own, under a name of the header's.
static llama_adapter_lora * own(const eh_adapter * adapter) {
    return reinterpret_cast<llama_adapter_lora *>(const_cast<eh_adapter *>(adapter));
}

eh_adapter * eh_adapter_load(eh_model * model, const char * path) noexcept {
    return eh::guarded<eh_adapter *>(nullptr, [&] {
        llama_adapter_lora * adapter = llama_adapter_lora_init(model->handle, path);
        if (adapter == nullptr) {
            throw std::runtime_error("the engine could not load the file");
        }
        return reinterpret_cast<eh_adapter *>(adapter);
    });
}

eh_text eh_adapter_metadata(const eh_adapter * adapter, const char * key) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&]() -> eh_text {
        std::string text(64, '\0');
        int32_t length = llama_adapter_meta_val_str(own(adapter), key, text.data(), text.size());
        if (length < 0) {
            return eh::no_text();
        }
        if (static_cast<size_t>(length) >= text.size()) {
            text.resize(static_cast<size_t>(length) + 1);
            length = llama_adapter_meta_val_str(own(adapter), key, text.data(), text.size());
        }
        text.resize(static_cast<size_t>(std::max(length, 0)));
        return eh::copy(text);
    });
}

int32_t eh_adapter_invocation(const eh_adapter * adapter, int32_t * tokens, int32_t capacity) noexcept {
    const uint64_t count = llama_adapter_get_alora_n_invocation_tokens(own(adapter));
    if (count > 0 && count <= static_cast<uint64_t>(std::max(capacity, 0))) {
        const llama_token * first = llama_adapter_get_alora_invocation_tokens(own(adapter));
        std::copy(first, first + count, tokens);
    }
    return static_cast<int32_t>(std::min<uint64_t>(count, INT32_MAX));
}

bool eh_context_set_adapters(eh_context * context, eh_adapter * const * adapters, const float * scales, int32_t count) noexcept {
    return eh::guarded<bool>(false, [&] {
        std::vector<llama_adapter_lora *> handles;
        std::vector<float> weights(scales, scales + count);
        for (int32_t i = 0; i < count; i++) {
            handles.push_back(own(adapters[i]));
        }
        return llama_set_adapters_lora(context->handle, handles.data(), handles.size(), weights.data()) == 0;
    });
}
