// SPDX-License-Identifier: MIT

/// Numbers the requests of a connection that come without an id.
package struct RequestID {
    private let connection: String
    private var count = 0

    /// - Parameter connection: a number that other connections hardly have.
    package init(connection: UInt64) {
        self.connection = String(connection, radix: 16)
    }

    /// A request's id: the client's own, if it can stand in a header and in a log line, else a new one.
    package mutating func next(_ own: String?) -> String {
        if let own, (1...128).contains(own.utf8.count), own.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            return own
        }
        count += 1
        return "\(connection)-\(count)"
    }
}
