// SPDX-License-Identifier: MIT

import Dispatch
import Platform
import Synchronization
import Wire

/// Has the system read files into its page cache, in order: a cold disk gives much more that way than by the page faults of a load.
///
/// One model's at a time, and none that main memory hasn't room for beside what programs use.
package final class ReadAhead: Sendable {
    /// How much is asked for at once, so that it can end in between.
    private static let step = 16 << 20

    private let queue = DispatchQueue(label: "enginehouse.read-ahead", qos: .utility)
    /// The model whose files are to be read now.
    private let wanted = Mutex<String?>(nil)

    package init() {}

    /// Begins to read a model's files, and gives up those of another. Returns at once.
    /// - Parameter done: is told how many bytes were asked for.
    package func begin(_ model: String, _ paths: [String], done: @escaping @Sendable (Int) -> Void = { _ in }) {
        wanted.withLock { $0 = model }
        queue.async { [self] in
            let free = SystemMemory.device().map { Int(clamping: $0.free) } ?? .max
            let size = paths.reduce(0) { $0 + Self.size(of: $1) }
            guard size < free else { return done(0) }
            var count = 0
            for path in paths { count += read(path, for: model) }
            done(count)
        }
    }

    /// A model is launched: it reads for itself from here on.
    package func end(_ model: String) { wanted.withLock { if $0 == model { $0 = nil } } }

    private func read(_ path: String, for model: String) -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        let size = Self.size(of: path)
        var offset = 0
        while offset < size, wanted.withLock({ $0 == model }) {
            #if canImport(Darwin)
                var request = radvisory(ra_offset: off_t(offset), ra_count: Int32(Self.step))
                guard fcntl(descriptor, F_RDADVISE, &request) == 0 else { return offset }
            #else
                guard posix_fadvise(descriptor, off_t(offset), off_t(Self.step), POSIX_FADV_WILLNEED) == 0 else {
                    return offset
                }
            #endif
            offset += Self.step
        }
        return min(offset, size)
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
