// SPDX-License-Identifier: MIT

#include "conversation.h"

#include <cctype>
#include <cmath>
#include <stdexcept>
#include <vector>

struct sy_sampler {
    llama_sampler * chain = nullptr;
    llama_sampler * grammar = nullptr;
    std::vector<llama_token_data> candidates;

    ~sy_sampler() {
        llama_sampler_free(grammar);
        llama_sampler_free(chain);
    }
};

namespace {

std::string escape_pattern(const std::string & word) {
    std::string result;
    for (const char character : word) {
        if (std::strchr(".^$|()*+?[]{}\\", character) != nullptr) {
            result += '\\';
        }
        result += character;
    }
    return result;
}

/// Tokens of text that a template put behind the prompt; the grammar starts where they end.
std::vector<llama_token> tokens_of(const llama_vocab * vocab, const std::string & text) {
    std::vector<llama_token> tokens(text.size() + 8);
    const int32_t count = llama_tokenize(
        vocab, text.data(), static_cast<int32_t>(text.size()), tokens.data(), static_cast<int32_t>(tokens.size()), false,
        true);
    tokens.resize(static_cast<size_t>(std::max(count, 0)));
    return tokens;
}

/// A grammar that waits for a trigger before it constrains anything.
llama_sampler * lazy_grammar(const llama_vocab * vocab, const common_chat_params & chat) {
    std::vector<std::string> patterns;
    std::vector<llama_token> tokens;
    for (const auto & trigger : chat.grammar_triggers) {
        switch (trigger.type) {
        case COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN:
            tokens.push_back(trigger.token);
            break;
        case COMMON_GRAMMAR_TRIGGER_TYPE_WORD: {
            const auto word = tokens_of(vocab, trigger.value);
            if (word.size() == 1) {
                tokens.push_back(word[0]);
            } else {
                patterns.push_back(escape_pattern(trigger.value));
            }
            break;
        }
        case COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN:
            patterns.push_back(trigger.value);
            break;
        case COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN_FULL:
            patterns.push_back("^(?:" + trigger.value + ")$");
            break;
        }
    }
    std::vector<const char *> texts;
    for (const auto & pattern : patterns) {
        texts.push_back(pattern.c_str());
    }
    return llama_sampler_init_grammar_lazy_patterns(
        vocab, chat.grammar.c_str(), "root", texts.data(), texts.size(), tokens.data(), tokens.size());
}

llama_sampler * chat_grammar(const llama_vocab * vocab, const common_chat_params & chat) {
    if (chat.grammar_lazy) {
        return lazy_grammar(vocab, chat);
    }
    llama_sampler * grammar = llama_sampler_init_grammar(vocab, chat.grammar.c_str(), "root");
    if (grammar != nullptr && !chat.generation_prompt.empty()) {
        const auto tokens = tokens_of(vocab, chat.generation_prompt);
        for (size_t i = 0; i < tokens.size(); i++) {
            char piece[8] = "";
            const int32_t length = llama_token_to_piece(vocab, tokens[i], piece, sizeof(piece), 0, true);
            const bool added_space = i == 0 && length > 0 && std::isspace(static_cast<unsigned char>(piece[0])) &&
                !std::isspace(static_cast<unsigned char>(chat.generation_prompt[0]));
            if (!added_space) {
                llama_sampler_accept(grammar, tokens[i]);
            }
        }
    }
    return grammar;
}

void add_biases(llama_sampler * chain, const llama_vocab * vocab, const sy_sampler_options & options) {
    std::vector<llama_logit_bias> biases;
    for (int32_t i = 0; i < options.bias_count; i++) {
        biases.push_back({ options.biases[i].token, options.biases[i].bias });
    }
    int32_t count = 0;
    const llama_token * suppressed = llama_vocab_get_suppress_tokens(vocab, &count);
    for (int32_t i = 0; i < count; i++) {
        biases.push_back({ suppressed[i], -INFINITY });
    }
    if (!biases.empty()) {
        llama_sampler_chain_add(
            chain,
            llama_sampler_init_logit_bias(
                llama_vocab_n_tokens(vocab), static_cast<int32_t>(biases.size()), biases.data()));
    }
}

void add_samplers(llama_sampler * chain, const llama_vocab * vocab, const sy_sampler_options & options) {
    const bool penalised =
        options.repeat_penalty != 1.0f || options.frequency_penalty != 0.0f || options.presence_penalty != 0.0f;
    if (options.repeat_last > 0 && penalised) {
        llama_sampler_chain_add(
            chain,
            llama_sampler_init_penalties(
                llama_vocab_n_tokens(vocab), options.repeat_last, options.repeat_penalty, options.frequency_penalty,
                options.presence_penalty));
    }
    if (options.temperature <= 0.0f) {
        llama_sampler_chain_add(chain, llama_sampler_init_greedy());
        return;
    }
    if (options.top_k > 0) {
        llama_sampler_chain_add(chain, llama_sampler_init_top_k(options.top_k));
    }
    if (options.top_p < 1.0f) {
        llama_sampler_chain_add(chain, llama_sampler_init_top_p(options.top_p, 1));
    }
    if (options.min_p > 0.0f) {
        llama_sampler_chain_add(chain, llama_sampler_init_min_p(options.min_p, 1));
    }
    llama_sampler_chain_add(chain, llama_sampler_init_temp(options.temperature));
    llama_sampler_chain_add(chain, llama_sampler_init_dist(options.seed));
}

/// Fills the candidates with the logits of one entry.
llama_token_data_array load(sy_sampler & sampler, const sy_context & context, int32_t index) {
    const float * logits = llama_get_logits_ith(context.handle, index);
    if (logits == nullptr) {
        throw std::out_of_range("no logits for this entry");
    }
    sampler.candidates.resize(static_cast<size_t>(context.vocab_size));
    for (int32_t i = 0; i < context.vocab_size; i++) {
        sampler.candidates[static_cast<size_t>(i)] = { i, logits[i], 0.0f };
    }
    return { sampler.candidates.data(), sampler.candidates.size(), -1, false };
}

llama_token choose(const llama_token_data_array & candidates) {
    if (candidates.selected < 0 || static_cast<size_t>(candidates.selected) >= candidates.size) {
        throw std::runtime_error("no token can follow");
    }
    return candidates.data[candidates.selected].id;
}

/// The grammar looks at the chosen token first, and at all of them only if that one breaks it: walking a whole
/// vocabulary through a grammar for every token would cost more than the model.
llama_token sample(sy_sampler & sampler, const sy_context & context, int32_t index) {
    llama_token_data_array candidates = load(sampler, context, index);
    llama_sampler_apply(sampler.chain, &candidates);
    const llama_token token = choose(candidates);
    if (sampler.grammar == nullptr) {
        return token;
    }
    llama_token_data single = { token, 1.0f, 0.0f };
    llama_token_data_array only = { &single, 1, -1, false };
    llama_sampler_apply(sampler.grammar, &only);
    if (single.logit != -INFINITY) {
        return token;
    }
    candidates = load(sampler, context, index);
    llama_sampler_apply(sampler.grammar, &candidates);
    llama_sampler_apply(sampler.chain, &candidates);
    return choose(candidates);
}

} // namespace

sy_sampler * sy_sampler_create(const sy_model * model, const sy_sampler_options * options) {
    return sy::guarded<sy_sampler *>(nullptr, [&] {
        auto sampler = std::make_unique<sy_sampler>();
        llama_sampler_chain_params params = llama_sampler_chain_default_params();
        params.no_perf = true;
        sampler->chain = llama_sampler_chain_init(params);
        add_biases(sampler->chain, model->vocab, *options);
        add_samplers(sampler->chain, model->vocab, *options);
        if (options->grammar != nullptr) {
            sampler->grammar = llama_sampler_init_grammar(model->vocab, options->grammar, "root");
            if (sampler->grammar == nullptr) {
                throw std::invalid_argument("the grammar cannot be read");
            }
        } else if (options->chat != nullptr && !options->chat->params.grammar.empty()) {
            sampler->grammar = chat_grammar(model->vocab, options->chat->params);
            if (sampler->grammar == nullptr) {
                throw std::invalid_argument("the grammar of the tools or of the schema cannot be used");
            }
        }
        return sampler.release();
    });
}

void sy_sampler_free(sy_sampler * sampler) {
    delete sampler;
}

int32_t sy_sampler_accept(sy_sampler * sampler, int32_t token, bool generated) {
    return sy::guarded<int32_t>(-1, [&] {
        if (generated && sampler->grammar != nullptr) {
            llama_sampler_accept(sampler->grammar, token);
        }
        llama_sampler_accept(sampler->chain, token);
        return 0;
    });
}

int32_t sy_sampler_sample(sy_sampler * sampler, sy_context * context, int32_t index) {
    return sy::guarded<int32_t>(-1, [&] {
        const llama_token token = sample(*sampler, *context, index);
        if (sy_sampler_accept(sampler, token, true) < 0) {
            throw std::runtime_error(sy::last_error());
        }
        return token;
    });
}
