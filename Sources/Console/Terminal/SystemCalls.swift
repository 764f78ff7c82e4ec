// SPDX-License-Identifier: MIT

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

// The system's own, where a method of the same name would be meant.
#if canImport(Glibc)
    let systemRead = Glibc.read
    let systemWrite = Glibc.write
#elseif canImport(Musl)
    let systemRead = Musl.read
    let systemWrite = Musl.write
#elseif canImport(Darwin)
    let systemRead = Darwin.read
    let systemWrite = Darwin.write
#endif
