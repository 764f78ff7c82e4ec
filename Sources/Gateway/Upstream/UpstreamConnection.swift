// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// A connection to a worker, on the event loop of the clients that use it, one request at a time. It reads only when it
/// is told to, so that a slow client slows the worker.
final class UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    let endpoint: WorkerEndpoint
    /// Requests that were written to it.
    private(set) var served = 0
    /// When it was last put aside.
    var idleSince = NIODeadline.distantPast
    /// The request's relay; nil while the connection is put aside.
    private weak var delegate: (any UpstreamDelegate)?
    private weak var pool: UpstreamPool?
    private var context: ChannelHandlerContext?
    private var keepsAlive = true

    init(endpoint: WorkerEndpoint, pool: UpstreamPool) {
        self.endpoint = endpoint
        self.pool = pool
    }

    /// Whether another request can follow: open, the response complete and the request written to its last byte.
    var isReusable: Bool {
        guard keepsAlive, let context, context.channel.isActive else { return false }
        let buffered = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return buffered == 0
    }

    /// Writes a request and asks for the response.
    func send(_ head: HTTPRequestHead, body: ByteBuffer, for delegate: any UpstreamDelegate) {
        self.delegate = delegate
        served += 1
        guard let context else {
            self.delegate = nil
            return delegate.upstreamClosed()
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        read()
    }

    func read() {
        context?.read()
    }

    /// Lets go of the connection without closing it; what happens to it is the pool's business from now on.
    func detach() {
        delegate = nil
    }

    /// Closes at once. The delegate hears nothing more.
    func close() {
        delegate = nil
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let delegate else {
            // No request asked for this.
            context.close(promise: nil)
            return
        }
        let part = unwrapInboundIn(data)
        if case .head(let head) = part { keepsAlive = head.isKeepAlive }
        delegate.upstreamRead(part, keepsAlive: keepsAlive)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        delegate?.upstreamReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        lost()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        lost()
        context.close(promise: nil)
    }

    private func lost() {
        context = nil
        pool?.remove(self)
        let delegate = delegate
        self.delegate = nil
        delegate?.upstreamClosed()
    }
}
