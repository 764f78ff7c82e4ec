// SPDX-License-Identifier: MIT

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import SystemPackage
import Wire

/// A real router in a process of its own, for the time of a closure.
struct RunningRouter: Sendable {
    let url: String
    let process: ProcessIdentifier
    private let client = HTTPClient.shared

    /// Starts a router, hands it to `body`, and ends it.
    /// - Returns: how the process ended, after SIGTERM if `body` didn't end it.
    @discardableResult
    static func run(
        _ arguments: [String] = [],
        models: String = Programs.models,
        body: @escaping @Sendable (RunningRouter) async throws -> Void
    ) async throws -> TerminationStatus {
        // The command line of a worker that is used again names no model; Tests/Clients/test_reuse.py tries those.
        let own = ["--models-dir", models, "--port", "0", "--log-verbosity", "1", "--no-reuse-workers"]
        let arguments = own + arguments
        let result = try await Subprocess.run(
            .path(FilePath(Programs.router)),
            arguments: Arguments(arguments),
            input: .none,
            output: .sequence,
            error: .discarded
        ) { execution in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let line = try await lines.next(), let url = line.split(separator: " ").last else {
                throw StartError()
            }
            let router = RunningRouter(
                url: String(url).trimmingCharacters(in: .whitespacesAndNewlines),
                process: execution.processIdentifier
            )
            do {
                try await body(router)
            } catch {
                try? execution.send(signal: .terminate)
                throw error
            }
            // It may be gone already; then there is nobody to tell.
            try? execution.send(signal: .terminate)
        }
        return result.terminationStatus
    }

    struct StartError: Error {}

    /// An answer with its whole body.
    struct Answer: Sendable {
        let status: UInt
        let model: String?
        let json: JSONValue
    }

    func get(_ path: String) async throws -> Answer {
        try await answer(HTTPClientRequest(url: url + path))
    }

    func post(_ path: String, _ body: JSONValue) async throws -> Answer {
        try await answer(request(path, body.text))
    }

    func post(_ path: String, text: String) async throws -> Answer {
        try await answer(request(path, text))
    }

    /// A chat's answer.
    func chat(_ model: String, _ question: String) async throws -> String {
        let answer = try await post("/v1/chat/completions", Self.chatBody(model, question, stream: false))
        guard let text = answer.json["choices"]?.array?.first?["message"]?["content"]?.string else {
            throw APIError(.server, answer.json.text)
        }
        return text
    }

    /// The events of a streamed answer, as they come; `[DONE]` is the last one.
    func stream(_ path: String, _ body: JSONValue) async throws -> AsyncThrowingStream<String, any Error> {
        var request = request(path, body.text)
        // A stream that breaks takes its connection along; no other request shall meet it there.
        request.headers.add(name: "Connection", value: "close")
        let response = try await client.execute(request, timeout: .seconds(60))
        return AsyncThrowingStream { continuation in
            let task = Task {
                var rest = ""
                do {
                    for try await buffer in response.body {
                        rest += String(buffer: buffer)
                        while let end = rest.range(of: "\n\n") {
                            let event = rest[..<end.lowerBound]
                            rest = String(rest[end.upperBound...])
                            if event.hasPrefix("data: ") { continuation.yield(String(event.dropFirst(6))) }
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// A model's `status.value`.
    func status(_ model: String) async throws -> String? {
        try await get("/v1/models/\(model)").json["status"]?["value"]?.string
    }

    /// Asks until a model has a status, for at most ten seconds.
    func wait(_ model: String, until wanted: String) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            if try await status(model) == wanted { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    static func chatBody(_ model: String, _ question: String, stream: Bool) -> JSONValue {
        [
            "model": .string(model), "stream": .bool(stream), "temperature": 0,
            "messages": [["role": "user", "content": .string(question)]],
        ]
    }

    private func request(_ path: String, _ body: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: body))
        return request
    }

    private func answer(_ request: HTTPClientRequest) async throws -> Answer {
        let response = try await client.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 16 << 20)
        return Answer(
            status: response.status.code,
            model: response.headers.first(name: "x-enginehouse-model"),
            json: try JSONValue(parsing: body.readableBytesSpan)
        )
    }
}
