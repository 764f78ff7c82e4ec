// SPDX-License-Identifier: MIT

#include "speculative.h"
#include "boundary.h"
#include "cllama_speculative.h"
#include "common.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

struct sy_speculator {
    common_speculative_ptr handle;
    common_batch batch; // of the draft model; unused without one
    bool has_draft_model;
    int32_t vocab_size; // of the model that checks
    // What the implementations point to, by sequence.
    std::vector<llama_tokens> histories;
    std::vector<llama_tokens> results;
};

namespace {

common_params_speculative_ngram_map ngram(const sy_ngram_options & options) {
    common_params_speculative_ngram_map params;
    params.size_n = options.key;
    params.size_m = options.value;
    params.min_hits = options.min_hits;
    return params;
}

common_params_speculative parameters(
    sy_context * context, sy_context * draft, const sy_speculator_options & options) {
    common_params_speculative params;
    params.types = common_speculative_types_from_names({ options.kinds, options.kinds + options.kind_count });
    params.draft.n_max = options.draft_max;
    params.draft.n_min = options.draft_min;
    params.draft.p_min = options.draft_p_min;
    params.draft.ctx_tgt = context->handle;
    params.draft.ctx_dft = draft == nullptr ? nullptr : draft->handle;
    params.ngram_mod.n_match = options.mod_match;
    params.ngram_mod.n_max = options.mod_max;
    params.ngram_mod.n_min = options.mod_min;
    params.ngram_simple = ngram(options.simple);
    params.ngram_map_k = ngram(options.map_k);
    params.ngram_map_k4v = ngram(options.map_k4v);
    if (options.synthetic_length >= 0) {
        params.synth_len = options.synthetic_length;
    }
    params.synth_rates.assign(options.synthetic_rates, options.synthetic_rates + options.synthetic_rate_count);
    return params;
}

} // namespace

bool sy_context_rewinds(sy_context * context) {
    return sy::guarded<bool>(
        false, [&] { return common_context_can_seq_rm(context->handle) == COMMON_CONTEXT_SEQ_RM_TYPE_PART; });
}

sy_speculator * sy_speculator_create(sy_context * context, sy_context * draft, const sy_speculator_options * options) {
    return sy::guarded<sy_speculator *>(nullptr, [&]() -> sy_speculator * {
        common_params_speculative params = parameters(context, draft, *options);
        auto result = std::make_unique<sy_speculator>();
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

void sy_speculator_free(sy_speculator * speculator) {
    delete speculator;
}

int32_t sy_speculator_max(const sy_speculator * speculator) {
    return common_speculative_n_max(speculator->handle.get());
}

int32_t sy_speculator_synthetic(const sy_speculator * speculator, const double ** probabilities) {
    const std::vector<double> & found = common_speculative_get_synth_probs(speculator->handle.get());
    *probabilities = found.data();
    return static_cast<int32_t>(found.size());
}

bool sy_speculator_begin(sy_speculator * speculator, int32_t sequence, const int32_t * tokens, int32_t count) {
    return sy::guarded<bool>(false, [&] {
        common_speculative_begin(speculator->handle.get(), sequence, llama_tokens(tokens, tokens + count));
        return true;
    });
}

bool sy_speculator_compute(
    sy_speculator * speculator, int32_t count, const int32_t * tokens, const int32_t * positions,
    const int32_t * sequences) {
    return sy::guarded<bool>(false, [&] {
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

bool sy_speculator_propose(sy_speculator * speculator, sy_proposal * proposals, int32_t count) {
    return sy::guarded<bool>(false, [&] {
        common_speculative * handle = speculator->handle.get();
        for (int32_t i = 0; i < count; i++) {
            const sy_proposal & proposal = proposals[i];
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
            sy_proposal & proposal = proposals[i];
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

bool sy_speculator_accepted(sy_speculator * speculator, int32_t sequence, int32_t count) {
    return sy::guarded<bool>(false, [&] {
        common_speculative_accept(speculator->handle.get(), sequence, static_cast<uint16_t>(count));
        return true;
    });
}
