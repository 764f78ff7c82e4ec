// SPDX-License-Identifier: MIT
//
// Speculative decoding (llama-common's `common_speculative`): tokens are proposed cheaply, and the model computes several of
// them in one step. The rules of cllama.h hold here as well.
#ifndef ENGINEHOUSE_CLLAMA_SPECULATIVE_H
#define ENGINEHOUSE_CLLAMA_SPECULATIVE_H

#include "cllama.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct eh_speculator eh_speculator;

typedef struct {
    uint16_t key;      // tokens that are looked up
    uint16_t value;    // tokens that are proposed
    uint16_t min_hits; // finds before a proposal
} eh_ngram_options;

typedef struct {
    const char *const *kinds; // as llama-common names them, such as "draft-simple" and "ngram-mod"
    int32_t kind_count;
    uint32_t sequences; // as many as the contexts have
    int32_t draft_max;  // tokens that a draft model proposes at most
    int32_t draft_min;  // and at least: fewer count as none
    float draft_p_min;  // the least probability of a proposed token
    bool draft_backend_sampling; // whether the draft model's device chooses its tokens
    int32_t mod_match;  // of ngram-mod: tokens that are looked up
    int32_t mod_max;
    int32_t mod_min;
    eh_ngram_options simple;
    eh_ngram_options map_k;
    eh_ngram_options map_k4v;
    double synthetic_length; // mean tokens of a step, whatever the model says; negative for none
    const double *synthetic_rates; // by position
    int32_t synthetic_rate_count;
    const char *lookup_static; // files of n-grams for ngram-cache, null for none
    const char *lookup_dynamic;
} eh_speculator_options;

/// `draft` is the context of the draft model; null where no kind needs one. Both must outlive it. Owned; null on failure.
eh_speculator *eh_speculator_create(eh_context *context, eh_context *draft, const eh_speculator_options *options) EH_NOEXCEPT;
void eh_speculator_free(eh_speculator *speculator) EH_NOEXCEPT;

/// Tokens that a proposal has at most.
int32_t eh_speculator_max(const eh_speculator *speculator) EH_NOEXCEPT;

/// How likely a proposed token is accepted by position, whatever the model says. Returns how many there are, 0 for none;
/// borrowed.
int32_t eh_speculator_synthetic(const eh_speculator *speculator, const double **probabilities) EH_NOEXCEPT;

/// A generation begins behind these tokens, or its tokens have changed. False on failure.
bool eh_speculator_begin(eh_speculator *speculator, int32_t sequence, const int32_t *tokens, int32_t count) EH_NOEXCEPT;

/// Has the draft model compute tokens, as eh_decode does. False on failure.
bool eh_speculator_compute(eh_speculator *speculator, int32_t count, const int32_t *tokens, const int32_t *positions,
                           const int32_t *sequences) EH_NOEXCEPT;

/// What is to be proposed for one sequence.
typedef struct {
    int32_t sequence;
    const int32_t *history; // the tokens at positions 0 to history_count - 1, which the draft model has computed
    int32_t history_count;
    int32_t last;   // the token behind them
    int32_t *tokens; // room for the proposal
    int32_t limit;  // of it; at least 1
    int32_t count;  // written: tokens of the proposal
} eh_proposal;

/// Proposes tokens for several sequences at once. False on failure.
bool eh_speculator_propose(eh_speculator *speculator, eh_proposal *proposals, int32_t count) EH_NOEXCEPT;

/// Says how many tokens of a sequence's last proposal were right. False on failure.
bool eh_speculator_accepted(eh_speculator *speculator, int32_t sequence, int32_t count) EH_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
