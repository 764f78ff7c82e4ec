// SPDX-License-Identifier: MIT
//
// Pictures and sounds: the projector (libmtmd) that turns them into embeddings. The rules of cllama.h hold here as well.
#ifndef ENGINEHOUSE_CLLAMA_MEDIA_H
#define ENGINEHOUSE_CLLAMA_MEDIA_H

#include "cllama.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct eh_projector eh_projector;
typedef struct eh_media_prompt eh_media_prompt;

typedef struct eh_projector_options {
    bool gpu; // compute on a GPU where there is one
    int32_t threads;
    int32_t flash_attention; // -1 auto, 0 off, 1 on
    int32_t image_min_tokens; // -1 as the model says; only for projectors that take images of any size
    int32_t image_max_tokens;
    const char *marker; // stands in a prompt's text for one medium
    bool warmup;
    const char *device; // that computes it, null for the first that there is
} eh_projector_options;

/// Loads a projector for a model, which must outlive it. Owned; null on failure.
eh_projector *eh_projector_load(const eh_model *model, const char *path, const eh_projector_options *options) EH_NOEXCEPT;
void eh_projector_free(eh_projector *projector) EH_NOEXCEPT;

bool eh_projector_takes_images(const eh_projector *projector) EH_NOEXCEPT;
bool eh_projector_takes_audio(const eh_projector *projector) EH_NOEXCEPT;

/// Samples a second that sounds are converted to; negative without audio.
int32_t eh_projector_sample_rate(const eh_projector *projector) EH_NOEXCEPT;

/// Floats of one embedding.
int32_t eh_projector_width(const eh_projector *projector) EH_NOEXCEPT;

/// What an image file says of its size, read by the decoder that reads the image later. Negative for what is no image.
int32_t eh_image_size(const uint8_t *bytes, size_t length, int32_t *width, int32_t *height) EH_NOEXCEPT;

/// Whether a PNG file unpacks to no more than its size asks for; the decoder itself unpacks whatever there is. True for
/// files of other kinds, whose decoders are bounded by the size.
bool eh_image_is_bounded(const uint8_t *bytes, size_t length) EH_NOEXCEPT;

typedef struct {
    const uint8_t *bytes; // a file: JPEG, PNG, BMP, GIF, WAV, MP3, FLAC
    size_t length;
} eh_medium;

/// Tokens of a text in which each marker stands for the next medium. From any thread. Owned; null on failure.
eh_media_prompt *eh_media_prompt_create(const eh_projector *projector, const char *text, size_t length,
                                        const eh_medium *media, int32_t count) EH_NOEXCEPT;
void eh_media_prompt_free(eh_media_prompt *prompt) EH_NOEXCEPT;

/// The SHA-256 of a medium's file, as hexadecimal digits. Borrowed.
const char *eh_media_prompt_digest(const eh_media_prompt *prompt, int32_t medium) EH_NOEXCEPT;

enum { EH_CHUNK_TEXT = 0, EH_CHUNK_IMAGE = 1, EH_CHUNK_AUDIO = 2 };

typedef struct {
    int32_t kind;
    int32_t medium;        // the medium that a chunk is of; one can make several
    int32_t tokens;        // places in the KV cache
    int32_t positions;     // how far the next token's position is; fewer than tokens with M-RoPE
    bool non_causal;       // the whole chunk is computed at once
    const int32_t *text;   // of a text its tokens. Borrowed.
} eh_chunk;

int32_t eh_media_prompt_count(const eh_media_prompt *prompt) EH_NOEXCEPT;

/// What chunk `index` is. Negative on failure.
int32_t eh_media_prompt_chunk(const eh_projector *projector, const eh_media_prompt *prompt, int32_t index, eh_chunk *chunk) EH_NOEXCEPT;

/// Computes the embeddings of chunk `index`, width floats for each token. One thread at a time. Negative on failure.
int32_t eh_media_encode(eh_projector *projector, const eh_media_prompt *prompt, int32_t index, float *embeddings,
                        size_t count) EH_NOEXCEPT;

/// Computes chunk `index` with its embeddings, from a position of a sequence on. Returns EH_DECODE_...; after
/// EH_DECODE_NO_ROOM a part of the chunk may be in the cache.
int32_t eh_media_decode(eh_context *context, eh_projector *projector, const eh_media_prompt *prompt, int32_t index,
                        const float *embeddings, size_t count, int32_t position, int32_t sequence) EH_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
