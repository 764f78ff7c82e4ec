// SPDX-License-Identifier: MIT

import Platform

/// How a worker breaks the rules of the handshake. The router trusts no worker: one that does so is killed.
package struct WorkerOffence: ExplainedError {
    /// What it did, as the rest of a sentence that begins with "its worker broke the rules of the handshake:".
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}

extension JSONValue {
    /// The value in a sentence: its beginning, on one line.
    var brief: String {
        let text = text.printable
        return text.count > 40 ? text.prefix(40) + "…" : text
    }
}
