// SPDX-License-Identifier: MIT

import Platform
import Wire

/// Begins a download and watches it to its end.
struct PullWatch: Sendable {
    enum Outcome: Sendable {
        case downloaded(String)
        /// The router had it before.
        case present(String)
    }

    let router: RouterClient
    /// `user/repo` or `user/repo:tag`
    let name: String
    let environment: [String: String]

    /// The router has the model already.
    private struct Present: Error {
        let id: String
    }

    /// - Throws: `ConsoleError` with the reason of a download that can't begin or fails.
    func run() async throws -> Outcome {
        var status = StatusLine(environment: environment)
        defer { status.clear() }
        status.show("asking the hub for \(name)")
        var meter = RateMeter()
        let start = ContinuousClock.now
        var hasEnded = false
        do {
            // The events are heard before the download begins, so that none is missed.
            try await router.lines(.get, "/models/sse", onOpen: begin) { line in
                guard let data = EventLines.data(of: line), let event = try? JSONValue(parsing: data),
                    event["model"]?.string == name
                else { return true }
                switch event["event"]?.string {
                case "download_progress":
                    let (done, total) = Self.sum(event["data"]?["progress"])
                    meter.add(done, at: ContinuousClock.now - start)
                    status.show(
                        ProgressBar.download(name, done: done, total: total, rate: meter.rate, width: status.width - 1)
                    )
                case "download_finished": hasEnded = true
                case "download_failed":
                    let reason = event["data"]?["reason"]?.string ?? "the router's log says why"
                    throw ConsoleError("\(name) cannot be downloaded: \(Printable.line(reason))")
                default: break
                }
                return !hasEnded
            }
        } catch let present as Present {
            return .present(present.id)
        }
        // Without an end the router stopped telling, as it does with those who fall behind: the list knows.
        while !hasEnded {
            try await Task.sleep(for: .milliseconds(500))
            hasEnded = try await router.models().models.first { $0.id == name }?.status != "downloading"
        }
        let id = try await found()?.id
        guard let id else { throw ConsoleError("\(name) was not downloaded; the router's log says why") }
        return .downloaded(id)
    }

    private func begin() async throws {
        do {
            let answer = try await router.json(.post, "/models", body: ["model": .string(name)])
            if answer["present"]?.bool == true { throw Present(id: answer["model"]?.string ?? name) }
        } catch let error as ConsoleError where error.description.hasSuffix("already exists") {
            guard let model = try await found() else { throw error }
            if model.status != "downloading" { throw Present(id: model.id) }
        }
    }

    /// The model in the list: the router adds the tag that was left out.
    private func found() async throws -> ModelFacts? {
        let models = try await router.models().models
        return models.first { $0.isCalled(name) }
            ?? models.first { $0.id.lowercased().hasPrefix(name.lowercased() + ":") }
    }

    /// Bytes of all files: `{"URL":{"done":…,"total":…}}`.
    static func sum(_ progress: JSONValue?) -> (done: Double, total: Double) {
        (progress?.members ?? []).reduce((0, 0)) { sum, file in
            (sum.0 + (file.value["done"]?.double ?? 0), sum.1 + (file.value["total"]?.double ?? 0))
        }
    }
}
