// SPDX-License-Identifier: MIT

#include "boundary.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

// The engine's own, under a name of the header's.
static llama_adapter_lora * own(const sy_adapter * adapter) {
    return reinterpret_cast<llama_adapter_lora *>(const_cast<sy_adapter *>(adapter));
}

sy_adapter * sy_adapter_load(sy_model * model, const char * path) {
    return sy::guarded<sy_adapter *>(nullptr, [&] {
        llama_adapter_lora * adapter = llama_adapter_lora_init(model->handle, path);
        if (adapter == nullptr) {
            throw std::runtime_error("the engine could not load the file");
        }
        return reinterpret_cast<sy_adapter *>(adapter);
    });
}

char * sy_adapter_metadata(const sy_adapter * adapter, const char * key) {
    return sy::guarded<char *>(nullptr, [&]() -> char * {
        std::string text(64, '\0');
        int32_t length = llama_adapter_meta_val_str(own(adapter), key, text.data(), text.size());
        if (length < 0) {
            return nullptr;
        }
        if (static_cast<size_t>(length) >= text.size()) {
            text.resize(static_cast<size_t>(length) + 1);
            length = llama_adapter_meta_val_str(own(adapter), key, text.data(), text.size());
        }
        text.resize(static_cast<size_t>(std::max(length, 0)));
        return sy::copy(text);
    });
}

int32_t sy_adapter_invocation(const sy_adapter * adapter, int32_t * tokens, int32_t capacity) {
    const uint64_t count = llama_adapter_get_alora_n_invocation_tokens(own(adapter));
    if (count > 0 && count <= static_cast<uint64_t>(std::max(capacity, 0))) {
        const llama_token * first = llama_adapter_get_alora_invocation_tokens(own(adapter));
        std::copy(first, first + count, tokens);
    }
    return static_cast<int32_t>(std::min<uint64_t>(count, INT32_MAX));
}

bool sy_context_set_adapters(sy_context * context, sy_adapter * const * adapters, const float * scales, int32_t count) {
    return sy::guarded<bool>(false, [&] {
        std::vector<llama_adapter_lora *> handles;
        std::vector<float> weights(scales, scales + count);
        for (int32_t i = 0; i < count; i++) {
            handles.push_back(own(adapters[i]));
        }
        return llama_set_adapters_lora(context->handle, handles.data(), handles.size(), weights.data()) == 0;
    });
}
