// SPDX-License-Identifier: MIT

package import Engine

/// A worker's figures in Prometheus' text format (version 0.0.4), under llama-server's names.
package enum MetricsText {
    /// - Parameters:
    ///   - processing: generations that have a slot.
    ///   - deferred: generations that wait for one.
    package static func page(_ counters: EngineCounters, processing: Int, deferred: Int) -> String {
        let busy = Double(counters.busySlots) / Double(max(counters.decodes, 1))
        let totals: [(String, String, Double)] = [
            ("prompt_tokens_total", "Tokens of prompts that were computed.", Double(counters.prompt.tokens)),
            (
                "prompt_tokens_cached_total", "Tokens of prompts that the cache held already.",
                Double(counters.cachedTokens)
            ),
            ("prompt_seconds_total", "Time spent on prompts.", counters.prompt.time / .seconds(1)),
            ("tokens_predicted_total", "Tokens that were generated.", Double(counters.generation.tokens)),
            (
                "tokens_predicted_seconds_total", "Time spent on generating tokens.",
                counters.generation.time / .seconds(1)
            ),
            ("n_decode_total", "Steps that were computed.", Double(counters.decodes)),
            (
                "n_preemptions_total", "Generations that were set aside because the cache was full.",
                Double(counters.preemptions)
            ),
            (
                "spec_decode_num_draft_tokens_total", "Tokens that were proposed and checked.",
                Double(counters.proposedTokens)
            ),
            (
                "spec_decode_num_accepted_tokens_total", "Proposed tokens that were right.",
                Double(counters.acceptedTokens)
            ),
            ("spec_decode_num_drafts_total", "Proposals that were checked.", Double(counters.proposals)),
            ("store_hits_total", "Conversations that came back from the store.", Double(counters.storeHits)),
            ("store_misses_total", "Prompts that found nothing in the store.", Double(counters.storeMisses)),
            ("store_tokens_total", "Tokens of conversations that came back.", Double(counters.storeTokens)),
            ("store_read_bytes_total", "Bytes that were read from the store.", Double(counters.storeReadBytes)),
            ("store_written_bytes_total", "Bytes that were written to it.", Double(counters.storeWrittenBytes)),
            ("store_read_seconds_total", "Time that it took to bring them back.", counters.storeTime / .seconds(1)),
            // A maximum, which llama-server calls a counter; its own test looks for that.
            ("n_tokens_max", "Tokens of the longest sequence so far.", Double(counters.longestSequence)),
        ]
        let gauges: [(String, String, Double)] = [
            (
                "prompt_tokens_seconds", "Tokens of prompts in a second, since the last look.",
                counters.promptWindow.rate
            ),
            (
                "predicted_tokens_seconds", "Generated tokens in a second, since the last look.",
                counters.generationWindow.rate
            ),
            ("requests_processing", "Requests that have a slot.", Double(processing)),
            ("requests_deferred", "Requests that wait for a slot.", Double(deferred)),
            ("n_busy_slots_per_decode", "Slots at work in a step, on average.", busy),
        ]
        return text(totals, "counter") + text(gauges, "gauge") + places(counters.acceptedByPlace)
    }

    /// Proposed tokens that were right, by their place in the proposal.
    private static func places(_ accepted: [Int]) -> String {
        guard !accepted.isEmpty else { return "" }
        let name = "llamacpp:spec_decode_num_accepted_tokens_per_pos_total"
        let head = "# HELP \(name) Proposed tokens that were right, by place.\n# TYPE \(name) counter\n"
        return head + accepted.enumerated().map { "\(name){position=\"\($0)\"} \($1)\n" }.joined()
    }

    private static func text(_ items: [(name: String, help: String, value: Double)], _ type: String) -> String {
        items.map { item in
            let name = "llamacpp:" + item.name
            let number = Int64(exactly: item.value).map(String.init) ?? "\(item.value)"
            return "# HELP \(name) \(item.help)\n# TYPE \(name) \(type)\n\(name) \(number)\n"
        }.joined()
    }
}
