// SPDX-License-Identifier: MIT
//
// What an answer must look like. llama-common makes a parser of a chat's template, and a grammar of the parser. Where
// its grammar leaves more room than was asked for, the parser is narrowed down here, and the grammar made anew.
#pragma once

#include "chat.h"

#include <string>

namespace eh {

/// The grammar that a model writes by, and the parser that reads what it wrote.
struct chat_form {
    std::string grammar;
    common_peg_arena parser;
};

/// Nothing but calls, after thoughts where the template has such: no text stands before them.
/// `required` is what a template made of tools of which one must be called.
chat_form calls_only(const common_chat_params & required);

/// The template's marks around a text that follows a schema, for templates whose parser knows nothing of schemas.
/// `free` is what the template made of the same request without the schema.
chat_form content_by_schema(const common_chat_params & free, const common_json & schema);

/// A grammar for what either of two allows.
std::string either(const std::string & one, const std::string & other);

/// Whether a parser takes everything behind the generation prompt as the message's content.
bool is_plain(const common_peg_arena & parser, const std::string & generation_prompt);

} // namespace eh
