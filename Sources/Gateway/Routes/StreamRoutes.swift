// SPDX-License-Identifier: MIT

import API
import HTTPServer
import NIOCore
import Wire

/// The routes by which clients come back for streams, in llama-server's words.
struct StreamRoutes {
    let streams: ResumableStreams
    let door: FrontDoor

    func add(to routes: inout RouteTable) {
        routes.get("/v1/stream", task: { try resume($0) })
        routes.delete("/v1/stream") { try stop($0) }
        routes.post("/v1/streams/lookup", use: { try lookUp($0) })
    }

    private func resume(_ request: Request) throws(APIError) -> Response {
        let key = try key(of: request)
        let offset = try Self.offset(request.query["from"] ?? "")
        let follower = try streams.follow(key, from: offset)
        return Response(stream: "text/event-stream") { writer in
            try await Self.copy(follower, from: offset) { try await writer.write([$0]) }
        }
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
        return Response(status: 204)
    }

    private func lookUp(_ request: Request) throws(APIError) -> Response {
        let names = try request.json()["conversation_ids"]?.array?.compactMap(\.string).filter { !$0.isEmpty } ?? []
        return Response(streams.lookUp(names, owner: owner(of: request)).json)
    }

    private func key(of request: Request) throws(APIError) -> ConversationKey {
        let id = request.query["conv_id"] ?? ""
        guard !id.isEmpty else {
            throw APIError(.invalidRequest, "Missing conversation id in path: name it with ?conv_id=")
        }
        return try ConversationKey(owner: owner(of: request), id: id)
    }

    private func owner(of request: Request) -> Int? {
        door.owner(authorization: request.header("authorization"), apiKey: request.header("x-api-key"))
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
