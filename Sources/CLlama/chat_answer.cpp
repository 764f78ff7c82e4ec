// SPDX-License-Identifier: MIT

#include "chat_answer.h"

#include "chat-peg-parser.h"

#include <algorithm>
#include <optional>
#include <random>

namespace eh {

namespace {

/// The message so far; none for text that the parser doesn't take.
std::optional<common_chat_msg> parsed(const common_chat_parser_params & parser, const std::string & text, bool ended) {
    common_peg_parse_context context(parser.generation_prompt + text, COMMON_PEG_PARSE_FLAG_LENIENT);
    const auto result = parser.parser.parse(context);
    if (result.fail()) {
        return std::nullopt;
    }
    common_chat_msg message;
    message.role = "assistant";
    if (parser.format == COMMON_CHAT_FORMAT_PEG_GEMMA4) {
        common_chat_peg_gemma4_mapper(message).from_ast(context.ast, result);
    } else if (parser.format == COMMON_CHAT_FORMAT_PEG_MINIMAX_M3) {
        common_chat_peg_minimax_m3_mapper(message).from_ast(context.ast, result);
    } else {
        common_chat_peg_mapper(message).from_ast(context.ast, result);
    }
    if (ended && result.success() && message.content.empty() && message.tool_calls.empty()) {
        // Some parsers stop where they find nothing that they know.
        message.content = context.input.substr(std::max(result.end, parser.generation_prompt.size()));
    }
    return message;
}

/// The same for all parsers of a chat. As long as two take a text, only what both read alike is known; at the end it is
/// the first one's if there are calls.
std::optional<common_chat_msg> parsed(const eh_chat & chat, const std::string & text, bool ended) {
    std::optional<common_chat_msg> found;
    for (const auto & parser : chat.parsers) {
        auto message = parsed(parser, text, ended);
        if (!message) {
            continue;
        }
        if (!found || (ended && found->tool_calls.empty())) {
            found = std::move(message);
        } else if (!ended && *found != *message) {
            found->content.clear();
            found->tool_calls.clear();
        }
    }
    return found;
}

/// How much of a text its parsers take, in bytes, up to a whole character. What they don't take doesn't get better with
/// more text.
size_t readable(const eh_chat & chat, const std::string & text) {
    size_t good = 0;
    size_t bad = text.size();
    while (bad - good > 1) {
        const size_t middle = good + (bad - good) / 2;
        (parsed(chat, text.substr(0, middle), false) ? good : bad) = middle;
    }
    while (good > 0 && good < text.size() && (static_cast<unsigned char>(text[good]) & 0xC0) == 0x80) {
        good--;
    }
    return good;
}

/// Where in a text stands what comes behind a message that was read from it. `length` is what was read.
size_t end_of(const eh_chat & chat, const common_chat_msg & message, const std::string & text, size_t length) {
    if (!message.tool_calls.empty()) {
        return length;
    }
    size_t end = 0;
    for (const std::string * part : { &message.reasoning_content, &message.content }) {
        const size_t place = part->empty() ? std::string::npos : text.find(*part, end);
        if (place != std::string::npos) {
            end = place + part->size();
        }
    }
    // The mark behind thoughts is no text.
    for (const auto & mark : chat.params.thinking_end_tags) {
        const size_t place = text.find_first_not_of(" \n", end);
        const bool ends_here = place != std::string::npos && text.compare(place, mark.size(), mark) == 0;
        if (ends_here && !mark.empty() && message.content.empty() && !message.reasoning_content.empty()) {
            return place + mark.size();
        }
    }
    return end;
}

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

std::string without(const std::string & text, const std::string & start) {
    return text.compare(0, start.size(), start) == 0 ? text.substr(start.size()) : text;
}

} // namespace

common_chat_msg without(const common_chat_msg & message, const common_chat_msg & start) {
    common_chat_msg result = message;
    result.reasoning_content = without(message.reasoning_content, start.reasoning_content);
    result.content = without(message.content, start.content);
    return result;
}

common_chat_msg read_answer(const eh_chat & chat, const std::string & text, bool ended) {
    if (auto message = parsed(chat, text, ended)) {
        return *message;
    }
    if (!ended) {
        return chat.message;
    }
    const size_t length = readable(chat, text);
    common_chat_msg message = chat.prefill;
    if (length > 0) {
        message = parsed(chat, text.substr(0, length), false).value_or(message);
    }
    message.content += text.substr(end_of(chat, without(message, chat.prefill), text, length));
    return message;
}

std::vector<common_chat_msg_diff> tell(eh_chat & chat, const std::string & text, bool ended) {
    common_chat_msg message = read_answer(chat, text, ended);
    if (message.empty()) {
        return {};
    }
    message.set_tool_call_ids(chat.tool_call_ids, new_tool_call_id);
    std::vector<common_chat_msg_diff> news;
    try {
        news = common_chat_msg_diff::compute_diffs(chat.message, message);
    } catch (const std::exception &) {
        // What was told can't be taken back.
        if (!ended) {
            return {};
        }
        message = chat.message;
        message.content += text.substr(end_of(chat, without(message, chat.prefill), text, text.size()));
        news = common_chat_msg_diff::compute_diffs(chat.message, message);
    }
    chat.message = std::move(message);
    return news;
}

} // namespace eh
