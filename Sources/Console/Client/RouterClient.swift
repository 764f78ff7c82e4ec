// SPDX-License-Identifier: MIT

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Platform
import Wire

/// Asks a router.
struct RouterClient: Sendable {
    let address: RouterAddress
    let key: String?
    private let http: HTTPClient

    /// The longest answer that is kept as a whole.
    private static let longestAnswer = 64 << 20

    /// Lends a client to `body`; afterwards its connections are closed.
    /// - Parameter authorities: a PEM file with authorities that are trusted beside the system's; nil for none.
    static func use<Value>(
        _ address: RouterAddress,
        key: String?,
        authorities: String?,
        _ body: (RouterClient) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        if let authorities {
            var settings = TLSConfiguration.makeClientConfiguration()
            settings.additionalTrustRoots = [.file(authorities)]
            configuration.tlsConfiguration = settings
        }
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(RouterClient(address: address, key: key, http: http)))
        } catch {
            result = .failure(error)
        }
        // It fails only if it was shut down before.
        try? await http.shutdown()
        return try result.get()
    }

    /// A whole answer as JSON.
    /// - Throws: `ConsoleError` with the router's own sentence.
    func json(
        _ method: Method = .get,
        _ path: String,
        body: JSONValue? = nil,
        within limit: Duration = .seconds(60)
    ) async throws -> JSONValue {
        let response = try await send(method, path, body: body, within: limit)
        let bytes = try await collect(response)
        do {
            return try JSONValue(parsing: bytes.readableBytesSpan)
        } catch {
            throw stranger()
        }
    }

    /// The lines of an answer without end, as they come.
    /// - Parameters:
    ///   - requestID: the id under which the router knows the request; nil to leave that to it.
    ///   - onOpen: called once the answer has begun.
    func lines(
        _ method: Method = .get,
        _ path: String,
        body: JSONValue? = nil,
        accept: String = "text/event-stream",
        requestID: String? = nil,
        onOpen: @Sendable () async throws -> Void = {},
        _ each: (String) async throws -> Bool
    ) async throws {
        let response = try await send(method, path, body: body, accept: accept, requestID: requestID, within: nil)
        try await onOpen()
        var lines = EventLines()
        do {
            for try await chunk in response.body {
                for line in lines.add(chunk.readableBytesView) {
                    guard try await each(line) else { return }
                }
            }
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            throw ConsoleError("the connection to \(address) broke: \(error.shortDescription)")
        }
        if let line = lines.end() { _ = try await each(line) }
    }

    private func send(
        _ method: Method,
        _ path: String,
        body: JSONValue?,
        accept: String = "application/json",
        requestID: String? = nil,
        within limit: Duration?
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address.base + path)
        request.method = .init(rawValue: method.rawValue)
        request.headers.add(name: "accept", value: accept)
        request.headers.add(name: "user-agent", value: "enginehouse/\(Version.current)")
        if address.base.hasPrefix("http+unix:") { request.headers.add(name: "host", value: "localhost") }
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        if let requestID { request.headers.add(name: "x-request-id", value: requestID) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body.bytes)
        }
        let response: HTTPClientResponse
        do {
            // A model's load may take as long as it takes; its deadline is the router's.
            let deadline = limit.map { NIODeadline.now() + TimeAmount($0) } ?? .distantFuture
            response = try await http.execute(request, deadline: deadline)
        } catch {
            try Task.checkCancellation()
            throw unreachable(error)
        }
        guard (200..<300).contains(response.status.code) else { throw await refusal(response) }
        return response
    }

    private func collect(_ response: HTTPClientResponse) async throws -> ByteBuffer {
        do {
            return try await response.body.collect(upTo: Self.longestAnswer)
        } catch {
            try Task.checkCancellation()
            throw ConsoleError("the answer of \(address) broke off: \(error)")
        }
    }

    // MARK: Errors

    private func refusal(_ response: HTTPClientResponse) async -> any Error {
        let status = Int(response.status.code)
        let body = try? await response.body.collect(upTo: 1 << 20)
        let json = body.flatMap { try? JSONValue(parsing: $0.readableBytesSpan) }
        if status == 401 {
            let hint = key == nil ? "give --api-key KEY or set ENGINEHOUSE_API_KEY" : "it doesn't know this one"
            return ConsoleError("the router at \(address) asks for an API key; \(hint)", status: status)
        }
        guard let sentence = json?["error"]?["message"]?.string else { return stranger(status) }
        if status == 405 || status == 404 && response.headers.first(name: UnknownPath.header) != nil {
            return ConsoleError(
                "the router at \(address) cannot do that: it serves a single model, or the address lacks its --api-prefix",
                status: status
            )
        }
        return ConsoleError(Printable.line(sentence), status: status)
    }

    private func unreachable(_ error: any Error) -> ConsoleError {
        // Something listens, and speaks no HTTP.
        let isCutOff = (error as? ChannelError) == .ioOnClosedChannel || (error as? IOError)?.errnoCode == ECONNRESET
        if error is HTTPParserError || isCutOff { return stranger() }
        if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
            return ConsoleError(
                "the certificate of \(address) isn't trusted: name a file with its authority in SSL_CERT_FILE (\(error))"
            )
        }
        if let error = error as? HTTPClientError, error != .connectTimeout, error != .deadlineExceeded {
            guard error != .remoteConnectionClosed else { return stranger() }
            return ConsoleError("\(address) cannot be asked: \(error.shortDescription)")
        }
        if let error = error as? HTTPClientError, error == .deadlineExceeded {
            return ConsoleError("the router at \(address) doesn't answer; `enginehouse doctor` looks for the reason")
        }
        return ConsoleError(
            "no router answers at \(address): start one (`enginehouse --models-dir DIR`), or name its address (--host, ENGINEHOUSE_HOST)"
        )
    }

    private func stranger(_ status: Int? = nil) -> ConsoleError {
        let answer = status.map { " (status \($0))" } ?? ""
        return ConsoleError(
            "what answers at \(address) is no Enginehouse router\(answer); name another address with --host",
            status: status
        )
    }
}
