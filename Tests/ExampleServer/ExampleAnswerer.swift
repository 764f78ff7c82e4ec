// SPDX-License-Identifier: MIT

package import HTTPServer
package import NIOCore
package import NIOHTTP1
package import Wire

/// A few routes, as the programs have them: for tests of the server, and for its fuzzer.
package struct ExampleAnswerer: RequestAnswering {
    package static let limit = 100_000

    /// Whether some routes take their time: `/stream`, `/endless`, and what begins with `/upload`. Otherwise each answers at once.
    private let answersLater: Bool

    package var serverName: String? { nil }
    package var unpackedLimit: Int { Self.limit }

    package func admission(of head: HTTPRequestHead) -> Admission {
        guard head.uri != "/unknown" else { return .answered(response(APIError(.notFound, "nothing there"), to: head)) }
        if answersLater, head.uri.hasPrefix("/upload") { return .streamed }
        return .taken(limit: Self.limit)
    }

    /// What came, in a line; under `/long` so many letters as the body's text says.
    package func answer(_ request: Request) -> Answering {
        let text = String(buffer: request.body)
        if let stream = request.stream {
            return .later(
                LaterAnswer {
                    var count = 0
                    // What is refused isn't read at all.
                    guard request.path != "/upload/refused" else { return Response(status: 403) }
                    do {
                        for try await part in stream { count += part.readableBytes }
                    } catch {
                        return Response(status: 400)
                    }
                    return Response(contentType: nil, body: .whole(Array("\(count) bytes".utf8)))
                }
            )
        }
        if request.path == "/long" {
            return .now(Response(contentType: nil, body: .buffer(ByteBuffer(repeating: 0x61, count: Int(text) ?? 0))))
        }
        if answersLater, request.path == "/stream" {
            return .later(
                LaterAnswer {
                    Response(stream: "text/plain") { writer in
                        for word in text.split(separator: " ") {
                            try await writer.write([ByteBuffer(string: "\(word);")])
                        }
                    }
                }
            )
        }
        if answersLater, request.path == "/endless" {
            return .later(
                LaterAnswer {
                    var response = Response(stream: "text/plain") { writer in
                        try await writer.write([ByteBuffer(string: "begun")])
                        try await Task.sleep(for: .seconds(3600))
                    }
                    response.isEndless = true
                    return response
                }
            )
        }
        let line = "\(request.head.method) \(request.head.uri) \(text.count)"
        return .now(Response(contentType: nil, body: .whole(Array(line.utf8))))
    }

    package func response(_ error: APIError, to head: HTTPRequestHead) -> Response { Response(error, in: .openAI) }

    /// Makes up a connection's pipeline as the programs do.
    /// - Parameters:
    ///   - isNext: as in the worker; in the router the relay stands in between.
    ///   - grace: for a first request once the server shuts down.
    ///   - answersLater: whether some routes take their time, for which a task runs.
    package static func connect(
        _ channel: any Channel,
        isNext: Bool = true,
        grace: TimeAmount? = nil,
        answersLater: Bool = true
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        let intake = try RequestIntake(behindDecoderOf: pipeline, limit: limit)
        let connection = HTTPConnection(intake, nil, endsWithInput: false, firstRequestGrace: grace)
        try pipeline.addHandler(connection)
        try pipeline.addHandler(
            RouteHandler(
                answerer: ExampleAnswerer(answersLater: answersLater),
                behind: connection,
                isNext: isNext,
                eventLoop: channel.eventLoop
            )
        )
    }
}
