// SPDX-License-Identifier: MIT
#pragma once

#include "limits.h"
#include "chat.h"

struct eh_templates {
    common_chat_templates_ptr handle;
    std::map<std::string, bool> capabilities;
    /// Whether it lets the model think.
    bool can_think = false;
    /// Whether it has a form for calls.
    bool can_call = false;
    /// Whether that form holds texts to what a schema says of them. Not where they stand without quotes.
    bool binds_texts = false;
};

struct eh_chat {
    common_chat_params params;
    /// Read what the model wrote. Of two, which one becomes clear with the text: calls, then an answer by a schema.
    std::vector<common_chat_parser_params> parsers;
    /// What stands in the prompt already of the message that is continued.
    common_chat_msg prefill;
    /// All that was told, the prefill included.
    common_chat_msg message;
    std::vector<std::string> tool_call_ids;
    /// What was rendered.
    common_chat_templates_inputs request;
    common_reasoning_format reasoning_format = COMMON_REASONING_FORMAT_NONE;
    /// What the request asks for and won't get.
    std::vector<std::string> warnings;
    /// Whether the prefill is a part of the answer.
    bool echoes = false;
    bool plain = false;
    /// Whether calls hold texts to their schemas; true without calls.
    bool binds_texts = true;
};
