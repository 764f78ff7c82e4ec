// SPDX-License-Identifier: MIT
//
// Chat templates, and conversations made with them. The rules of cllama.h hold here as well.
#ifndef ENGINEHOUSE_CLLAMA_CHAT_H
#define ENGINEHOUSE_CLLAMA_CHAT_H

#include "cllama.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The model's templates, or the given one instead. Owned; null on failure.
eh_templates *eh_templates_create(const eh_model *model, const char *replacement) EH_NOEXCEPT;
void eh_templates_free(eh_templates *templates) EH_NOEXCEPT;

/// The template's text. Owned.
eh_text eh_templates_source(const eh_templates *templates) EH_NOEXCEPT;

/// Capabilities as a JSON object of booleans. Owned; null on failure.
eh_text eh_templates_capabilities(const eh_templates *templates) EH_NOEXCEPT;

/// What models are asked for that are to write down what is said: a JSON object with the texts `system`, which may be
/// empty, and `user`. Owned; null on failure.
eh_text eh_templates_transcription(const eh_templates *templates) EH_NOEXCEPT;

/// Renders a conversation. `request` is a JSON object with the members messages, and optionally tools, tool_choice,
/// parallel_tool_calls, json_schema, grammar_parts (see eh_schema_grammar), grammar, add_generation_prompt,
/// continue_final_message, reasoning_format, enable_thinking, chat_template_kwargs, as OpenAI's API has them, use_jinja,
/// force_pure_content, and echo: whether the part of a message that is continued counts as said. Owned; null on failure.
///
/// A tool_choice of required leaves the model no room for anything but thoughts and calls. With tools and a schema, it may
/// call; the schema binds its text.
eh_chat *eh_chat_create(const eh_templates *templates, const char *request, size_t length) EH_NOEXCEPT;
void eh_chat_free(eh_chat *chat) EH_NOEXCEPT;

/// The rendered prompt. Borrowed.
const char *eh_chat_prompt(const eh_chat *chat, size_t *length) EH_NOEXCEPT;

/// The GBNF grammar that the conversation's tools or schema ask for, empty for none. Borrowed.
const char *eh_chat_grammar(const eh_chat *chat, size_t *length) EH_NOEXCEPT;

/// Puts another in its place. False on failure.
bool eh_chat_set_grammar(eh_chat *chat, const char *text, size_t length) EH_NOEXCEPT;

/// Places among the tokens of the conversation's prompt at which messages of the user begin, ascending; tokens of media are negative. Of
/// a template that doesn't say how its messages begin that is the text of the last one, as long as no medium stands before it. Returns
/// the count, which may be 0; if it is larger than capacity, nothing was written. Negative on failure.
int32_t eh_chat_messages(const eh_templates *templates, const eh_chat *chat, const eh_model *model, const int32_t *tokens,
                         int32_t count, int32_t *places, int32_t capacity) EH_NOEXCEPT;

/// How many of the last tokens of the conversation's prompt begin the answer: those of its header, of a thought that it begins with, or
/// of the empty one of an answer without. 0 where the prompt doesn't end in them; negative on failure.
int32_t eh_chat_answer(const eh_chat *chat, const eh_model *model, const int32_t *tokens, int32_t count) EH_NOEXCEPT;

/// Strings that end the answer, as a JSON array. Owned.
eh_text eh_chat_stops(const eh_chat *chat) EH_NOEXCEPT;

/// Whether the output is the message's content as it stands, so that nothing has to be parsed.
bool eh_chat_is_plain(const eh_chat *chat) EH_NOEXCEPT;

/// How the output is to be read, as a JSON object with llama-server's chat_format, reasoning_format,
/// reasoning_in_content, generation_prompt and preserved_tokens (texts), and warnings: sentences about what was asked for
/// and can't be had. Owned; null on failure.
eh_text eh_chat_details(const eh_chat *chat) EH_NOEXCEPT;

/// Parses all that was generated so far. Returns what is new since the last call: a JSON array of OpenAI deltas. What no
/// parser can read becomes content once the text `ended`, for whatever reason. Owned; null on failure.
eh_text eh_chat_parse(eh_chat *chat, const char *text, size_t length, bool ended) EH_NOEXCEPT;

/// The whole message as of the last eh_chat_parse, in OpenAI's JSON. Owned; null on failure.
eh_text eh_chat_message(const eh_chat *chat) EH_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
