// SPDX-License-Identifier: MIT

import API
import Catalogue
import Fleet
import GGUF
import Wire

extension ModelListing {
    /// What people want to see of a model, under names of our own: what is known without a look at any file.
    static func details(_ status: ModelStatus, now: Int64) -> ModelDetails {
        let entry = status.entry
        var details = ModelDetails()
        let bytes = status.transfer?.total ?? entry.sizeBytes
        details.bytes = bytes > 0 ? Int(clamping: bytes) : nil
        details.quantization = entry.info?.quantisation
        details.parameters = entry.info.map { Int(clamping: $0.parameterCount) }
        details.architecture = entry.info?.architecture
        details.contextLength = entry.info?.contextLength.map { Int(clamping: $0) }
        details.modalities = entry.inputModalities.map(\.rawValue)
        details.source = entry.source.rawValue
        details.path = entry.path.isEmpty ? nil : entry.path
        details.repository = repository(of: entry)
        details.lastUsed = status.lastUse.map { Int(now - $0.components.seconds) }
        details.memory = status.measured.flatMap { $0.totalBytes > 0 ? Int($0.totalBytes) : nil }
        details.isPinned = status.isPinned
        details.timeToLive = status.timeToLive.map { $0 / .seconds(1) }
        details.inFlight = status.inFlight
        details.waiting = status.waiting
        details.threads = status.threads.map { threads in
            var given = ModelDetails.Threads()
            given.generating = threads.generating
            given.prompt = threads.prompt
            return given
        }
        details.contextSize = status.info?["meta"].flatMap(ModelMeta.init(reading:))?.contextSize
        if let idle = status.sinceLastUse, status.inFlight == 0 {
            details.idle = Int(idle.components.seconds)
            if let ttl = status.timeToLive, !status.isPinned {
                details.expires = Int(now + (ttl - idle).components.seconds)
            }
        }
        details.loadSeconds = status.measured.map { ActivityRecord.rounded($0.loadSeconds, 1000) }
        details.downloaded = status.transfer.map { Int(clamping: $0.done) }
        return details
    }

    /// The repository on the hub that a model is from.
    private static func repository(of entry: ModelEntry) -> String? {
        if case .remote(let selection) = entry.files { return selection.reference.repository }
        guard entry.source == .cache else { return nil }
        let name = entry.id.prefix { $0 != ":" }
        return HubReference.isValidRepository(String(name)) ? String(name) : nil
    }
}
