// SPDX-License-Identifier: MIT

import Wire

/// What workers may keep of conversations in main memory: one figure for all of them together, of which each that has its model in
/// memory has the same part. It is never more than what models leave of main memory: a model that loads is worth more than what was kept.
/// Where conversations outlive their workers in main memory, those have a figure of their own, and half of what models leave.
extension FleetState {
    /// What a worker may keep however full main memory is: without it, models with recurrent states compute each prompt from its beginning.
    static let leastCache: Int64 = 32 << 20

    /// Tells the workers whose part has changed; a little more than before isn't worth a word.
    mutating func divideCaches() {
        guard cachesMayChange, let figure = books.settings.cacheBytes else { return }
        cachesMayChange = false
        var keeping: [WorkerID] = []
        var taken: Int64 = 0
        var mapped = MappedFiles()
        for (worker, name) in workers {
            taken = taken.addingSaturating(mapped.add(holding(of: name)).bytes[MemoryDevice.host] ?? 0)
            if phase(of: name).serving?.memory == .awake { keeping.append(worker) }
        }
        var room = books.limit[MemoryDevice.host].map { max($0 - taken, 0) } ?? .max
        if let most = books.settings.storedBytes {
            room /= 2
            let bytes = min(most, room)
            if !Self.isAlike(bytes, stored ?? most) {
                stored = bytes
                emit(.stored(bytes: bytes))
            }
        }
        caches = caches.filter { keeping.contains($0.key) }
        guard !keeping.isEmpty else { return }
        let count = Int64(keeping.count)
        let part = max(min(figure, room) / count, min(Self.leastCache, figure / count))
        for worker in keeping.sorted() where caches[worker].map({ !Self.isAlike(part, $0) }) ?? true {
            caches[worker] = part
            emit(.cache(worker, bytes: part))
        }
    }

    private static func isAlike(_ bytes: Int64, _ told: Int64) -> Bool { abs(bytes - told) <= told / 8 }
}
