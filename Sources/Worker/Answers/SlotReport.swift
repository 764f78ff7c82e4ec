// SPDX-License-Identifier: MIT

package import Engine
package import Wire

/// A slot in llama-server's shape.
package enum SlotReport {
    /// Settings that hold a request's text: other clients must not see it.
    private static let content: Set<String> = [
        "stop", "grammar", "grammar_lazy", "grammar_triggers", "preserved_tokens", "logit_bias",
        "dry_sequence_breakers",
    ]

    package static func json(_ slot: SlotStatus, contextSize: Int, speculates: Bool = false) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .integer(Int64(slot.id))),
            .init("n_ctx", .integer(Int64(contextSize))),
            .init("speculative", .bool(speculates)),
            .init("is_processing", .bool(slot.isProcessing)),
        ]
        guard let task = slot.task else { return .object(members) }
        if slot.isPreempted { members.append(.init("is_preempted", true)) }
        members += [
            .init("id_task", .integer(Int64(clamping: task))),
            .init("n_prompt_tokens", .integer(Int64(slot.cachedTokens))),
            .init("n_prompt_tokens_processed", .integer(Int64(slot.timings.promptTokens))),
            .init("n_prompt_tokens_cache", .integer(Int64(slot.timings.cachedTokens))),
        ]
        if let settings = slot.settings?.members {
            members.append(.init("params", .object(settings.filter { !content.contains($0.name) })))
        }
        let next: JSONValue = [
            "has_next_token": .bool(slot.isProcessing),
            "has_new_line": .bool(slot.hasNewLine),
            "n_remain": .integer(Int64(slot.remainingTokens ?? -1)),
            "n_decoded": .integer(Int64(slot.timings.generatedTokens)),
        ]
        members.append(.init("next_token", [next]))
        return .object(members)
    }
}
