// SPDX-License-Identifier: MIT

import API
import Engine
import Testing
import Wire
import Worker

@Suite("A worker's metrics")
struct MetricsTextTests {
    private func timings(_ tokens: Int, _ time: Duration) -> GenerationTimings {
        var timings = GenerationTimings(cachedTokens: 0)
        timings.generatedTokens = tokens
        timings.generationDuration = time
        return timings
    }

    @Test("rates don't count the first token, which costs no step")
    func rates() {
        var counters = EngineCounters()
        counters.step(promptTokens: 30, busy: 1, longest: 30)
        counters.promptTook(.seconds(3))
        counters.step(promptTokens: 0, busy: 3, longest: 31)
        counters.reuse(7)
        counters.preempted()
        counters.end(timings(11, .seconds(5)))
        counters.end(timings(1, .microseconds(1)))
        counters.end(timings(0, .zero))
        #expect(counters.prompt.rate == 10)
        #expect(abs(counters.generationWindow.rate - 2) < 0.001)
        #expect(counters.generation.tokens == 12)
        let lines = MetricsText.page(counters, processing: 2, deferred: 5).split(separator: "\n")
        for line in [
            "# TYPE llamacpp:prompt_tokens_total counter", "llamacpp:prompt_tokens_total 30",
            "llamacpp:prompt_tokens_cached_total 7", "llamacpp:prompt_seconds_total 3",
            "llamacpp:tokens_predicted_total 12", "llamacpp:n_decode_total 2", "llamacpp:n_tokens_max 31",
            "# TYPE llamacpp:requests_processing gauge", "llamacpp:requests_processing 2",
            "llamacpp:requests_deferred 5", "llamacpp:n_busy_slots_per_decode 2",
            "llamacpp:prompt_tokens_seconds 10", "# TYPE llamacpp:n_preemptions_total counter",
            "llamacpp:n_preemptions_total 1",
        ] { #expect(lines.contains(line[...]), "\(line)") }
    }

    @Test("windows begin anew with each look, totals don't")
    func windows() {
        var counters = EngineCounters()
        counters.end(timings(5, .seconds(1)))
        counters.resetWindows()
        #expect(counters.generationWindow.rate == 0)
        #expect(counters.generation.tokens == 5)
    }

    @Test("proposals are counted, and what was right of them by place")
    func proposals() {
        var counters = EngineCounters()
        #expect(!MetricsText.page(counters, processing: 0, deferred: 0).contains("per_pos"))
        counters.checked(proposed: 3, accepted: 2)
        counters.checked(proposed: 1, accepted: 1)
        let lines = MetricsText.page(counters, processing: 0, deferred: 0).split(separator: "\n")
        for line in [
            "llamacpp:spec_decode_num_draft_tokens_total 4", "llamacpp:spec_decode_num_accepted_tokens_total 3",
            "llamacpp:spec_decode_num_drafts_total 2",
            #"llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="0"} 2"#,
            #"llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="1"} 1"#,
            #"llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="2"} 0"#,
        ] { #expect(lines.contains(line[...]), "\(line)") }
    }

    @Test("an idle slot shows nothing of the request before")
    func idleSlot() {
        let slot = SlotResource(SlotStatus(id: 3), contextSize: 512)
        #expect(slot.json.text == #"{"id":3,"n_ctx":512,"speculative":false,"is_processing":false}"#)
    }
}
