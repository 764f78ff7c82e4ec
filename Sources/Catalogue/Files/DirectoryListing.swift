// SPDX-License-Identifier: MIT

import Essentials
import Platform

/// The names in a directory that a scan for models looks at, with what they lead to.
///
/// Hidden names are left out, and so are files of other types than GGUF, among them those of unfinished downloads
/// (`.part`, `.downloadInProgress`, `.incomplete`).
package struct DirectoryListing {
    /// What distinguishes a directory from all others, by whatever name it is reached.
    package struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// A name that ends in `.gguf` and is no directory: a file, or something that only looks like one.
    package struct File {
        package let name: String
        /// What tells whether the file is the one that it was; nil for what is not a regular file.
        package let stamp: FileStamp?
        /// Whether the name that the disk has isn't UTF-8: replacements stand in this one, by which nothing is found.
        var isNamedBadly: Bool { stamp == nil && name.unicodeScalars.contains("\u{FFFD}") }
        /// The size in bytes; 0 for what is not a regular file.
        var sizeBytes: UInt64 { stamp?.sizeBytes ?? 0 }
    }

    /// The directory's own identity.
    package let identity: Identity
    /// The names that may be models, sorted.
    package let files: [File]
    /// The names of the directories, sorted; symbolic links to directories are among them.
    package let directories: [String]
    /// Names that aren't UTF-8 and don't end in `.gguf`: folders, perhaps. Replacements stand in them, by which nothing is found.
    let badNames: [String]

    /// Lists the directory at `path`, following symbolic links.
    ///
    /// - Throws: `notFound`, `notADirectory`, `unreadable`.
    package init(path: String) throws(CatalogueError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw CatalogueError(.unreadable, "'\(path)' cannot be examined: \(String(cString: strerror(errno)))")
            }
            throw CatalogueError(.notFound, "'\(path)' does not exist")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CatalogueError(.notADirectory, "'\(path)' is not a directory")
        }
        identity = Self.identity(status)

        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw CatalogueError(.unreadable, "'\(path)' cannot be read; its permissions may not allow it")
        }
        var files: [File] = []
        var directories: [String] = []
        var badNames: [String] = []
        for name in names.sorted() where !name.hasPrefix(".") {
            // A link that leads nowhere keeps the zeroes; opening the file will tell why.
            var status = stat()
            let known = stat("\(path)/\(name)", &status) == 0
            if known, status.st_mode & S_IFMT == S_IFDIR {
                directories.append(name)
            } else if name.hasSuffix(ModelFile.suffix), name != ModelFile.suffix {
                let isRegular = known && status.st_mode & S_IFMT == S_IFREG
                files.append(File(name: name, stamp: isRegular ? Self.stamp(status) : nil))
            } else if !known, name.unicodeScalars.contains("\u{FFFD}") {
                badNames.append(name)
            }
        }
        self.files = files
        self.directories = directories
        self.badNames = badNames
    }

    /// What tells whether the file at `path` is the one that it was; nil for what is not a regular file.
    package static func stamp(ofFile path: String) -> FileStamp? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return stamp(status)
    }

    private static func stamp(_ status: stat) -> FileStamp {
        let modified = status.modificationTime
        let identity = identity(status)
        return FileStamp(
            device: identity.device,
            inode: identity.inode,
            sizeBytes: UInt64(max(0, status.st_size)),
            modified: Int64(modified.tv_sec) &* 1_000_000_000 &+ Int64(modified.tv_nsec)
        )
    }

    private static func identity(_ status: stat) -> Identity {
        Identity(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
    }
}
