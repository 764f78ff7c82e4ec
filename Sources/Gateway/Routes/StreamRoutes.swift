// SPDX-License-Identifier: MIT

import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// The routes by which clients come back for streams, in llama-server's words.
struct StreamRoutes {
    let streams: ResumableStreams
    let door: FrontDoor
    let settings: GatewaySettings

    func add(to router: Router<BasicRequestContext>) {
        router.get("/v1/stream") { request, _ in try resume(request) }
        router.delete("/v1/stream") { request, _ in try stop(request) }
        router.post("/v1/streams/lookup") { request, _ in try await lookUp(request) }
    }

    private func resume(_ request: Request) throws(APIError) -> Response {
        let key = try key(of: request)
        let offset = try Self.offset(QueryString(Substring(request.uri.query ?? ""))["from"] ?? "")
        let follower = try streams.follow(key, from: offset)
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-cache"]
        if let name = HTTPField.Name("x-accel-buffering") { headers[name] = "no" }
        let body = ResponseBody { writer in
            try await Self.copy(follower, from: offset) { try await writer.write($0) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// Writes what there is, then what comes.
    private static func copy(
        _ follower: StreamFollower,
        from start: Int,
        write: (ByteBuffer) async throws -> Void
    ) async throws {
        var offset = start
        var rings = follower.rings.makeAsyncIterator()
        var mayWait = true
        while true {
            switch follower.read(from: offset) {
            case .bytes(let bytes):
                offset += bytes.readableBytes
                try await write(bytes)
            case .pending:
                guard mayWait else { return }
                // The end of the rings is no end of the stream: what it means, the next look tells.
                mayWait = await rings.next() != nil
            case .lost:
                let error = APIError(.server, "this reader was slower than what is kept of the stream: bytes are lost")
                return try await write(ByteBuffer(string: "\n\n" + error.event(in: .openAI)))
            case .ended, .gone:
                return
            }
        }
    }

    private func stop(_ request: Request) throws(APIError) -> Response {
        streams.stop(try key(of: request))
        return Response(status: .noContent, headers: [.contentType: "application/json"])
    }

    private func lookUp(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: settings.maxManagementBodyBytes)
        let json: JSONValue
        do {
            json = try JSONValue(parsing: body.readableBytesSpan)
        } catch {
            throw APIError(.invalidRequest, "\(error)")
        }
        let names = json["conversation_ids"]?.array?.compactMap(\.string).filter { !$0.isEmpty } ?? []
        return ManagementRoutes.json(.array(streams.lookUp(names, owner: owner(of: request))))
    }

    private func key(of request: Request) throws(APIError) -> ConversationKey {
        let id = QueryString(Substring(request.uri.query ?? ""))["conv_id"] ?? ""
        guard !id.isEmpty else {
            throw APIError(.invalidRequest, "Missing conversation id in path: name it with ?conv_id=")
        }
        return try ConversationKey(owner: owner(of: request), id: id)
    }

    private func owner(of request: Request) -> Int? {
        let apiKey = HTTPField.Name("x-api-key").flatMap { request.headers[$0] }
        return door.owner(authorization: request.headers[.authorization], apiKey: apiKey)
    }

    /// - Throws: `APIError` 400 for what is no number from 0 on.
    private static func offset(_ text: String) throws(APIError) -> Int {
        guard !text.isEmpty else { return 0 }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let offset = Int(text) else {
            throw APIError(.invalidRequest, "Invalid 'from' offset: it must be a number of bytes, from 0 on")
        }
        return offset
    }
}
