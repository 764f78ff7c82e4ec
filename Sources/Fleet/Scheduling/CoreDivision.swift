// SPDX-License-Identifier: MIT

/// Divides the machine's cores among the workers that compute. Pure: it has no clock.
///
/// Threads of one worker wait for each other many times in each step. Where there are more threads than cores, some that are
/// waited for don't run, and all stand still. So one worker that computes has all cores, and each of several has a part.
package struct CoreDivision: Sendable {
    /// The threads of a worker.
    package struct Share: Sendable, Equatable {
        /// Those for steps of one token.
        package var generating: Int
        /// Those for steps of several.
        package var prompt: Int

        package init(generating: Int, prompt: Int) {
            self.generating = generating
            self.prompt = prompt
        }
    }

    /// What a worker can make use of.
    package struct Bounds: Sendable, Equatable {
        /// What the user set for steps of one token; nil for as many as there are cores.
        package var generating: Int?
        /// What the user set for steps of several.
        package var prompt: Int?
        /// Whether the model lies on devices as a whole, so that one core is enough beside others.
        package var liesOnDevice: Bool

        package init(generating: Int? = nil, prompt: Int? = nil, liesOnDevice: Bool = false) {
            self.generating = generating
            self.prompt = prompt
            self.liesOnDevice = liesOnDevice
        }
    }

    /// How long a worker without requests still counts: the next turn of its conversation mustn't change its neighbours again.
    package static let pause: Duration = .seconds(1)

    private struct Member {
        var bounds: Bounds
        /// Requests in flight.
        var running = 0
        /// Until when it counts without any.
        var pausedUntil: Duration?
        var share: Share

        var computes: Bool { running > 0 || pausedUntil != nil }
    }

    /// The cores of the machine; nil: nothing is divided.
    package let cores: Int?
    /// The workers that have computed.
    private var members: [WorkerID: Member] = [:]
    /// Whether others compute than before.
    private var hasChanged = false

    package init(cores: Int?) {
        self.cores = cores.map { max($0, 1) }
    }

    /// Whether a worker has computed; its bounds don't change any more.
    func knows(_ worker: WorkerID) -> Bool { members[worker] != nil }

    /// A worker gets a request.
    /// - Parameter bounds: its own; of one that has computed they are known.
    package mutating func begin(_ worker: WorkerID, _ bounds: Bounds, now: Duration) {
        guard let cores else { return }
        settle(now: now)
        // It starts with all that it may have, without being told.
        var member = members[worker] ?? Member(bounds: bounds, share: Self.whole(bounds, cores: cores))
        if !member.computes { hasChanged = true }
        member.running += 1
        member.pausedUntil = nil
        members[worker] = member
    }

    /// A request of a worker is over.
    package mutating func end(_ worker: WorkerID, now: Duration) {
        guard var member = members[worker], member.running > 0 else { return }
        member.running -= 1
        if member.running == 0 { member.pausedUntil = now + Self.pause }
        members[worker] = member
        settle(now: now)
    }

    /// A worker's process is gone.
    package mutating func remove(_ worker: WorkerID) {
        if members.removeValue(forKey: worker)?.computes == true { hasChanged = true }
    }

    /// Time has passed.
    package mutating func settle(now: Duration) {
        for (worker, member) in members where member.pausedUntil != nil {
            guard let until = member.pausedUntil, until <= now else { continue }
            members[worker]?.pausedUntil = nil
            hasChanged = true
        }
    }

    /// When a pause is over that others wait for.
    package var deadline: Duration? {
        guard members.count > 1, members.values.count(where: \.computes) > 1 else { return nil }
        return members.values.compactMap(\.pausedUntil).min()
    }

    /// The threads of a worker; nil while it was never told any and has not computed.
    package func share(of worker: WorkerID) -> Share? { members[worker]?.share }

    /// The workers that have to be told of another share, and what that is; in their order.
    package mutating func takeChanges() -> [(worker: WorkerID, share: Share)] {
        guard hasChanged, let cores else { return [] }
        hasChanged = false
        let computing = members.filter(\.value.computes).sorted { $0.key < $1.key }
        let shares = Self.shares(of: computing.map(\.value.bounds), cores: cores)
        var changes: [(worker: WorkerID, share: Share)] = []
        for ((worker, member), share) in zip(computing, shares) where member.share != share {
            members[worker]?.share = share
            changes.append((worker, share))
        }
        return changes
    }

    /// The shares of workers that compute at the same time.
    /// - Parameters:
    ///   - bounds: Theirs. Where not all can have as much, the first ones have one more.
    ///   - cores: At least 1.
    package static func shares(of bounds: [Bounds], cores: Int) -> [Share] {
        if let only = bounds.first, bounds.count == 1 { return [whole(only, cores: cores)] }
        let generating = divide(cores, among: bounds.map { $0.liesOnDevice ? 1 : $0.generating ?? cores })
        let prompt = divide(cores, among: bounds.map { $0.liesOnDevice ? 1 : $0.prompt ?? cores })
        return zip(generating, prompt).map { Share(generating: $0, prompt: $1) }
    }

    /// What a worker has that computes alone: as much as the user set, be it more than there is.
    private static func whole(_ bounds: Bounds, cores: Int) -> Share {
        Share(generating: bounds.generating ?? cores, prompt: bounds.prompt ?? cores)
    }

    /// Gives each one core, and the rest in turn to those that can use more.
    private static func divide(_ cores: Int, among bounds: [Int]) -> [Int] {
        var shares = bounds.map { _ in 1 }
        var left = cores - shares.count
        while left > 0 {
            var isDone = true
            for index in shares.indices where left > 0 && shares[index] < bounds[index] {
                shares[index] += 1
                left -= 1
                isDone = false
            }
            if isDone { break }
        }
        return shares
    }
}
