// SPDX-License-Identifier: MIT
//
// The engine behind one C header. Every function here is an exception boundary: a C++ exception becomes a null handle or
// a negative status, and eh_last_error() says why. Pointers that a function returns belong to the caller where the comment says "owned".
#ifndef ENGINEHOUSE_CLLAMA_H
#define ENGINEHOUSE_CLLAMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
// No exception may pass through another language's frames: eh::guarded makes failures of them, any other ends the process.
#ifdef __cplusplus
#define EH_NOEXCEPT noexcept
extern "C" {
#else
#define EH_NOEXCEPT
#endif

typedef struct eh_model eh_model;
typedef struct eh_context eh_context;
typedef struct eh_adapter eh_adapter;
typedef struct eh_sampler eh_sampler;
typedef struct eh_templates eh_templates;
typedef struct eh_chat eh_chat;

// --- errors, strings, logs ------------------------------------------------------------------------------------------

/// What went wrong in this thread's last failed call. Borrowed until the next call on the thread.
const char *eh_last_error(void) EH_NOEXCEPT;

/// UTF-8 text, which may hold any character, NUL as well; without bytes on failure.
typedef struct {
    char *bytes;
    size_t length;
} eh_text;

/// Frees a text that was returned as owned.
void eh_text_free(eh_text text) EH_NOEXCEPT;

/// Log levels as ggml numbers them: 1 debug, 2 info, 3 warning, 4 error, 5 continuation of the line before.
typedef void (*eh_log_callback)(int level, const char *text, void *user);

/// Sends the engine's log to a callback, from any thread. Call before anything else.
void eh_log_set(eh_log_callback callback, void *user) EH_NOEXCEPT;

/// From now on an engine that can't go on says why before it ends the process: a sentence on the standard error, and a
/// `failed` event (one line of JSON) on a descriptor, negative for none. Call before the engine has threads.
void eh_report_end(int32_t descriptor) EH_NOEXCEPT;

/// Starts the engine's backends; where they are plug-ins, those beside the engine's library that this machine can use. Call once.
void eh_start(void) EH_NOEXCEPT;

/// Gives freed memory back to the system where the allocator keeps it.
void eh_trim_memory(void) EH_NOEXCEPT;

/// The engine's version, for people. Borrowed.
const char *eh_version(void) EH_NOEXCEPT;

/// What the engine is built for and what it finds on this machine, as a JSON object with `version`, `build`, `backends`
/// (`name`, `features`, the number of `devices`, the `file` of a plug-in), `devices` (`name`, `description`, `kind`, and bytes of
/// `memory_free`, `memory_total`), `plugin_folder` and `unused_plugins` (`file`, `reason`). Owned; null on failure.
eh_text eh_about(void) EH_NOEXCEPT;

/// Runs a function on a new thread of the operating system, with so many bytes of stack, which ends with it. Negative on failure.
int32_t eh_thread_start(void (*body)(void *argument), void *argument, size_t stack) EH_NOEXCEPT;

/// Threads that computing should use on this machine.
int32_t eh_default_threads(void) EH_NOEXCEPT;

/// What a call costs that a stranger's bytes decide: which of its bounds ended it.
typedef enum { EH_LIMIT_NONE, EH_LIMIT_TIME, EH_LIMIT_MEMORY, EH_LIMIT_CANCELLED } eh_limit;

/// Ends calls from outside.
typedef struct eh_flag eh_flag;

/// Owned; null on failure.
eh_flag *eh_flag_create(void) EH_NOEXCEPT;
void eh_flag_set(eh_flag *flag) EH_NOEXCEPT;
void eh_flag_free(eh_flag *flag) EH_NOEXCEPT;

/// From now on this thread's calls that read grammars, schemas, templates or texts fail once so many milliseconds have
/// passed, one of them takes more than so many bytes, or the flag is set; 0 and null for no such bound.
void eh_limit_begin(uint32_t milliseconds, uint64_t bytes, const eh_flag *flag) EH_NOEXCEPT;
void eh_limit_end(void) EH_NOEXCEPT;

/// Which bound ended this thread's last such call.
eh_limit eh_last_limit(void) EH_NOEXCEPT;

// --- model ----------------------------------------------------------------------------------------------------------

typedef struct {
    uint32_t context;     // tokens in all sequences together, 0 = as trained, for each sequence
    uint32_t batch;       // tokens in one call of eh_decode
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
    bool counts_time; // keep the engine's own times
    uint32_t rollback; // tokens that recurrent states can step back: 1 + that many states for each sequence; 0 where the model can't
} eh_context_options;

struct eh_projector_options; // in cllama_media.h
struct eh_model_options;

/// What may be changed so that a model fits: options of the model and the context that were left as they are by default.
typedef struct {
    const eh_context_options *context; // what is computed with the model
    const uint64_t *margins; // bytes to leave free of each device, or of the machine where there is the processor alone
    int32_t margin_count;    // 1: the same for each
    uint32_t least_context;  // tokens that a sequence is to have at least, UINT32_MAX: all that the model knows
    const char *projector;   // a projector that is loaded beside it; null for none
    const struct eh_projector_options *projector_options;
    const char *const *adapters; // files of adapters that are loaded with it
    int32_t adapter_count;
    const char *draft_path; // a draft model that is loaded beside it; null for none
    const struct eh_model_options *draft_model;
    const eh_context_options *draft_context; // as large as that of the model
} eh_fit_options;

/// What came of it.
typedef struct {
    bool fits;          // false if nothing was found that would
    uint32_t context;   // tokens in all sequences together
    int32_t gpu_layers; // negative for all
    int32_t overflowing_layers; // of those, how many have some of their weights in the main memory
} eh_fit_result;

/// Gets 0 to 1; returning false gives up.
typedef bool (*eh_progress_callback)(float progress, void *user);

typedef struct eh_model_options {
    int32_t gpu_layers; // layers on the GPU, negative for all
    int32_t load_mode;  // as llama.cpp numbers them: -1 auto, 0 none, 1 mmap, 2 mlock, 3 both, 4 direct I/O
    int32_t split_mode; // as llama.cpp numbers them: 0 none, 1 layer, 2 row, 3 tensor
    int32_t main_gpu;
    const char *const *devices; // names; with a count of 0 all, or the processor alone if there is no GPU to be used
    int32_t device_count;
    bool no_gpu; // no device but the processor
    const float *tensor_split; // proportions; with a count of 0 those of what models may take of each device
    int32_t tensor_split_count;
    const char *const *budget_devices; // names of devices that have a bound, "host" for the machine's own memory
    const uint64_t *budgets; // bytes that may be taken of each of those
    int32_t budget_count;
    const char *const *overrides; // metadata, each "KEY=TYPE:VALUE"
    int32_t override_count;
    int32_t cpu_expert_layers; // layers whose experts stay off the GPU, negative for all
    int32_t cpu_dense_layers;  // layers whose dense feed-forward weights do
    const char *const *placements; // of weights, each "PATTERN=BUFFER"; the first that matches counts
    int32_t placement_count;
    int32_t lazy_mode; // as llama.cpp numbers them: 0 off, 1 auto, 2 on
    bool check_tensors;
    bool repack;  // rearrange weights for the processor
    bool no_host; // leave out the buffers that GPUs and processor share
    eh_progress_callback progress; // may be null
    void *progress_user;
    const eh_fit_options *fit; // null to change nothing
    eh_fit_result *fit_result; // may be null
} eh_model_options;

/// What a GGUF file is for that isn't a model to generate with, although it is loaded like one.
enum {
    EH_HEAD_NONE = 0,      // a model, or nothing that is known here
    EH_HEAD_MTP = 1,       // the layers that predict several tokens, without the model's other layers
    EH_HEAD_EAGLE3 = 2,
    EH_HEAD_DFLASH = 3,    // DFlash or DSpark
    EH_HEAD_ASSISTANT = 4, // computes with the cache of another model
};

/// What a file is of those; EH_HEAD_NONE also for a file that can't be read. The engine ends the process with some of them where it
/// expects a model.
int32_t eh_head_kind(const char *path) EH_NOEXCEPT;

/// Loads a GGUF file, following shards by their names. Owned; null on failure.
eh_model *eh_model_load(const char *path, const eh_model_options *options) EH_NOEXCEPT;
void eh_model_free(eh_model *model) EH_NOEXCEPT;

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
} eh_model_facts;

void eh_model_get_facts(const eh_model *model, eh_model_facts *facts) EH_NOEXCEPT;

/// A line such as "llama 7B Q4_K - Medium". Owned.
eh_text eh_model_description(const eh_model *model) EH_NOEXCEPT;

/// A value of the file's metadata as text. Owned; null if it has none of that name.
eh_text eh_model_metadata(const eh_model *model, const char *key) EH_NOEXCEPT;

/// Special tokens, -1 where the vocabulary has none.
int32_t eh_token_bos(const eh_model *model) EH_NOEXCEPT;
int32_t eh_token_eos(const eh_model *model) EH_NOEXCEPT;

/// The token between two parts of a text; -1 where the vocabulary has none.
int32_t eh_token_sep(const eh_model *model) EH_NOEXCEPT;

/// The tokens that ask for what stands in the middle; -1 where the vocabulary has none.
typedef struct {
    int32_t prefix;
    int32_t suffix;
    int32_t middle;
    int32_t repository;
    int32_t file;
} eh_infill_tokens;

void eh_model_get_infill_tokens(const eh_model *model, eh_infill_tokens *tokens) EH_NOEXCEPT;

/// What the vocabulary wants at the end of texts, and between two.
bool eh_model_adds_eos(const eh_model *model) EH_NOEXCEPT;
bool eh_model_adds_sep(const eh_model *model) EH_NOEXCEPT;

/// The template for a query and a document, with {query} and {document} in it. Borrowed; null for none.
const char *eh_model_rerank_template(const eh_model *model) EH_NOEXCEPT;

/// Whether a token ends the generation.
bool eh_token_is_end(const eh_model *model, int32_t token) EH_NOEXCEPT;

/// Tokens of UTF-8 text.
/// Returns the count; if it is larger than capacity, nothing was written and the call is to be repeated. Negative on failure.
int32_t eh_tokenize(const eh_model *model, const char *text, size_t length, bool add_special, bool parse_special,
                    int32_t *tokens, int32_t capacity) EH_NOEXCEPT;

/// The bytes of one token, not necessarily whole UTF-8. Returns the count, or minus the capacity that is needed.
int32_t eh_token_piece(const eh_model *model, int32_t token, bool special, char *buffer, int32_t capacity) EH_NOEXCEPT;

// --- context --------------------------------------------------------------------------------------------------------

/// Owned; null on failure. The model must outlive it.
eh_context *eh_context_create(eh_model *model, const eh_context_options *options) EH_NOEXCEPT;
void eh_context_free(eh_context *context) EH_NOEXCEPT;

/// Computes once, so that the first request doesn't wait for what is set up on first use. False on failure.
bool eh_context_warm_up(eh_context *context) EH_NOEXCEPT;

/// Tokens that one sequence can hold.
uint32_t eh_context_size_per_sequence(const eh_context *context) EH_NOEXCEPT;

/// Tokens that one call of eh_decode can take: those that are computed at once where the model has a window, else as many as were asked for.
/// Where it has recurrent states as well, or sequences have buffers of their own, only one sequence of a batch may have more than one token:
/// the engine cuts the batch into parts otherwise, and an earlier part may lack window cells.
uint32_t eh_context_batch_size(const eh_context *context) EH_NOEXCEPT;

enum {
    EH_DECODE_OK = 0,
    EH_DECODE_NO_ROOM = 1,  // no place in the KV cache; nothing was changed
    EH_DECODE_FAILED = -1,  // see eh_last_error
};

/// Computes a batch: entry i is token tokens[i] at position positions[i] of sequence sequences[i]; logits are kept where
/// outputs[i] is not 0. A device may still compute when this returns: whatever reads a result waits for it, and
/// eh_synchronize does where there is none to read.
int32_t eh_decode(eh_context *context, int32_t count, const int32_t *tokens, const int32_t *positions,
                  const int32_t *sequences, const int8_t *outputs) EH_NOEXCEPT;

/// How the embeddings of a sequence's tokens become one, as llama.cpp numbers them.
int32_t eh_context_pooling(const eh_context *context) EH_NOEXCEPT;

/// Whether there is a cache, which generating needs.
bool eh_context_has_cache(const eh_context *context) EH_NOEXCEPT;

/// Whether a sequence's embedding can be computed in several calls of eh_decode.
bool eh_context_splits_embeddings(const eh_context *context) EH_NOEXCEPT;

/// Chooses what eh_decode computes from now on: embeddings or logits.
void eh_context_set_embeddings(eh_context *context, bool embeddings) EH_NOEXCEPT;

/// The embedding of a sequence, or, without pooling, of the batch's entry `index`. Returns its length, negative on failure;
/// of rank pooling the scores. Nothing was written if that is larger than capacity.
int32_t eh_embedding(eh_context *context, int32_t sequence, int32_t index, float *values, int32_t capacity) EH_NOEXCEPT;

/// Brings values to the p-norm 1.
void eh_normalize(float *values, int32_t count, int32_t p) EH_NOEXCEPT;

/// Waits until all that eh_decode began has been computed.
void eh_synchronize(eh_context *context) EH_NOEXCEPT;

/// Whether a sequence's positions can be changed.
bool eh_can_shift(const eh_context *context) EH_NOEXCEPT;

/// Makes a sequence begin with the first `length` positions of another, and hold nothing else. False if that failed; the sequence may
/// hold anything then, and is to be emptied.
/// In one buffer both have the same cells from then on. Cells of a window aren't given to others as long as both have them, and of
/// recurrent memory both have the state of the last position: see eh_checkpoint_share for these. In buffers of their own the
/// positions are copied, of a window those that the other's last position sees.
bool eh_sequence_copy(eh_context *context, int32_t from, int32_t to, int32_t length) EH_NOEXCEPT;

/// Adds `delta` to the positions [from, to) of a sequence.
bool eh_sequence_shift(eh_context *context, int32_t sequence, int32_t from, int32_t to, int32_t delta) EH_NOEXCEPT;

/// Where a sequence can be cut so that computing goes on from there.
enum {
    EH_MEMORY_ANY = 0,      // anywhere
    EH_MEMORY_WINDOW = 1,   // where the last positions before the cut, as many as a window has, are still there
    EH_MEMORY_WHOLE = 2,    // nowhere: recurrent states are those of the last position
    EH_MEMORY_ROLLBACK = 3, // some positions before the last, within the tokens of the last step
};

/// Which of those a context's memory is. `extent` gets the window's positions, or how many can be taken back; else 0.
///
/// A window that is kept whole (swa_full) is one as well: the engine has as many cells for it as for the rest, but it still
/// gives those that have left a window to other sequences. eh_sequence_first says what is there.
/// EH_MEMORY_ROLLBACK takes back what came in the last step of the sequence but for its first token, and only once: states are kept
/// for those tokens alone, and eh_sequence_remove doesn't notice where there are none.
int32_t eh_memory_kind(const eh_context *context, int32_t *extent) EH_NOEXCEPT;

/// Bytes of a checkpoint: what a sequence's state has that can't be cut, as of its last position. That is recurrent states and the
/// cells of windows. 0 on failure. A memory that can be cut anywhere gives its whole state.
size_t eh_checkpoint_size(eh_context *context, int32_t sequence) EH_NOEXCEPT;

/// Copies that part of a sequence's state. Returns how many bytes were written, 0 on failure.
/// What eh_sequence_shift moved is right in it after the next step only: the engine turns the keys then.
size_t eh_checkpoint_get(eh_context *context, int32_t sequence, uint8_t *bytes, size_t size) EH_NOEXCEPT;

/// Brings a sequence back to where a checkpoint was taken: puts it in the place of what the sequence has of that kind, and removes the
/// positions behind. The sequence must hold the checkpoint's positions in its other layers. It need not be the sequence, nor
/// the context, that the checkpoint was taken of. False if there is no room; the sequence holds nothing then.
bool eh_checkpoint_set(eh_context *context, int32_t sequence, const uint8_t *bytes, size_t size) EH_NOEXCEPT;

/// Makes a sequence begin with what another holds up to where a checkpoint was taken, and hold nothing else; the other stays as
/// it is. False if there is no room; the sequence may hold anything then, and is to be emptied.
bool eh_checkpoint_share(eh_context *context, int32_t from, int32_t to, const uint8_t *bytes, size_t size) EH_NOEXCEPT;

/// Bytes of a sequence's state, 0 on failure.
size_t eh_state_size(eh_context *context, int32_t sequence) EH_NOEXCEPT;

/// Copies a sequence's state. Returns how many bytes were written, 0 on failure.
size_t eh_state_get(eh_context *context, int32_t sequence, uint8_t *bytes, size_t size) EH_NOEXCEPT;

/// Puts a state in the place of a sequence. False if there is no room, or the state is of something else.
bool eh_state_set(eh_context *context, int32_t sequence, const uint8_t *bytes, size_t size) EH_NOEXCEPT;

/// Writes a sequence's state with some words to a file. Returns the file's bytes, 0 on failure.
size_t eh_state_save(eh_context *context, int32_t sequence, const char *path, const int32_t *words, size_t count) EH_NOEXCEPT;

/// Reads such a file; what lies behind the state isn't looked at. Returns the bytes read, 0 on failure. Bytes that were
/// changed may end the process: check the file before.
size_t eh_state_load(eh_context *context, int32_t sequence, const char *path, int32_t *words, size_t capacity,
                     size_t *count) EH_NOEXCEPT;

/// Removes positions [from, to) of a sequence; to = -1 for all behind. False if this kind of cache can't remove a part.
bool eh_sequence_remove(eh_context *context, int32_t sequence, int32_t from, int32_t to) EH_NOEXCEPT;

/// The first position that a sequence's cache still holds, -1 if it holds none.
int32_t eh_sequence_first(eh_context *context, int32_t sequence) EH_NOEXCEPT;

/// The last one, -1 if it holds none.
int32_t eh_sequence_last(eh_context *context, int32_t sequence) EH_NOEXCEPT;

// --- adapters -------------------------------------------------------------------------------------------------------

/// Loads a LoRA adapter for a model, which frees it with itself: borrowed; null on failure.
eh_adapter *eh_adapter_load(eh_model *model, const char *path) EH_NOEXCEPT;

/// A value of the adapter's metadata. Owned; null if it has none of that name.
eh_text eh_adapter_metadata(const eh_adapter *adapter, const char *key) EH_NOEXCEPT;

/// The tokens behind whose last appearance in a prompt an adapter works; none for one that always does. Returns the
/// count; if it is larger than capacity, nothing was written.
int32_t eh_adapter_invocation(const eh_adapter *adapter, int32_t *tokens, int32_t capacity) EH_NOEXCEPT;

/// Chooses what eh_decode computes with from now on: adapters[i] in so far as scales[i] says.
bool eh_context_set_adapters(eh_context *context, eh_adapter *const *adapters, const float *scales, int32_t count) EH_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#include "cllama_chat.h" // templates and conversations
#include "cllama_media.h" // pictures and sounds
#include "cllama_sampler.h" // sampling
#include "cllama_speculative.h" // speculative decoding

#endif
