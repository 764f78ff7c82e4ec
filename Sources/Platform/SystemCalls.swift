// SPDX-License-Identifier: MIT

// The system's calls under names that no method has: inside a type with a `read` of its own, `read` means that one.

/// open(2) without a file to create.
package func systemOpen(_ path: String, _ flags: CInt) -> CInt {
    open(path, flags)
}

/// open(2) of a file that may be created with these permissions.
package func systemOpen(_ path: String, _ flags: CInt, _ mode: mode_t) -> CInt {
    open(path, flags, mode)
}

/// read(2).
package func systemRead(_ descriptor: CInt, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

/// write(2).
package func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// Writes all of some bytes, in as many calls as that takes.
/// - Returns: 0, or the system's error; `EIO` where it takes nothing and says nothing.
package func systemWriteAll(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> CInt {
    // More than 2 GiB at once no system takes.
    let most = 64 << 20
    var done = 0
    while done < bytes.count {
        let count = write(descriptor, bytes.baseAddress?.advanced(by: done), min(bytes.count - done, most))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : EIO }
        done += count
    }
    return 0
}

/// socket(2) of a byte stream: TCP in an internet family, or a Unix socket.
package func systemStreamSocket(_ family: CInt) -> CInt {
    socket(family, streamSocket, 0)
}

/// socket(2) of datagrams that no child process inherits.
package func systemDatagramSocket(_ family: CInt) -> CInt {
    #if canImport(Glibc)
        socket(family, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    #else
        socket(family, SOCK_DGRAM, 0)
    #endif
}

/// `SOCK_STREAM`, which glibc declares as an enumeration.
package var streamSocket: CInt {
    #if canImport(Glibc)
        CInt(SOCK_STREAM.rawValue)
    #else
        SOCK_STREAM
    #endif
}

/// How many files this process may open now; nil where the system doesn't say.
package var openFilesLimit: UInt64? {
    var limit = rlimit()
    #if canImport(Glibc)
        let status = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #else
        let status = getrlimit(RLIMIT_NOFILE, &limit)
    #endif
    return status == 0 ? UInt64(limit.rlim_cur) : nil
}

extension stat {
    /// When the content was last written.
    package var modificationTime: timespec {
        #if canImport(Darwin)
            st_mtimespec
        #else
            st_mtim
        #endif
    }

    /// When the file got or lost a name, or was changed.
    package var changeTime: timespec {
        #if canImport(Darwin)
            st_ctimespec
        #else
            st_ctim
        #endif
    }
}
