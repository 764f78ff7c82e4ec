// SPDX-License-Identifier: MIT

import AsyncHTTPClient
import HTTPServer
import Library
import Logging
import NIOCore
import NIOHTTP1
import Wire

/// Forwards the requests of pages to servers that pages may not ask themselves, as MCP servers are. It reaches whatever
/// this machine reaches, so it is off unless an operator wants it.
struct CrossOriginProxy: Sendable {
    static let path = "/cors-proxy"
    private static let methods: [HTTPMethod] = [.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE]

    private let settings: ProxySettings
    private let client: HTTPClient
    private let logger: Logger

    init(settings: ProxySettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
        // Each address of a chain of redirects is looked at here, as the first one is.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = settings.connectTimeout
        configuration.timeout.read = settings.silence
        configuration.timeout.write = settings.silence
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Adds the route: that of a proxy, or that of none.
    static func add(_ proxy: CrossOriginProxy?, to routes: inout RouteTable) {
        let route = RouteTable.Route.task { request in
            guard let proxy else { return disabled }
            return try await proxy.forward(request)
        }
        for method in methods { routes.on(method, path, route) }
    }

    /// Ends what is under way.
    func shutdown() async {
        do {
            try await client.shutdown()
        } catch {
            logger.warning("The proxy's client did not end", metadata: ["reason": "\(error)"])
        }
    }

    private func forward(_ request: Request) async throws -> Response {
        var target = try ProxyTarget(url: request.query["url"], fields: request.head.headers)
        var method = request.head.method
        var body = request.body
        for _ in 0...settings.maxRedirects {
            let answer = try await ask(target, method, body)
            guard let location = Self.redirect(answer) else { return try response(answer, to: request.head.method) }
            // What browsers do (the Fetch standard, "HTTP-redirect fetch").
            let becomesGet =
                answer.status == .seeOther ? method != .HEAD : answer.status.code < 303 && method == .POST
            if becomesGet {
                method = .GET
                body = ByteBuffer()
            }
            do {
                target = try target.redirected(to: location, keepsBody: !becomesGet)
            } catch {
                throw APIError(.server, "'\(target.url)' redirects to an address that can't be asked", status: 502)
            }
        }
        throw APIError(.server, "'\(target.url)' redirects more than \(settings.maxRedirects) times", status: 502)
    }

    private func ask(_ target: ProxyTarget, _ method: HTTPMethod, _ body: ByteBuffer) async throws
        -> HTTPClientResponse
    {
        var outgoing = HTTPClientRequest(url: target.url)
        outgoing.method = method
        outgoing.headers = target.headers
        if body.readableBytes > 0 { outgoing.body = .bytes(body) }
        do {
            return try await client.execute(outgoing, timeout: settings.patience)
        } catch {
            throw APIError(.server, "'\(target.url)' can't be reached: \(NetworkFailure.words(error))", status: 502)
        }
    }

    /// Where an answer leads on to; nil for one that is meant to be read.
    private static func redirect(_ answer: HTTPClientResponse) -> String? {
        switch answer.status.code {
        case 301, 302, 303, 307, 308: answer.headers.first(name: "location")
        default: nil
        }
    }

    private func response(_ answer: HTTPClientResponse, to method: HTTPMethod) throws(APIError) -> Response {
        // Other numbers are no statuses, and the conversion would end the program.
        guard (100...999).contains(answer.status.code) else {
            throw APIError(.server, "the other server's answer has no status that HTTP knows", status: 502)
        }
        let status = Int(answer.status.code)
        let headers = Self.headers(answer.headers)
        guard method != .HEAD, answer.status.mayHaveResponseBody else {
            return Response(status: status, headers: headers)
        }
        let limit = settings.maxAnswerBytes
        let body = Response.Body.stream { writer in
            var count = 0
            for try await part in answer.body {
                count += part.readableBytes
                guard count <= limit else { throw APIError(.server, "the answer is longer than \(limit) bytes") }
                try await writer.write([part])
            }
        }
        var response = Response(status: status, contentType: nil, headers: headers, body: body)
        // It may have no end.
        response.isEndless = true
        return response
    }

    /// What a page gets to see of the other server's header.
    ///
    /// It comes from our address, but must not get our rights: no script in it runs, and it sets no cookie.
    private static func headers(_ fields: HTTPHeaders) -> [(String, String)] {
        RelayHeaders.answer(fields).filter { !hidden.contains($0.0.lowercased()) } + [
            ("content-security-policy", "sandbox; default-src 'none'"), ("x-content-type-options", "nosniff"),
        ]
    }

    private static let hidden: Set<String> = [
        "content-length", "set-cookie", "content-security-policy", "x-content-type-options",
        "strict-transport-security", "date",
    ]

    /// llama-server's answer for what is switched off.
    private static var disabled: Response {
        var response = Response(["error": ["message": "this feature is disabled", "type": "feature_disabled"]])
        response.status = 403
        return response
    }
}
