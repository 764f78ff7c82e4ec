// SPDX-License-Identifier: MIT

import Gateway
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("Notices to systemd", .timeLimit(.minutes(5)))
struct SupervisorNoticesTests {
    /// A socket that takes datagrams.
    private static func mailbox(at path: String) -> CInt {
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return bound == 0 ? descriptor : -1
    }

    /// The next datagram, which is there already.
    private static func next(_ descriptor: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @Test("Each is one datagram, of one assignment a line")
    func datagrams() {
        let path = "/tmp/eh-\(UInt32.random(in: 0 ... .max)).notify"
        let mailbox = Self.mailbox(at: path)
        #expect(mailbox >= 0)
        let notices = SupervisorNotices(.path(path))
        #expect(notices.send(.ready, .status("serving\nREADY=0")) == nil)
        #expect(notices.send(.alive) == nil)
        let lines = Self.next(mailbox)?.split(separator: "\n")
        #expect(lines?.count == 2 && lines?.first == "READY=1" && lines?.last?.hasPrefix("STATUS=serving") == true)
        #expect(Self.next(mailbox) == "WATCHDOG=1")
        close(mailbox)
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
