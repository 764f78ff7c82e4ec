// SPDX-License-Identifier: MIT

import Catalogue
package import Fleet
package import Wire

/// One entry of `GET /models`, in llama-server's words; `gguf`, `status.reason`, `status.log` and `status.retry_at`
/// and `details` are ours.
package enum ModelListing {
    /// - Parameter created: seconds since 1970.
    package static func json(_ status: ModelStatus, created: Int64) -> JSONValue {
        let entry = status.entry
        var members: [JSONValue.Member] = [
            .init("id", .string(entry.id)),
            .init("aliases", .array(entry.aliases.map(JSONValue.string))),
            .init("tags", .array(entry.tags.map(JSONValue.string))),
            .init("object", "model"),
            .init("owned_by", "llamacpp"),
            .init("created", .integer(created)),
            .init("status", self.status(status, now: created)),
            .init("architecture", architecture(entry)),
            .init("capabilities", [.string(words(entry).capability)]),
            .init("source", .string(entry.source.rawValue)),
            .init("can_remove", .bool(entry.canRemove)),
            .init("details", details(status, now: created)),
        ]
        if let facts = entry.facts { members.append(.init("gguf", facts)) }
        for member in status.info?.members ?? [] where !members.contains(where: { $0.name == member.name }) {
            members.append(member)
        }
        return .object(members)
    }

    private static func status(_ status: ModelStatus, now: Int64) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("value", .string(status.word.rawValue)),
            .init("args", .array(status.arguments.map(JSONValue.string))),
            .init("preset", .string(status.entry.preset)),
        ]
        if let progress = status.progress { members.append(.init("progress", .number(progress))) }
        if let problem = status.entry.problem {
            members += [.init("failed", true), .init("reason", .string(problem))]
        } else if let failure = status.failure {
            members.append(.init("failed", true))
            if let exit = failure.exit { members.append(.init("exit_code", .integer(Int64(exit.code)))) }
            members.append(.init("reason", .string(failure.reason)))
            members.append(.init("log", .array(failure.logTail.map(JSONValue.string))))
            if let wait = status.retryIn {
                // Rounded up, so that a request at that time is let through.
                members.append(.init("retry_at", .integer(now + wait.components.seconds + 1)))
            }
        }
        return .object(members)
    }

    private static func architecture(_ entry: ModelEntry) -> JSONValue {
        let inputs = entry.inputModalities.map { JSONValue.string($0.rawValue) }
        return ["input_modalities": .array(inputs), "output_modalities": [.string(words(entry).modality)]]
    }

    /// What a model gives out, and what it is good for in Ollama's words.
    private static func words(_ entry: ModelEntry) -> (modality: String, capability: String) {
        switch entry.output {
        case .text: ("text", "completion")
        case .embeddings: ("embeddings", "embedding")
        case .scores: ("scores", "rerank")
        }
    }

    /// The entries of a model's other names, for clients that offer nothing but ids: each is the model's own entry with that id, and says
    /// in `alias_of` whose it is.
    static func aliases(_ status: ModelStatus, created: Int64) -> [JSONValue] {
        let members = json(status, created: created).members ?? []
        return status.entry.aliases.map { alias in
            .object(
                members.map { member in
                    switch member.name {
                    case "id": .init("id", .string(alias))
                    case "aliases": .init("aliases", [])
                    default: member
                    }
                } + [.init("alias_of", .string(status.entry.id))]
            )
        }
    }
}
