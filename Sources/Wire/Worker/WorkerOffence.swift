// SPDX-License-Identifier: MIT

/// How a worker breaks the rules of the handshake. The router trusts no worker: one that does so is killed.
package struct WorkerOffence: Error, Sendable, Equatable, CustomStringConvertible {
    /// What it did, as the rest of a sentence that begins with "its worker broke the rules of the handshake:".
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

extension JSONValue {
    /// The value in a sentence: its beginning, on one line.
    var brief: String {
        let text = text.printable
        return text.count > 40 ? text.prefix(40) + "…" : text
    }
}
