// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "cllama_media.h"
#include "load.h"
#include "mtmd-helper.h"
#include "mtmd.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

// The image decoder inside libmtmd (stb_image), whose header isn't installed.
extern "C" {
int stbi_info_from_memory(const unsigned char * buffer, int length, int * x, int * y, int * components);
int stbi_zlib_decode_buffer(char * output, int capacity, const char * input, int length);
}

struct eh_projector {
    mtmd_context * handle;
    int32_t width;
};

struct eh_media_prompt {
    mtmd::input_chunks chunks{ mtmd_input_chunks_init() };
    std::vector<std::string> digests;
};

namespace {

const mtmd_input_chunk * chunk_at(const eh_media_prompt * prompt, int32_t index) {
    if (index < 0 || static_cast<size_t>(index) >= prompt->chunks.size()) {
        throw std::out_of_range("the prompt has no such chunk");
    }
    return prompt->chunks[static_cast<size_t>(index)];
}

uint32_t big_endian(const uint8_t * bytes) {
    return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
        static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

// Bytes of a PNG's unpacked rows, each with its filter byte (PNG specification 7.2 and 8.2).
uint64_t png_rows(uint64_t width, uint64_t height, uint64_t bits, bool interlaced) {
    const auto rows = [&](uint64_t w, uint64_t h) { return w == 0 || h == 0 ? 0 : h * (1 + (w * bits + 7) / 8); };
    if (!interlaced) {
        return rows(width, height);
    }
    static const uint64_t x0[] = { 0, 4, 0, 2, 0, 1, 0 }, y0[] = { 0, 0, 4, 0, 2, 0, 1 };
    static const uint64_t dx[] = { 8, 8, 4, 4, 2, 2, 1 }, dy[] = { 8, 8, 8, 4, 4, 2, 2 };
    uint64_t sum = 0;
    for (size_t i = 0; i < 7; i++) {
        sum += rows((width + dx[i] - 1 - x0[i]) / dx[i], (height + dy[i] - 1 - y0[i]) / dy[i]);
    }
    return sum;
}

bool png_is_bounded(const uint8_t * bytes, size_t length) {
    static const uint64_t channels[] = { 1, 0, 3, 1, 2, 0, 4 };
    std::vector<char> packed;
    uint64_t expected = 0;
    for (size_t at = 8; length - at >= 12;) {
        const uint32_t size = big_endian(bytes + at);
        const uint8_t * type = bytes + at + 4;
        const uint8_t * data = bytes + at + 8;
        if (size > length - at - 12) {
            return false;
        }
        if (std::memcmp(type, "IHDR", 4) == 0 && size == 13 && data[9] < 7) {
            expected = png_rows(big_endian(data), big_endian(data + 4), channels[data[9]] * data[8], data[12] != 0);
        } else if (std::memcmp(type, "IDAT", 4) == 0) {
            packed.insert(packed.end(), data, data + size);
        } else if (std::memcmp(type, "CgBI", 4) == 0) {
            return false; // Apple's own, which is packed in another way
        } else if (std::memcmp(type, "IEND", 4) == 0) {
            break;
        }
        at += 12 + static_cast<size_t>(size);
    }
    if (expected == 0 || expected > INT32_MAX || packed.empty() || packed.size() > INT32_MAX) {
        return false;
    }
    std::vector<char> rows(static_cast<size_t>(expected));
    return stbi_zlib_decode_buffer(
               rows.data(), static_cast<int>(rows.size()), packed.data(), static_cast<int>(packed.size())) > 0;
}

// The library's parameters; its log goes where the engine's goes.
mtmd_context_params projector_params(const eh_projector_options & options) {
    mtmd_helper_log_set(eh::log_line, nullptr);
    mtmd_context_params params = mtmd_context_params_default();
    params.use_gpu = options.gpu;
    params.print_timings = false;
    params.n_threads = options.threads;
    params.media_marker = options.marker;
    params.flash_attn_type = static_cast<llama_flash_attn_type>(options.flash_attention);
    params.image_min_tokens = options.image_min_tokens;
    params.image_max_tokens = options.image_max_tokens;
    params.warmup = options.warmup;
    if (options.device != nullptr) {
        params.device = eh::device(options.device);
    }
    return params;
}

} // namespace

std::map<ggml_backend_dev_t, size_t> eh::projector_memory(const char * path, const eh_projector_options & options) {
    return mtmd_get_memory_usage(path, projector_params(options));
}

eh_projector * eh_projector_load(const eh_model * model, const char * path, const eh_projector_options * options) noexcept {
    return eh::guarded<eh_projector *>(nullptr, [&] {
        mtmd_context * handle = mtmd_init_from_file(path, model->handle, projector_params(*options));
        if (handle == nullptr) {
            throw std::runtime_error("it is no projector for this model");
        }
        return new eh_projector{ handle, llama_model_n_embd_inp(model->handle) };
    });
}

void eh_projector_free(eh_projector * projector) noexcept {
    if (projector != nullptr) {
        mtmd_free(projector->handle);
        delete projector;
    }
}

bool eh_projector_takes_images(const eh_projector * projector) noexcept {
    return mtmd_support_vision(projector->handle);
}

bool eh_projector_takes_audio(const eh_projector * projector) noexcept {
    return mtmd_support_audio(projector->handle);
}

int32_t eh_projector_sample_rate(const eh_projector * projector) noexcept {
    return mtmd_get_audio_sample_rate(projector->handle);
}

int32_t eh_projector_width(const eh_projector * projector) noexcept {
    return projector->width;
}

int32_t eh_image_size(const uint8_t * bytes, size_t length, int32_t * width, int32_t * height) noexcept {
    int components = 0;
    if (length > INT32_MAX || stbi_info_from_memory(bytes, static_cast<int>(length), width, height, &components) == 0) {
        return -1;
    }
    return 0;
}

bool eh_image_is_bounded(const uint8_t * bytes, size_t length) noexcept {
    return eh::guarded<bool>(false, [&] {
        const bool is_png = length > 8 && std::memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0;
        return !is_png || png_is_bounded(bytes, length);
    });
}

eh_media_prompt * eh_media_prompt_create(
    const eh_projector * projector, const char * text, size_t length, const eh_medium * media, int32_t count) noexcept {
    return eh::guarded<eh_media_prompt *>(nullptr, [&] {
        auto prompt = std::make_unique<eh_media_prompt>();
        std::vector<mtmd::bitmap> bitmaps;
        std::vector<const mtmd_bitmap *> pointers;
        for (int32_t i = 0; i < count; i++) {
            const auto made = mtmd_helper_bitmap_init_from_buf(
                projector->handle, media[i].bytes, media[i].length, false, mtmd_helper_init_opt_default());
            if (made.bitmap == nullptr) {
                throw std::invalid_argument("medium " + std::to_string(i + 1) + " cannot be decoded");
            }
            bitmaps.emplace_back(made.bitmap);
            pointers.push_back(made.bitmap);
            const char * digest = mtmd_bitmap_get_id(made.bitmap);
            prompt->digests.emplace_back(digest == nullptr ? "" : digest);
            // A chunk then says which medium it is of, also where two are the same file.
            mtmd_bitmap_set_id(made.bitmap, std::to_string(i).c_str());
        }
        const mtmd_input_text input = { text, length, true, true };
        const int32_t status =
            mtmd_tokenize(projector->handle, prompt->chunks.ptr.get(), &input, pointers.data(), pointers.size());
        if (status != 0) {
            throw std::invalid_argument("the media do not go with the prompt's markers, or cannot be used by this model");
        }
        return prompt.release();
    });
}

void eh_media_prompt_free(eh_media_prompt * prompt) noexcept {
    delete prompt;
}

const char * eh_media_prompt_digest(const eh_media_prompt * prompt, int32_t medium) noexcept {
    const bool exists = medium >= 0 && static_cast<size_t>(medium) < prompt->digests.size();
    return exists ? prompt->digests[static_cast<size_t>(medium)].c_str() : "";
}

int32_t eh_media_prompt_count(const eh_media_prompt * prompt) noexcept {
    return static_cast<int32_t>(prompt->chunks.size());
}

int32_t eh_media_prompt_chunk(
    const eh_projector * projector, const eh_media_prompt * prompt, int32_t index, eh_chunk * result) noexcept {
    return eh::guarded<int32_t>(-1, [&] {
        const mtmd_input_chunk * chunk = chunk_at(prompt, index);
        *result = {};
        result->medium = -1;
        result->tokens = static_cast<int32_t>(mtmd_input_chunk_get_n_tokens(chunk));
        result->positions = mtmd_input_chunk_get_n_pos(chunk);
        if (mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_TEXT) {
            size_t count = 0;
            result->text = mtmd_input_chunk_get_tokens_text(chunk, &count);
            return 0;
        }
        const bool is_audio = mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_AUDIO;
        result->kind = is_audio ? EH_CHUNK_AUDIO : EH_CHUNK_IMAGE;
        result->non_causal = mtmd_decode_use_non_causal(projector->handle, chunk);
        const char * medium = mtmd_input_chunk_get_id(chunk);
        result->medium = medium == nullptr ? -1 : std::stoi(medium);
        return 0;
    });
}

int32_t eh_media_encode(
    eh_projector * projector, const eh_media_prompt * prompt, int32_t index, float * embeddings, size_t count) noexcept {
    return eh::guarded<int32_t>(-1, [&] {
        const mtmd_input_chunk * chunk = chunk_at(prompt, index);
        if (count != mtmd_input_chunk_get_n_tokens(chunk) * static_cast<size_t>(projector->width)) {
            throw std::length_error("embeddings of a wrong size");
        }
        if (mtmd_encode_chunk(projector->handle, chunk) != 0) {
            throw std::runtime_error("the projector failed");
        }
        const float * output = mtmd_get_output_embd(projector->handle);
        std::copy(output, output + count, embeddings);
        return 0;
    });
}

int32_t eh_media_decode(
    eh_context * context, eh_projector * projector, const eh_media_prompt * prompt, int32_t index,
    const float * embeddings, size_t count, int32_t position, int32_t sequence) noexcept {
    return eh::guarded<int32_t>(EH_DECODE_FAILED, [&]() -> int32_t {
        const mtmd_input_chunk * chunk = chunk_at(prompt, index);
        const size_t tokens = mtmd_input_chunk_get_n_tokens(chunk);
        if (tokens == 0 || count != tokens * static_cast<size_t>(projector->width)) {
            throw std::length_error("embeddings of a wrong size");
        }
        // The engine aborts the process where this isn't so.
        if (mtmd_decode_use_non_causal(projector->handle, chunk) && tokens > llama_n_ubatch(context->handle)) {
            throw std::length_error("a chunk larger than the micro-batch");
        }
        llama_pos next = position;
        const int32_t status = mtmd_helper_decode_image_chunk(
            projector->handle, context->handle, chunk, const_cast<float *>(embeddings), position, sequence,
            context->batch_capacity, &next, nullptr, nullptr);
        if (status == 1) {
            return EH_DECODE_NO_ROOM;
        }
        if (status != 0) {
            throw std::runtime_error("llama_process failed with status " + std::to_string(status));
        }
        llama_synchronize(context->handle);
        return EH_DECODE_OK;
    });
}
