// SPDX-License-Identifier: MIT

import Catalogue
import Platform
import Synchronization

/// Notices changes by looking again and again.
package final class PollingWatch: FileWatch {
    private struct State {
        var directories: [String: WatchedPaths.Interest] = [:]
        var seen: [String: FileStamp] = [:]
        var count = 0
        var task: Task<Void, Never>?
    }

    package let changes: AsyncStream<Void>
    private let send: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    /// - Parameter interval: how long to wait between two looks.
    package init(interval: Duration = .seconds(2)) {
        (changes, send) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Unstructured: ended by `stop`.
        let task = Task { [weak self] in
            while !Task.isCancelled {
                do { try await Task.sleep(for: interval) } catch { return }
                self?.look()
            }
        }
        state.withLock { $0.task = task }
    }

    package var count: Int { state.withLock { $0.count } }

    package func watch(_ directories: [String: WatchedPaths.Interest]) {
        state.withLock { state in
            state.directories = directories
            state.seen = Self.stamps(directories)
        }
    }

    package func stop() {
        state.withLock { $0.task?.cancel() }
        send.finish()
    }

    /// Looks once.
    package func look() {
        let hasChanged = state.withLock { state in
            let now = Self.stamps(state.directories)
            guard now != state.seen else { return false }
            state.seen = now
            state.count += 1
            return true
        }
        if hasChanged { send.yield() }
    }

    private static func stamps(_ directories: [String: WatchedPaths.Interest]) -> [String: FileStamp] {
        var stamps: [String: FileStamp] = [:]
        for (path, interest) in directories {
            for name in interest.names { stamps["\(path)/\(name)"] = DirectoryListing.stamp(ofFile: "\(path)/\(name)") }
            guard interest.hasModels, let listing = try? DirectoryListing(path: path) else { continue }
            for file in listing.files { stamps["\(path)/\(file.name)"] = file.stamp }
            for name in listing.directories {
                stamps["\(path)/\(name)/"] = FileStamp(device: 0, inode: 0, sizeBytes: 0, modified: 0)
            }
        }
        return stamps
    }
}
