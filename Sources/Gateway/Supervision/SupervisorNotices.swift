// SPDX-License-Identifier: MIT

import Platform
import Wire

/// Tells the program that started this one how the server is.
package struct SupervisorNotices: Sendable {
    package enum Notice: Sendable {
        /// The server listens on all of its addresses.
        case ready
        /// The server takes no more connections, and finishes what it has.
        case stopping
        /// The server answers; told again and again.
        case alive
        /// A sentence for people.
        case status(String)

        package var text: String {
            switch self {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            case .alive: "WATCHDOG=1"
            // A line's end would begin another notice.
            case .status(let words): "STATUS=" + words.printable
            }
        }
    }

    private let address: SupervisorSettings.NoticeAddress?

    /// - Parameter address: nil where nothing wants notices.
    package init(_ address: SupervisorSettings.NoticeAddress?) { self.address = address }

    /// Never waits: a notice for which the receiver has no room is lost.
    /// - Returns: why it could not be sent; nil if it was, or nothing wants it.
    @discardableResult
    package func send(_ notices: Notice...) -> String? {
        guard let address else { return nil }
        let text = notices.map(\.text).joined(separator: "\n")
        let descriptor = systemDatagramSocket(AF_UNIX)
        #if os(Linux)
            let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        #else
            let flags = CInt(MSG_DONTWAIT)
        #endif
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        var (raw, length) = Self.raw(address)
        let sent = withUnsafePointer(to: &raw) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Array(text.utf8).withUnsafeBytes {
                    sendto(descriptor, $0.baseAddress, $0.count, flags, address, length)
                }
            }
        }
        return sent < 0 ? String(cString: strerror(errno)) : nil
    }

    /// The address as the system wants it, and how many bytes of it count.
    private static func raw(_ address: SupervisorSettings.NoticeAddress) -> (sockaddr_un, socklen_t) {
        var raw = sockaddr_un()
        raw.sun_family = sa_family_t(AF_UNIX)
        let bytes: [UInt8] =
            switch address {
            case .path(let path): Array(path.utf8)
            case .abstract(let name): [0] + Array(name.utf8)
            }
        withUnsafeMutableBytes(of: &raw.sun_path) { $0.copyBytes(from: bytes.prefix($0.count - 1)) }
        let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0
        return (raw, socklen_t(start + bytes.count))
    }
}
