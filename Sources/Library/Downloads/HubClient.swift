// SPDX-License-Identifier: MIT

import AsyncHTTPClient
import Catalogue
import NIOCore
import NIOHTTP1
import Platform
import Wire

/// Asks the hub: one request at a time, with redirects followed as ``RedirectPolicy`` allows.
struct HubClient: Sendable {
    /// An answer whose body hasn't been read.
    struct Answer: Sendable {
        let response: HTTPClientResponse
        /// The hash by which the hub itself tags the file; servers behind it have tags of their own.
        let entityTag: String?
    }

    let policy: RedirectPolicy
    var token: HubToken?
    let lookup: AddressLookup
    let proxies: ProxySettings
    let certificates: TrustedCertificates
    /// The longest silence in the middle of an answer.
    let silence: Duration
    let userAgent: String

    /// The longest answer that isn't a file.
    private static let longestAnswer = 32 << 20
    private static let patience: Duration = .seconds(60)

    /// A JSON answer of the hub's own interface, and the `Link` header beside it.
    /// - Parameter what: what is asked for, for the error's sentence.
    func json(_ url: HubURL, what: String) async throws(HubError) -> (json: JSONValue, link: String?) {
        let (status, body, link) = try await Deadline.run(within: Self.patience) { () async throws(HubError) in
            try await get(url, headers: ["accept": "application/json"]) { answer in
                let body = try await answer.response.body.collect(upTo: Self.longestAnswer)
                return (Int(answer.response.status.code), body, answer.response.headers.first(name: "link"))
            }
        }
        guard status == 200 else { throw HubError(status: status, what: what) }
        do {
            return (try JSONValue(parsing: body.readableBytesSpan), link)
        } catch {
            throw HubError(.unavailable, "the hub's answer about \(what) is not JSON")
        }
    }

    /// Sends a request, follows redirects, and hands the answer to `body`; afterwards the connection is gone.
    func get<Value: Sendable>(
        _ url: HubURL,
        headers: [String: String],
        body: @Sendable (Answer) async throws -> Value
    ) async throws(HubError) -> Value {
        var url = url
        var count = 0
        var linkedTag: String?
        while true {
            let outcome = try await exchange(url, headers: headers) { response in
                let status = Int(response.status.code)
                guard [301, 302, 303, 307, 308].contains(status) else {
                    let ownTag = policy.carriesToken(url) ? response.headers.first(name: "etag") : nil
                    let tag = linkedTag ?? response.headers.first(name: "x-linked-etag") ?? ownTag
                    return Outcome.value(try await body(Answer(response: response, entityTag: tag)))
                }
                let tag = policy.carriesToken(url) ? response.headers.first(name: "x-linked-etag") : nil
                return .redirect(response.headers.first(name: "location"), entityTag: tag)
            }
            switch outcome {
            case .value(let value):
                return value
            case .redirect(let location, let tag):
                url = try policy.target(of: location, from: url, count: count)
                linkedTag = linkedTag ?? tag
                count += 1
            }
        }
    }

    private enum Outcome<Value: Sendable>: Sendable {
        case value(Value)
        case redirect(String?, entityTag: String?)
    }

    /// One request and its answer.
    private func exchange<Value: Sendable>(
        _ url: HubURL,
        headers: [String: String],
        _ body: (HTTPClientResponse) async throws -> Value
    ) async throws(HubError) -> Value {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(15)
        configuration.timeout.read = TimeAmount(silence)
        configuration.timeout.write = .seconds(60)
        // Tries are counted above; what can't work, such as a wrong certificate, is said at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        if url.isEncrypted { configuration.tlsConfiguration = try certificates.configuration() }
        let proxy = try proxies.server(for: url)
        configuration.proxy = proxy.map { HTTPClient.Configuration.Proxy($0) }
        if !policy.carriesToken(url) {
            let hub = try await addresses(policy.endpoint.origin.host)
            let target = try await addresses(url.origin.host)
            if proxy == nil {
                try policy.check(target, of: url, hub: hub)
                // The address that was checked is the one that is used: a name server can't change it in between.
                configuration.dnsOverride = [url.origin.host: target[0]]
            } else if !target.isEmpty {
                // The proxy looks the name up itself. What is known here is checked all the same.
                try policy.check(target, of: url, hub: hub)
            }
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Value, HubError>
        var hasAnswered = false
        do {
            var request = HTTPClientRequest(url: url.text)
            request.headers.add(name: "user-agent", value: userAgent)
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            if let token, policy.carriesToken(url) {
                request.headers.add(name: "authorization", value: "Bearer \(token.secret)")
            }
            let response = try await client.execute(request, timeout: .seconds(60))
            hasAnswered = true
            result = .success(try await body(response))
        } catch {
            result = .failure(HubError(error, host: url.origin.host, proxy: proxy, hasAnswered: hasAnswered))
        }
        // A client that fails to shut down has been shut down before; there is nothing to save.
        try? await client.shutdown()
        return try result.get()
    }

    private func addresses(_ host: String) async throws(HubError) -> [String] {
        try await Deadline.run(within: .seconds(20)) { () async throws(HubError) in try await lookup.addresses(host) }
    }
}

extension HTTPClient.Configuration.Proxy {
    fileprivate init(_ server: ProxySettings.Server) {
        switch server.kind {
        case .socks:
            self = .socksServer(host: server.host, port: server.port)
        case .http:
            let authorization = server.credentials.map {
                HTTPClient.Authorization.basic(username: $0.user, password: $0.password)
            }
            self = .server(host: server.host, port: server.port, authorization: authorization)
        }
    }
}

extension HubError {
    /// What went wrong on the way to a host, or on the way back.
    init(_ error: any Error, host: String, proxy: ProxySettings.Server?, hasAnswered: Bool) {
        let way = proxy.map { " through the proxy \($0.host):\($0.port)" } ?? ""
        switch error {
        case let error as HubError:
            self = error
        case _ where Task.isCancelled || error is CancellationError:
            self.init(.cancelled, "it was cancelled")
        case _ where "\(error)".contains("CERTIFICATE_VERIFY_FAILED"):
            self.init(
                .untrusted,
                "the certificate of '\(host)' is of no authority that is trusted here; if it should be, name a file with "
                    + "the authority's certificate in SSL_CERT_FILE"
            )
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            self.init(.untrusted, "'\(host)' can't be reached\(way): it wants another user or password")
        case _ where hasAnswered:
            self.init(.interrupted, "the connection to '\(host)' broke: \(NetworkFailure.words(error))")
        default:
            self.init(.unavailable, "'\(host)' can't be reached\(way): \(NetworkFailure.words(error))")
        }
    }
}
