// SPDX-License-Identifier: MIT

import Wire

/// A file that several models of the catalogue have.
package struct SharedFile: Sendable, Equatable {
    package let path: String
    package let bytes: Int64

    package init(path: String, bytes: Int64) {
        self.path = path
        self.bytes = bytes
    }
}

/// What a model takes: places of its own, and the pages of its file, which workers of other models may have mapped as well.
package struct Holding: Sendable, Equatable {
    /// Without those pages.
    package var places: Places
    /// The file that other models have, too; nil where no other does: then its pages are among the places.
    package var file: String?
    /// Bytes of it that are mapped, all on the machine's own memory.
    package var pages: Int64

    package init(_ places: Places, file: String? = nil, pages: Int64 = 0) {
        self.places = places
        self.file = file
        self.pages = pages
    }

    /// All that it takes where it is alone with its file.
    package var whole: Places { places + Self.host(pages) }

    static func host(_ bytes: Int64) -> Places {
        bytes > 0 ? Places(models: 0, bytes: [MemoryDevice.host: bytes]) : .none
    }
}

/// The files that several workers may have mapped: the machine has their pages once, for as long as one of them lives.
package struct MappedFiles: Sendable, Equatable {
    private struct Mapped: Equatable {
        var pages: Int64 = 0
        var workers = 0
    }

    private var files: [String: Mapped] = [:]

    package init() {}

    /// What a model takes beside the pages that are there.
    package func cost(of holding: Holding) -> Places {
        guard let file = holding.file else { return holding.places }
        return holding.places + Holding.host(holding.pages - (files[file]?.pages ?? 0))
    }

    /// A worker has the file, too.
    /// - Returns: what it takes beside the pages that were there.
    package mutating func add(_ holding: Holding) -> Places {
        let cost = cost(of: holding)
        guard let file = holding.file else { return cost }
        var mapped = files[file] ?? Mapped()
        mapped.workers += 1
        mapped.pages = max(mapped.pages, holding.pages)
        files[file] = mapped
        return cost
    }

    /// One of them ends.
    /// - Returns: what that gives back: the pages only with the last one.
    package mutating func remove(_ holding: Holding) -> Places {
        guard let file = holding.file, let mapped = files[file] else { return holding.places }
        guard mapped.workers > 1 else {
            files[file] = nil
            return holding.places + Holding.host(mapped.pages)
        }
        files[file]?.workers -= 1
        return holding.places
    }
}
