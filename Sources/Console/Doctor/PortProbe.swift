// SPDX-License-Identifier: MIT

import Platform

/// Whether a port of this machine can be listened on.
enum PortProbe {
    enum Answer {
        case free
        case taken
        case denied
        /// The address isn't one of this machine, or isn't a number.
        case unknown
    }

    static func ask(host: String, port: Int) -> Answer {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        guard inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &address.sin_addr) == 1 else {
            return .unknown
        }
        let descriptor = systemStreamSocket(AF_INET)
        guard descriptor >= 0 else { return .unknown }
        defer { close(descriptor) }
        // As servers do: what lingers of connections that ended is no hindrance.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return .free }
        switch errno {
        case EADDRINUSE: return .taken
        case EACCES: return .denied
        default: return .unknown
        }
    }
}
