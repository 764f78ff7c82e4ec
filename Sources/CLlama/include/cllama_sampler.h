// SPDX-License-Identifier: MIT
//
// Sampling (llama-common's `common_sampler`): from what was computed to the next token. The rules of cllama.h hold here as
// well.
#ifndef ENGINEHOUSE_CLLAMA_SAMPLER_H
#define ENGINEHOUSE_CLLAMA_SAMPLER_H

#include "cllama.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t token;
    float bias;
} eh_bias;

/// What starts a grammar that waits, as llama-common numbers it: 0 a token, 1 a word, 2 a pattern in the text, 3 a
/// pattern for all of it.
typedef struct {
    int32_t kind;
    const char *value;
    int32_t token; // of kind 0
} eh_trigger;

typedef struct {
    uint32_t seed;
    const char *order; // the samplers in their order, each by llama-common's letter
    int32_t min_keep;  // candidates that samplers leave at least
    float temperature; // 0 or less: the likeliest token
    float dynamic_range;    // of the temperature, 0: off
    float dynamic_exponent;
    int32_t top_k;     // 0: off
    float top_p;       // 1: off
    float min_p;       // 0: off
    float top_n_sigma; // 0 or less: off
    float typical_p;   // 1: off
    float xtc_probability; // 0: off
    float xtc_threshold;
    int32_t repeat_last; // tokens that penalties look at, 0: off
    float repeat_penalty;    // 1: off
    float frequency_penalty; // 0: off
    float presence_penalty;  // 0: off
    float dry_multiplier;    // 0: off
    float dry_base;
    int32_t dry_allowed_length;
    int32_t dry_last; // tokens, 0: off
    const char *const *dry_breakers;
    int32_t dry_breaker_count;
    int32_t mirostat; // 0: off, else the version
    float mirostat_tau;
    float mirostat_eta;
    float adaptive_target; // negative: off
    float adaptive_decay;
    const eh_bias *biases;
    int32_t bias_count;
    const char *grammar; // GBNF given by the caller; null for none
    bool grammar_is_lazy;
    const eh_trigger *triggers;
    int32_t trigger_count;
    const eh_chat *chat; // a grammar that the chat's tools or schema ask for, and where its thoughts begin and end; may be null
    int32_t reasoning_budget;      // tokens, negative: without limit
    bool reasoning_control;        // thinking can be ended from outside
    const char *reasoning_message; // stands before the end of thoughts that are cut off; may be null
    const char *reasoning_start;   // where there is no chat; may be null
    const char *const *reasoning_ends;
    int32_t reasoning_end_count;
    bool keeps_candidates; // eh_sampler_probabilities will be asked
    uint32_t step_milliseconds; // that choosing a token, or being told of one, may take; 0: any time
    bool offloads;         // the context's graph is to choose, as far as the samplers can be computed there
} eh_sampler_options;

/// Owned; null on failure, such as a grammar that cannot be read.
eh_sampler *eh_sampler_create(const eh_model *model, const eh_sampler_options *options) EH_NOEXCEPT;
void eh_sampler_free(eh_sampler *sampler) EH_NOEXCEPT;

/// Whether a grammar says what may follow.
bool eh_sampler_has_grammar(const eh_sampler *sampler) EH_NOEXCEPT;

/// Whether the sampler may be attached: it was asked to, and there is neither a grammar nor a budget for thoughts.
bool eh_sampler_offloads(const eh_sampler *sampler) EH_NOEXCEPT;

/// Makes eh_decode compute what the sampler chooses for a sequence, until it is detached: one token in a step. The context
/// keeps a share of it. False if the model is computed in a way that doesn't allow it.
bool eh_sampler_attach(eh_sampler *sampler, eh_context *context, int32_t sequence) EH_NOEXCEPT;

/// The end of that, for a sampler that is attached; it goes on by itself, with what it has chosen so far.
void eh_sampler_detach(eh_sampler *sampler, eh_context *context, int32_t sequence) EH_NOEXCEPT;

/// Tells the sampler of a token: one of the prompt, or a generated one. Negative on failure.
int32_t eh_sampler_accept(eh_sampler *sampler, int32_t token, bool generated) EH_NOEXCEPT;

/// Chooses a token by the logits of the batch's entry `index`. Negative on failure.
int32_t eh_sampler_choose(eh_sampler *sampler, eh_context *context, int32_t index) EH_NOEXCEPT;

/// Makes the model end its thoughts now. False if it doesn't think, or its thoughts can't be ended.
bool eh_sampler_end_reasoning(eh_sampler *sampler) EH_NOEXCEPT;

/// Probabilities after sampling: of `token`, and of the `count` likeliest in order, without those of 0. The sampler
/// must have been made with keeps_candidates. Negative on failure, else how many were written.
int32_t eh_sampler_probabilities(eh_sampler *sampler, int32_t token, float *chosen, int32_t count, int32_t *tokens,
                                 float *values) EH_NOEXCEPT;

/// Natural logarithms of probabilities (softmax over the raw logits) of the batch's entry `index`: of `token`, and of
/// the `count` likeliest in order. Negative on failure, else how many were written.
int32_t eh_log_probabilities(eh_context *context, int32_t index, int32_t token, float *chosen, int32_t count,
                             int32_t *tokens, float *values) EH_NOEXCEPT;

/// The GBNF grammar of a JSON schema. `request` is a JSON object with the members json_schema and, optionally,
/// grammar_parts: an array of objects with the texts `constant`, which stands in the schema as a constant, and `rule` and
/// `rules`, which take its place in the grammar. Owned; without bytes on failure.
eh_text eh_schema_grammar(const char *request, size_t length) EH_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
