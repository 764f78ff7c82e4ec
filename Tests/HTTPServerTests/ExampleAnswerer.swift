// SPDX-License-Identifier: MIT

import HTTPServer
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Wire

/// A few routes, as the programs have them.
struct ExampleAnswerer: RequestAnswering {
    static let limit = 100_000

    var serverName: String? { nil }
    var unpackedLimit: Int { Self.limit }

    func admission(of head: HTTPRequestHead) -> Admission {
        guard head.uri != "/unknown" else { return .answered(response(APIError(.notFound, "nothing there"), to: head)) }
        if head.uri.hasPrefix("/upload") { return .streamed }
        return .taken(limit: Self.limit)
    }

    /// What came, in a line; under `/long` so many letters as the body's text says.
    func answer(_ request: Request) -> Answering {
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
        if request.path == "/stream" {
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
        if request.path == "/endless" {
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

    func response(_ error: APIError, to head: HTTPRequestHead) -> Response { Response(error, in: .openAI) }

    /// Makes up a connection's pipeline as the programs do.
    /// - Parameters:
    ///   - isNext: as in the worker; in the router the relay stands in between.
    ///   - grace: for a first request once the server shuts down.
    static func connect(_ channel: any Channel, isNext: Bool = true, grace: TimeAmount? = nil) throws {
        let pipeline = channel.pipeline.syncOperations
        let intake = try RequestIntake(behindDecoderOf: pipeline, limit: limit)
        let connection = HTTPConnection(intake, nil, endsWithInput: false, firstRequestGrace: grace)
        try pipeline.addHandler(connection)
        try pipeline.addHandler(
            RouteHandler(answerer: ExampleAnswerer(), behind: connection, isNext: isNext, eventLoop: channel.eventLoop)
        )
    }
}
