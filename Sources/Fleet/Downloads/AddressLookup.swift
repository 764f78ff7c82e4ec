// SPDX-License-Identifier: MIT

import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the addresses of a host.
struct AddressLookup: Sendable {
    /// All addresses as text, in the order in which they should be tried.
    let addresses: @Sendable (_ host: String) async throws(HubError) -> [String]

    /// The system's own. It takes what the system takes, such as `127.1`, so a check of its answer can't be tricked by
    /// another spelling.
    static let system = AddressLookup { host throws(HubError) in
        do {
            return try await NIOThreadPool.singleton.runIfActive { resolve(host) }
        } catch {
            throw HubError(.cancelled, "the program is about to end")
        }
    }

    private static func resolve(_ host: String) -> [String] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = Int32(SOCK_STREAM)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let item = next {
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let result = getnameinfo(
                item.pointee.ai_addr,
                item.pointee.ai_addrlen,
                &name,
                socklen_t(name.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            if result == 0 {
                addresses.append(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            next = item.pointee.ai_next
        }
        return addresses
    }
}
