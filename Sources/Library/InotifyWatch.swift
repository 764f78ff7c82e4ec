// SPDX-License-Identifier: MIT

#if os(Linux)
    import Dispatch
    import Platform
    import Synchronization

    /// Notices changes by Linux's inotify(7).
    final class InotifyWatch: FileWatch {
        private struct State {
            var paths: [Int32: String] = [:]
            var interests: [Int32: WatchedPaths.Interest] = [:]
            var count = 0
        }

        let changes: AsyncStream<Void>
        private let send: AsyncStream<Void>.Continuation
        private let descriptor: Int32
        // Unchecked: a dispatch source may be used from any thread, and this is set once.
        nonisolated(unsafe) private let source: any DispatchSourceRead
        private let state = Mutex(State())

        private static let mask =
            UInt32(IN_CLOSE_WRITE) | UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO)
            | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)

        /// Fails where the system has no watch left to give.
        init?() {
            descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            guard descriptor >= 0 else { return nil }
            (changes, send) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
            source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
            source.setEventHandler { [weak self] in self?.readEvents() }
            source.setCancelHandler { [descriptor] in _ = close(descriptor) }
            source.activate()
        }

        deinit { source.cancel() }

        var count: Int { state.withLock { $0.count } }

        func watch(_ directories: [String: WatchedPaths.Interest]) {
            state.withLock { state in
                var interests: [Int32: WatchedPaths.Interest] = [:]
                var paths: [Int32: String] = [:]
                for (path, interest) in directories {
                    let watch = inotify_add_watch(descriptor, path, Self.mask | UInt32(IN_ONLYDIR))
                    // A directory that has just gone, or one too many: a reload by hand sees it all the same.
                    guard watch >= 0 else { continue }
                    // One directory by two names has one watch.
                    var joined = interests[watch] ?? interest
                    joined.hasModels = joined.hasModels || interest.hasModels
                    joined.names.formUnion(interest.names)
                    interests[watch] = joined
                    paths[watch] = path
                }
                for old in state.interests.keys where interests[old] == nil { inotify_rm_watch(descriptor, old) }
                state.interests = interests
                state.paths = paths
            }
        }

        func stop() {
            source.cancel()
            send.finish()
        }

        private func readEvents() {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            var isOfInterest = false
            while true {
                let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                for event in Self.events(buffer[..<count]) where concerns(event) { isOfInterest = true }
            }
            guard isOfInterest else { return }
            state.withLock { $0.count += 1 }
            send.yield()
        }

        private struct Event {
            let watch: Int32
            let mask: UInt32
            let name: String
        }

        private func concerns(_ event: Event) -> Bool {
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
            guard let interest = state.withLock({ $0.interests[event.watch] }) else { return false }
            if event.mask & (UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)) != 0 { return interest.hasModels }
            return interest.concerns(event.name, isDirectory: event.mask & UInt32(IN_ISDIR) != 0)
        }

        /// Takes what the kernel writes apart: `struct inotify_event` is four 32-bit numbers, little-endian
        /// on every machine that Swift runs on, and a padded name.
        private static func events(_ bytes: ArraySlice<UInt8>) -> [Event] {
            func word(_ at: Int) -> UInt32 {
                bytes[at..<(at + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
            }
            var events: [Event] = []
            var start = bytes.startIndex
            while start + 16 <= bytes.endIndex {
                let length = Int(word(start + 12))
                guard start + 16 + length <= bytes.endIndex else { break }
                let name = bytes[(start + 16)..<(start + 16 + length)].prefix { $0 != 0 }
                events.append(
                    Event(
                        watch: Int32(bitPattern: word(start)),
                        mask: word(start + 4),
                        name: String(decoding: name, as: UTF8.self)
                    )
                )
                start += 16 + length
            }
            return events
        }
    }
#endif
