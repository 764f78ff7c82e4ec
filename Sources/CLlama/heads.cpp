// SPDX-License-Identifier: MIT
//
// Files that hold a part of a model, or what works with another model's insides.

#include "boundary.h"
#include "gguf.h"

#include <memory>

namespace {

struct gguf_deleter {
    void operator()(gguf_context * file) const { gguf_free(file); }
};

std::string text_of(const gguf_context * file, const std::string & key) {
    const int64_t id = gguf_find_key(file, key.c_str());
    return id >= 0 && gguf_get_kv_type(file, id) == GGUF_TYPE_STRING ? gguf_get_val_str(file, id) : "";
}

// Whether a file has layers that predict several tokens, and not the model's first one. Later shards of a model may look alike,
// but they are never loaded.
bool is_mtp(const gguf_context * file) {
    bool has_head = false;
    for (int64_t i = 0; i < gguf_get_n_tensors(file); i++) {
        const std::string name = gguf_get_tensor_name(file, i);
        if (name.rfind("blk.0.", 0) == 0) {
            return false;
        }
        has_head = has_head || name.find(".nextn.eh_proj.") != std::string::npos;
    }
    return has_head;
}

} // namespace

int32_t eh_head_kind(const char * path) noexcept {
    return eh::guarded<int32_t>(EH_HEAD_NONE, [&]() -> int32_t {
        const gguf_init_params params = { true, nullptr };
        const std::unique_ptr<gguf_context, gguf_deleter> file(gguf_init_from_file(path, params));
        if (file == nullptr) {
            return EH_HEAD_NONE;
        }
        const std::string architecture = text_of(file.get(), "general.architecture");
        if (architecture == "eagle3") {
            return EH_HEAD_EAGLE3;
        }
        if (architecture == "dflash") {
            return EH_HEAD_DFLASH;
        }
        if (architecture == "gemma4-assistant") {
            return EH_HEAD_ASSISTANT;
        }
        return is_mtp(file.get()) ? EH_HEAD_MTP : EH_HEAD_NONE;
    });
}
