// SPDX-License-Identifier: MIT

import API
import Catalogue
import Fleet
import Library
import Platform
import Wire

/// A download as Ollama tells it: the manifest, each file with its bytes, and what is done at the end.
struct OllamaPull {
    let fleet: Fleet
    let library: ModelLibrary
    /// As the client wrote it.
    let name: String

    /// Downloads the model, or waits for one that goes on; what is there already is done.
    ///
    /// A client that leaves ends the download that it began; what has come stays for the next time.
    /// - Parameter tell: takes each status.
    /// - Throws: `APIError`; what `tell` throws.
    func run(_ tell: (OllamaStatusLine) async throws -> Void) async throws {
        try await tell(OllamaStatusLine("pulling manifest"))
        if let entry = fleet.status(of: name)?.entry, entry.files == .present { return try await finish(tell) }
        let wanted = Catalogue.withoutOllamaParts(Catalogue.withoutOllamaParts(name))
        guard wanted.contains("/") else {
            throw APIError(
                .notFound,
                "pull model manifest: '\(name)' is not here: this server downloads from Hugging Face, by names such as "
                    + "hf.co/ggml-org/Qwen3-0.6B-GGUF:Q4_0"
            )
        }
        let events = fleet.events.subscribe()
        var isOurs = true
        var isThere = false
        do throws(HubError) {
            isThere = try await library.download(wanted) != nil
        } catch {
            // Two requests for one model share its download.
            guard error.code == .busy else { throw error.apiError }
            isOurs = false
        }
        if isThere { return try await finish(tell) }
        // Over already: the model is there, or the first request was told why not.
        guard let names = library.downloadNames(for: wanted) else {
            guard fleet.status(of: wanted)?.entry.files == .present else {
                throw APIError(.server, "the download of '\(wanted)' has just failed; ask again")
            }
            return try await finish(tell)
        }
        do {
            try await follow(events, names, tell)
        } catch {
            if isOurs, !(error is APIError) { _ = await library.cancelDownload(wanted, keepsParts: true) }
            throw error
        }
        try await finish(tell)
    }

    private func finish(_ tell: (OllamaStatusLine) async throws -> Void) async throws {
        try await tell(OllamaStatusLine("verifying sha256 digest"))
        try await tell(OllamaStatusLine("writing manifest"))
    }

    private func follow(
        _ events: FeedSubscription<FleetEvent>,
        _ names: Set<String>,
        _ tell: (OllamaStatusLine) async throws -> Void
    ) async throws {
        for await item in events {
            guard case .element(.library(let event)) = item else {
                if case .element = item { continue }
                throw APIError(.server, "the download goes on, but its progress was lost; ask again")
            }
            switch event {
            case .downloadProgress(let model, let progress) where names.contains(model):
                for (url, file) in progress.files { try await tell(Self.line(url, file)) }
            case .downloadFinished(let model) where names.contains(model): return
            case .downloadFailed(let model, let reason) where names.contains(model): throw APIError(.server, reason)
            default: continue
            }
        }
        throw APIError(.unavailable, "the router is shutting down")
    }

    /// How far a file is. Ollama names layers by digests; here the file's name tells them apart.
    private static func line(_ url: String, _ file: DownloadProgress.File) -> OllamaStatusLine {
        let name = url.split(separator: "/").last.map(String.init) ?? url
        var line = OllamaStatusLine("pulling \(name)")
        line.digest = name
        line.total = Int(clamping: file.total)
        line.completed = Int(clamping: file.done)
        return line
    }
}
