// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "cllama_placement.h"
#include "common.h"
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama-ext.h"

#include <algorithm>
#include <pthread.h>
#include <sched.h>
#include <stdexcept>
#include <unistd.h>
#include <vector>

namespace {

using make_pool = decltype(ggml_threadpool_new) *;
using free_pool = decltype(ggml_threadpool_free) *;

static_assert(sizeof(eh_threads::processors) * 8 == GGML_MAX_N_THREADS, "a bit for each processor that ggml can use");

bool is_set(const eh_threads & threads, size_t processor) {
    return (threads.processors[processor / 64] >> (processor % 64) & 1) != 0;
}

// The engine's parameters. Processors that the machine doesn't have are left out: the system would refuse them at each step.
ggml_threadpool_params pool_params(const eh_threads & threads) {
    ggml_threadpool_params params;
    ggml_threadpool_params_init(&params, threads.count);
    params.prio = static_cast<ggml_sched_priority>(threads.priority);
    params.poll = static_cast<uint32_t>(threads.poll);
    params.strict_cpu = threads.strict;
    const auto there = static_cast<size_t>(std::max(1L, sysconf(_SC_NPROCESSORS_CONF)));
    bool wants = false;
    bool has = false;
    for (size_t i = 0; i < GGML_MAX_N_THREADS; i++) {
        wants = wants || is_set(threads, i);
        params.cpumask[i] = i < there && is_set(threads, i);
        has = has || params.cpumask[i];
    }
    if (wants && !has) {
        throw std::invalid_argument(
            "none of the processors is there; this machine has those from 0 to " + std::to_string(there - 1));
    }
    return params;
}

// Whether threads may have such a priority: the engine would complain at each step.
bool allows(ggml_sched_priority priority) {
    if (priority <= GGML_SCHED_PRIO_NORMAL) {
        return true;
    }
    int policy = 0;
    sched_param before = {};
    sched_param wanted = {};
    wanted.sched_priority = sched_get_priority_min(SCHED_FIFO) + 1;
    if (pthread_getschedparam(pthread_self(), &policy, &before) != 0 ||
        pthread_setschedparam(pthread_self(), SCHED_FIFO, &wanted) != 0) {
        return false;
    }
    return pthread_setschedparam(pthread_self(), policy, &before) == 0;
}

// Where there is one thread there is no pool that would bind it.
void bind_this_thread(const ggml_threadpool_params & params) {
#ifdef __linux__
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < GGML_MAX_N_THREADS; i++) {
        if (params.cpumask[i]) {
            CPU_SET(i, &set);
        }
    }
    if (params.n_threads == 1 && CPU_COUNT(&set) > 0) {
        pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
    }
#else
    (void) params;
#endif
}

} // namespace

int32_t eh_context_set_threads(eh_context * context, const eh_threads * single, const eh_threads * batch) noexcept {
    return eh::guarded<int32_t>(-1, [&]() -> int32_t {
        ggml_backend_dev_t processor = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
        if (processor == nullptr) {
            throw std::runtime_error("the engine is built without the processor");
        }
        ggml_backend_reg_t reg = ggml_backend_dev_backend_reg(processor);
        const auto make = reinterpret_cast<make_pool>(ggml_backend_reg_get_proc_address(reg, "ggml_threadpool_new"));
        const auto drop = reinterpret_cast<free_pool>(ggml_backend_reg_get_proc_address(reg, "ggml_threadpool_free"));
        if (make == nullptr || drop == nullptr) {
            throw std::runtime_error("the engine has no threads of one's own");
        }
        ggml_threadpool_params one = pool_params(*single);
        ggml_threadpool_params many = pool_params(*batch);
        const bool is_allowed = allows(one.prio) && allows(many.prio);
        if (!is_allowed) {
            one.prio = std::min(one.prio, GGML_SCHED_PRIO_NORMAL);
            many.prio = std::min(many.prio, GGML_SCHED_PRIO_NORMAL);
        }
        // Both live as long as the context: the engine keeps their addresses.
        auto pools = std::make_shared<std::vector<std::shared_ptr<ggml_threadpool>>>();
        const auto add = [&](ggml_threadpool_params & params) {
            ggml_threadpool * pool = make(&params);
            if (pool == nullptr) {
                throw std::runtime_error("the threads could not be made");
            }
            pools->emplace_back(pool, drop);
            return pool;
        };
        ggml_threadpool * for_batches = nullptr;
        if (!ggml_threadpool_params_match(&one, &many)) {
            for_batches = add(many);
            one.paused = true;
        }
        ggml_threadpool * for_tokens = add(one);
        llama_attach_threadpool(context->handle, for_tokens, for_batches);
        context->threads = pools;
        bind_this_thread(one);
        return is_allowed && set_process_priority(one.prio) ? 0 : 1;
    });
}

void eh_context_use_threads(eh_context * context, int32_t single, int32_t batch) noexcept {
    eh::guarded<int>(-1, [&] {
        llama_set_n_threads(context->handle, single, batch);
        return 0;
    });
}

bool eh_context_is_on_processor(const eh_context * context) noexcept {
    return eh::guarded<bool>(false, [&] {
        const auto memory = llama_get_memory_breakdown(context->handle);
        return std::all_of(memory.begin(), memory.end(), [](const auto & part) {
            ggml_backend_dev_t device = ggml_backend_buft_get_device(part.first);
            return device == nullptr || ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
        });
    });
}
