// SPDX-License-Identifier: MIT

#include "conversation.h"
#include "sampling.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

struct eh_sampler {
    std::shared_ptr<common_sampler> handle;
    const llama_vocab * vocab;
    bool offloads;
    bool has_grammar;
    uint32_t step_milliseconds;
};

namespace {

/// The bounds of one step of a sampler.
eh::limits step_limits(const eh_sampler * sampler) {
    eh::limits bounds;
    if (sampler->step_milliseconds > 0) {
        bounds.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(sampler->step_milliseconds);
    }
    return bounds;
}

std::shared_ptr<common_sampler> shared(common_sampler * handle) {
    return { handle, common_sampler_free };
}

/// A word that is one token starts a grammar by that token; another word by its text.
common_grammar_trigger resolved(const llama_vocab * vocab, const common_grammar_trigger & trigger) {
    if (trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_WORD) {
        const auto tokens = common_tokenize(vocab, trigger.value, false, true);
        if (tokens.size() == 1) {
            return { COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN, trigger.value, tokens[0] };
        }
    }
    return trigger;
}

void set_grammar(common_params_sampling & params, const llama_vocab * vocab, const eh_sampler_options & options) {
    if (options.grammar != nullptr && options.grammar[0] != '\0') {
        params.grammar = { COMMON_GRAMMAR_TYPE_USER, options.grammar };
        params.grammar_lazy = options.grammar_is_lazy;
        for (int32_t i = 0; i < options.trigger_count; i++) {
            const eh_trigger & trigger = options.triggers[i];
            params.grammar_triggers.push_back(resolved(
                vocab, { static_cast<common_grammar_trigger_type>(trigger.kind), trigger.value, trigger.token }));
        }
    } else if (options.chat != nullptr && !options.chat->params.grammar.empty()) {
        const common_chat_params & chat = options.chat->params;
        params.grammar = { COMMON_GRAMMAR_TYPE_OUTPUT_FORMAT, chat.grammar };
        params.grammar_lazy = chat.grammar_lazy;
        for (const auto & trigger : chat.grammar_triggers) {
            params.grammar_triggers.push_back(resolved(vocab, trigger));
        }
    }
    if (params.grammar_lazy && params.grammar_triggers.empty()) {
        throw std::invalid_argument("a lazy grammar needs something that starts it; give grammar_triggers");
    }
}

void set_reasoning(common_params_sampling & params, const llama_vocab * vocab, const eh_sampler_options & options) {
    std::string start = options.reasoning_start == nullptr ? "" : options.reasoning_start;
    std::vector<std::string> ends(options.reasoning_ends, options.reasoning_ends + options.reasoning_end_count);
    if (options.chat != nullptr) {
        start = options.chat->params.thinking_start_tag;
        ends = options.chat->params.thinking_end_tags;
        params.generation_prompt = options.chat->params.generation_prompt;
    }
    params.reasoning_budget_tokens = options.reasoning_budget;
    params.reasoning_control = options.reasoning_control;
    if (!start.empty()) {
        params.reasoning_budget_start = common_tokenize(vocab, start, false, true);
    }
    for (const auto & end : ends) {
        if (!end.empty()) {
            params.reasoning_budget_end.push_back(common_tokenize(vocab, end, false, true));
        }
    }
    if (!params.reasoning_budget_end.empty()) {
        llama_tokens & forced = params.reasoning_budget_forced;
        if (options.reasoning_message != nullptr && options.reasoning_message[0] != '\0') {
            forced = common_tokenize(vocab, options.reasoning_message, false, true);
        }
        const llama_tokens & end = params.reasoning_budget_end.front();
        forced.insert(forced.end(), end.begin(), end.end());
    }
}

/// Whether the chain comes down to the likeliest token after the penalties, whatever it does in between.
bool is_greedy(const common_params_sampling & params, bool standard_order) {
    return standard_order && params.mirostat == 0 && params.temp <= 0.0f && params.dynatemp_range <= 0.0f &&
        params.typ_p >= 1.0f && params.xtc_probability <= 0.0f;
}

common_params_sampling parameters(const llama_vocab * vocab, const eh_sampler_options & options) {
    common_params_sampling params;
    const auto standard = params.samplers;
    params.no_perf = true;
    params.seed = options.seed;
    params.samplers = common_sampler_types_from_chars(options.order);
    params.min_keep = options.min_keep;
    params.temp = options.temperature;
    params.dynatemp_range = options.dynamic_range;
    params.dynatemp_exponent = options.dynamic_exponent;
    params.top_k = options.top_k;
    params.top_p = options.top_p;
    params.min_p = options.min_p;
    params.top_n_sigma = options.top_n_sigma;
    params.typ_p = options.typical_p;
    params.xtc_probability = options.xtc_probability;
    params.xtc_threshold = options.xtc_threshold;
    params.penalty_last_n = options.repeat_last;
    params.penalty_repeat = options.repeat_penalty;
    params.penalty_freq = options.frequency_penalty;
    params.penalty_present = options.presence_penalty;
    params.dry_multiplier = options.dry_multiplier;
    params.dry_base = options.dry_base;
    params.dry_allowed_length = options.dry_allowed_length;
    params.dry_penalty_last_n = options.dry_last;
    params.dry_sequence_breakers.assign(options.dry_breakers, options.dry_breakers + options.dry_breaker_count);
    params.mirostat = options.mirostat;
    params.mirostat_tau = options.mirostat_tau;
    params.mirostat_eta = options.mirostat_eta;
    params.adaptive_target = options.adaptive_target;
    params.adaptive_decay = options.adaptive_decay;
    for (int32_t i = 0; i < options.bias_count; i++) {
        params.logit_bias.push_back({ options.biases[i].token, options.biases[i].bias });
    }
    if (!options.keeps_candidates && is_greedy(params, params.samplers == standard)) {
        // The same token for a fraction of the work.
        params.samplers = { COMMON_SAMPLER_TYPE_PENALTIES, COMMON_SAMPLER_TYPE_DRY, COMMON_SAMPLER_TYPE_TOP_K };
        params.top_k = 1;
    }
    params.backend_sampling = options.offloads;
    set_reasoning(params, vocab, options);
    set_grammar(params, vocab, options);
    return params;
}

} // namespace

eh_sampler * eh_sampler_create(const eh_model * model, const eh_sampler_options * options) noexcept {
    return eh::bounded<eh_sampler *>(eh::thread_limits(), nullptr, [&] {
        common_params_sampling params = parameters(model->vocab, *options);
        std::shared_ptr<common_sampler> handle = shared(common_sampler_init(model->handle, params));
        // llama-common takes it back where there is a grammar or a budget for thoughts.
        const bool has_grammar = !common_grammar_value(params.grammar).empty();
        return new eh_sampler{
            std::move(handle), model->vocab, params.backend_sampling, has_grammar, options->step_milliseconds,
        };
    });
}

bool eh_sampler_has_grammar(const eh_sampler * sampler) noexcept {
    return sampler->has_grammar;
}

bool eh_sampler_offloads(const eh_sampler * sampler) noexcept {
    return sampler->offloads;
}

bool eh_sampler_attach(eh_sampler * sampler, eh_context * context, int32_t sequence) noexcept {
    return eh::guarded<bool>(false, [&] {
        if (!sampler->offloads ||
            !llama_set_sampler(context->handle, sequence, common_sampler_get(sampler->handle.get()))) {
            return false;
        }
        context->samplers[sequence] = sampler->handle;
        return true;
    });
}

void eh_sampler_detach(eh_sampler * sampler, eh_context * context, int32_t sequence) noexcept {
    eh::guarded<int32_t>(0, [&] {
        // A chain that was in a graph leaves out there what it has computed, and can't be in another one.
        sampler->handle = shared(common_sampler_clone(sampler->handle.get()));
        llama_set_sampler(context->handle, sequence, nullptr);
        context->samplers.erase(sequence);
        return 0;
    });
}

void eh_sampler_free(eh_sampler * sampler) noexcept {
    delete sampler;
}

int32_t eh_sampler_accept(eh_sampler * sampler, int32_t token, bool generated) noexcept {
    return eh::bounded<int32_t>(step_limits(sampler), -1, [&] {
        // The engine aborts where a grammar isn't over yet, and there is nothing behind it that a sampler could choose.
        if (generated && sampler->has_grammar && llama_vocab_is_eog(sampler->vocab, token)) {
            return 0;
        }
        common_sampler_accept(sampler->handle.get(), token, generated);
        return 0;
    });
}

int32_t eh_sampler_choose(eh_sampler * sampler, eh_context * context, int32_t index) noexcept {
    return eh::bounded<int32_t>(step_limits(sampler), -1, [&] {
        if (llama_get_logits_ith(context->handle, index) == nullptr) {
            throw std::out_of_range("no logits for this entry");
        }
        const int32_t token = common_sampler_sample(sampler->handle.get(), context->handle, index);
        if (sampler->has_grammar) {
            // Where the grammar allows no token at all, one that it forbids is chosen all the same.
            const llama_token_data_array * left = common_sampler_get_candidates(sampler->handle.get(), false);
            const bool is_known = left->selected >= 0 && static_cast<size_t>(left->selected) < left->size;
            if (is_known && !(left->data[left->selected].logit > -INFINITY)) {
                throw std::invalid_argument("no token of the model can follow here");
            }
        }
        return token;
    });
}

bool eh_sampler_end_reasoning(eh_sampler * sampler) noexcept {
    return eh::guarded<bool>(false, [&] { return common_sampler_reasoning_budget_force(sampler->handle.get()); });
}

int32_t eh_sampler_probabilities(
    eh_sampler * sampler, int32_t token, float * chosen, int32_t count, int32_t * tokens, float * values) noexcept {
    return eh::guarded<int32_t>(-1, [&] {
        const llama_token_data_array * candidates = common_sampler_get_candidates(sampler->handle.get(), true);
        *chosen = 0.0f;
        for (size_t i = 0; i < candidates->size; i++) {
            if (candidates->data[i].id == token) {
                *chosen = candidates->data[i].p;
                break;
            }
        }
        const auto most = std::min(candidates->size, static_cast<size_t>(std::max(count, 0)));
        int32_t written = 0;
        while (static_cast<size_t>(written) < most && candidates->data[written].p > 0.0f) {
            tokens[written] = candidates->data[written].id;
            values[written] = candidates->data[written].p;
            written++;
        }
        return written;
    });
}
