// SPDX-License-Identifier: MIT

/// How much it is worth to keep a model: greedy dual size frequency, `clock + frequency * load time / bytes`.
///
/// The frequency halves in time, and the clock is the worth of what left last, so that a model that nothing asks for any more loses
/// against those that come. N. Young 1994, L. Cherkasova 1998.
package struct Popularity: Sendable, Equatable {
    /// In which time the frequency halves.
    static let halving: Duration = .seconds(300)

    private var frequency = 0.0
    private var countedAt: Duration = .zero
    /// Greater for a model that should stay longer.
    package private(set) var worth = 0.0

    /// A request was granted.
    /// - Parameters:
    ///   - clock: the worth of the model that was evicted last.
    ///   - load: how long it takes to load the model.
    ///   - bytes: what it takes.
    mutating func use(now: Duration, clock: Double, load: Duration, bytes: Int64) {
        // Halving is close enough in steps of a whole time: what matters is the order of models.
        let halvings = (now - countedAt) / Self.halving
        frequency = frequency * Self.half(halvings) + 1
        countedAt = now
        worth = clock + frequency * (load / .seconds(1)) / Double(max(bytes, 1 << 20))
    }

    /// `0.5` to the power of a number, without the C library's mathematics: exact at whole numbers, straight between them.
    private static func half(_ exponent: Double) -> Double {
        guard exponent < 60 else { return 0 }
        let whole = exponent.rounded(.down)
        return (1 - (exponent - whole) / 2) / Double(UInt64(1) << UInt64(max(whole, 0)))
    }
}
