// SPDX-License-Identifier: MIT
#pragma once

#include "boundary.h"
#include "chat.h"

struct eh_templates {
    common_chat_templates_ptr handle;
};

struct eh_chat {
    common_chat_params params;
    common_chat_parser_params parser;
    common_chat_msg message;
    std::vector<std::string> tool_call_ids;
    bool plain = false;
};
