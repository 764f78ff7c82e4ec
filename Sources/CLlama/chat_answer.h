// SPDX-License-Identifier: MIT
//
// Reads an answer while it is written. What llama-common's parser can't read is the message's content as it stands.
#pragma once

#include "conversation.h"

namespace eh {

/// Takes all that the model wrote so far, and says what is new in the message.
///
/// Once it `ended`, for whatever reason, what no parser can read of it follows as content behind what was read: nothing
/// is lost, nothing is told twice, and a message that was told in parts is the same as one that is told at once.
std::vector<common_chat_msg_diff> tell(eh_chat & chat, const std::string & text, bool ended);

/// The message so far.
common_chat_msg read_answer(const eh_chat & chat, const std::string & text, bool ended);

/// What a message has beyond one that it goes on from.
common_chat_msg without(const common_chat_msg & message, const common_chat_msg & start);

} // namespace eh
