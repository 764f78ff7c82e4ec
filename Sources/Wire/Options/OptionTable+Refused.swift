// SPDX-License-Identifier: MIT

extension OptionTable {
    /// llama-server's options that aren't in ``all``.
    package static let refused: [RefusedOption] = computing + sampler + speculative + serving + presets

    /// Those, by each spelling, environment variable, and key in files.
    package static let refusedByName: [String: RefusedOption] = {
        var result: [String: RefusedOption] = [:]
        for option in refused {
            for name in option.names {
                result[name] = option
                result[name.dropFirstDashes] = option
            }
            if let variable = option.environment { result[variable] = option }
        }
        return result
    }()

    private static let computing: [RefusedOption] = [
        .init("--cpu-mask", "-C", because: .affinity),
        .init("--cpu-range", "-Cr", because: .affinity),
        .init("--cpu-strict", because: .affinity),
        .init("--cpu-mask-batch", "-Cb", because: .affinity),
        .init("--cpu-range-batch", "-Crb", because: .affinity),
        .init("--cpu-strict-batch", because: .affinity),
        .init("--numa", env: "LLAMA_ARG_NUMA", because: .affinity),
        .init("--prio", because: .threading),
        .init("--prio-batch", because: .threading),
        .init("--poll", because: .threading),
        .init("--poll-batch", because: .threading),
        .init("--perf", "--no-perf", env: "LLAMA_ARG_PERF", because: .perf),
        .init("--escape", "-e", "--no-escape", because: .text),
        .init("--defrag-thold", "-dt", env: "LLAMA_ARG_DEFRAG_THOLD", because: .gone),
        .init("--rpc", env: "LLAMA_ARG_RPC", because: .remote),
        .init("--lazy-mode", "-lzm", env: "LLAMA_ARG_LAZY_MODE", because: .lazy),
        .init("--list-devices", because: .completion),
        .init("--override-tensor", "-ot", env: "LLAMA_ARG_OVERRIDE_TENSOR", because: .placement),
        .init("--n-cpu-ffn", "-ncffn", env: "LLAMA_ARG_N_CPU_FFN", because: .placement),
        .init("--control-vector", because: .steering),
        .init("--control-vector-scaled", because: .steering),
        .init("--control-vector-layer-range", because: .steering),
        .init("--kv-unified-per-slot", env: "LLAMA_ARG_KV_UNIFIED_PER_SLOT", because: .slots),
        .init(
            "--ctx-checkpoints",
            "-ctxcp",
            "--swa-checkpoints",
            env: "LLAMA_ARG_CTX_CHECKPOINTS",
            because: .checkpoints
        ),
        .init("--checkpoint-min-step", "-cms", env: "LLAMA_ARG_CHECKPOINT_MIN_SPACING_NT", because: .checkpoints),
    ]

    private static let sampler: [RefusedOption] = [
        .init("--reverse-prompt", "-r", because: .text),
        .init("--special", "-sp", because: .text),
        .init("--lookup-cache-static", "-lcs", because: .lookup),
        .init("--lookup-cache-dynamic", "-lcd", because: .lookup),
        .init(
            "--skip-chat-parsing",
            "--no-skip-chat-parsing",
            env: "LLAMA_ARG_SKIP_CHAT_PARSING",
            because: .parsing
        ),
    ]

    private static let speculative: [RefusedOption] = [
        .init("--spec-draft-cpu-mask", "-Cd", "--cpu-mask-draft", because: .affinity),
        .init("--spec-draft-cpu-range", "-Crd", "--cpu-range-draft", because: .affinity),
        .init("--spec-draft-cpu-strict", "--cpu-strict-draft", because: .affinity),
        .init("--spec-draft-cpu-mask-batch", "-Cbd", "--cpu-mask-batch-draft", because: .affinity),
        .init("--spec-draft-cpu-strict-batch", "--cpu-strict-batch-draft", because: .affinity),
        .init("--spec-draft-prio", "--prio-draft", because: .threading),
        .init("--spec-draft-poll", "--poll-draft", because: .threading),
        .init("--spec-draft-prio-batch", "--prio-batch-draft", because: .threading),
        .init("--spec-draft-poll-batch", "--poll-batch-draft", because: .threading),
        .init("--spec-draft-override-tensor", "-otd", "--override-tensor-draft", because: .draftPlacement),
        .init("--spec-draft-p-split", "--draft-p-split", env: "LLAMA_ARG_SPEC_DRAFT_P_SPLIT", because: .branches),
        .init(
            "--spec-draft-backend-sampling",
            "--no-spec-draft-backend-sampling",
            env: "LLAMA_ARG_SPEC_DRAFT_BACKEND_SAMPLING",
            because: .sampler
        ),
        .init("--draft", "--draft-n", "--draft-max", env: "LLAMA_ARG_DRAFT_MAX", because: .gone),
        .init("--draft-min", "--draft-n-min", env: "LLAMA_ARG_DRAFT_MIN", because: .gone),
        .init("--spec-ngram-size-n", because: .gone),
        .init("--spec-ngram-size-m", because: .gone),
        .init("--spec-ngram-min-hits", because: .gone),
    ]

    private static let serving: [RefusedOption] = [
        .init("--cache-list", "-cl", because: .cache),
        .init("--completion-bash", because: .completion),
        .init("--mmproj-url", "-mmu", env: "LLAMA_ARG_MMPROJ_URL", because: .url),
        .init("--mmproj-device", "-mmdev", env: "MTMD_BACKEND_DEVICE", because: .projector),
        .init("--mtmd-batch-max-tokens", env: "LLAMA_ARG_MTMD_BATCH_MAX_TOKENS", because: .encoding),
        .init("--video-fps", env: "LLAMA_ARG_VIDEO_FPS", because: .video),
        .init("--video-timestamp-interval", env: "LLAMA_ARG_VIDEO_TIMESTAMP_INTERVAL", because: .video),
        .init("--video-ffmpeg-dir", env: "LLAMA_ARG_VIDEO_FFMPEG_DIR", because: .video),
        .init("--model-url", "-mu", env: "LLAMA_ARG_MODEL_URL", because: .url),
        .init("--docker-repo", "-dr", env: "LLAMA_ARG_DOCKER_REPO", because: .url),
        .init("--reuse-port", env: "LLAMA_ARG_REUSE_PORT", because: .port),
        .init("--path", env: "LLAMA_ARG_STATIC_PATH", because: .files),
        .init("--ui-config", "--webui-config", env: "LLAMA_ARG_UI_CONFIG", because: .interface),
        .init("--ui-config-file", "--webui-config-file", env: "LLAMA_ARG_UI_CONFIG_FILE", because: .interface),
        .init("--tools", env: "LLAMA_ARG_TOOLS", because: .tools),
        .init("--tools-runtime", env: "LLAMA_ARG_TOOLS_RUNTIME", because: .tools),
        .init("--mcp-servers-config", env: "LLAMA_ARG_MCP_SERVERS_CONFIG", because: .tools),
        .init("--mcp-servers-json", env: "LLAMA_ARG_MCP_SERVERS_JSON", because: .tools),
        .init("--agent", "-ag", "-no-ag", "--no-agent", env: "LLAMA_ARG_AGENT", because: .tools),
        .init("--log-prompts-dir", because: .prompts),
        .init("--log-file", env: "LLAMA_ARG_LOG_FILE", because: .logs),
        .init("--log-jsonl", "--no-log-jsonl", env: "LLAMA_ARG_LOG_JSONL", because: .logs),
    ]

    private static let presets: [RefusedOption] = [
        .init("--embd-gemma-default", because: .preset),
        .init("--fim-qwen-1.5b-default", because: .preset),
        .init("--fim-qwen-3b-default", because: .preset),
        .init("--fim-qwen-7b-default", because: .preset),
        .init("--fim-qwen-7b-spec", because: .preset),
        .init("--fim-qwen-14b-spec", because: .preset),
        .init("--fim-qwen-30b-default", because: .preset),
        .init("--gpt-oss-20b-default", because: .preset),
        .init("--gpt-oss-120b-default", because: .preset),
        .init("--vision-gemma-4b-default", because: .preset),
        .init("--vision-gemma-12b-default", because: .preset),
    ]
}
