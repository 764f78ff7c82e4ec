// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Wire

extension ModelListing {
    /// What people want to see of a model, under names of our own: what is known without a look at any file.
    static func details(_ status: ModelStatus, now: Int64) -> JSONValue {
        let entry = status.entry
        var members: [JSONValue.Member] = [
            .init("bytes", bytes(status))
        ]
        members += entry.fileDetails
        members += [
            .init("modalities", .array(entry.inputModalities.map { .string($0.rawValue) })),
            .init("source", .string(entry.source.rawValue)),
            .init("path", entry.path.isEmpty ? .null : .string(entry.path)),
            .init("repo", text(repository(of: entry))),
            .init("last_used", status.lastUse.map { .integer(now - $0.components.seconds) } ?? .null),
            .init(
                "memory_bytes",
                status.measured.flatMap { $0.totalBytes > 0 ? .integer($0.totalBytes) : nil } ?? .null
            ),
            .init("pinned", .bool(status.isPinned)),
            .init("ttl", status.timeToLive.map { .number($0 / .seconds(1)) } ?? .null),
            .init("in_flight", .integer(Int64(status.inFlight))),
            .init("waiting", .integer(Int64(status.waiting))),
        ]
        if let threads = status.threads {
            members.append(
                .init(
                    "threads",
                    ["generating": .integer(Int64(threads.generating)), "prompt": .integer(Int64(threads.prompt))]
                )
            )
        }
        if let context = status.info?["meta"]?["n_ctx"] { members.append(.init("context_size", context)) }
        if let idle = status.sinceLastUse, status.inFlight == 0 {
            members.append(.init("idle_seconds", .integer(idle.components.seconds)))
            if let ttl = status.timeToLive, !status.isPinned {
                members.append(.init("expires_at", .integer(now + (ttl - idle).components.seconds)))
            }
        }
        if let measured = status.measured {
            members.append(.init("load_seconds", .number(ActivityRecord.rounded(measured.loadSeconds, 1000))))
        }
        if let transfer = status.transfer {
            members.append(.init("downloaded_bytes", .integer(Int64(clamping: transfer.done))))
        }
        return .object(members)
    }

    private static func bytes(_ status: ModelStatus) -> JSONValue {
        let bytes = status.transfer?.total ?? status.entry.sizeBytes
        return bytes > 0 ? .integer(Int64(clamping: bytes)) : .null
    }

    /// The repository on the hub that a model is from.
    private static func repository(of entry: ModelEntry) -> String? {
        if case .remote(let selection) = entry.files { return selection.reference.repository }
        guard entry.source == .cache else { return nil }
        let name = entry.id.prefix { $0 != ":" }
        return HubReference.isValidRepository(String(name)) ? String(name) : nil
    }

    private static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
