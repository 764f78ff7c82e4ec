// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import NIOPosix
import Platform
import Testing

@Suite("Notices to systemd", .timeLimit(.minutes(5)))
struct SupervisorNoticesTests {
    /// Keeps the texts that come in.
    private final class Texts: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        private let sink: AsyncStream<String>.Continuation

        init(_ sink: AsyncStream<String>.Continuation) { self.sink = sink }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            sink.yield(String(buffer: unwrapInboundIn(data).data))
        }
    }

    @Test("Each is one datagram, of one assignment a line")
    func datagrams() async throws {
        let path = "/tmp/eh-\(UInt32.random(in: 0 ... .max)).notify"
        let (texts, sink) = AsyncStream<String>.makeStream()
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Texts(sink)) }
            }
            .bind(unixDomainSocketPath: path).get()
        let notices = SupervisorNotices(.path(path))
        #expect(notices.send(.ready, .status("serving\nREADY=0")) == nil)
        #expect(notices.send(.alive) == nil)
        var iterator = texts.makeAsyncIterator()
        let first = await iterator.next()
        #expect(first?.split(separator: "\n").count == 2 && first?.hasPrefix("READY=1\nSTATUS=serving") == true)
        #expect(await iterator.next() == "WATCHDOG=1")
        try await channel.close()
        unlink(path)
        #expect(notices.send(.stopping) != nil)
        #expect(SupervisorNotices(nil).send(.stopping) == nil)
    }

    @Test("A socket that is passed on is known by its address; what is none is refused")
    func sockets() throws {
        #if os(Linux)
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(bound == 0)
        #expect(throws: GatewayError.self) { try InheritedSocket.address(of: descriptor) }
        #expect(listen(descriptor, 1) == 0)
        guard case .tcp("127.0.0.1", port: let port?) = try InheritedSocket.address(of: descriptor), port > 0 else {
            Issue.record("its address is that which it listens on")
            return
        }
        #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
        #expect(throws: GatewayError.self) { try InheritedSocket.address(of: 1 << 20) }
        let file = open("/dev/null", O_RDONLY)
        defer { close(file) }
        #expect(throws: GatewayError.self) { try InheritedSocket.address(of: file) }
    }
}
