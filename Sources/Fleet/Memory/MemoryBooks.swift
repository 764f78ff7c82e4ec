// SPDX-License-Identifier: MIT

package import Wire

/// What there is of each device's memory for models: the budgets, what other programs hold, what the driver still gives back.
///
/// Other programs hold what neither our models nor the reserve explain. It isn't known at each moment: `look` takes over what was
/// seen, and `isStale` says when it is too old.
package struct MemoryBooks: Sendable, Equatable {
    /// For how long a look counts.
    static let freshness: Duration = .seconds(1)
    /// How long an answer to a look is waited for.
    static let patience: Duration = .seconds(10)
    /// How long a driver may take to give back what an ended process had.
    static let settling: Duration = .seconds(3)
    /// How long a process that has freed its model holds what a driver takes for it, at most.
    static let keeping: Duration = .seconds(6)
    /// How often it is looked meanwhile.
    static let pause: Duration = .milliseconds(50)

    private struct Kept: Equatable {
        var bytes: [String: Int64]
        var until: Duration
    }

    let settings: MemorySettings
    /// The devices as they were seen last; empty before the first look.
    package private(set) var devices: [MemoryDevice] = []
    /// Bytes that other programs hold beyond the reserve, by device.
    package private(set) var strangers: [String: Int64] = [:]
    /// Bytes of ended processes that a device doesn't show as free yet.
    private(set) var lag: [String: Int64] = [:]
    /// Bytes by device of a process that waits for the next model, which will have them, and until when that may be.
    private var kept: Kept?
    private var lookedAt: Duration?
    /// Since when an answer to a look is waited for.
    private(set) var lookingSince: Duration?
    /// Whether it isn't seen yet that the devices have back what an ended process had.
    private var returnIsAwaited = false
    /// Until when a device may still give back what an ended process had.
    private var settlesUntil: Duration?
    /// When a look is due: a device lags behind, or a model waits for what other programs hold.
    private(set) var nextLook: Duration?

    init(_ settings: MemorySettings) { self.settings = settings }

    /// Whether bytes are counted at all.
    package var isActive: Bool { settings.policy == .evict && !devices.isEmpty }

    /// Bytes of a device that models may take, if no other program took any.
    package func budget(of device: MemoryDevice) -> Int64 {
        settings.budgetByHand(of: device) ?? max(device.total - settings.reserve(of: device), 0)
    }

    /// Bytes by device that models may take now.
    package var limit: [String: Int64] {
        guard isActive else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: devices.map { ($0.id, max(budget(of: $0) - (strangers[$0.id] ?? 0), 0)) }
        )
    }

    /// Whether what is known is too old to decide by.
    func isStale(now: Duration) -> Bool {
        guard settings.policy == .evict, let lookedAt else { return false }
        return now - lookedAt > Self.freshness
    }

    /// Whether an answer to a look is still worth waiting for.
    func isLooking(now: Duration) -> Bool { lookingSince.map { now - $0 < Self.patience } ?? false }

    /// Whether a driver may still give back what an ended process had, and it isn't seen yet whether it has.
    func isSettling(now: Duration) -> Bool {
        returnIsAwaited && (settlesUntil.map { now < $0 } ?? false)
    }

    /// A model waits for bytes that nothing of ours could give back: other programs may.
    mutating func wait(now: Duration) {
        guard nextLook == nil, lookingSince == nil else { return }
        nextLook = max(now, (lookedAt ?? now) + Self.freshness)
    }

    /// A look was asked for.
    mutating func ask(now: Duration) {
        lookingSince = now
        nextLook = nil
    }

    /// A process with memory on a GPU has ended.
    mutating func expectReturn(now: Duration) {
        settlesUntil = now + Self.settling
        returnIsAwaited = true
        nextLook = now
    }

    /// A process has freed its model and waits for the next one.
    mutating func keep(_ bytes: [String: Int64], now: Duration) {
        kept = Kept(
            bytes: bytes.filter { $0.key != MemoryDevice.host && $0.value > 0 },
            until: now + Self.keeping
        )
    }

    /// A model is launched: it has that process, or the process ends.
    mutating func keptIsTaken() { kept = nil }

    /// Takes over what was seen.
    /// - Parameters:
    ///   - seen: the devices, those first that models are put on first; nil for a look that failed.
    ///   - ours: bytes by device of our processes that the system counts as taken.
    mutating func look(_ seen: [MemoryDevice]?, ours: [String: Int64], now: Duration) {
        lookingSince = nil
        nextLook = nil
        // After a look that failed what was known has to do.
        lookedAt = now
        guard let seen else {
            if returnIsAwaited { nextLook = now + Self.pause } else { lag = [:] }
            return
        }
        devices = seen
        lag = [:]
        let settles = settlesUntil.map { now < $0 } ?? false
        if !settles { settlesUntil = nil }
        returnIsAwaited = false
        for device in seen where settings.budgetByHand(of: device) == nil {
            let waiting = kept.flatMap { now < $0.until ? $0.bytes[device.id] : nil } ?? 0
            let explained = (ours[device.id] ?? 0) + waiting + settings.reserve(of: device)
            let others = max(device.total - device.free - explained, 0)
            let before = strangers[device.id] ?? 0
            guard settles, !device.isHost, others > before else {
                strangers[device.id] = others
                continue
            }
            lag[device.id] = others - before
            returnIsAwaited = true
            nextLook = now + Self.pause
        }
    }

    /// When something has to be done.
    var deadline: Duration? {
        [nextLook, lookingSince.map { $0 + Self.patience }, returnIsAwaited ? settlesUntil : nil].compactMap(\.self)
            .min()
    }

    /// Time has passed: what a driver still keeps counts as other programs' from the next look on.
    mutating func pass(now: Duration) {
        guard let time = settlesUntil, time <= now else { return }
        settlesUntil = nil
        if returnIsAwaited { nextLook = now }
        returnIsAwaited = false
    }
}
