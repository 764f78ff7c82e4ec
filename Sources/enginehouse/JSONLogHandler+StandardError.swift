// SPDX-License-Identifier: MIT

import Gateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension JSONLogHandler {
    /// For `--log-format json`. A line is one `write`, so that lines of several threads don't mix.
    static func standardError(label: String) -> JSONLogHandler {
        JSONLogHandler(label: label, now: { Date().timeIntervalSince1970 }) { line in
            var line = line
            line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
        }
    }
}
