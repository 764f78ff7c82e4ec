// SPDX-License-Identifier: MIT

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's standard error, for `print(_:to:)`.
package struct StandardError: TextOutputStream {
    package init() {}

    package mutating func write(_ string: String) {
        var bytes = Array(string.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { put(STDERR_FILENO, $0.baseAddress, $0.count) }
            // There is no reader, and nowhere left to say so.
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}

#if canImport(Glibc)
    private let put = Glibc.write
#elseif canImport(Musl)
    private let put = Musl.write
#elseif canImport(Darwin)
    private let put = Darwin.write
#endif
