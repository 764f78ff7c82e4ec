// SPDX-License-Identifier: MIT

#include "conversation.h"

void eh_templates_free(eh_templates * templates) noexcept {
    delete templates;
}

eh_text eh_templates_source(const eh_templates * templates) noexcept {
    return eh::guarded<eh_text>(
        eh::no_text(), [&] { return eh::copy(common_chat_templates_source(templates->handle.get())); });
}

eh_text eh_templates_capabilities(const eh_templates * templates) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&] {
        common_json result = common_json::object();
        for (const auto & [name, value] : templates->capabilities) {
            result[name] = value;
        }
        result["supports_thinking"] = templates->can_think;
        return eh::copy(result.dump());
    });
}

eh_text eh_templates_transcription(const eh_templates * templates) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&] {
        const common_chat_prompt_preset preset = common_chat_get_asr_prompt(templates->handle.get());
        common_json result = common_json::object();
        result["system"] = preset.system;
        result["user"] = preset.user;
        return eh::copy(result.dump_safe());
    });
}
