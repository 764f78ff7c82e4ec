// SPDX-License-Identifier: MIT

/// The processes without a model: a fresh one, and for a while one that has freed its model and is used again first. On a GPU that
/// one has its device context still, and a switch needs no second one.
package struct StandbyRoom<Child: AnyObject & Sendable>: Sendable {
    /// How often a process is used at most.
    package static var mostUses: Int { 16 }
    /// By how much its own memory may have grown since its first model was freed.
    package static var mostGrowth: Int64 { 32 << 20 }
    /// How long a used one is kept for the next model.
    package static var patience: Duration { .seconds(5) }

    /// What is known of a process that may be used again.
    private struct Record {
        var uses = 0
        /// Bytes of its own after its first model; nil before.
        var floor: Int64?
    }
    private var records: [ObjectIdentifier: Record] = [:]
    private var fresh: Child?
    private var used: Child?
    /// A fresh one that is on its way.
    private var coming: Child?
    /// Whether none is kept any more.
    private var isClosed = false
    /// Whether the program has shown that it can wait for a model; nil before it was tried.
    private var isAble: Bool?

    /// Whether a process without a model has a place here.
    package var keeps: Bool { !isClosed && isAble == true }

    package init() {}

    /// Starts a fresh one, where there is none.
    /// - Returns: the one that is on its way from here on; nil if none is needed.
    package mutating func begin(_ make: () -> Child) -> Child? {
        guard !isClosed, isAble != false, fresh == nil, coming == nil else { return nil }
        coming = make()
        return coming
    }

    /// A process was started with its first model.
    package mutating func started(_ child: Child) { records[ObjectIdentifier(child)] = Record(uses: 1) }

    /// A process has no model.
    /// - Parameter bytes: of its own memory.
    /// - Returns: what ends now: the process itself, or the one whose place it takes.
    package mutating func offer(_ child: Child, bytes: Int64) -> Child? {
        isAble = true
        guard !isClosed else { return child }
        guard var record = records[ObjectIdentifier(child)] else {
            guard coming === child else { return child }
            records[ObjectIdentifier(child)] = Record()
            (coming, fresh) = (nil, child)
            return nil
        }
        record.floor = record.floor ?? bytes
        records[ObjectIdentifier(child)] = record
        guard record.uses < Self.mostUses, bytes <= (record.floor ?? bytes) + Self.mostGrowth else { return child }
        defer { used = child }
        return used
    }

    /// A process for the next model, if there is one.
    package mutating func take() -> Child? {
        guard !isClosed, let child = used ?? fresh else { return nil }
        if used != nil { used = nil } else { fresh = nil }
        records[ObjectIdentifier(child), default: Record()].uses += 1
        return child
    }

    /// Whether one is still on its way.
    package func isComing(_ child: Child) -> Bool { coming === child }

    /// The number of the use that a process waits for, if it is a used one that waits; nil if not.
    package func waitingUse(of child: Child) -> Int? {
        used === child ? records[ObjectIdentifier(child)]?.uses : nil
    }

    /// Takes a used one out that nothing has needed.
    /// - Parameter use: the use that it waited for when its time began; a later one has a time of its own.
    /// - Returns: whether it still waited for that.
    package mutating func expire(_ child: Child, use: Int) -> Bool {
        guard waitingUse(of: child) == use else { return false }
        used = nil
        return true
    }

    /// A process has ended.
    /// - Returns: whether it has shown by that that the program can't wait for a model, so that none is kept from now on.
    @discardableResult package mutating func forget(_ child: Child) -> Bool {
        records[ObjectIdentifier(child)] = nil
        let couldBeAble = isAble != false
        if coming === child {
            coming = nil
            // It has never waited for a model, and the next one wouldn't either.
            isAble = isAble ?? false
        }
        if used === child { used = nil }
        if fresh === child { fresh = nil }
        return couldBeAble && isAble == false && !isClosed
    }

    /// None is kept any more.
    /// - Returns: those that were, and the one that was on its way.
    package mutating func close() -> [Child] {
        defer { (fresh, used, coming, isClosed) = (nil, nil, nil, true) }
        return [fresh, used, coming].compactMap(\.self)
    }
}
