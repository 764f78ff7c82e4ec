// SPDX-License-Identifier: MIT

package import NIOCore
package import NIOHTTP1

/// Decodes HTTP/1 requests, also those behind one that wants to go on in another protocol.
///
/// NIO's decoder stops after such a request, since a handler may take it up. None does here, and then the connection
/// goes on as if the wish had not been made (RFC 9110, section 7.8). `RequestIntake`, right behind it, says where the
/// request ends.
package final class LastingRequestDecoder: ByteToMessageDecoder {
    package typealias InboundOut = HTTPServerRequestPart

    private let limits: NIOHTTPDecoderLimitConfiguration
    private var decoder: HTTPRequestDecoder
    /// Whether the decoder stopped at the end of a request, although the connection goes on.
    private var hasStopped = false

    package init(limits: NIOHTTPDecoderLimitConfiguration = .init()) {
        self.limits = limits
        decoder = HTTPRequestDecoder(limitConfiguration: limits)
    }

    /// A request that stops NIO's decoder has been passed on to its end.
    func stopped() {
        hasStopped = true
    }

    package func decoderAdded(context: ChannelHandlerContext) {
        decoder.decoderAdded(context: context)
    }

    package func decoderRemoved(context: ChannelHandlerContext) {
        decoder.decoderRemoved(context: context)
    }

    package func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        _ = try decoder.decode(context: context, buffer: &buffer)
        guard hasStopped else { return .needMoreData }
        hasStopped = false
        decoder.decoderRemoved(context: context)
        decoder = HTTPRequestDecoder(limitConfiguration: limits)
        decoder.decoderAdded(context: context)
        return buffer.readableBytes > 0 ? .continue : .needMoreData
    }

    package func decodeLast(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer,
        seenEOF: Bool
    ) throws -> DecodingState {
        while buffer.readableBytes > 0, case .continue = try decode(context: context, buffer: &buffer) {}
        return try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }
}
