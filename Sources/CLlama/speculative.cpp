// SPDX-License-Identifier: MIT

#include "speculative.h"
#include "boundary.h"
#include "cllama_speculative.h"
#include "common.h"
#include "ngram-cache.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <vector>

struct eh_speculator {
    common_speculative_ptr handle;
    common_batch batch; // of the draft model; unused without one
    bool has_draft_model;
    int32_t vocab_size; // of the model that checks
    // What the implementations point to, by sequence.
    std::vector<llama_tokens> histories;
    std::vector<llama_tokens> results;
};

namespace {

common_params_speculative_ngram_map ngram(const eh_ngram_options & options) {
    common_params_speculative_ngram_map params;
    params.size_n = options.key;
    params.size_m = options.value;
    params.min_hits = options.min_hits;
    return params;
}

// The path of a file of n-grams that can be read: the engine ends the process over any other.
std::string lookup_file(const char * path, int32_t vocab_size) {
    if (path == nullptr) {
        return "";
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::invalid_argument(std::string("the n-grams of '") + path + "' cannot be read");
    }
    const auto wrong = [&] { return std::invalid_argument(std::string("'") + path + "' is no file of n-grams of this model"); };
    const auto number = [&] {
        int32_t value = 0;
        if (!file.read(reinterpret_cast<char *>(&value), sizeof(value))) {
            throw wrong();
        }
        return value;
    };
    // Each entry: the tokens, how many others may follow, and those with their counts.
    while (file.peek() != std::ifstream::traits_type::eof()) {
        for (int32_t i = 0; i < LLAMA_NGRAM_MAX; i++) {
            const int32_t token = number();
            if (token < LLAMA_TOKEN_NULL || token >= vocab_size) {
                throw wrong();
            }
        }
        const int32_t followers = number();
        if (followers < 1) {
            throw wrong();
        }
        for (int32_t i = 0; i < followers; i++) {
            const int32_t token = number();
            if (token < 0 || token >= vocab_size || number() < 1) {
                throw wrong();
            }
        }
    }
    return path;
}

common_params_speculative parameters(
    eh_context * context, eh_context * draft, const eh_speculator_options & options) {
    common_params_speculative params;
    params.types = common_speculative_types_from_names({ options.kinds, options.kinds + options.kind_count });
    params.draft.n_max = options.draft_max;
    params.draft.n_min = options.draft_min;
    params.draft.p_min = options.draft_p_min;
    params.draft.backend_sampling = options.draft_backend_sampling;
    params.draft.ctx_tgt = context->handle;
    params.draft.ctx_dft = draft == nullptr ? nullptr : draft->handle;
    params.ngram_mod.n_match = options.mod_match;
    params.ngram_mod.n_max = options.mod_max;
    params.ngram_mod.n_min = options.mod_min;
    params.ngram_simple = ngram(options.simple);
    params.ngram_map_k = ngram(options.map_k);
    params.ngram_map_k4v = ngram(options.map_k4v);
    params.ngram_cache.lookup_cache_static = lookup_file(options.lookup_static, context->vocab_size);
    params.ngram_cache.lookup_cache_dynamic = lookup_file(options.lookup_dynamic, context->vocab_size);
    if (options.synthetic_length >= 0) {
        params.synth_len = options.synthetic_length;
    }
    params.synth_rates.assign(options.synthetic_rates, options.synthetic_rates + options.synthetic_rate_count);
    return params;
}

} // namespace

eh_speculator * eh_speculator_create(eh_context * context, eh_context * draft, const eh_speculator_options * options) noexcept {
    return eh::guarded<eh_speculator *>(nullptr, [&]() -> eh_speculator * {
        common_params_speculative params = parameters(context, draft, *options);
        auto result = std::make_unique<eh_speculator>();
        result->handle.reset(common_speculative_init(params, options->sequences));
        if (result->handle == nullptr) {
            throw std::invalid_argument("nothing proposes tokens");
        }
        result->has_draft_model = draft != nullptr;
        if (draft != nullptr) {
            result->batch = common_batch(draft->handle);
        }
        result->vocab_size = context->vocab_size;
        result->histories.resize(options->sequences);
        result->results.resize(options->sequences);
        return result.release();
    });
}

void eh_speculator_free(eh_speculator * speculator) noexcept {
    delete speculator;
}

int32_t eh_speculator_max(const eh_speculator * speculator) noexcept {
    return eh::guarded<int32_t>(0, [&] { return common_speculative_n_max(speculator->handle.get()); });
}

int32_t eh_speculator_synthetic(const eh_speculator * speculator, const double ** probabilities) noexcept {
    return eh::guarded<int32_t>(0, [&] {
        const std::vector<double> & found = common_speculative_get_synth_probs(speculator->handle.get());
        *probabilities = found.data();
        return static_cast<int32_t>(found.size());
    });
}

bool eh_speculator_begin(eh_speculator * speculator, int32_t sequence, const int32_t * tokens, int32_t count) noexcept {
    return eh::guarded<bool>(false, [&] {
        common_speculative_begin(speculator->handle.get(), sequence, llama_tokens(tokens, tokens + count));
        return true;
    });
}

bool eh_speculator_compute(
    eh_speculator * speculator, int32_t count, const int32_t * tokens, const int32_t * positions,
    const int32_t * sequences) noexcept {
    return eh::guarded<bool>(false, [&] {
        if (!speculator->has_draft_model) {
            throw std::logic_error("there is no draft model");
        }
        speculator->batch.clear();
        for (int32_t i = 0; i < count; i++) {
            speculator->batch.add(tokens[i], positions[i], sequences[i], false);
        }
        return common_speculative_process(speculator->handle.get(), speculator->batch);
    });
}

bool eh_speculator_propose(eh_speculator * speculator, eh_proposal * proposals, int32_t count) noexcept {
    return eh::guarded<bool>(false, [&] {
        common_speculative * handle = speculator->handle.get();
        for (int32_t i = 0; i < count; i++) {
            const eh_proposal & proposal = proposals[i];
            const auto place = static_cast<size_t>(proposal.sequence);
            llama_tokens & history = speculator->histories.at(place);
            llama_tokens & result = speculator->results.at(place);
            history.assign(proposal.history, proposal.history + proposal.history_count);
            result.clear();
            common_speculative_get_draft_params(handle, proposal.sequence) = {
                true, proposal.limit, proposal.history_count, proposal.last, &history, &result,
            };
        }
        common_speculative_draft(handle);
        for (int32_t i = 0; i < count; i++) {
            eh_proposal & proposal = proposals[i];
            const llama_tokens & result = speculator->results[static_cast<size_t>(proposal.sequence)];
            // A draft model may have some more tokens than the model that checks.
            const auto end = std::find_if(result.begin(), result.end(), [&](llama_token token) {
                return token < 0 || token >= speculator->vocab_size;
            });
            const auto found = static_cast<int32_t>(end - result.begin());
            proposal.count = std::min(found, proposal.limit);
            std::copy_n(result.begin(), proposal.count, proposal.tokens);
        }
        return true;
    });
}

bool eh_speculator_accepted(eh_speculator * speculator, int32_t sequence, int32_t count) noexcept {
    return eh::guarded<bool>(false, [&] {
        common_speculative_accept(speculator->handle.get(), sequence, static_cast<uint16_t>(count));
        return true;
    });
}
