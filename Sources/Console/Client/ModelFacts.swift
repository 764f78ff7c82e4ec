// SPDX-License-Identifier: MIT

import API
package import Wire

/// One entry of `GET /models` as commands look at it. What a router doesn't say is nil.
package struct ModelFacts: Sendable, Equatable {
    package let id: String
    package let aliases: [String]
    /// `unloaded`, `loading`, `loaded`, `sleeping`, `downloading`, `downloaded`; `failed` where the last load went wrong.
    package let status: String
    /// How far a load or a download is, from 0 to 1.
    package let progress: Double?
    /// Why it failed, and the last lines of its log.
    package let reason: String?
    package let log: [String]
    package let source: String?
    package let canRemove: Bool
    package let inputs: [String]
    package let bytes: Double?
    package let parameters: Double?
    package let quantization: String?
    package let architecture: String?
    package let contextLength: Int?
    /// What its worker takes of memory.
    package let memory: Double?
    /// Seconds since 1970.
    package let lastUsed: Double?
    /// Seconds of idleness after which it leaves.
    package let timeToLive: Double?
    package let isPinned: Bool
    package let path: String?
    /// Requests that it serves, and that wait for it.
    package let requests: Int?
    package let waiting: Int?
    /// The tokens for which it has room while it is loaded.
    package let contextSize: Int?
    /// Seconds since its last request ended, and when it leaves, in seconds since 1970.
    package let idle: Double?
    package let expires: Double?

    package init?(_ entry: JSONValue) {
        guard let model = ModelResource(reading: entry), !model.id.isEmpty else { return nil }
        let details = model.details
        let header = model.header
        id = Printable.line(model.id)
        aliases = model.aliases
        reason = model.status.reason.map(Printable.line)
        let word = model.status.value.isEmpty ? "?" : model.status.value
        status = model.status.failed == true && word == "unloaded" ? "failed" : word
        progress = model.status.progress
        log = (model.status.log ?? []).map(Printable.line)
        source = [details.source, model.source].first { !$0.isEmpty }
        canRemove = model.canRemove
        inputs = model.architecture.inputs
        // Without `details` it is llama-server's own entry, whose `meta` says some of it.
        bytes = (details.bytes ?? header?.size).map(Double.init) ?? model.meta.map { Double($0.size) }
        parameters =
            (details.parameters ?? header?.parameters).map(Double.init) ?? model.meta.map { Double($0.parameters) }
        quantization = (details.quantization ?? header?.quantization).map(Printable.line)
        architecture = header?.architecture.map(Printable.line)
        contextLength = details.contextLength ?? header?.trainedContext
        memory = details.memory.map(Double.init)
        lastUsed = details.lastUsed.map(Double.init)
        timeToLive = details.timeToLive
        isPinned = details.isPinned
        path = (details.path ?? details.repository).map(Printable.line)
        let isOurs = entry["details"] != nil
        requests = isOurs ? details.inFlight : nil
        waiting = isOurs ? details.waiting : nil
        contextSize = details.contextSize ?? model.meta?.contextSize
        idle = details.idle.map(Double.init)
        expires = details.expires.map(Double.init)
    }

    /// Whether a worker lives for it, or is about to.
    package var isAlive: Bool { ["loading", "loaded", "sleeping"].contains(status) }

    /// Whether a name stands for it.
    package func isCalled(_ name: String) -> Bool { id == name || aliases.contains(name) }
}
