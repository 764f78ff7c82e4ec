// SPDX-License-Identifier: MIT

/// Where checkpoints of a prompt are taken, and which one is missed least. Pure.
package struct CheckpointPlan: Sendable, Equatable {
    /// Tokens that the last checkpoint leaves to be computed, at least: a step of one takes as long.
    private static let tail = 4
    /// Tokens that the same prompt again may cost.
    private static let longestTail = 8
    /// Closer ones save nothing.
    private static let leastDistance = 8

    /// Most checkpoints of a slot; 0 for none.
    package let limit: Int
    /// Tokens between two messages' checkpoints, apart from the first and the last message's.
    package let step: Int

    package init(limit: Int, step: Int) {
        self.limit = limit
        self.step = step
    }

    /// Lengths of the prompt at which checkpoints are taken, ascending:
    /// - where the first user message begins: new chats have the same system prompt;
    /// - where the last one begins: it may be edited; and some between;
    /// - where the answer begins: the next turn's template may drop a thought that it begins with;
    /// - `tail` tokens before the end, for the same prompt again, unless the answer's header is short.
    ///
    /// - Parameter count: tokens of the prompt.
    package func places(_ messages: MessagePlaces, count: Int) -> [Int] {
        guard limit > 0 else { return [] }
        var places: [Int] = []
        func add(_ place: Int, distance: Int = Self.leastDistance) {
            let last = places.last ?? 0
            if place >= last + distance, place >= Self.leastDistance, place < count { places.append(place) }
        }
        let inner = messages.users.filter { $0 > 0 && $0 < count }
        if let first = inner.first { add(first) }
        for place in inner.dropFirst().dropLast() { add(place, distance: max(step, Self.leastDistance)) }
        if inner.count > 1, let last = inner.last { add(last) }
        let end = count - Self.tail
        guard let answer = messages.answer, answer < end else {
            add(end)
            return places
        }
        add(answer)
        if count - answer > Self.longestTail { add(end, distance: 1) }
        return places
    }

    /// The one that is missed least: what it saves is what lies between it and the one before. The newest stays.
    /// - Parameter lengths: of a slot's checkpoints, ascending, at least one.
    package static func victim(_ lengths: [Int]) -> Int {
        var best = 0
        for place in lengths.indices.dropLast() where saving(place, lengths) < saving(best, lengths) { best = place }
        return best
    }

    private static func saving(_ place: Int, _ lengths: [Int]) -> Int {
        lengths[place] - (place > 0 ? lengths[place - 1] : 0)
    }
}
