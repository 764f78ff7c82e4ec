// SPDX-License-Identifier: MIT

import CLlama

/// Where a context is computed, and what steers it.
extension Context {
    /// Computes with threads of its own from now on.
    /// - Parameter counts: how many there are of each.
    /// - Returns: what the system refuses, as a sentence; nil for nothing.
    /// - Throws: `loadFailed`.
    static func place(
        _ handle: OpaquePointer,
        _ threads: ThreadPlacement.Pair,
        counts: (single: Int32, batch: Int32)
    ) throws(EngineError) -> String? {
        var single = raw(threads.single, counts.single)
        var batch = raw(threads.batch, counts.batch)
        let status = eh_context_set_threads(handle, &single, &batch)
        guard status >= 0 else { throw .last(.loadFailed, "the threads cannot be placed") }
        guard status > 0 else { return nil }
        return
            "the system doesn't let the threads have the priority that was asked for; give the program the right to it, or "
            + "leave out --prio"
    }

    /// Lets control vectors steer it.
    /// - Throws: `loadFailed`.
    func steer(_ steering: SteeringOptions) throws(EngineError) {
        let layers = steering.layers ?? 1...Int32.max
        let isDone = CStrings.lend(steering.vectors.map(\.path)) { paths, count in
            eh_context_steer(handle, paths, steering.vectors.map(\.scale), count, layers.lowerBound, layers.upperBound)
        }
        guard isDone else { throw .last(.loadFailed, "the model cannot be steered") }
    }

    private static func raw(_ placement: ThreadPlacement, _ count: Int32) -> eh_threads {
        var raw = eh_threads()
        withUnsafeMutableBytes(of: &raw.processors) { bytes in
            placement.processors.words.withUnsafeBytes { bytes.copyMemory(from: $0) }
        }
        raw.count = count
        raw.priority = placement.priority
        raw.poll = placement.poll
        raw.strict = placement.isStrict
        return raw
    }
}
