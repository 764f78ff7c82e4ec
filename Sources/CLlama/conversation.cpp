// SPDX-License-Identifier: MIT

#include "conversation.h"

#include "chat_answer.h"
#include "chat_form.h"
#include "common.h"
#include "json-schema-to-grammar.h"
#include "rendering.h"

#include <algorithm>
#include <stdexcept>

namespace {

/// What the template makes of tools of which one must be called, with no room for text before the call. Without a
/// grammar if it has no form for calls.
common_chat_params calls(const eh_templates & templates, common_chat_templates_inputs wanted) {
    wanted.tool_choice = COMMON_CHAT_TOOL_CHOICE_REQUIRED;
    wanted.json_schema.clear();
    common_chat_params params = eh::applied(templates, wanted);
    params.grammar_lazy = false;
    if (params.grammar.empty() || wanted.continue_final_message != COMMON_CHAT_CONTINUATION_NONE) {
        return params;
    }
    if (params.supports_thinking && wanted.reasoning_format == COMMON_REASONING_FORMAT_NONE) {
        // Thoughts are a part of the text then. The grammar has to know them all the same.
        wanted.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
        params.grammar = eh::calls_only(eh::applied(templates, wanted)).grammar;
        return params;
    }
    const eh::chat_form form = eh::calls_only(params);
    params.grammar = form.grammar;
    params.parser = form.parser.save();
    return params;
}

/// What the template makes of a schema that binds the text, whatever tools there are.
common_chat_params answer(const eh_templates & templates, common_chat_templates_inputs wanted) {
    wanted.tools.clear();
    wanted.tool_choice = COMMON_CHAT_TOOL_CHOICE_NONE;
    common_chat_params params = eh::applied(templates, wanted);
    if (!params.grammar.empty()) {
        return params;
    }
    const common_json schema = common_json::parse(wanted.json_schema);
    wanted.json_schema.clear();
    params = eh::applied(templates, wanted);
    const eh::chat_form form = eh::content_by_schema(params, schema);
    params.grammar = form.grammar;
    params.parser = form.parser.save();
    return params;
}

void add_parser(eh_chat & chat, const common_chat_params & params) {
    common_chat_parser_params parser(params);
    parser.reasoning_format = chat.reasoning_format;
    parser.parser.load(params.parser);
    chat.parsers.push_back(std::move(parser));
}

/// What an answer may be, and how it is read.
void set_form(eh_chat & chat, const eh_templates & templates, const common_chat_templates_inputs & wanted) {
    const bool may_call = !wanted.tools.empty() && wanted.tool_choice != COMMON_CHAT_TOOL_CHOICE_NONE;
    const bool must_call = may_call && wanted.tool_choice == COMMON_CHAT_TOOL_CHOICE_REQUIRED;
    if (may_call && !templates.can_call && wanted.use_jinja) {
        if (must_call) {
            throw std::invalid_argument(
                "'tool_choice' asks for a call, but this model's chat template has no form for calls; choose 'auto', "
                "or start the model with a template that has one (--chat-template-file)");
        }
        chat.warnings.push_back("this model's chat template has no form for calls of tools: it won't call any");
    }
    if (must_call) {
        chat.params = calls(templates, wanted);
        add_parser(chat, chat.params);
        return;
    }
    if (wanted.json_schema.empty()) {
        chat.params = eh::applied(templates, wanted);
        if (!chat.params.parser.empty()) {
            add_parser(chat, chat.params);
        }
        return;
    }
    chat.params = answer(templates, wanted);
    if (!wanted.tools.empty()) {
        auto told = wanted;
        told.json_schema.clear();
        chat.params.prompt = eh::applied(templates, told).prompt;
    }
    if (may_call && templates.can_call) {
        const common_chat_params by_calls = calls(templates, wanted);
        chat.params.grammar = eh::either(by_calls.grammar, chat.params.grammar);
        chat.params.preserved_tokens.insert(
            chat.params.preserved_tokens.end(), by_calls.preserved_tokens.begin(), by_calls.preserved_tokens.end());
        chat.params.additional_stops.insert(
            chat.params.additional_stops.end(), by_calls.additional_stops.begin(), by_calls.additional_stops.end());
        add_parser(chat, by_calls);
    }
    if (!chat.params.parser.empty()) {
        add_parser(chat, chat.params);
    }
}

/// Asks templates for what they can, with a conversation and a tool as good as any.
void look_at(eh_templates & templates) {
    try {
        templates.can_think = common_chat_templates_support_enable_thinking(templates.handle.get());
        common_chat_templates_inputs inputs;
        common_chat_msg message;
        message.role = "user";
        message.content = "test";
        inputs.messages = { message };
        inputs.tools = { { "test", "", R"({"type":"object","properties":{"test":{"type":"string","enum":["eh-test"]}},"required":["test"]})" } };
        if (!templates.capabilities.at("supports_tools") && !templates.capabilities.at("supports_tool_calls")) {
            return;
        }
        const std::string grammar = calls(templates, inputs).grammar;
        templates.can_call = !grammar.empty();
        templates.binds_texts = grammar.find("eh-test") != std::string::npos;
    } catch (const std::exception &) {
        // It can't be rendered, or not as Jinja: its use fails with the reason.
    }
}

/// Places at which a text begins among tokens, which may have others in it.
std::vector<size_t> find(const std::vector<llama_token> & tokens, const std::vector<llama_token> & text) {
    std::vector<size_t> found;
    auto at = tokens.begin();
    while (!text.empty() && (at = std::search(at, tokens.end(), text.begin(), text.end())) != tokens.end()) {
        found.push_back(static_cast<size_t>(at - tokens.begin()));
        at += static_cast<std::ptrdiff_t>(text.size());
    }
    return found;
}

/// How many tokens stand before the text of the user's last message: those that don't change with that text. 0 if there is none, and
/// for a template that can't be rendered so.
size_t before_last_message(
    const eh_templates & templates, const eh_chat & chat, const llama_vocab * vocab, const std::vector<llama_token> & tokens) {
    common_chat_templates_inputs other = chat.request;
    const auto last = std::find_if(
        other.messages.rbegin(), other.messages.rend(), [](const common_chat_msg & message) { return message.role == "user"; });
    if (last == other.messages.rend()) {
        return 0;
    }
    const std::string & text = last->content_parts.empty() ? last->content : last->content_parts.front().text;
    // A text that begins otherwise.
    last->content = text.compare(0, 1, "#") == 0 ? "*" : "#";
    last->content_parts.clear();
    // Constraints don't change what stands before.
    other.json_schema.clear();
    other.grammar.clear();
    std::string prompt;
    try {
        prompt = eh::applied(templates, other).prompt;
    } catch (const std::exception &) {
        // It wants something of the text.
        return 0;
    }
    const std::string & own = chat.params.prompt;
    const auto common = static_cast<size_t>(std::mismatch(own.begin(), own.end(), prompt.begin(), prompt.end()).first - own.begin());
    const std::vector<llama_token> before = common_tokenize(vocab, own.substr(0, common), true, true);
    return static_cast<size_t>(
        std::mismatch(before.begin(), before.end(), tokens.begin(), tokens.end()).first - before.begin());
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

/// Puts the rules that a request brings in the place of the constants that stand for them.
/// Returns whether all of those were there.
bool write_parts(std::string & grammar, const common_json & request) {
    if (!request.contains("grammar_parts")) {
        return true;
    }
    bool found_all = true;
    std::string rules;
    for (const auto & part : request.at("grammar_parts")) {
        const std::string constant = part.at("constant").get<std::string>();
        const std::string rule = part.at("rule").get<std::string>();
        const std::string literal = gbnf_format_literal(common_json(constant).dump());
        bool found = false;
        for (size_t at = grammar.find(literal); at != std::string::npos; at = grammar.find(literal, at + rule.size())) {
            grammar.replace(at, literal.size(), rule);
            found = true;
        }
        if (found) {
            rules += part.at("rules").get<std::string>();
        }
        found_all = found_all && found;
    }
    if (!rules.empty()) {
        grammar += (grammar.empty() || grammar.back() == '\n' ? "" : "\n") + rules;
    }
    return found_all;
}

} // namespace

eh_templates * eh_templates_create(const eh_model * model, const char * replacement) noexcept {
    return eh::guarded<eh_templates *>(nullptr, [&] {
        auto templates = std::make_unique<eh_templates>();
        templates->handle = common_chat_templates_init(model->handle, replacement == nullptr ? "" : replacement);
        templates->capabilities = common_chat_templates_get_caps(templates->handle.get());
        look_at(*templates);
        return templates.release();
    });
}

eh_chat * eh_chat_create(const eh_templates * templates, const char * request, size_t length) noexcept {
    return eh::bounded<eh_chat *>(eh::thread_limits(), nullptr, [&] {
        const common_json json = common_json::parse(std::string(request, length));
        auto chat = std::make_unique<eh_chat>();
        chat->request = eh::template_inputs(json, *templates);
        const common_chat_templates_inputs & wanted = chat->request;
        chat->reasoning_format = wanted.reasoning_format;
        chat->echoes = json.value("echo", false);
        chat->binds_texts = templates->binds_texts || !templates->can_call;
        try {
            set_form(*chat, *templates, wanted);
        } catch (const std::exception & error) {
            throw std::invalid_argument(eh::refusal(error.what()));
        }
        const bool is_enforced = write_parts(chat->params.grammar, json) && !chat->params.grammar.empty();
        if (!wanted.json_schema.empty() && wanted.tools.empty() && !is_enforced) {
            throw std::invalid_argument("the JSON schema cannot be enforced with this model's template");
        }
        chat->plain = chat->parsers.empty() ||
            (chat->parsers.size() == 1 &&
             eh::is_plain(chat->parsers.front().parser, chat->params.generation_prompt));
        if (wanted.continue_final_message != COMMON_CHAT_CONTINUATION_NONE && !chat->plain) {
            chat->prefill = eh::read_answer(*chat, "", false);
            if (!chat->echoes) {
                chat->message = chat->prefill;
            }
        }
        return chat.release();
    });
}

void eh_chat_free(eh_chat * chat) noexcept {
    delete chat;
}

const char * eh_chat_prompt(const eh_chat * chat, size_t * length) noexcept {
    *length = chat->params.prompt.size();
    return chat->params.prompt.data();
}

const char * eh_chat_grammar(const eh_chat * chat, size_t * length) noexcept {
    *length = chat->params.grammar.size();
    return chat->params.grammar.data();
}

bool eh_chat_set_grammar(eh_chat * chat, const char * text, size_t length) noexcept {
    return eh::guarded<bool>(false, [&] {
        chat->params.grammar.assign(text, length);
        return true;
    });
}

int32_t eh_chat_messages(
    const eh_templates * templates, const eh_chat * chat, const eh_model * model, const int32_t * tokens, int32_t count,
    int32_t * places, int32_t capacity) noexcept {
    return eh::bounded<int32_t>(eh::thread_limits(), -1, [&]() -> int32_t {
        const std::vector<llama_token> prompt(tokens, tokens + count);
        std::vector<size_t> found;
        for (const common_chat_msg_delimiter & delimiter : chat->params.message_delimiters.delimiters) {
            if (delimiter.role == COMMON_CHAT_ROLE_USER) {
                const auto more = find(prompt, common_tokenize(model->vocab, delimiter.delimiter, false, true));
                found.insert(found.end(), more.begin(), more.end());
            }
        }
        std::sort(found.begin(), found.end());
        if (found.empty()) {
            found.push_back(before_last_message(*templates, *chat, model->vocab, prompt));
        }
        // There is nothing before the first token.
        found.erase(std::remove(found.begin(), found.end(), 0u), found.end());
        if (found.size() <= static_cast<size_t>(capacity)) {
            std::copy(found.begin(), found.end(), places);
        }
        return static_cast<int32_t>(found.size());
    });
}

int32_t eh_chat_answer(const eh_chat * chat, const eh_model * model, const int32_t * tokens, int32_t count) noexcept {
    return eh::bounded<int32_t>(eh::thread_limits(), -1, [&]() -> int32_t {
        const std::vector<llama_token> answer = common_tokenize(model->vocab, chat->params.generation_prompt, false, true);
        if (answer.size() > static_cast<size_t>(count)) {
            return 0;
        }
        // Its first token may have become one with what stands before.
        int32_t same = 0;
        while (static_cast<size_t>(same) < answer.size() && answer[answer.size() - 1 - same] == tokens[count - 1 - same]) {
            same++;
        }
        return same;
    });
}

eh_text eh_chat_stops(const eh_chat * chat) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&] {
        return eh::copy(common_json(common_json_value(chat->params.additional_stops)).dump());
    });
}

eh_text eh_chat_details(const eh_chat * chat) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&] {
        common_json result = common_json::object();
        result["chat_format"] = common_chat_format_name(chat->params.format);
        result["reasoning_format"] = common_reasoning_format_name(chat->reasoning_format);
        result["reasoning_in_content"] = false;
        result["generation_prompt"] = chat->params.generation_prompt;
        result["preserved_tokens"] = common_json(common_json_value(chat->params.preserved_tokens));
        result["binds_texts"] = chat->binds_texts;
        result["warnings"] = common_json(common_json_value(chat->warnings));
        return eh::copy(result.dump_safe());
    });
}

bool eh_chat_is_plain(const eh_chat * chat) noexcept {
    return chat->plain;
}

eh_text eh_chat_parse(eh_chat * chat, const char * text, size_t length, bool ended) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&] {
        common_json result = common_json::array();
        for (const auto & diff : eh::tell(*chat, std::string(text, length), ended)) {
            result.push_back(delta(diff));
        }
        return eh::copy(result.dump_safe());
    });
}

eh_text eh_chat_message(const eh_chat * chat) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [&] {
        common_chat_msg message = chat->echoes ? chat->message : eh::without(chat->message, chat->prefill);
        message.role = "assistant";
        return eh::copy(message.to_json_oaicompat().dump_safe());
    });
}

eh_text eh_schema_grammar(const char * request, size_t length) noexcept {
    return eh::bounded<eh_text>(eh::thread_limits(), eh::no_text(), [&] {
        const common_json json = common_json::parse(std::string(request, length));
        std::string grammar = json_schema_to_grammar(json.at("json_schema"));
        if (!write_parts(grammar, json)) {
            throw std::invalid_argument("a part of the JSON schema cannot be enforced");
        }
        return eh::copy(grammar);
    });
}
