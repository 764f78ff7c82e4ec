// SPDX-License-Identifier: MIT

/// Which generation gives up its room in a full cache that all share, and which goes on once there is room again. Pure.
///
/// The youngest leaves first and the oldest comes back first, and none overtakes: so the oldest always goes on, and
/// each becomes the oldest some day. Only a generation whose reader has fallen behind is an exception: as long as it can't go on it
/// leaves before all others, and holds up none.
package struct Preemption: Sendable, Equatable {
    /// What a generation has of the cache, and what it needs. In cells: each holds what was computed of one token.
    package struct Claim: Sendable, Equatable {
        package let slot: Int
        /// Lower is older.
        package let age: UInt64
        /// Whether it was set aside.
        package var isPreempted: Bool
        /// Whether its reader has fallen behind, so that it can't go on.
        package var isPaused: Bool
        /// Cells that it has for itself.
        package var held: Int
        /// Cells that it will have before it generates the next token, at least `held`.
        package var needed: Int
        /// Cells that it may need behind those; a large number where that isn't known.
        package var growth: Int

        package init(
            slot: Int,
            age: UInt64,
            isPreempted: Bool,
            isPaused: Bool,
            held: Int,
            needed: Int,
            growth: Int
        ) {
            self.slot = slot
            self.age = age
            self.isPreempted = isPreempted
            self.isPaused = isPaused
            self.held = held
            self.needed = needed
            self.growth = growth
        }
    }

    /// What is to be done.
    package enum Action: Sendable, Equatable {
        /// This slot's generation gives up its room.
        case preempt(Int)
        /// This slot's generation goes on.
        case resume(Int)
    }

    /// Tokens that each generation must be able to add before the cache is full again: at least `leastMargin`, or one for
    /// every `marginShare` that have to come back. With less, coming back would cost more than it brings.
    private static let leastMargin = 32
    private static let marginShare = 8

    /// Cells of the cache.
    private let size: Int

    package init(size: Int) {
        self.size = size
    }

    /// Whose room is taken, now that the cache is full.
    /// - Parameter others: cells that are held by something that will soon give them back by itself.
    /// - Returns: its slot; nil if one alone has all there is.
    package func victim(_ claims: [Claim], others: Int) -> Int? {
        let running = claims.filter { !$0.isPreempted }
        guard running.count > 1 || others > 0 else { return nil }
        let paused = running.filter { $0.isPaused && $0.held > 0 }
        return (paused.isEmpty ? running : paused).max { $0.age < $1.age }?.slot
    }

    /// What is to be done before the next step; to be asked until there is nothing.
    package func next(_ claims: [Claim], others: Int) -> Action? {
        let waiting = claims.filter { $0.isPreempted && !$0.isPaused }
        guard let oldest = waiting.min(by: { $0.age < $1.age }) else { return nil }
        let running = claims.filter { !$0.isPreempted }
        if running.isEmpty && others == 0 || fits(oldest, beside: running, others: others) {
            return .resume(oldest.slot)
        }
        // Those that can't go on anyway give up their room to one that can.
        guard !running.isEmpty, running.allSatisfy(\.isPaused) else { return nil }
        return running.filter { $0.held > 0 }.max { $0.age < $1.age }.map { .preempt($0.slot) }
    }

    private func fits(_ claim: Claim, beside running: [Claim], others: Int) -> Bool {
        let margin = max(Self.leastMargin, claim.needed / Self.marginShare)
        let taken = running.reduce(others) { sum, other in
            sum + (other.isPaused ? other.held : other.needed + min(other.growth, margin))
        }
        return claim.needed + min(claim.growth, margin) <= size - taken
    }
}
