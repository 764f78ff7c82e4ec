// SPDX-License-Identifier: MIT

package import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension IOError {
    /// The system's words for what went wrong, such as "Connection refused".
    package var words: String { String(cString: strerror(errnoCode)) }
}
