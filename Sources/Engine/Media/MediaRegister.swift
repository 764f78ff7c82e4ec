// SPDX-License-Identifier: MIT

import Synchronization

/// Gives chunks their identities: equal chunks have the same one as long as it is held.
final class MediaRegister: Sendable {
    private struct Entry {
        weak var identity: MediaIdentity?
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var last: Int32 = 0
        /// How many entries there may be before dead ones are swept out.
        var limit = 64
    }

    private let state = Mutex(State())

    /// The identity of a chunk.
    /// - Parameter key: the file's hash and the chunk's place in it.
    func identity(of key: String) -> MediaIdentity {
        state.withLock { state in
            if let known = state.entries[key]?.identity { return known }
            // Two thousand million chunks later, the first ones are long forgotten.
            state.last = state.last == .min ? -1 : state.last - 1
            let identity = MediaIdentity(id: state.last, key: key)
            state.entries[key] = Entry(identity: identity)
            if state.entries.count > state.limit {
                state.entries = state.entries.filter { $0.value.identity != nil }
                state.limit = max(64, state.entries.count * 2)
            }
            return identity
        }
    }
}
