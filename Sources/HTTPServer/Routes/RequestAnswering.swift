// SPDX-License-Identifier: MIT

package import NIOHTTP1
package import Wire

/// Whether a request's body is wanted, as its head says.
package enum Admission: Sendable {
    /// - Parameter limit: most bytes of the body.
    case taken(limit: Int)
    /// The answer is made while the body comes: it is asked for at once, and reads `Request.stream`.
    case streamed
    /// The answer doesn't depend on the body.
    case answered(Response)
}

/// An answer that takes its time.
package struct LaterAnswer: Sendable {
    /// Where the task that makes it begins; nil: on the threads of all tasks.
    package let executor: (any TaskExecutor)?
    /// What happens when the client leaves meanwhile. Nil: the task goes on until it has its answer; one that is a stream is
    /// cancelled.
    package let cancel: (@Sendable () -> Void)?
    package let make: @Sendable () async -> Response

    package init(
        on executor: (any TaskExecutor)? = nil,
        cancel: (@Sendable () -> Void)? = nil,
        make: @escaping @Sendable () async -> Response
    ) {
        self.executor = executor
        self.cancel = cancel
        self.make = make
    }
}

package enum Answering: Sendable {
    case now(Response)
    case later(LaterAnswer)
}

/// What makes the answers to a server's requests.
package protocol RequestAnswering: Sendable {
    /// The value of the header `Server`; nil for none.
    var serverName: String? { get }
    /// Most bytes of a body after it was unpacked, for the sentence that refuses a longer one.
    var unpackedLimit: Int { get }
    /// Asked at a request's head.
    func admission(of head: HTTPRequestHead) -> Admission
    /// Asked once the request is complete, or at its head where the body is streamed; on the connection's event loop.
    func answer(_ request: Request) -> Answering
    /// The answer to a request that is refused before it is complete.
    func response(_ error: APIError, to head: HTTPRequestHead) -> Response
}

extension RequestAnswering {
    /// The answer to a request without a route: 404, or 405 for a path that takes other methods.
    package func unanswered(_ head: HTTPRequestHead, at path: Substring, allowed: [String]) -> Response {
        guard !allowed.isEmpty else { return response(APIError(.notFound, "File Not Found"), to: head) }
        let names = allowed.joined(separator: ", ")
        let sentence = "\(path.prefix(200)) takes \(names), not \(head.method.rawValue)"
        var response = response(APIError(.invalidRequest, sentence, status: 405), to: head)
        response.headers.append(("allow", names))
        return response
    }
}
