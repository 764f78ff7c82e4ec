// SPDX-License-Identifier: MIT

import Platform

/// The process's standard error, for `print(_:to:)`.
package struct StandardError: TextOutputStream {
    package init() {}

    package mutating func write(_ string: String) {
        var bytes = Array(string.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
            // There is no reader, and nowhere left to say so.
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
