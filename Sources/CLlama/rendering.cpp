// SPDX-License-Identifier: MIT

#include "rendering.h"

#include <stdexcept>

namespace {

/// Whether a past call's arguments are what templates expect.
bool is_object(const std::string & arguments) {
    return common_json::parse_no_throw(arguments).is_object();
}

/// Changes the arguments of past calls that are no JSON object: the model wrote them, and may have been cut off.
/// Returns whether there were any.
bool change_arguments(common_chat_templates_inputs & wanted, std::string (*change)(const std::string &)) {
    bool any = false;
    for (auto & message : wanted.messages) {
        for (auto & call : message.tool_calls) {
            if (!is_object(call.arguments)) {
                call.arguments = change(call.arguments);
                any = true;
            }
        }
    }
    return any;
}

} // namespace

common_chat_templates_inputs eh::template_inputs(const common_json & request, const eh_templates & templates) {
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
    result.parallel_tool_calls =
        request.value("parallel_tool_calls", templates.capabilities.at("supports_parallel_tool_calls"));
    result.add_generation_prompt = request.value("add_generation_prompt", true);
    result.enable_thinking = request.value("enable_thinking", templates.can_think);
    result.reasoning_format = common_reasoning_format_from_name(request.value("reasoning_format", "auto"));
    result.force_pure_content = request.value("force_pure_content", false);
    result.use_jinja = request.value("use_jinja", true);
    return result;
}

common_chat_params eh::applied(const eh_templates & templates, const common_chat_templates_inputs & wanted) {
    auto healed = wanted;
    // Such a template gets them as JSON, so what is none has to become a text in JSON.
    const bool wants_json = templates.capabilities.at("supports_object_arguments");
    const bool any = change_arguments(healed, [](const std::string & text) {
        return text.empty() ? std::string("{}") : text;
    });
    if (wants_json) {
        change_arguments(healed, [](const std::string & text) {
            return common_json::parse_no_throw(text).is_discarded() ? common_json::make(text).dump_safe() : text;
        });
    }
    try {
        return common_chat_templates_apply(templates.handle.get(), healed);
    } catch (const std::exception &) {
        if (!any) {
            throw;
        }
    }
    // It looks at the arguments one by one.
    healed = wanted;
    change_arguments(healed, [](const std::string & text) {
        common_json object = common_json::object();
        if (!text.empty()) {
            object["arguments"] = text;
        }
        return object.dump_safe();
    });
    return common_chat_templates_apply(templates.handle.get(), healed);
}

std::string eh::refusal(const std::string & text) {
    static const std::string sign = "Jinja Exception: ";
    const size_t start = text.rfind(sign);
    if (start == std::string::npos) {
        return text;
    }
    const size_t words = start + sign.size();
    return "the model's chat template refuses the conversation: " + text.substr(words, text.find('\n', words) - words);
}
