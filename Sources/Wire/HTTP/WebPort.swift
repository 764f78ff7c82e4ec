// SPDX-License-Identifier: MIT

/// The port in the text of a web address.
package enum WebPort {
    /// Whether an address has no port, or one that a socket can have. Libraries that read an address take one that they
    /// can't read for none, or end the program when they convert it.
    /// - Parameter url: the whole address, with its scheme.
    package static func isUsable(in url: String) -> Bool {
        guard let mark = url.firstRange(of: "://") else { return false }
        let authority = url[mark.upperBound...].prefix { !"/?#\\".contains($0) }
        let host = authority.lastIndex(of: "]").map { authority[$0...] } ?? authority
        guard let colon = host.lastIndex(of: ":") else { return true }
        let digits = host[host.index(after: colon)...]
        return digits.isEmpty || Int(digits).map { (1...65_535).contains($0) } ?? false
    }
}
