// SPDX-License-Identifier: MIT
//
// What models take of the devices' memory. The rules of cllama.h hold here as well.
#ifndef ENGINEHOUSE_CLLAMA_MEMORY_H
#define ENGINEHOUSE_CLLAMA_MEMORY_H

#include "cllama.h"
#include "cllama_media.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The least of the memory that the machine has and that this process may use, in bytes; 0 if it isn't known.
uint64_t eh_memory_limit(void) EH_NOEXCEPT;

/// Bounds that: the least of what control groups leave the process, in bytes.
void eh_memory_bound(uint64_t bytes) EH_NOEXCEPT;

/// What is taken of a device, in bytes.
typedef struct {
    char id[64];   // its PCI id where it has one, else its name; "host" for the machine's own memory
    char name[64]; // as options name it
    uint64_t total;
    uint64_t free;
    uint64_t weights;
    uint64_t mapped; // of the weights, those that are the file's pages
    uint64_t context;
    uint64_t compute;
    uint64_t projector;
} eh_device_memory;

/// The devices with what is free of each, the machine's own memory last. Returns how many there are, at most `capacity`, which
/// is 1 or more; negative on failure.
int32_t eh_devices(eh_device_memory *devices, int32_t capacity) EH_NOEXCEPT;

/// What a model would take, its projector, draft model and adapters included; nothing of it is loaded. `options->fit` says what is
/// loaded with it; nothing is changed so that it fits. Returns as eh_devices.
int32_t eh_memory_wanted(
    const char *path, const eh_model_options *options, eh_device_memory *devices, int32_t capacity) EH_NOEXCEPT;

/// What a context and its model take, with a draft model's and a projector's, which may be null. Returns as eh_devices.
int32_t eh_memory_taken(
    const eh_context *context, const eh_context *draft, const char *projector,
    const struct eh_projector_options *options, eh_device_memory *devices, int32_t capacity) EH_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
