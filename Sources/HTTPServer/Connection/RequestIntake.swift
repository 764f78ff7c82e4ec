// SPDX-License-Identifier: MIT

package import NIOCore
package import NIOHTTP1
import NIOHTTPCompression
package import Wire

/// What every request goes through right behind the decoder, in both programs: a wish for another protocol comes to nothing, and
/// a packed body is unpacked. Handlers behind it see the bytes as they were before the client packed them, under the
/// client's header.
///
/// Not a handler itself: what takes the parts from the decoder has it and does more with them. Each handler more costs a request
/// a hundredth of its time, since every part, read and flush passes through it; where nothing is unpacked, its receiver gets
/// the parts by a call. A class, since a part that is passed on may bring the next one here before that call returns.
package final class RequestIntake {
    private let decoder: LastingRequestDecoder
    private let limit: Int
    private let isWanted: (HTTPRequestHead) -> Bool
    /// Gets what needs no handler in between; nil: all goes through the pipeline.
    var receiver: (any RequestReceiver)?
    /// Whether NIO's decoder stops at the end of the request at hand.
    private var isUpgrade = false
    /// What unpacks the body of the request at hand.
    private var unpacking: (decompressor: NIOHTTPRequestDecompressor, meter: UnpackingMeter)?

    /// Puts the decoder at the end of a pipeline. The handler that has the intake comes right behind it.
    /// - Parameters:
    ///   - limit: most bytes of an unpacked body.
    ///   - isWanted: whether a request's body is looked at, so that it is worth to be unpacked.
    package init(
        behindDecoderOf pipeline: ChannelPipeline.SynchronousOperations,
        limits: NIOHTTPDecoderLimitConfiguration = .init(),
        limit: Int,
        isWanted: @escaping (HTTPRequestHead) -> Bool = { _ in true }
    ) throws {
        decoder = LastingRequestDecoder(limits: limits)
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        self.limit = limit
        self.isWanted = isWanted
    }

    /// Passes a part of a request on.
    /// - Parameter context: of the handler that has this.
    package func pass(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            pass(head, context)
        case .body(let bytes):
            guard let unpacking else { return deliver(part, nil, context) }
            unpacking.meter.packed += bytes.readableBytes
            context.fireChannelRead(NIOAny(part))
        case .end:
            if isUpgrade {
                isUpgrade = false
                decoder.stopped()
            }
            // What a handler behind does may bring the next request here.
            guard let unpacking else { return deliver(part, nil, context) }
            self.unpacking = nil
            context.fireChannelRead(NIOAny(part))
            let pipeline = context.pipeline.syncOperations
            pipeline.removeHandler(unpacking.decompressor).whenFailure { _ in }
            pipeline.removeHandler(unpacking.meter).whenFailure { _ in }
        }
    }

    private func pass(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let announced = RequestAnnouncement(head)
        isUpgrade = announced.wish == .upgrade
        var head = head
        if announced.wish == .unclear { head.headers.replaceOrAdd(name: "connection", value: "close") }
        guard announced.coding == .packed, Self.hasBody(head), isWanted(head) else {
            return deliver(.head(head), announced, context)
        }
        do {
            try unpack(behind: context)
        } catch {
            return context.fireErrorCaught(error)
        }
        // The other name of gzip, and a second field of the same meaning, aren't known to NIO.
        let isDeflate = head.headers[canonicalForm: "content-encoding"].contains { $0.lowercased() == "deflate" }
        head.headers.replaceOrAdd(name: "content-encoding", value: isDeflate ? "deflate" : "gzip")
        context.fireChannelRead(NIOAny(HTTPServerRequestPart.head(head)))
    }

    private func deliver(
        _ part: HTTPServerRequestPart,
        _ announced: RequestAnnouncement?,
        _ context: ChannelHandlerContext
    ) {
        if let receiver {
            receiver.receive(part, announced)
        } else {
            context.fireChannelRead(NIOAny(part))
        }
    }

    private func unpack(behind context: ChannelHandlerContext) throws {
        let pipeline = context.pipeline.syncOperations
        let decompressor = NIOHTTPRequestDecompressor(limit: .size(limit))
        let meter = UnpackingMeter()
        try pipeline.addHandler(decompressor, position: .after(context.handler))
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
