// SPDX-License-Identifier: MIT

import Wire

/// How far the files of one download are.
package struct DownloadProgress: Sendable, Equatable {
    /// One file's bytes.
    package struct File: Sendable, Equatable {
        package var done: UInt64
        package let total: UInt64
    }

    /// The files by their address on the hub, in the order in which they were begun.
    package private(set) var files: [(url: String, file: File)] = []
    private var shownAt: Duration?

    /// How often observers hear of it.
    private static let interval: Duration = .milliseconds(100)

    package init() {}

    /// Takes note of a file's state.
    /// - Returns: whether observers should hear of it: at the first and the last byte of a file, and in between not
    ///   more often than every 100 ms.
    package mutating func note(_ url: String, done: UInt64, total: UInt64, now: Duration) -> Bool {
        let isNew: Bool
        if let place = files.firstIndex(where: { $0.url == url }) {
            isNew = false
            files[place].file.done = done
        } else {
            isNew = true
            files.append((url, File(done: done, total: total)))
        }
        guard isNew || done >= total || shownAt.map({ now - $0 >= Self.interval }) ?? true else { return false }
        shownAt = now
        return true
    }

    /// All bytes of all files.
    package var sum: File {
        File(
            done: files.reduce(0) { $0.addingSaturating($1.file.done) },
            total: files.reduce(0) { $0.addingSaturating($1.file.total) }
        )
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.files.elementsEqual(right.files) { $0 == $1 }
    }
}
