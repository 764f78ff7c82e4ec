// SPDX-License-Identifier: MIT
#pragma once

#include "conversation.h"

#include <string>

namespace eh {

/// What templates are given of a request.
common_chat_templates_inputs template_inputs(const common_json & request, const eh_templates & templates);

/// What a template makes of it. Arguments of past calls that are no JSON object are changed until the template takes them: the model
/// wrote them, and nobody can mend them.
common_chat_params applied(const eh_templates & templates, const common_chat_templates_inputs & wanted);

/// A template's own words why it refuses a conversation, without where it says so.
std::string refusal(const std::string & text);

} // namespace eh
