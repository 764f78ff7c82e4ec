// SPDX-License-Identifier: MIT
//
// The engine behind one C header. Every function here is an exception boundary: a C++ exception becomes a null handle or
// a negative status, and sy_last_error() says why. Pointers that a function returns belong to the caller where the comment says "owned".
#ifndef SWITCHYARD_CLLAMA_H
#define SWITCHYARD_CLLAMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sy_model sy_model;
typedef struct sy_context sy_context;
typedef struct sy_adapter sy_adapter;
typedef struct sy_sampler sy_sampler;
typedef struct sy_templates sy_templates;
typedef struct sy_chat sy_chat;

// --- errors, strings, logs ------------------------------------------------------------------------------------------

/// What went wrong in this thread's last failed call. Borrowed until the next call on the thread.
const char *sy_last_error(void);

/// Frees a string that was returned as owned.
void sy_string_free(char *text);

/// Log levels as ggml numbers them: 1 debug, 2 info, 3 warning, 4 error, 5 continuation of the line before.
typedef void (*sy_log_callback)(int level, const char *text, void *user);

/// Sends the engine's log to a callback, from any thread. Call before anything else.
void sy_log_set(sy_log_callback callback, void *user);

/// Starts the engine's backends. Call once.
void sy_start(void);

/// Gives freed memory back to the system where the allocator keeps it.
void sy_trim_memory(void);

/// The engine's version, for people. Borrowed.
const char *sy_version(void);

/// What the engine is built for and what it finds on this machine, as a JSON object with `version`, `build`, `backends`
/// (each with `name`, `features`) and `devices` (each with `name`, `description`, `kind` and bytes of `memory_free`,
/// `memory_total`). Owned; null on failure.
char *sy_about(void);

/// Runs a function on a new thread of the operating system, which ends with it. Negative on failure.
int32_t sy_thread_start(void (*body)(void *argument), void *argument);

/// Threads that computing should use on this machine.
int32_t sy_default_threads(void);

// --- model ----------------------------------------------------------------------------------------------------------

typedef struct {
    uint32_t context;     // tokens in all sequences together, 0 = as trained, for each sequence
    uint32_t batch;       // tokens in one call of sy_decode
    uint32_t micro_batch; // tokens that are computed at once
    uint32_t sequences;
    uint32_t outputs;      // entries of a batch whose results are wanted, at most, 0 = all; more end the process
    int32_t threads;       // for single tokens
    int32_t threads_batch; // for prompts
    int32_t flash_attention; // -1 auto, 0 off, 1 on
    const char *cache_type_k; // "f16", "q8_0", ...; null for f16
    const char *cache_type_v;
    bool unified; // one KV buffer for all sequences
    bool kv_offload; // the KV cache on the GPU
    bool op_offload; // compute with the GPU what lies in the main memory
    bool swa_full;   // the whole cache where the model attends to a sliding window
    int32_t rope_scaling; // as llama.cpp numbers them: -1 as the model says, 0 none, 1 linear, 2 yarn
    float rope_freq_base;  // 0 = as the model says
    float rope_freq_scale; // 0 = as the model says
    uint32_t yarn_orig_context; // 0 = as the model says
    float yarn_ext_factor; // this and what follows: negative = as the model says
    float yarn_attn_factor;
    float yarn_beta_fast;
    float yarn_beta_slow;
    bool embeddings; // whether embeddings are wanted of it
    int32_t pooling; // as llama.cpp numbers them: -1 as the model says, 0 none, 1 mean, 2 cls, 3 last, 4 rank
} sy_context_options;

/// What may be changed so that a model fits: options of the model and the context that were left as they are by default.
typedef struct {
    const sy_context_options *context; // what is computed with the model
    const uint64_t *margins; // bytes to leave free of each device, or of the machine where there is the processor alone
    int32_t margin_count;    // 1: the same for each
    uint32_t least_context;  // tokens that a sequence is to have at least, UINT32_MAX: all that the model knows
} sy_fit_options;

/// What came of it.
typedef struct {
    bool fits;          // false if nothing was found that would
    uint32_t context;   // tokens in all sequences together
    int32_t gpu_layers; // negative for all
    int32_t overflowing_layers; // of those, how many have some of their weights in the main memory
} sy_fit_result;

/// Gets 0 to 1; returning false gives up.
typedef bool (*sy_progress_callback)(float progress, void *user);

typedef struct {
    int32_t gpu_layers; // layers on the GPU, negative for all
    int32_t load_mode;  // as llama.cpp numbers them: -1 auto, 0 none, 1 mmap, 2 mlock, 3 both, 4 direct I/O
    int32_t split_mode; // as llama.cpp numbers them: 0 none, 1 layer, 2 row, 3 tensor
    int32_t main_gpu;
    const char *const *devices; // names; with a count of 0 all, or the processor alone if there is no GPU to be used
    int32_t device_count;
    bool no_gpu; // no device but the processor
    const float *tensor_split; // proportions
    int32_t tensor_split_count;
    const char *const *overrides; // metadata, each "KEY=TYPE:VALUE"
    int32_t override_count;
    int32_t cpu_expert_layers; // layers whose experts stay off the GPU, negative for all
    bool check_tensors;
    bool repack;  // rearrange weights for the processor
    bool no_host; // leave out the buffers that GPUs and processor share
    sy_progress_callback progress; // may be null
    void *progress_user;
    const sy_fit_options *fit; // null to change nothing
    sy_fit_result *fit_result; // may be null
} sy_model_options;

/// Loads a GGUF file, following shards by their names. Owned; null on failure.
sy_model *sy_model_load(const char *path, const sy_model_options *options);
void sy_model_free(sy_model *model);

typedef struct {
    uint64_t bytes;      // of all weights
    uint64_t parameters; // count
    int32_t vocab_type;  // as llama.cpp numbers them
    int32_t vocab_size;
    int32_t trained_context; // tokens
    int32_t embedding;
    int32_t layers;
    int32_t sliding_window; // tokens, 0 = none
    bool adds_bos;
    bool has_encoder;
    bool has_decoder;
} sy_model_facts;

void sy_model_get_facts(const sy_model *model, sy_model_facts *facts);

/// A line such as "llama 7B Q4_K - Medium". Owned.
char *sy_model_description(const sy_model *model);

/// Special tokens, -1 where the vocabulary has none.
int32_t sy_token_bos(const sy_model *model);
int32_t sy_token_eos(const sy_model *model);

/// The token between two parts of a text; -1 where the vocabulary has none.
int32_t sy_token_sep(const sy_model *model);

/// The tokens that ask for what stands in the middle; -1 where the vocabulary has none.
typedef struct {
    int32_t prefix;
    int32_t suffix;
    int32_t middle;
    int32_t repository;
    int32_t file;
} sy_infill_tokens;

void sy_model_get_infill_tokens(const sy_model *model, sy_infill_tokens *tokens);

/// What the vocabulary wants at the end of texts, and between two.
bool sy_model_adds_eos(const sy_model *model);
bool sy_model_adds_sep(const sy_model *model);

/// The template for a query and a document, with {query} and {document} in it. Borrowed; null for none.
const char *sy_model_rerank_template(const sy_model *model);

/// Whether a token ends the generation.
bool sy_token_is_end(const sy_model *model, int32_t token);

/// Tokens of UTF-8 text.
/// Returns the count; if it is larger than capacity, nothing was written and the call is to be repeated. Negative on failure.
int32_t sy_tokenize(const sy_model *model, const char *text, size_t length, bool add_special, bool parse_special,
                    int32_t *tokens, int32_t capacity);

/// The bytes of one token, not necessarily whole UTF-8. Returns the count, or minus the capacity that is needed.
int32_t sy_token_piece(const sy_model *model, int32_t token, bool special, char *buffer, int32_t capacity);

// --- context --------------------------------------------------------------------------------------------------------

/// Owned; null on failure. The model must outlive it.
sy_context *sy_context_create(sy_model *model, const sy_context_options *options);
void sy_context_free(sy_context *context);

/// Computes once, so that the first request doesn't wait for what is set up on first use. False on failure.
bool sy_context_warm_up(sy_context *context);

/// Tokens that one sequence can hold.
uint32_t sy_context_size_per_sequence(const sy_context *context);
uint32_t sy_context_batch_size(const sy_context *context);

/// Bytes by purpose, over all devices.
void sy_context_memory(const sy_context *context, uint64_t *weights, uint64_t *kv, uint64_t *compute);

enum {
    SY_DECODE_OK = 0,
    SY_DECODE_NO_ROOM = 1,  // no place in the KV cache; nothing was changed
    SY_DECODE_FAILED = -1,  // see sy_last_error
};

/// Computes a batch: entry i is token tokens[i] at position positions[i] of sequence sequences[i]; logits are kept where outputs[i] is not 0.
int32_t sy_decode(sy_context *context, int32_t count, const int32_t *tokens, const int32_t *positions,
                  const int32_t *sequences, const int8_t *outputs);

/// How the embeddings of a sequence's tokens become one, as llama.cpp numbers them.
int32_t sy_context_pooling(const sy_context *context);

/// Whether there is a cache, which generating needs.
bool sy_context_has_cache(const sy_context *context);

/// Whether a sequence's embedding can be computed in several calls of sy_decode.
bool sy_context_splits_embeddings(const sy_context *context);

/// Chooses what sy_decode computes from now on: embeddings or logits.
void sy_context_set_embeddings(sy_context *context, bool embeddings);

/// The embedding of a sequence, or, without pooling, of the batch's entry `index`. Returns its length, negative on failure;
/// of rank pooling the scores. Nothing was written if that is larger than capacity.
int32_t sy_embedding(sy_context *context, int32_t sequence, int32_t index, float *values, int32_t capacity);

/// Brings values to the p-norm 1.
void sy_normalize(float *values, int32_t count, int32_t p);

/// Waits until all that sy_decode began has been computed: a device may still be at it.
void sy_synchronize(sy_context *context);

/// Whether a sequence's positions can be changed.
bool sy_can_shift(const sy_context *context);

/// Whether a part of a sequence can be copied to another.
bool sy_can_share(const sy_context *context);

/// Makes a sequence begin with the first `length` positions of another, and hold nothing else. False if that failed.
bool sy_sequence_copy(sy_context *context, int32_t from, int32_t to, int32_t length);

/// Adds `delta` to the positions [from, to) of a sequence.
bool sy_sequence_shift(sy_context *context, int32_t sequence, int32_t from, int32_t to, int32_t delta);

/// Bytes of a sequence's state, 0 on failure.
size_t sy_state_size(sy_context *context, int32_t sequence);

/// Copies a sequence's state. Returns how many bytes were written, 0 on failure.
size_t sy_state_get(sy_context *context, int32_t sequence, uint8_t *bytes, size_t size);

/// Puts a state in the place of a sequence. False if there is no room, or the state is of something else.
bool sy_state_set(sy_context *context, int32_t sequence, const uint8_t *bytes, size_t size);

/// Writes a sequence's state with some words to a file, which is there as a whole or as it was. Returns the file's bytes, 0
/// on failure.
size_t sy_state_save(sy_context *context, int32_t sequence, const char *path, const int32_t *words, size_t count);

/// Reads such a file. Returns the bytes read, 0 on failure.
size_t sy_state_load(sy_context *context, int32_t sequence, const char *path, int32_t *words, size_t capacity,
                     size_t *count);

/// Removes positions [from, to) of a sequence; to = -1 for all behind. False if this kind of cache can't remove a part.
bool sy_sequence_remove(sy_context *context, int32_t sequence, int32_t from, int32_t to);

/// The first position that a sequence's cache still holds, -1 if it holds none.
int32_t sy_sequence_first(sy_context *context, int32_t sequence);

/// The last one, -1 if it holds none.
int32_t sy_sequence_last(sy_context *context, int32_t sequence);

/// The least of the memory that the machine has and that this process may use, in bytes; 0 if it isn't known.
uint64_t sy_memory_limit(void);

// --- adapters -------------------------------------------------------------------------------------------------------

/// Loads a LoRA adapter for a model, which frees it with itself: borrowed; null on failure.
sy_adapter *sy_adapter_load(sy_model *model, const char *path);

/// A value of the adapter's metadata. Owned; null if it has none of that name.
char *sy_adapter_metadata(const sy_adapter *adapter, const char *key);

/// The tokens behind whose last appearance in a prompt an adapter works; none for one that always does. Returns the
/// count; if it is larger than capacity, nothing was written.
int32_t sy_adapter_invocation(const sy_adapter *adapter, int32_t *tokens, int32_t capacity);

/// Chooses what sy_decode computes with from now on: adapters[i] in so far as scales[i] says.
bool sy_context_set_adapters(sy_context *context, sy_adapter *const *adapters, const float *scales, int32_t count);

// --- chat templates -------------------------------------------------------------------------------------------------

/// The model's templates, or the given one instead. Owned; null on failure.
sy_templates *sy_templates_create(const sy_model *model, const char *replacement);
void sy_templates_free(sy_templates *templates);

/// The template's text. Owned.
char *sy_templates_source(const sy_templates *templates);

/// Capabilities as a JSON object of booleans. Owned; null on failure.
char *sy_templates_capabilities(const sy_templates *templates);

/// What models are asked for that are to write down what is said: a JSON object with the texts `system`, which may be
/// empty, and `user`. Owned; null on failure.
char *sy_templates_transcription(const sy_templates *templates);

/// Renders a conversation. `request` is a JSON object with the members messages, and optionally tools, tool_choice,
/// parallel_tool_calls, json_schema, grammar, add_generation_prompt, continue_final_message, reasoning_format,
/// enable_thinking, chat_template_kwargs, as OpenAI's API has them, and use_jinja. Owned; null on failure.
sy_chat *sy_chat_create(const sy_templates *templates, const char *request);
void sy_chat_free(sy_chat *chat);

/// The rendered prompt. Borrowed.
const char *sy_chat_prompt(const sy_chat *chat);

/// Strings that end the answer, as a JSON array. Owned.
char *sy_chat_stops(const sy_chat *chat);

/// Whether the output is the message's content as it stands, so that nothing has to be parsed.
bool sy_chat_is_plain(const sy_chat *chat);

/// How the output is to be read, as a JSON object with llama-server's chat_format, reasoning_format,
/// reasoning_in_content, generation_prompt and preserved_tokens (texts). Owned; null on failure.
char *sy_chat_details(const sy_chat *chat);

/// Parses all that was generated so far. Returns what is new since the last call: a JSON array of OpenAI deltas. Owned; null on failure.
char *sy_chat_parse(sy_chat *chat, const char *text, size_t length, bool final);

/// The whole message as of the last sy_chat_parse, in OpenAI's JSON. Owned; null on failure.
char *sy_chat_message(const sy_chat *chat);

#ifdef __cplusplus
}
#endif

#include "cllama_media.h" // pictures and sounds
#include "cllama_sampler.h" // sampling
#include "cllama_speculative.h" // speculative decoding

#endif
