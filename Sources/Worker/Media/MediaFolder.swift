// SPDX-License-Identifier: MIT

import Platform
package import Wire

/// The folder whose files requests may name.
package struct MediaFolder: Sendable, Equatable {
    /// Without symbolic links, with a slash at the end.
    private let path: String

    /// - Returns: nil for what is no folder.
    package init?(_ path: String) {
        // Only a folder can be opened as one.
        guard let real = Self.real(path), let folder = opendir(real) else { return nil }
        closedir(folder)
        self.path = real == "/" ? real : real + "/"
    }

    /// A file's bytes.
    /// - Parameters:
    ///   - name: the file's path below the folder.
    ///   - limit: bytes.
    /// - Throws: 400 for a file that isn't there, isn't below the folder, or is too large.
    package func read(_ name: String, limit: Int) throws(APIError) -> [UInt8] {
        let parts = name.split(separator: "/")
        guard !parts.isEmpty, !name.utf8.contains(0), !parts.contains(where: { $0 == ".." || $0 == "." }) else {
            throw APIError(
                .invalidRequest,
                "the file path is not allowed: '\(name)'; name a file below the media folder"
            )
        }
        let missing = APIError(
            .invalidRequest,
            "the file '\(name)' does not exist below the media folder, or cannot be read"
        )
        // A link may not lead out of the folder.
        guard let real = Self.real(path + parts.joined(separator: "/")), real.hasPrefix(path) else { throw missing }
        // A pipe would never end, and opening one may wait for ever.
        let file = open(real, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw missing }
        defer { close(file) }
        // Pipes and sockets have no end to seek.
        let size = Int(lseek(file, 0, SEEK_END))
        guard size >= 0, lseek(file, 0, SEEK_SET) == 0 else { throw missing }
        guard size <= limit else {
            throw APIError(.invalidRequest, "the file '\(name)' has \(size) bytes and \(limit) are allowed")
        }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            while count < size, let base = buffer.baseAddress {
                let result = Self.readSome(file, base + count, size - count)
                guard result > 0 else { break }
                count += result
            }
            initialized = count
        }
        guard count == size else { throw missing }
        return bytes
    }

    private static func readSome(_ file: CInt, _ target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        systemRead(file, target, count)
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
