// SPDX-License-Identifier: MIT

#include "conversation.h"
#include "json-schema-to-grammar.h"

#include <random>
#include <stdexcept>

namespace {

std::string new_tool_call_id() {
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    thread_local std::mt19937 generator{ std::random_device{}() };
    std::uniform_int_distribution<size_t> choice(0, sizeof(alphabet) - 2);
    std::string id(32, ' ');
    for (char & character : id) {
        character = alphabet[choice(generator)];
    }
    return id;
}

common_chat_templates_inputs inputs(const common_json & request, const common_chat_templates * templates) {
    common_chat_templates_inputs result;
    result.messages = common_chat_msgs_parse_oaicompat(request.at("messages"));
    if (request.contains("tools")) {
        result.tools = common_chat_tools_parse_oaicompat(request.at("tools"));
    }
    if (request.contains("tool_choice")) {
        result.tool_choice = common_chat_tool_choice_parse_oaicompat(request.at("tool_choice").get<std::string>());
    }
    if (request.contains("json_schema")) {
        result.json_schema = request.at("json_schema").dump();
    }
    if (request.contains("grammar")) {
        result.grammar = request.at("grammar").get<std::string>();
    }
    if (request.contains("continue_final_message")) {
        result.continue_final_message = common_chat_continuation_parse(request.at("continue_final_message"));
    }
    if (request.contains("chat_template_kwargs")) {
        for (const auto & item : request.at("chat_template_kwargs").items()) {
            result.chat_template_kwargs[item.key()] = item.value().dump();
        }
    }
    auto capabilities = common_chat_templates_get_caps(templates);
    result.parallel_tool_calls = request.value("parallel_tool_calls", capabilities["supports_parallel_tool_calls"]);
    result.add_generation_prompt = request.value("add_generation_prompt", true);
    result.enable_thinking = request.value("enable_thinking", true);
    result.reasoning_format = common_reasoning_format_from_name(request.value("reasoning_format", "auto"));
    result.use_jinja = request.value("use_jinja", true);
    return result;
}

common_json delta(const common_chat_msg_diff & diff) {
    common_json result = common_json::object();
    if (!diff.reasoning_content_delta.empty()) {
        result["reasoning_content"] = diff.reasoning_content_delta;
    }
    if (!diff.content_delta.empty()) {
        result["content"] = diff.content_delta;
    }
    if (diff.tool_call_index != std::string::npos) {
        common_json call = common_json::object();
        call["index"] = diff.tool_call_index;
        if (!diff.tool_call_delta.id.empty()) {
            call["id"] = diff.tool_call_delta.id;
            call["type"] = "function";
        }
        common_json function = common_json::object();
        if (!diff.tool_call_delta.name.empty()) {
            function["name"] = diff.tool_call_delta.name;
        }
        if (!diff.tool_call_delta.arguments.empty()) {
            function["arguments"] = diff.tool_call_delta.arguments;
        }
        if (!function.empty()) {
            call["function"] = function;
        }
        result["tool_calls"] = common_json::array({ call });
    }
    return result;
}

} // namespace

eh_templates * eh_templates_create(const eh_model * model, const char * replacement) {
    return eh::guarded<eh_templates *>(nullptr, [&] {
        auto handle = common_chat_templates_init(model->handle, replacement == nullptr ? "" : replacement);
        return new eh_templates{ std::move(handle) };
    });
}

void eh_templates_free(eh_templates * templates) {
    delete templates;
}

char * eh_templates_source(const eh_templates * templates) {
    return eh::guarded<char *>(
        nullptr, [&] { return eh::copy(common_chat_templates_source(templates->handle.get())); });
}

char * eh_templates_capabilities(const eh_templates * templates) {
    return eh::guarded<char *>(nullptr, [&] {
        common_json result = common_json::object();
        for (const auto & [name, value] : common_chat_templates_get_caps(templates->handle.get())) {
            result[name] = value;
        }
        return eh::copy(result.dump());
    });
}

char * eh_templates_transcription(const eh_templates * templates) {
    return eh::guarded<char *>(nullptr, [&] {
        const common_chat_prompt_preset preset = common_chat_get_asr_prompt(templates->handle.get());
        common_json result = common_json::object();
        result["system"] = preset.system;
        result["user"] = preset.user;
        return eh::copy(result.dump_safe());
    });
}

eh_chat * eh_chat_create(const eh_templates * templates, const char * request) {
    return eh::guarded<eh_chat *>(nullptr, [&] {
        const common_json json = common_json::parse(request);
        const common_chat_templates_inputs wanted = inputs(json, templates->handle.get());
        auto chat = std::make_unique<eh_chat>();
        chat->params = common_chat_templates_apply(templates->handle.get(), wanted);
        chat->parser = common_chat_parser_params(chat->params);
        chat->parser.reasoning_format = wanted.reasoning_format;
        chat->parser.parse_tool_calls =
            !wanted.tools.empty() && wanted.tool_choice != COMMON_CHAT_TOOL_CHOICE_NONE;
        chat->parser.is_continuation = wanted.continue_final_message != COMMON_CHAT_CONTINUATION_NONE;
        if (!chat->params.parser.empty()) {
            chat->parser.parser.load(chat->params.parser);
        }
        chat->plain = chat->params.format == COMMON_CHAT_FORMAT_CONTENT_ONLY ||
            (wanted.tools.empty() && !chat->params.supports_thinking && !chat->parser.is_continuation);
        if (chat->parser.is_continuation) {
            // What the caller already has is not sent again.
            chat->message = common_chat_parse("", true, chat->parser);
        }
        return chat.release();
    });
}

void eh_chat_free(eh_chat * chat) {
    delete chat;
}

const char * eh_chat_prompt(const eh_chat * chat) {
    return chat->params.prompt.c_str();
}

char * eh_chat_stops(const eh_chat * chat) {
    return eh::guarded<char *>(nullptr, [&] {
        return eh::copy(common_json(common_json_value(chat->params.additional_stops)).dump());
    });
}

char * eh_chat_details(const eh_chat * chat) {
    return eh::guarded<char *>(nullptr, [&] {
        common_json result = common_json::object();
        result["chat_format"] = common_chat_format_name(chat->params.format);
        result["reasoning_format"] = common_reasoning_format_name(chat->parser.reasoning_format);
        result["reasoning_in_content"] = chat->parser.reasoning_in_content;
        result["generation_prompt"] = chat->params.generation_prompt;
        result["preserved_tokens"] = common_json(common_json_value(chat->params.preserved_tokens));
        return eh::copy(result.dump_safe());
    });
}

bool eh_chat_is_plain(const eh_chat * chat) {
    return chat->plain;
}

char * eh_chat_parse(eh_chat * chat, const char * text, size_t length, bool final) {
    return eh::guarded<char *>(nullptr, [&] {
        common_json result = common_json::array();
        common_chat_msg parsed = common_chat_parse(std::string(text, length), !final, chat->parser);
        if (!parsed.empty()) {
            parsed.set_tool_call_ids(chat->tool_call_ids, new_tool_call_id);
            for (const auto & diff : common_chat_msg_diff::compute_diffs(chat->message, parsed)) {
                result.push_back(delta(diff));
            }
            chat->message = std::move(parsed);
        }
        return eh::copy(result.dump_safe());
    });
}

char * eh_chat_message(const eh_chat * chat) {
    return eh::guarded<char *>(nullptr, [&] {
        common_chat_msg message = chat->message;
        message.role = "assistant";
        return eh::copy(message.to_json_oaicompat().dump_safe());
    });
}

char * eh_schema_grammar(const char * schema) {
    return eh::guarded<char *>(
        nullptr, [&] { return eh::copy(json_schema_to_grammar(common_json::parse(schema))); });
}
