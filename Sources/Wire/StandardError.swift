// SPDX-License-Identifier: MIT

import Platform

/// The process's standard error, for `print(_:to:)`.
package struct StandardError: TextOutputStream {
    package init() {}

    package mutating func write(_ string: String) {
        // Where there is no reader there is nowhere left to say so.
        _ = Array(string.utf8).withUnsafeBytes { systemWriteAll(STDERR_FILENO, $0) }
    }
}
