// SPDX-License-Identifier: MIT

import Engine
import TestKit

/// A memory that knows which tokens each layer of each sequence can see. It does with them what llama.cpp's memories do with
/// keys, values and states, and nothing forgiving: what the engine would refuse, or answer with nonsense, is a violation.
struct FakeCache: KVCache {
    /// A cell of the layers that see everything.
    struct Cell: Equatable {
        let id: Int
        var position: Int
        let token: Int32
    }

    /// A cell of the layers with a window.
    struct WindowCell: Equatable {
        var position: Int
        let token: Int32
        /// The sequences that have it, by bit.
        var owners: UInt32
    }

    /// A recurrent state.
    struct Recurrent: Equatable {
        /// What it was computed of.
        var tokens: [Int32] = []
        var position = -1
        /// How many of the last tokens can be taken back.
        var back = 0
        /// Whether some were, which the next step makes true.
        var isSteppingBack = false
    }

    let kind: MemoryKind
    let isUnified: Bool
    /// Cells of all sequences together, or of each where they have buffers of their own.
    let capacity: Int
    private(set) var full: [[Cell]]
    /// How many sequences have a cell, by its number.
    private var uses: [Int]
    private var free: [Int]
    private(set) var window: [WindowCell?]
    private(set) var recurrent: [Recurrent]
    private(set) var violations: [String] = []
    private var random: SeededGenerator

    init(_ rules: EngineRules, capacity: Int, seed: UInt64) {
        kind = rules.kind
        isUnified = rules.isUnified
        self.capacity = capacity
        random = SeededGenerator(seed: seed)
        full = Array(repeating: [], count: rules.slots)
        let cells = isUnified ? capacity : capacity * rules.slots
        uses = Array(repeating: 0, count: cells)
        free = Array((0..<cells).reversed())
        recurrent = Array(repeating: Recurrent(), count: rules.slots)
        // As llama_kv_cache_iswa makes them: a window for each sequence, and a step.
        if case .window(let size) = kind {
            window = Array(repeating: nil, count: size * rules.slots + rules.batch)
        } else {
            window = []
        }
    }

    private var isRecurrent: Bool {
        switch kind {
        case .whole, .rollback: true
        case .any, .window: false
        }
    }

    mutating func fault(_ text: String) {
        if violations.count < 8 { violations.append(text) }
    }

    // MARK: Questions

    func tokens(_ sequence: Int) -> [Int32] { full[sequence].map(\.token) }

    func first(of sequence: Int32) -> Int {
        window.compactMap { $0 }.filter { $0.owners & bit(sequence) != 0 }.map(\.position).min() ?? -1
    }

    func length(of sequence: Int32) -> Int { (full[Int(sequence)].last?.position ?? -1) + 1 }

    private func bit(_ sequence: Int32) -> UInt32 { 1 << UInt32(sequence) }

    // MARK: Actions

    mutating func perform(_ action: CacheAction) -> CacheOutcome? {
        switch action {
        case .cut(let sequence, let position): cut(Int(sequence), to: position)
        case .copy(let source, let target, let length):
            copy(Int(source), to: Int(target), length: length)
            if isRecurrent, recurrent[Int(target)].position != length - 1 {
                fault("a recurrent state at \(recurrent[Int(target)].position) is copied to \(length)")
            }
        case .remove(let sequence, let range): remove(Int(sequence), range)
        case .move(let sequence, let range, let distance): move(Int(sequence), range, by: distance)
        case .checkpoint(let sequence, let ticket): return .kept(ticket, isShort() ? nil : checkpoint(Int(sequence)))
        case .keep(let sequence, let ticket, let limit):
            let bytes = encode(whole: Int(sequence))
            return .kept(ticket, bytes.count > limit || isShort() ? nil : bytes)
        case .share(let source, let target, let checkpoint):
            copy(Int(source), to: Int(target), length: .max)
            return .loaded(restore(Int(target), checkpoint))
        case .restore(let sequence, let checkpoint): return .loaded(restore(Int(sequence), checkpoint))
        case .load(let sequence, let bytes): return .loaded(load(Int(sequence), bytes))
        }
        return nil
    }

    /// Whether main memory happens to be short.
    private mutating func isShort() -> Bool { Int.random(in: 0..<50, using: &random) == 0 }

    private mutating func cut(_ sequence: Int, to position: Int) {
        if position == 0 { return empty(sequence) }
        if isRecurrent, recurrent[sequence].position >= position {
            let count = recurrent[sequence].position - position + 1
            if count > recurrent[sequence].back { return fault("a recurrent state is cut by \(count)") }
            recurrent[sequence].tokens.removeLast(count)
            recurrent[sequence].position -= count
            recurrent[sequence].back = 0
            recurrent[sequence].isSteppingBack = true
        }
        dropCells(sequence) { $0 >= position }
    }

    private mutating func empty(_ sequence: Int) {
        dropCells(sequence) { _ in true }
        recurrent[sequence] = Recurrent()
    }

    private mutating func dropCells(_ sequence: Int, where isGone: (Int) -> Bool) {
        for cell in full[sequence] where isGone(cell.position) { release(cell.id) }
        full[sequence].removeAll { isGone($0.position) }
        dropWindow(sequence, where: isGone)
    }

    private mutating func dropWindow(_ sequence: Int, where isGone: (Int) -> Bool) {
        let bit = bit(Int32(sequence))
        for place in window.indices {
            guard let cell = window[place], cell.owners & bit != 0, isGone(cell.position) else { continue }
            let owners = cell.owners & ~bit
            window[place] = owners == 0 ? nil : WindowCell(position: cell.position, token: cell.token, owners: owners)
        }
    }

    private mutating func release(_ id: Int) {
        uses[id] -= 1
        if uses[id] == 0 { free.append(id) }
    }

    private mutating func copy(_ source: Int, to target: Int, length: Int) {
        empty(target)
        if recurrent[source].isSteppingBack { fault("a recurrent state is copied before its step back is true") }
        recurrent[target] = recurrent[source]
        recurrent[target].back = 0
        for cell in full[source] where cell.position < length {
            if isUnified {
                uses[cell.id] += 1
                full[target].append(cell)
            } else if !add(cell.token, at: cell.position, to: target) {
                fault("there is no room for a copy")
            }
        }
        guard isUnified || window.isEmpty else {
            // Between buffers of their own a state is copied: what the source's last position sees.
            for cell in windowCells(source) where cell.position < length {
                if !addWindow(cell.token, at: cell.position, to: target) {
                    fault("there is no room for a copied window")
                }
            }
            return
        }
        for place in window.indices {
            guard let cell = window[place], cell.owners & bit(Int32(source)) != 0, cell.position < length else {
                continue
            }
            let owners = cell.owners | bit(Int32(target))
            window[place] = WindowCell(position: cell.position, token: cell.token, owners: owners)
        }
    }

    private mutating func remove(_ sequence: Int, _ range: Range<Int>) {
        dropCells(sequence) { range.contains($0) }
    }

    private mutating func move(_ sequence: Int, _ range: Range<Int>, by distance: Int) {
        for place in full[sequence].indices where range.contains(full[sequence][place].position) {
            if uses[full[sequence][place].id] > 1 { fault("a cell is moved that another sequence has as well") }
            full[sequence][place].position += distance
        }
    }

    // MARK: Copies

    private func checkpoint(_ sequence: Int) -> [UInt8]? {
        guard let last = full[sequence].last?.position else { return nil }
        return encode(partial: sequence, last: last)
    }

    /// What can't be cut: the last position, the window's cells that it still sees, the recurrent state.
    private func encode(partial sequence: Int, last: Int) -> [UInt8] {
        var words: [Int32] = [Int32(last)]
        let cells = windowCells(sequence)
        words.append(Int32(cells.count))
        for cell in cells { words += [Int32(cell.position), cell.token] }
        words.append(Int32(recurrent[sequence].position))
        words.append(Int32(recurrent[sequence].tokens.count))
        words += recurrent[sequence].tokens
        return words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } }
    }

    /// The cells that the next position sees.
    private func windowCells(_ sequence: Int) -> [WindowCell] {
        guard case .window(let size) = kind, let last = full[sequence].last?.position else { return [] }
        return window.compactMap { $0 }
            .filter { $0.owners & bit(Int32(sequence)) != 0 && $0.position > last + 1 - size }
            .sorted { $0.position < $1.position }
    }

    private func encode(whole sequence: Int) -> [UInt8] {
        var words: [Int32] = [Int32(full[sequence].count)]
        for cell in full[sequence] { words += [Int32(cell.position), cell.token] }
        let bytes = words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } }
        return bytes + encode(partial: sequence, last: full[sequence].last?.position ?? -1)
    }

    private static func words(_ bytes: [UInt8]) -> [Int32] {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes[start..<(start + 4)].reversed().reduce(Int32(0)) { $0 << 8 | Int32($1) }
        }
    }

    private mutating func restore(_ sequence: Int, _ bytes: [UInt8]) -> Bool {
        let words = Self.words(bytes)
        let last = Int(words[0])
        if length(of: Int32(sequence)) <= last { fault("a checkpoint at \(last) is put behind the end") }
        dropWindow(sequence) { _ in true }
        guard readPartial(sequence, words[1...]) else {
            // As eh_checkpoint_set leaves it.
            empty(sequence)
            return false
        }
        dropCells(sequence) { $0 > last }
        return true
    }

    private mutating func readPartial(_ sequence: Int, _ words: ArraySlice<Int32>) -> Bool {
        var words = words
        let cells = Int(words.removeFirst())
        var read: [(Int, Int32)] = []
        for _ in 0..<cells { read.append((Int(words.removeFirst()), words.removeFirst())) }
        for (position, token) in read where !addWindow(token, at: position, to: sequence) { return false }
        recurrent[sequence].position = Int(words.removeFirst())
        let count = Int(words.removeFirst())
        recurrent[sequence].tokens = Array(words.prefix(count))
        recurrent[sequence].isSteppingBack = false
        recurrent[sequence].back = 0
        return true
    }

    private mutating func load(_ sequence: Int, _ bytes: [UInt8]) -> Bool {
        empty(sequence)
        var words = Self.words(bytes)[...]
        let count = Int(words.removeFirst())
        for _ in 0..<count {
            let position = Int(words.removeFirst())
            guard add(words.removeFirst(), at: position, to: sequence) else { return false }
        }
        return readPartial(sequence, words.dropFirst())
    }

    // MARK: Computing

    private mutating func add(_ token: Int32, at position: Int, to sequence: Int) -> Bool {
        guard isUnified || full[sequence].count < capacity, let id = free.popLast() else { return false }
        uses[id] = 1
        full[sequence].append(Cell(id: id, position: position, token: token))
        return true
    }

    /// Finds a cell that is empty, or that its only owner can't see any more.
    private mutating func addWindow(_ token: Int32, at position: Int, to sequence: Int) -> Bool {
        guard case .window(let size) = kind else { return true }
        var last = Array(repeating: -1, count: full.count)
        for case let cell? in window where cell.owners.nonzeroBitCount > 0 {
            for owner in full.indices where cell.owners & bit(Int32(owner)) != 0 {
                last[owner] = max(last[owner], cell.position)
            }
        }
        let usable = window.indices.filter { place in
            guard let cell = window[place] else { return true }
            guard cell.owners.nonzeroBitCount == 1 else { return false }
            return cell.position <= last[cell.owners.trailingZeroBitCount] + 1 - size
        }
        guard let place = usable.randomElement(using: &random) else { return false }
        if let old = window[place] {
            // What is left of a window has no holes: llama_kv_cache::apply_ubatch drops what stands before, too.
            dropWindow(old.owners.trailingZeroBitCount) { $0 <= old.position }
        }
        window[place] = WindowCell(position: position, token: token, owners: bit(Int32(sequence)))
        return true
    }

    /// Computes tokens, or nothing where there is no room for all of them.
    /// - Parameter sees: is told what each of the batch's entries sees, itself included.
    /// - Returns: whether there was room.
    mutating func decode(_ batch: Batch, sees: (_ entry: Int, _ cache: inout FakeCache) -> Void) -> Bool {
        let before = self
        var steps: [Int32: Int] = [:]
        for entry in 0..<batch.count {
            let sequence = Int(batch.sequences[entry])
            let (token, position) = (batch.tokens[entry], Int(batch.positions[entry]))
            guard add(token, at: position, to: sequence), addWindow(token, at: position, to: sequence) else {
                let found = violations
                self = before
                violations = found
                return false
            }
            if isRecurrent { take(token, at: position, sequence, step: &steps[batch.sequences[entry], default: 0]) }
            sees(entry, &self)
        }
        return true
    }

    private mutating func take(_ token: Int32, at position: Int, _ sequence: Int, step: inout Int) {
        recurrent[sequence].tokens.append(token)
        recurrent[sequence].position = position
        recurrent[sequence].isSteppingBack = false
        // The first token of a step can't be taken back.
        if case .rollback(let most) = kind { recurrent[sequence].back = min(step, most) }
        step += 1
    }

    /// Computes a medium; where there is no room, a part of it is there.
    mutating func decode(_ span: MediaLayout.Span, at position: Int, in sequence: Int) -> Bool {
        for index in 0..<span.tokens {
            let place = position + index * span.positions / span.tokens
            guard add(span.identity.id, at: place, to: sequence), addWindow(span.identity.id, at: place, to: sequence)
            else { return false }
            if isRecurrent {
                recurrent[sequence].tokens.append(span.identity.id)
                recurrent[sequence].position = position + span.positions - 1
                recurrent[sequence].back = 0
                recurrent[sequence].isSteppingBack = false
            }
        }
        return true
    }

    /// Says what is wrong with what the next token of a sequence would see.
    /// - Parameter expected: the sequence's tokens.
    func wrong(_ sequence: Int, _ expected: [Int32]) -> String? {
        let cells = full[sequence]
        guard cells.count == expected.count, zip(cells, expected).allSatisfy({ $0.token == $1 }) else {
            return "the layers that see everything see \(tokens(sequence)) instead of \(expected)"
        }
        if isRecurrent, recurrent[sequence].tokens != expected {
            return "the recurrent state has seen \(recurrent[sequence].tokens) instead of \(expected)"
        }
        guard case .window(let size) = kind, let last = cells.last?.position else { return nil }
        let seen = window.compactMap { $0 }
            .filter { $0.owners & bit(Int32(sequence)) != 0 && $0.position > last + 1 - size }
            .sorted { $0.position < $1.position }.map(\.token)
        let due = cells.filter { $0.position > last + 1 - size }.map(\.token)
        return seen == due ? nil : "the window sees \(seen) instead of \(due) at the end of \(expected)"
    }
}
