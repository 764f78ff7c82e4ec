// SPDX-License-Identifier: MIT
//
// Where a model is computed, and what steers it: processors, devices of other machines, control vectors. The rules of cllama.h
// hold here as well.
#ifndef ENGINEHOUSE_CLLAMA_PLACEMENT_H
#define ENGINEHOUSE_CLLAMA_PLACEMENT_H

#include "cllama.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Uses the memory nodes of the machine, as ggml numbers the ways: 1 distribute, 2 isolate, 3 numactl. Call once, before a model is
/// loaded.
void eh_numa_start(int32_t way) EH_NOEXCEPT;

/// Makes the devices of an RPC server, "HOST:PORT", known as those of this machine are. Does nothing for one that is known
/// already. False on failure.
bool eh_rpc_connect(const char *address) EH_NOEXCEPT;

/// Serves this machine's devices to other machines' workers at "HOST:PORT", with so many threads of the processor, which is a device where
/// there is no other one. Returns only on failure: with false.
bool eh_rpc_serve(const char *address, int32_t threads) EH_NOEXCEPT;

/// Threads that compute.
typedef struct {
    uint64_t processors[8]; // a bit for each that may be used; none: any
    int32_t count;
    int32_t priority; // as ggml numbers them: -1 low to 3 real time
    int32_t poll;     // how eagerly they look for work, to 100
    bool strict;      // each is bound to a processor of its own
} eh_threads;

/// Computes a context with threads of its own: `single` for single tokens, `batch` for prompts. Call on the thread that computes.
/// Returns 1 if the system refuses the priority, negative on failure.
int32_t eh_context_set_threads(eh_context *context, const eh_threads *single, const eh_threads *batch) EH_NOEXCEPT;

/// Computes from the next step on with so many threads, but no more than eh_context_set_threads made, if it did. On the thread
/// that computes.
void eh_context_use_threads(eh_context *context, int32_t single, int32_t batch) EH_NOEXCEPT;

/// Whether all of a context lies in the main memory and its steps are over when eh_decode returns.
bool eh_context_is_on_processor(const eh_context *context) EH_NOEXCEPT;

/// Adds control vectors, each in so far as its scale says, to what the layers from `first` to `last`, counted from 1, compute.
/// False on failure.
bool eh_context_steer(eh_context *context, const char *const *paths, const float *scales, int32_t count, int32_t first,
                      int32_t last) EH_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
