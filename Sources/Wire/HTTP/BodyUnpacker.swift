// SPDX-License-Identifier: MIT

package import NIOCore
package import NIOHTTP1
import NIOHTTPCompression

/// Undoes the packing of requests' bodies. Handlers behind it see the bytes as they were before the client packed them,
/// under the client's header.
package final class BodyUnpacker: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart

    private let limit: Int
    private let isWanted: (HTTPRequestHead) -> Bool
    /// What unpacks the body of the request at hand.
    private var unpacking: (decompressor: NIOHTTPRequestDecompressor, meter: UnpackingMeter)?

    /// - Parameters:
    ///   - limit: most bytes of an unpacked body.
    ///   - isWanted: whether a request's body is looked at, so that it is worth to be unpacked.
    package init(limit: Int, isWanted: @escaping (HTTPRequestHead) -> Bool = { _ in true }) {
        self.limit = limit
        self.isWanted = isWanted
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            guard ContentCoding(head.headers) == .packed, Self.hasBody(head), isWanted(head) else { break }
            do {
                try begin(context.pipeline.syncOperations)
            } catch {
                return context.fireErrorCaught(error)
            }
            // The other name of gzip, and a second field of the same meaning, aren't known to NIO.
            let isDeflate = head.headers[canonicalForm: "content-encoding"].contains { $0.lowercased() == "deflate" }
            head.headers.replaceOrAdd(name: "content-encoding", value: isDeflate ? "deflate" : "gzip")
            return context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let bytes):
            unpacking?.meter.packed += bytes.readableBytes
        case .end:
            guard let unpacking else { break }
            context.fireChannelRead(data)
            self.unpacking = nil
            context.pipeline.syncOperations.removeHandler(unpacking.decompressor).whenFailure { _ in }
            context.pipeline.syncOperations.removeHandler(unpacking.meter).whenFailure { _ in }
            return
        }
        context.fireChannelRead(data)
    }

    private func begin(_ pipeline: ChannelPipeline.SynchronousOperations) throws {
        let decompressor = NIOHTTPRequestDecompressor(limit: .size(limit))
        let meter = UnpackingMeter()
        try pipeline.addHandler(decompressor, position: .after(self))
        try pipeline.addHandler(meter, position: .after(decompressor))
        unpacking = (decompressor, meter)
    }

    /// Nothing can't be unpacked.
    private static func hasBody(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "transfer-encoding")
            || head.headers.first(name: "content-length").map { $0 != "0" } ?? false
    }
}

extension APIError {
    /// Why a body can't be unpacked; nil for an error of another kind.
    /// - Parameter limit: most bytes of an unpacked body.
    package init?(unpacking error: any Error, limit: Int) {
        switch error {
        case NIOHTTPDecompression.DecompressionError.limit:
            let sentence = "the unpacked request body is longer than this server's limit of \(limit) bytes"
            self.init(.invalidRequest, sentence, status: 413)
        case is UnpackingMeter.TooDense:
            let sentence =
                "the unpacked request body is more than \(UnpackingMeter.ratio) times as long as the packed one; send it "
                + "as it is"
            self.init(.invalidRequest, sentence, status: 413)
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self.init(.invalidRequest, "the request body is not what its content-encoding says: it cannot be unpacked")
        default:
            return nil
        }
    }
}
