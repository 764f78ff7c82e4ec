// SPDX-License-Identifier: MIT

package import Wire

/// A slot of a worker, as llama-server shows it: an entry of `GET /slots`. A slot that never had a task has the first members only.
package struct SlotResource: APIResource {
    /// How far its answer is.
    package struct Next: APIResource {
        package var goesOn = false
        package var hasNewLine = false
        /// Tokens that it may still generate; -1 where nothing limits them.
        package var remaining = -1
        package var decoded = 0

        package init() {}

        package static let fields: [APIField<Self>] = [
            .always("has_next_token", \.goesOn), .always("has_new_line", \.hasNewLine),
            .always("n_remain", \.remaining), .always("n_decoded", \.decoded, .count),
        ]
    }

    package static let component: String? = "Slot"

    package var id = 0
    /// Tokens.
    package var contextSize = 0
    /// Whether tokens are proposed.
    package var speculates = false
    package var isProcessing = false
    /// Whether its answer waits for another one's memory.
    package var isPreempted: Bool?
    package var task: Int?
    package var promptTokens: Int?
    package var promptProcessed: Int?
    package var promptCached: Int?
    /// What its request is sampled with, without what holds the request's text.
    package var settings: JSONValue?
    package var next: [Next]?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id", \.id, .count), .always("n_ctx", \.contextSize, .count), .usual("speculative", \.speculates),
        .always("is_processing", \.isProcessing), .maybe("is_preempted", \.isPreempted), .maybe("id_task", \.task),
        .maybe("n_prompt_tokens", \.promptTokens, .count),
        .maybe("n_prompt_tokens_processed", \.promptProcessed, .count),
        .maybe("n_prompt_tokens_cache", \.promptCached, .count),
        .maybe("params", \.settings, GenerationSettings.schema),
        .maybe("next_token", \.next),
    ]
}

/// What was done with a slot's state: `POST /slots/{id}`.
package struct SlotActionResource: APIResource {
    /// Milliseconds.
    package struct Timings: APIResource {
        package var save: Double?
        package var restore: Double?

        package init() {}

        package init(save: Double? = nil, restore: Double? = nil) {
            self.save = save
            self.restore = restore
        }

        package static let fields: [APIField<Self>] = [
            .maybe("save_ms", \.save), .maybe("restore_ms", \.restore),
        ]
    }

    package static let component: String? = "SlotAction"

    package var slot = 0
    package var file: String?
    package var saved: Int?
    package var restored: Int?
    package var erased: Int?
    package var written: Int?
    package var read: Int?
    package var timings: Timings?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id_slot", \.slot, .count), .maybe("filename", \.file), .maybe("n_saved", \.saved, .count),
        .maybe("n_restored", \.restored, .count), .maybe("n_erased", \.erased, .count),
        .maybe("n_written", \.written, .count), .maybe("n_read", \.read, .count),
        .maybe("timings", \.timings),
    ]
}
