// SPDX-License-Identifier: MIT

import Dispatch
package import GGUF
import Platform
import Synchronization

/// What the headers of files say, kept from one scan to the next.
///
/// A header is read again when its file's stamp is another one. Headers of many files are read by several threads.
package final class HeaderIndex: Sendable {
    typealias Content = Result<GGUFModelInfo, GGUFError>

    private struct State {
        var contents: [FileStamp: Content] = [:]
        /// Those that the present scan has asked for.
        var used: Set<FileStamp> = []
    }
    private let state = Mutex(State())
    let limits: GGUFLimits

    /// Enough for a number for each layer, which says what conversations take.
    package static let limits: GGUFLimits = {
        var limits = GGUFLimits()
        limits.arrayElements = 512
        return limits
    }()

    package init(limits: GGUFLimits = HeaderIndex.limits) {
        self.limits = limits
    }

    /// What the header of the file at `path` says, or why it cannot be read.
    func content(of path: String, stamp: FileStamp?) -> Content {
        guard let stamp else { return read(path) }
        if let known = known(stamp) { return known }
        let content = read(path)
        keep(content, stamp)
        return content
    }

    /// Reads the headers of those files that aren't known yet, in parallel.
    func prefetch(_ files: [(path: String, stamp: FileStamp)]) {
        let missing = state.withLock { state in files.filter { state.contents[$0.stamp] == nil } }
        guard missing.count > 1 else { return }
        DispatchQueue.concurrentPerform(iterations: missing.count) { index in
            keep(read(missing[index].path), missing[index].stamp)
        }
    }

    /// Forgets the headers that weren't asked for since the last call.
    func forgetUnused() {
        state.withLock { state in
            state.contents = state.contents.filter { state.used.contains($0.key) }
            state.used = []
        }
    }

    private func known(_ stamp: FileStamp) -> Content? {
        state.withLock { state in
            guard let content = state.contents[stamp] else { return nil }
            state.used.insert(stamp)
            return content
        }
    }

    private func keep(_ content: Content, _ stamp: FileStamp) {
        // A file that could not be opened may be readable the next time without having been written.
        if case .failure(let error) = content, error.code == .unreadable { return }
        state.withLock { state in
            state.contents[stamp] = content
            state.used.insert(stamp)
        }
    }

    private func read(_ path: String) -> Content {
        Result { () throws(GGUFError) in try GGUFModelInfo(path: path, limits: limits) }
    }
}
