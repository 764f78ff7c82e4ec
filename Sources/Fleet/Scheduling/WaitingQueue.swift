// SPDX-License-Identifier: MIT

/// The waiting requests and wishes: one entry for each model, as old as its oldest waiter (rule 2).
package struct WaitingQueue: Sendable {
    /// A request, or a wish to load, that waits for a model.
    package struct Waiter: Sendable, Equatable {
        /// What it wants.
        package enum Kind: Sendable, Equatable {
            /// A request that wants a lease.
            /// - Parameter autoload: Whether it may cause the model to be loaded.
            case request(autoload: Bool)
            /// A user's wish that the model be loaded; it holds no connection.
            case load
        }

        /// Grows with each arrival: the smaller number is the older waiter.
        package let ticket: Ticket
        package let since: Duration
        package let kind: Kind
        /// Whether the worker computes for it.
        package var isUse = true

        /// Whether it may cause the model to be loaded.
        package var wantsLoad: Bool { kind != .request(autoload: false) }
    }

    /// The waiters by model, oldest first; no entry is empty.
    private var entries: [String: [Waiter]] = [:]
    private var models: [Ticket: String] = [:]

    package var isEmpty: Bool { entries.isEmpty }

    /// How many requests wait, for whichever model.
    package private(set) var requestCount = 0

    /// How many requests wait for a model.
    package func requestCount(for model: String) -> Int {
        entries[model]?.count { $0.kind != .load } ?? 0
    }

    /// The request that waits longest for a model; nil if none does.
    package func oldestRequest(for model: String) -> Waiter? { entries[model]?.first { $0.kind != .load } }

    /// Whether anything waits for the model.
    package func has(_ model: String) -> Bool { entries[model] != nil }

    /// Whether a user wants the model to be loaded.
    package func hasLoad(_ model: String) -> Bool {
        entries[model]?.contains { $0.kind == .load } ?? false
    }

    /// Whether a waiter of the model may cause it to be loaded.
    package func wantsLoad(_ model: String) -> Bool { entries[model]?.contains { $0.wantsLoad } ?? false }

    /// What a waiter waits for; nil if it doesn't wait (any more).
    package func model(of ticket: Ticket) -> String? { models[ticket] }

    /// The models with waiters, the one with the oldest waiter first.
    package var modelsByAge: [String] {
        let heads = entries.compactMap { model, waiters in waiters.first.map { ($0.ticket.number, model) } }
        return heads.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Since when the oldest waiter of all waits.
    package var oldest: Duration? { entries.values.compactMap { $0.first?.since }.min() }

    /// Appends a waiter; its ticket is younger than all others.
    package mutating func append(_ waiter: Waiter, for model: String) {
        entries[model, default: []].append(waiter)
        models[waiter.ticket] = model
        if waiter.kind != .load { requestCount += 1 }
    }

    /// Takes the oldest request for a model.
    package mutating func popRequest(for model: String) -> Waiter? {
        guard let index = entries[model]?.firstIndex(where: { $0.kind != .load }) else { return nil }
        return remove(at: index, of: model)
    }

    /// Takes one waiter out; nil if it doesn't wait (any more).
    package mutating func remove(_ ticket: Ticket) -> Waiter? {
        guard let model = models[ticket], let waiters = entries[model] else { return nil }
        var low = 0
        var high = waiters.count
        while low < high {
            let middle = (low + high) / 2
            if waiters[middle].ticket.number < ticket.number { low = middle + 1 } else { high = middle }
        }
        return remove(at: low, of: model)
    }

    /// Takes all waiters out that fulfil a condition, oldest first.
    package mutating func removeAll(
        for model: String,
        where condition: (Waiter) -> Bool = { _ in true }
    ) -> [Waiter] {
        guard let waiters = entries[model] else { return [] }
        let taken = waiters.filter(condition)
        let kept = waiters.filter { !condition($0) }
        entries[model] = kept.isEmpty ? nil : kept
        for waiter in taken { forget(waiter) }
        return taken
    }

    private mutating func remove(at index: Int, of model: String) -> Waiter? {
        guard let waiter = entries[model]?.remove(at: index) else { return nil }
        if entries[model]?.isEmpty == true { entries[model] = nil }
        forget(waiter)
        return waiter
    }

    private mutating func forget(_ waiter: Waiter) {
        models[waiter.ticket] = nil
        if waiter.kind != .load { requestCount -= 1 }
    }
}
