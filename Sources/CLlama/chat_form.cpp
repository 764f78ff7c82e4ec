// SPDX-License-Identifier: MIT

#include "chat_form.h"

#include "chat-peg-parser.h"
#include "json-schema-to-grammar.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace eh {

namespace {

using id = common_peg_parser_id;
using rules = std::map<std::string, std::string>;

template <typename Kind, typename... Kinds> constexpr bool is_one_of = (std::is_same_v<Kind, Kinds> || ...);

template <typename Kind> const Kind * as(const common_peg_arena & arena, id node) {
    return std::get_if<Kind>(&arena.get(node));
}

/// The parsers that a parser is made of.
std::vector<id> children(const common_peg_arena & arena, id node) {
    return std::visit(
        [&](const auto & parser) -> std::vector<id> {
            using kind = std::decay_t<decltype(parser)>;
            if constexpr (is_one_of<kind, common_peg_sequence_parser, common_peg_choice_parser>) {
                return parser.children;
            } else if constexpr (is_one_of<
                                     kind, common_peg_repetition_parser, common_peg_and_parser, common_peg_not_parser,
                                     common_peg_schema_parser, common_peg_rule_parser, common_peg_atomic_parser,
                                     common_peg_tag_parser, common_peg_gbnf_parser, common_peg_ac_parser>) {
                return { parser.child };
            } else if constexpr (std::is_same_v<kind, common_peg_ref_parser>) {
                return { arena.get_rule(parser.name) };
            } else {
                return {};
            }
        },
        arena.get(node));
}

/// Whether a parser's tree has a tag.
bool has(const common_peg_arena & arena, id node, const char * tag, std::set<id> & seen) {
    if (!seen.insert(node).second) {
        return false;
    }
    const auto * tagged = as<common_peg_tag_parser>(arena, node);
    if (tagged != nullptr && tagged->tag == tag) {
        return true;
    }
    const auto parts = children(arena, node);
    return std::any_of(parts.begin(), parts.end(), [&](id part) { return has(arena, part, tag, seen); });
}

bool has(const common_peg_arena & arena, id node, const char * tag) {
    std::set<id> seen;
    return has(arena, node, tag, seen);
}

/// Whether a parser's tree is there for text that is neither a call nor a thought.
bool is_talk(const common_peg_arena & arena, id node) {
    return has(arena, node, common_chat_peg_builder::CONTENT) && !has(arena, node, common_chat_peg_builder::TOOL) &&
        !has(arena, node, common_chat_peg_builder::REASONING);
}

bool is_nothing(const common_peg_arena & arena, id node) {
    if (as<common_peg_epsilon_parser>(arena, node) != nullptr) {
        return true;
    }
    const auto * sequence = as<common_peg_sequence_parser>(arena, node);
    return sequence != nullptr &&
        std::all_of(sequence->children.begin(), sequence->children.end(),
                    [&](id part) { return is_nothing(arena, part); });
}

/// Takes text out of a parser. `rule` is the named rule that the parser stands in, and is noted where it changes.
struct talk_remover {
    common_peg_arena & arena;
    std::set<std::string> changed;
    std::set<id> seen;

    void remove(id node, const std::string & rule) {
        if (!seen.insert(node).second || !has(arena, node, common_chat_peg_builder::CONTENT)) {
            return;
        }
        const auto * tagged = as<common_peg_tag_parser>(arena, node);
        if (tagged != nullptr && tagged->tag == common_chat_peg_builder::CONTENT) {
            become_nothing(node, rule);
            return;
        }
        if (auto * choice = std::get_if<common_peg_choice_parser>(&arena.get(node))) {
            std::vector<id> kept;
            std::copy_if(choice->children.begin(), choice->children.end(), std::back_inserter(kept),
                         [&](id part) { return !is_talk(arena, part); });
            if (!kept.empty() && kept.size() < choice->children.size()) {
                choice->children = kept;
                changed.insert(rule);
            }
        }
        const auto * repetition = as<common_peg_repetition_parser>(arena, node);
        if (repetition != nullptr && repetition->min_count == 0 && is_talk(arena, node)) {
            become_nothing(node, rule);
            return;
        }
        const auto * named = as<common_peg_rule_parser>(arena, node);
        const std::string inner = named != nullptr ? named->name : rule;
        for (id part : children(arena, node)) {
            remove(part, inner);
        }
        // A repetition of nothing can't be written in a grammar.
        repetition = as<common_peg_repetition_parser>(arena, node);
        if (repetition != nullptr && is_nothing(arena, repetition->child)) {
            become_nothing(node, rule);
        }
    }

private:
    void become_nothing(id node, const std::string & rule) {
        arena.get(node) = common_peg_epsilon_parser{};
        changed.insert(rule);
    }
};

// MARK: Grammars as text

rules rules_of(const std::string & grammar) {
    rules result;
    std::istringstream lines(grammar);
    std::string line;
    std::string name;
    while (std::getline(lines, line)) {
        const size_t sign = line.find(" ::= ");
        const bool begins = sign != std::string::npos &&
            std::all_of(line.begin(), line.begin() + sign, [](unsigned char c) { return std::isalnum(c) || c == '-'; });
        if (begins) {
            name = line.substr(0, sign);
            result[name] = line.substr(sign + 5);
        } else if (!name.empty() && !line.empty()) {
            result[name] += "\n" + line;
        }
    }
    return result;
}

std::string text_of(const rules & grammar) {
    std::string result;
    for (const auto & [name, body] : grammar) {
        result += name + " ::= " + body + "\n";
    }
    return result;
}

/// Where a literal, a class of characters, a count or a token ends that begins at `start`.
size_t end_of_quoted(const std::string & text, size_t start) {
    const char close = text[start] == '"' ? '"' : text[start] == '[' ? ']' : text[start] == '{' ? '}' : '>';
    for (size_t i = start + 1; i < text.size(); i++) {
        if (text[i] == '\\') {
            i++;
        } else if (text[i] == close) {
            return i + 1;
        }
    }
    return text.size();
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-';
}

/// The same rules with something before their names.
rules renamed(const rules & grammar, const std::string & prefix) {
    rules result;
    for (const auto & [name, body] : grammar) {
        std::string text;
        for (size_t i = 0; i < body.size();) {
            size_t end = i + 1;
            if (body[i] == '"' || body[i] == '[' || body[i] == '{' || body[i] == '<') {
                end = end_of_quoted(body, i);
            } else if (is_word(body[i])) {
                while (end < body.size() && is_word(body[end])) {
                    end++;
                }
                if (grammar.count(body.substr(i, end - i)) > 0) {
                    text += prefix;
                }
            }
            text += body.substr(i, end - i);
            i = end;
        }
        result[prefix + name] = text;
    }
    return result;
}

rules grammar_of(const common_peg_arena & arena) {
    const auto write = [&](const common_grammar_builder & builder) { arena.build_grammar(builder, false); };
    return rules_of(build_grammar(write));
}

common_peg_arena loaded(const std::string & parser) {
    common_peg_arena arena;
    arena.load(parser);
    return arena;
}

} // namespace

chat_form calls_only(const common_chat_params & required) {
    chat_form form{ required.grammar, loaded(required.parser) };
    talk_remover remover{ form.parser, {}, {} };
    remover.remove(form.parser.root(), "root");
    if (remover.changed.empty()) {
        return form;
    }
    // A parser that was saved has forgotten its schemas. Rules with schemas are named ones without text, so theirs are
    // taken from the grammar that was there.
    rules grammar = rules_of(required.grammar);
    for (const auto & [name, body] : grammar_of(form.parser)) {
        if (remover.changed.count(name) > 0 || name == "root" || grammar.count(name) == 0) {
            grammar[name] = body;
        }
    }
    form.grammar = text_of(grammar);
    return form;
}

chat_form content_by_schema(const common_chat_params & free, const common_json & schema) {
    static const std::string prefix = "answer-";
    // What is parsed stays; what is written where the content stands follows the schema.
    common_json parser = common_json::parse(free.parser);
    common_json & parsers = parser["parsers"];
    const size_t count = parsers.size();
    for (size_t i = 0; i < count; i++) {
        if (parsers.at(i).value("tag", "") == common_chat_peg_builder::CONTENT) {
            common_json written = common_json::object();
            written["type"] = "gbnf";
            written["child"] = parsers.at(i).at("child");
            written["grammar"] = prefix + "root";
            parsers.push_back(written);
            parsers.at(i)["child"] = parsers.size() - 1;
        }
    }
    chat_form form{ "", common_peg_arena::from_json(parser) };
    // An answer that may be left out isn't held to anything.
    for (id node = 0; node < form.parser.size(); node++) {
        auto * repetition = std::get_if<common_peg_repetition_parser>(&form.parser.get(node));
        if (repetition != nullptr && is_talk(form.parser, node)) {
            repetition->min_count = std::max(repetition->min_count, 1);
        }
    }
    rules grammar = renamed(rules_of(json_schema_to_grammar(schema, true)), prefix);
    grammar.merge(grammar_of(form.parser));
    form.grammar = text_of(grammar);
    return form;
}

std::string either(const std::string & one, const std::string & other) {
    rules result = renamed(rules_of(one), "a-");
    result.merge(renamed(rules_of(other), "b-"));
    result["root"] = "a-root | b-root";
    return text_of(result);
}

bool is_plain(const common_peg_arena & arena, const std::string & generation_prompt) {
    std::string before;
    int contents = 0;
    const auto is_simple = [&](auto & self, id node) -> bool {
        if (const auto * literal = as<common_peg_literal_parser>(arena, node)) {
            before += literal->literal;
            return contents == 0;
        }
        if (const auto * tagged = as<common_peg_tag_parser>(arena, node)) {
            const auto * all = as<common_peg_until_parser>(arena, tagged->child);
            contents++;
            return tagged->tag == common_chat_peg_builder::CONTENT && all != nullptr && all->delimiters.empty();
        }
        if (as<common_peg_epsilon_parser>(arena, node) != nullptr ||
            as<common_peg_end_parser>(arena, node) != nullptr) {
            return true;
        }
        if (as<common_peg_sequence_parser>(arena, node) == nullptr &&
            as<common_peg_rule_parser>(arena, node) == nullptr) {
            return false;
        }
        const auto parts = children(arena, node);
        return std::all_of(parts.begin(), parts.end(), [&](id part) { return self(self, part); });
    };
    return is_simple(is_simple, arena.root()) && contents == 1 && before == generation_prompt;
}

} // namespace eh
