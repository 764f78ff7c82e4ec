// SPDX-License-Identifier: MIT

import Engine
import TestKit

/// A machine on which steps are computed beside strangers: threads wait for the slowest of them at each barrier, and one that shares
/// its core with a stranger is late by a turn of the system's scheduler now and then.
struct SimulatedCores {
    var cores: Int
    /// Programs that keep a core busy each.
    var strangers = 0
    /// Seconds of a step by one thread.
    var work = 0.010
    /// How much of the work isn't shared out.
    var serial = 0.02
    /// Seconds of a wait for a thread whose core the stranger has.
    var turn = 0.004
    /// How often such waits happen in a step, on average.
    var waits = 5.0
    /// How much steps vary, of their time.
    var noise = 0.05
    /// How often the system does something else, in a second, and for how long.
    var hiccups = 2.0
    var hiccup = 0.003
    var random: SeededGenerator

    init(cores: Int, strangers: Int = 0, seed: Int = 1) {
        self.cores = cores
        self.strangers = strangers
        random = SeededGenerator(seed: UInt64(seed))
    }

    /// What a step takes without noise.
    func expected(_ threads: Int, tokens: Int = 1) -> Double {
        let own = work * Double(tokens) * (serial + (1 - serial) / Double(threads))
        let crowded = min(threads, max(0, threads + strangers - cores))
        guard crowded > 0 else { return own }
        // One thread has its part of the core; where others wait for it, they wait for its turns.
        return threads == 1 ? own * 2 : max(own * 2, own + turn * waits)
    }

    mutating func step(_ threads: Int, tokens: Int = 1) -> Double {
        let exact = expected(threads, tokens: tokens)
        var seconds = exact * (1 + noise * Double.random(in: -1...1, using: &random))
        // Now and then the system does something else.
        if Double.random(in: 0..<1, using: &random) < seconds * hiccups { seconds += hiccup }
        return seconds
    }

    /// The number that is fastest.
    func best(limit: Int) -> Int {
        (1...limit).min { expected($0) < expected($1) } ?? 1
    }
}
