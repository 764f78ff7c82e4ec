// SPDX-License-Identifier: MIT

import Platform

extension NetworkAddress {
    /// All addresses of a host as text, in the order in which they should be tried. Blocks until the system knows. It takes
    /// what the system takes, such as `127.1`, so a check of its answer can't be tricked by another spelling.
    package static func resolve(_ host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = streamSocket
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
