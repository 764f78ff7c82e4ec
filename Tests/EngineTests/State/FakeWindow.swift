// SPDX-License-Identifier: MIT

import TestKit

/// The layers with a sliding window: one buffer, whose cells sequences may have in common, and what each sequence has of it.
/// A cell that its only owner can't see any more is given to others.
struct FakeWindow {
    struct Cell {
        /// Where in the buffer.
        let place: Int
        let position: Int
        let token: Int32
    }

    /// Positions that a token sees, its own included.
    let size: Int
    /// The sequences that have a cell, by its place, as bits; 0 for a free one.
    private var owners: [UInt32]
    private var free: [Int]
    /// Most cells of a sequence that has a buffer of its own; nil where all are in one.
    private let share: Int?
    /// What each sequence has, in order. Nothing is missing between the first and the last.
    private(set) var cells: [[Cell]]

    /// - Parameter batch: tokens of a step.
    init(size: Int, batch: Int, sequences: Int, isUnified: Bool) {
        self.size = size
        // As llama_kv_cache_iswa makes them: a window for each sequence, and a step.
        share = isUnified ? nil : size + batch
        let count = isUnified ? size * sequences + batch : (size + batch) * sequences
        owners = Array(repeating: 0, count: count)
        free = Array((0..<count).reversed())
        cells = Array(repeating: [], count: sequences)
    }

    private func bit(_ sequence: Int) -> UInt32 { 1 << UInt32(sequence) }

    /// The first position that a sequence has; -1 for none.
    func first(of sequence: Int) -> Int { cells[sequence].first?.position ?? -1 }

    /// The cells that the position behind `last` sees.
    func seen(by sequence: Int, behind last: Int) -> ArraySlice<Cell> {
        var start = cells[sequence].count
        while start > 0, cells[sequence][start - 1].position > last + 1 - size { start -= 1 }
        return cells[sequence][start...]
    }

    /// Takes away what a sequence has from a position on.
    mutating func cut(_ sequence: Int, to position: Int) {
        while let last = cells[sequence].last, last.position >= position {
            release(last.place, of: sequence)
            cells[sequence].removeLast()
        }
    }

    mutating func empty(_ sequence: Int) {
        for cell in cells[sequence] { release(cell.place, of: sequence) }
        cells[sequence].removeAll(keepingCapacity: true)
    }

    private mutating func release(_ place: Int, of sequence: Int) {
        owners[place] &= ~bit(sequence)
        if owners[place] == 0 { free.append(place) }
    }

    /// Gives a sequence what another one has below a position.
    mutating func share(_ source: Int, with target: Int, below position: Int) {
        for cell in cells[source] where cell.position < position {
            owners[cell.place] |= bit(target)
            cells[target].append(cell)
        }
    }

    /// How many cells of a sequence, from the first on, it can't see any more.
    private func stale(_ sequence: Int) -> Int {
        guard let last = cells[sequence].last?.position else { return 0 }
        var count = 0
        while cells[sequence][count].position <= last + 1 - size { count += 1 }
        return count
    }

    /// Whether so many tokens are sure to find cells.
    func hasRoom(for count: Int) -> Bool {
        guard share == nil else { return free.count >= count * cells.count }
        var room = free.count
        for sequence in cells.indices where room < count {
            for cell in cells[sequence].prefix(stale(sequence)) where owners[cell.place] == bit(sequence) { room += 1 }
        }
        return room >= count
    }

    /// Puts a token into a cell that is free, or that its only owner can't see any more.
    mutating func add(_ token: Int32, at position: Int, to sequence: Int, _ random: inout SeededGenerator) -> Bool {
        let dice = random.next()
        let isFull = share.map { cells[sequence].count >= $0 } ?? false
        var place = dice & 1 == 0 && !isFull ? free.popLast() : nil
        if place == nil {
            place = takeStale(Int(dice >> 33), share == nil ? nil : sequence) ?? (isFull ? nil : free.popLast())
        }
        guard let place else { return false }
        owners[place] = bit(sequence)
        cells[sequence].append(Cell(place: place, position: position, token: token))
        return true
    }

    /// - Parameter only: the sequence whose cells may be taken; nil for any.
    private mutating func takeStale(_ dice: Int, _ only: Int?) -> Int? {
        for offset in cells.indices {
            let owner = (dice + offset) % cells.count
            guard only == nil || owner == only else { continue }
            let count = stale(owner)
            guard count > 0 else { continue }
            let start = dice / cells.count
            let found = (0..<count).lazy.map { (start + $0) % count }.first { index in
                owners[cells[owner][index].place] == bit(owner)
            }
            guard let index = found else { continue }
            let place = cells[owner][index].place
            // What is left of a window has no holes: llama_kv_cache::apply_ubatch drops what stands before, too.
            for cell in cells[owner][..<index] { release(cell.place, of: owner) }
            cells[owner].removeFirst(index + 1)
            return place
        }
        return nil
    }
}
