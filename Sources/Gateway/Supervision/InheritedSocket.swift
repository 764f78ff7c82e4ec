// SPDX-License-Identifier: MIT

import NIOCore
import Platform

/// A socket that was listened on before this process began.
package enum InheritedSocket {
    /// Which address a socket listens on. From here on no program that is started gets it.
    /// - Throws: `GatewayError` for a descriptor that is no such socket.
    package static func address(of descriptor: CInt) throws(GatewayError) -> ListenAddress {
        func unfit(_ reason: String) -> GatewayError {
            GatewayError(.cannotListen, "descriptor \(descriptor), which LISTEN_FDS passes on, \(reason)")
        }
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw unfit("isn't open") }
        var isListening: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening != 0 else {
            throw unfit("is no socket that is listened on: say ListenStream= in its unit, and not Accept=yes")
        }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let address: SocketAddress? = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                guard getsockname(descriptor, raw, &length) == 0 else { return nil }
                switch CInt(raw.pointee.sa_family) {
                case AF_INET:
                    return raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { .init($0.pointee, host: "") }
                case AF_INET6:
                    return raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { .init($0.pointee, host: "") }
                case AF_UNIX: return raw.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { .init($0.pointee) }
                default: return nil
                }
            }
        }
        if let host = address?.ipAddress, let port = address?.port { return .tcp(host: host, port: port) }
        if let path = address?.pathname, !path.isEmpty { return .unix(path: path) }
        throw unfit("is of a kind that can't be served")
    }
}
