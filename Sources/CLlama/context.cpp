// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "llama-ext.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace {

ggml_type cache_type(const char * name) {
    if (name == nullptr) {
        return GGML_TYPE_F16;
    }
    for (ggml_type type : { GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_Q4_1,
                            GGML_TYPE_IQ4_NL, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1 }) {
        if (std::strcmp(ggml_type_name(type), name) == 0) {
            return type;
        }
    }
    throw std::invalid_argument(std::string("unknown cache type '") + name + "'");
}

/// Whether the engine copies sequences with the next step only, as a whole: those in buffers of their own, and the compressor states
/// of DeepSeek 4. What is put into either of the two before that would be copied, or written over.
bool copies_later(const eh_context * context) {
    char architecture[64] = "";
    llama_model_meta_val_str(llama_get_model(context->handle), "general.architecture", architecture, sizeof(architecture));
    return !context->unified || std::strcmp(architecture, "deepseek4") == 0;
}

} // namespace

llama_context_params eh::context_params(const eh_context_options & options) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = options.context;
    params.n_batch = options.batch;
    params.n_ubatch = options.micro_batch;
    params.n_seq_max = options.sequences;
    params.n_outputs_max = options.outputs;
    // Concerns sequences with a sampler in the graph only: some samplers can choose one token in a step there.
    params.n_outputs_max_per_seq = 1;
    params.n_threads = options.threads;
    params.n_threads_batch = options.threads_batch;
    params.flash_attn_type = static_cast<llama_flash_attn_type>(options.flash_attention);
    params.type_k = cache_type(options.cache_type_k);
    params.type_v = cache_type(options.cache_type_v);
    params.kv_unified = options.unified;
    params.offload_kqv = options.kv_offload;
    params.op_offload = options.op_offload;
    params.swa_full = options.swa_full;
    params.rope_scaling_type = static_cast<llama_rope_scaling_type>(options.rope_scaling);
    params.rope_freq_base = options.rope_freq_base;
    params.rope_freq_scale = options.rope_freq_scale;
    params.yarn_orig_ctx = options.yarn_orig_context;
    params.yarn_ext_factor = options.yarn_ext_factor;
    params.yarn_attn_factor = options.yarn_attn_factor;
    params.yarn_beta_fast = options.yarn_beta_fast;
    params.yarn_beta_slow = options.yarn_beta_slow;
    params.embeddings = options.embeddings;
    params.pooling_type = static_cast<enum llama_pooling_type>(options.pooling);
    params.no_perf = !options.counts_time;
    // Of a model that can't step back the engine makes 0 of it.
    params.n_rs_seq = options.rollback;
    return params;
}

eh_context * eh_context_create(eh_model * model, const eh_context_options * options) noexcept {
    return eh::guarded<eh_context *>(nullptr, [&]() -> eh_context * {
        llama_context * handle = llama_init_from_model(model->handle, eh::context_params(*options));
        if (handle == nullptr) {
            throw std::runtime_error("the context could not be made; a smaller --ctx-size may fit");
        }
        // Of a batch that it computes in parts the engine looks for all cells first, and a later part may let go of window cells that an
        // earlier one still sees (llama_kv_cache::prepare puts back what apply_ubatch wrote, but not what it removed). So a
        // batch is one part there.
        const bool has_window = llama_get_memory(handle) != nullptr && llama_model_n_swa(model->handle) > 0;
        const int32_t capacity = static_cast<int32_t>(has_window ? llama_n_ubatch(handle) : llama_n_batch(handle));
        return new eh_context{ handle, llama_batch_init(capacity, 0, 1), capacity, llama_vocab_n_tokens(model->vocab),
                               options->unified || options->sequences == 1, {}, nullptr, options->counts_time };
    });
}

void eh_context_free(eh_context * context) noexcept {
    if (context != nullptr) {
        llama_batch_free(context->batch);
        if (context->counts_time) {
            llama_perf_context_print(context->handle);
        }
        llama_free(context->handle);
        delete context;
    }
}

bool eh_context_warm_up(eh_context * context) noexcept {
    return eh::guarded<bool>(false, [&] {
        const llama_vocab * vocab = llama_model_get_vocab(llama_get_model(context->handle));
        llama_token token = llama_vocab_bos(vocab);
        if (token == LLAMA_TOKEN_NULL) {
            token = std::max(llama_vocab_eos(vocab), 0);
        }
        llama_set_warmup(context->handle, true);
        const int32_t status = llama_decode(context->handle, llama_batch_get_one(&token, 1));
        llama_set_warmup(context->handle, false);
        llama_synchronize(context->handle);
        llama_memory_clear(llama_get_memory(context->handle), true);
        return status == 0;
    });
}

uint32_t eh_context_size_per_sequence(const eh_context * context) noexcept {
    return llama_n_ctx_seq(context->handle);
}

uint32_t eh_context_batch_size(const eh_context * context) noexcept {
    return static_cast<uint32_t>(context->batch_capacity);
}

int32_t eh_decode(
    eh_context * context, int32_t count, const int32_t * tokens, const int32_t * positions, const int32_t * sequences,
    const int8_t * outputs) noexcept {
    return eh::guarded<int32_t>(EH_DECODE_FAILED, [&]() -> int32_t {
        if (count < 1 || count > context->batch_capacity) {
            throw std::length_error("a batch of a wrong size");
        }
        llama_batch & batch = context->batch;
        batch.n_tokens = count;
        for (int32_t i = 0; i < count; i++) {
            batch.token[i] = tokens[i];
            batch.pos[i] = positions[i];
            batch.n_seq_id[i] = 1;
            batch.seq_id[i][0] = sequences[i];
            batch.logits[i] = outputs[i];
        }
        const int32_t status = llama_decode(context->handle, batch);
        if (status == 1) {
            return EH_DECODE_NO_ROOM;
        }
        if (status != 0) {
            throw std::runtime_error("llama_decode failed with status " + std::to_string(status));
        }
        return EH_DECODE_OK;
    });
}

void eh_synchronize(eh_context * context) noexcept {
    eh::guarded<int32_t>(0, [&]() -> int32_t {
        llama_synchronize(context->handle);
        return 0;
    });
}

int32_t eh_context_pooling(const eh_context * context) noexcept {
    return static_cast<int32_t>(llama_pooling_type(context->handle));
}

bool eh_context_has_cache(const eh_context * context) noexcept {
    return llama_get_memory(context->handle) != nullptr;
}

bool eh_context_splits_embeddings(const eh_context * context) noexcept {
    const auto pooling = llama_pooling_type(context->handle);
    return eh_context_has_cache(context) &&
        (pooling == LLAMA_POOLING_TYPE_LAST ||
         (pooling == LLAMA_POOLING_TYPE_RANK && llama_get_causal_attn(context->handle)));
}

void eh_context_set_embeddings(eh_context * context, bool embeddings) noexcept {
    llama_set_embeddings(context->handle, embeddings);
}

int32_t eh_embedding(eh_context * context, int32_t sequence, int32_t index, float * values, int32_t capacity) noexcept {
    return eh::guarded<int32_t>(-1, [&] {
        const llama_model * model = llama_get_model(context->handle);
        const auto pooling = llama_pooling_type(context->handle);
        int32_t length = llama_model_n_embd_out(model);
        const float * found = nullptr;
        if (pooling == LLAMA_POOLING_TYPE_NONE) {
            found = llama_get_embeddings_ith(context->handle, index);
        } else {
            found = llama_get_embeddings_seq(context->handle, sequence);
            if (pooling == LLAMA_POOLING_TYPE_RANK) {
                length = static_cast<int32_t>(llama_model_n_cls_out(model));
            }
        }
        if (found == nullptr) {
            throw std::runtime_error("the model gave no embedding");
        }
        if (length <= capacity) {
            std::copy(found, found + length, values);
        }
        return length;
    });
}

void eh_normalize(float * values, int32_t count, int32_t p) noexcept {
    double largest = 0;
    for (int32_t i = 0; i < count; i++) {
        largest = std::max(largest, std::fabs(static_cast<double>(values[i])));
    }
    if (largest <= 0) {
        return;
    }
    // The largest is taken out first, so that no power overflows.
    double sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += std::pow(std::fabs(values[i]) / largest, p);
    }
    const double length = largest * std::pow(sum, 1.0 / p);
    for (int32_t i = 0; i < count; i++) {
        values[i] = static_cast<float>(values[i] / length);
    }
}

bool eh_sequence_remove(eh_context * context, int32_t sequence, int32_t from, int32_t to) noexcept {
    return eh::guarded<bool>(
        false, [&] { return llama_memory_seq_rm(llama_get_memory(context->handle), sequence, from, to); });
}

int32_t eh_sequence_first(eh_context * context, int32_t sequence) noexcept {
    return eh::guarded<int32_t>(
        -1, [&] { return llama_memory_seq_pos_min(llama_get_memory(context->handle), sequence); });
}

int32_t eh_sequence_last(eh_context * context, int32_t sequence) noexcept {
    return eh::guarded<int32_t>(
        -1, [&] { return llama_memory_seq_pos_max(llama_get_memory(context->handle), sequence); });
}

bool eh_can_shift(const eh_context * context) noexcept {
    return eh::guarded<bool>(false, [&] {
        const llama_memory_t memory = llama_get_memory(context->handle);
        return memory != nullptr && llama_memory_can_shift(memory);
    });
}

bool eh_sequence_copy(eh_context * context, int32_t from, int32_t to, int32_t length) noexcept {
    return eh::guarded<bool>(false, [&] {
        const llama_memory_t memory = llama_get_memory(context->handle);
        llama_memory_seq_rm(memory, to, -1, -1);
        if (!copies_later(context)) {
            llama_memory_seq_cp(memory, from, to, 0, length);
            return true;
        }
        // A state is there at once.
        std::vector<uint8_t> state(llama_state_seq_get_size(context->handle, from));
        return !state.empty() &&
            llama_state_seq_get_data(context->handle, state.data(), state.size(), from) == state.size() &&
            llama_state_seq_set_data(context->handle, state.data(), state.size(), to) == state.size() &&
            llama_memory_seq_rm(memory, to, length, -1);
    });
}

bool eh_sequence_shift(eh_context * context, int32_t sequence, int32_t from, int32_t to, int32_t delta) noexcept {
    return eh::guarded<bool>(false, [&] {
        llama_memory_seq_add(llama_get_memory(context->handle), sequence, from, to, delta);
        return true;
    });
}

int32_t eh_memory_kind(const eh_context * context, int32_t * extent) noexcept {
    const llama_model * model = llama_get_model(context->handle);
    *extent = 0;
    if (llama_get_memory(context->handle) == nullptr) {
        return EH_MEMORY_ANY;
    }
    if (llama_model_is_recurrent(model) || llama_model_is_hybrid(model)) {
        *extent = static_cast<int32_t>(llama_n_rs_seq(context->handle));
        return *extent > 0 ? EH_MEMORY_ROLLBACK : EH_MEMORY_WHOLE;
    }
    *extent = llama_model_n_swa(model);
    return *extent > 0 ? EH_MEMORY_WINDOW : EH_MEMORY_ANY;
}

// What the engine writes for LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY, and what it does with it (all in its src/):
//
// - llama_kv_cache_iswa, _dsa_iswa: the window's cells alone, those that the last position still sees. Reading takes all window cells
//   away from the sequence, those before and behind alike, then looks for as many free ones: the cells' places change, positions and
//   contents are those that were written. A cell that its only owner can't see any more counts as free, so that other sequences lose
//   positions that they don't need to go on, but would need to go back. Layers that see everything aren't touched at all.
// - llama_memory_recurrent: the one cell of the sequence, as of its last position; of a pending step back (seq_rm with n_rs_seq) the state
//   that it leads to. Reading lets go of the sequence's cell, which stays with the others that share it, takes a free one (there
//   is one for each sequence), and forgets the pending step back. The snapshots to step back to aren't written: they are of
//   other tokens after reading, and seq_rm would take them all the same. So nothing steps back before the next step was computed.
// - llama_memory_hybrid, _hybrid_idx: the recurrent part alone. llama_memory_hybrid_iswa: the recurrent part and the window's cells.
// - llama_kv_cache_dsv4: window and compressor states. The compressed rows stay, and seq_rm cuts them once the window ends before.
// - llama_kv_cache: everything, the flag means nothing to it. There is no use for a checkpoint there.
//
// Nothing compares what is read with what the layers that see everything hold. Where they hold less than the checkpoint's
// positions the next step would be computed with a gap: the caller knows what they hold.
// A reading without room leaves the sequence without its partial part, but with the rest.
size_t eh_checkpoint_size(eh_context * context, int32_t sequence) noexcept {
    return eh::guarded<size_t>(0, [&] {
        return llama_state_seq_get_size_ext(context->handle, sequence, LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY);
    });
}

size_t eh_checkpoint_get(eh_context * context, int32_t sequence, uint8_t * bytes, size_t size) noexcept {
    return eh::guarded<size_t>(0, [&] {
        return llama_state_seq_get_data_ext(
            context->handle, bytes, size, sequence, LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY);
    });
}

bool eh_checkpoint_set(eh_context * context, int32_t sequence, const uint8_t * bytes, size_t size) noexcept {
    return eh::guarded<bool>(false, [&] {
        const llama_memory_t memory = llama_get_memory(context->handle);
        const size_t read = llama_state_seq_set_data_ext(
            context->handle, bytes, size, sequence, LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY);
        // The last position that all layers hold: that of the checkpoint, unless the others hold less.
        const llama_pos last = llama_memory_seq_pos_max(memory, sequence);
        // Only now: a recurrent state behind it would refuse to be cut there.
        if (read == size && last >= 0 && llama_memory_seq_rm(memory, sequence, last + 1, -1)) {
            return true;
        }
        llama_memory_seq_rm(memory, sequence, -1, -1);
        return false;
    });
}

bool eh_checkpoint_share(eh_context * context, int32_t from, int32_t to, const uint8_t * bytes, size_t size) noexcept {
    // As a whole: what `to` has too much is let go of when the checkpoint is set, which also gives it a state and window cells of its
    // own. None of this changes a cell that `from` sees.
    const llama_pos end = llama_memory_seq_pos_max(llama_get_memory(context->handle), from) + 1;
    return eh_sequence_copy(context, from, to, end) && eh_checkpoint_set(context, to, bytes, size);
}

size_t eh_state_size(eh_context * context, int32_t sequence) noexcept {
    return eh::guarded<size_t>(0, [&] { return llama_state_seq_get_size(context->handle, sequence); });
}

size_t eh_state_get(eh_context * context, int32_t sequence, uint8_t * bytes, size_t size) noexcept {
    return eh::guarded<size_t>(0, [&] { return llama_state_seq_get_data(context->handle, bytes, size, sequence); });
}

bool eh_state_set(eh_context * context, int32_t sequence, const uint8_t * bytes, size_t size) noexcept {
    return eh::guarded<bool>(
        false, [&] { return llama_state_seq_set_data(context->handle, bytes, size, sequence) == size; });
}

size_t eh_state_save(eh_context * context, int32_t sequence, const char * path, const int32_t * words, size_t count) noexcept {
    return eh::guarded<size_t>(
        0, [&] { return llama_state_seq_save_file(context->handle, path, sequence, words, count); });
}

size_t eh_state_load(
    eh_context * context, int32_t sequence, const char * path, int32_t * words, size_t capacity, size_t * count) noexcept {
    return eh::guarded<size_t>(
        0, [&] { return llama_state_seq_load_file(context->handle, path, sequence, words, capacity, count); });
}

int32_t eh_log_probabilities(
    eh_context * context, int32_t index, int32_t token, float * chosen, int32_t count, int32_t * tokens, float * values) noexcept {
    return eh::guarded<int32_t>(-1, [&] {
        const float * logits = llama_get_logits_ith(context->handle, index);
        if (logits == nullptr) {
            throw std::out_of_range("no logits for this entry");
        }
        const int32_t size = context->vocab_size;
        const float highest = *std::max_element(logits, logits + size);
        double sum = 0;
        for (int32_t i = 0; i < size; i++) {
            sum += std::exp(static_cast<double>(logits[i] - highest));
        }
        const float shift = highest + static_cast<float>(std::log(sum));
        *chosen = token >= 0 && token < size ? logits[token] - shift : -INFINITY;
        count = std::min(count, size);
        std::vector<int32_t> order(static_cast<size_t>(size));
        for (int32_t i = 0; i < size; i++) {
            order[static_cast<size_t>(i)] = i;
        }
        std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](int32_t a, int32_t b) {
            return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
        });
        for (int32_t i = 0; i < count; i++) {
            tokens[i] = order[static_cast<size_t>(i)];
            values[i] = logits[tokens[i]] - shift;
        }
        return count;
    });
}
