// SPDX-License-Identifier: MIT

import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Shows a model's log beside the server's own, where there is only one model.
struct ModelLogEcho: Sendable {
    /// Whether each line becomes a JSON object, as the server's own lines are.
    let asJSON: Bool
    let logger: Logger

    func write(_ line: String) {
        guard !asJSON else {
            // The worker has decided already what is worth a line.
            logger.log(level: max(logger.logLevel, .info), "Model's log", metadata: ["line": "\(line)"])
            return
        }
        // One `write` a line, so that lines of several threads don't mix.
        var text = line + "\n"
        text.withUTF8 { bytes in _ = Self.put(bytes.baseAddress, bytes.count) }
    }

    private static func put(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(STDERR_FILENO, bytes, count)
        #elseif canImport(Musl)
            Musl.write(STDERR_FILENO, bytes, count)
        #else
            Darwin.write(STDERR_FILENO, bytes, count)
        #endif
    }
}
