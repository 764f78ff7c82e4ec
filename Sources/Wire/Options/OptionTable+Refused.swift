// SPDX-License-Identifier: MIT

extension OptionTable {
    /// llama-server's options that aren't in ``all``.
    package static let refused: [RefusedOption] = computing + speculative + serving + presets

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
        .init("--defrag-thold", "-dt", env: "LLAMA_ARG_DEFRAG_THOLD", because: .gone)
    ]

    private static let speculative: [RefusedOption] = [
        .init("--spec-draft-p-split", "--draft-p-split", env: "LLAMA_ARG_SPEC_DRAFT_P_SPLIT", because: .branches),
        .init("--draft", "--draft-n", "--draft-max", env: "LLAMA_ARG_DRAFT_MAX", because: .goneMax),
        .init("--draft-min", "--draft-n-min", env: "LLAMA_ARG_DRAFT_MIN", because: .goneMin),
        .init("--spec-ngram-size-n", because: .goneNgram),
        .init("--spec-ngram-size-m", because: .goneNgram),
        .init("--spec-ngram-min-hits", because: .goneNgram),
    ]

    private static let serving: [RefusedOption] = [
        .init("--cache-list", "-cl", because: .cache),
        .init("--completion-bash", because: .completion),
        .init("--mtmd-batch-max-tokens", env: "LLAMA_ARG_MTMD_BATCH_MAX_TOKENS", because: .encoding),
        .init("--video-fps", env: "LLAMA_ARG_VIDEO_FPS", because: .video),
        .init("--video-timestamp-interval", env: "LLAMA_ARG_VIDEO_TIMESTAMP_INTERVAL", because: .video),
        .init("--video-ffmpeg-dir", env: "LLAMA_ARG_VIDEO_FFMPEG_DIR", because: .video),
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
