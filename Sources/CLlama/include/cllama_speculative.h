// SPDX-License-Identifier: MIT
//
// Speculative decoding (llama-common's `common_speculative`): tokens are proposed cheaply, and the model computes several of
// them in one step. The rules of cllama.h hold here as well.
#ifndef SWITCHYARD_CLLAMA_SPECULATIVE_H
#define SWITCHYARD_CLLAMA_SPECULATIVE_H

#include "cllama.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sy_speculator sy_speculator;

typedef struct {
    uint16_t key;      // tokens that are looked up
    uint16_t value;    // tokens that are proposed
    uint16_t min_hits; // finds before a proposal
} sy_ngram_options;

typedef struct {
    const char *const *kinds; // as llama-common names them, such as "draft-simple" and "ngram-mod"
    int32_t kind_count;
    uint32_t sequences; // as many as the contexts have
    int32_t draft_max;  // tokens that a draft model proposes at most
    int32_t draft_min;  // and at least: fewer count as none
    float draft_p_min;  // the least probability of a proposed token
    int32_t mod_match;  // of ngram-mod: tokens that are looked up
    int32_t mod_max;
    int32_t mod_min;
    sy_ngram_options simple;
    sy_ngram_options map_k;
    sy_ngram_options map_k4v;
    double synthetic_length; // mean tokens of a step, whatever the model says; negative for none
    const double *synthetic_rates; // by position
    int32_t synthetic_rate_count;
} sy_speculator_options;

/// Whether the last tokens of a sequence can be taken back. Empties the context.
bool sy_context_rewinds(sy_context *context);

/// `draft` is the context of the draft model; null where no kind needs one. Both must outlive it. Owned; null on failure.
sy_speculator *sy_speculator_create(sy_context *context, sy_context *draft, const sy_speculator_options *options);
void sy_speculator_free(sy_speculator *speculator);

/// Tokens that a proposal has at most.
int32_t sy_speculator_max(const sy_speculator *speculator);

/// How likely a proposed token is accepted by position, whatever the model says. Returns how many there are, 0 for none;
/// borrowed.
int32_t sy_speculator_synthetic(const sy_speculator *speculator, const double **probabilities);

/// A generation begins behind these tokens, or its tokens have changed. False on failure.
bool sy_speculator_begin(sy_speculator *speculator, int32_t sequence, const int32_t *tokens, int32_t count);

/// Has the draft model compute tokens, as sy_decode does. False on failure.
bool sy_speculator_compute(sy_speculator *speculator, int32_t count, const int32_t *tokens, const int32_t *positions,
                           const int32_t *sequences);

/// What is to be proposed for one sequence.
typedef struct {
    int32_t sequence;
    const int32_t *history; // the tokens at positions 0 to history_count - 1, which the draft model has computed
    int32_t history_count;
    int32_t last;   // the token behind them
    int32_t *tokens; // room for the proposal
    int32_t limit;  // of it; at least 1
    int32_t count;  // written: tokens of the proposal
} sy_proposal;

/// Proposes tokens for several sequences at once. False on failure.
bool sy_speculator_propose(sy_speculator *speculator, sy_proposal *proposals, int32_t count);

/// Says how many tokens of a sequence's last proposal were right. False on failure.
bool sy_speculator_accepted(sy_speculator *speculator, int32_t sequence, int32_t count);

#ifdef __cplusplus
}
#endif

#endif
