// SPDX-License-Identifier: MIT

import Engine
import TestKit

/// A memory that knows which tokens each layer of each sequence can see. It does with them what llama.cpp's memories do with
/// keys, values and states, and nothing forgiving: what the engine would refuse, or answer with nonsense, is a violation.
///
/// Random walks spend most of their time here: texts are made only of what is wrong.
struct FakeCache: KVCache {
    /// A recurrent state.
    struct Recurrent {
        /// What it was computed of.
        var tokens: [Int32] = []
        var position = -1
        /// How many of the last tokens can be taken back.
        var back = 0
        /// Whether some were, which the next step makes true.
        var isSteppingBack = false
        /// The step that computed the last token, and how many of it.
        var step: UInt64 = 0
        var run = 0
    }

    let kind: MemoryKind
    let isUnified: Bool
    let isRecurrent: Bool
    /// Cells of all sequences together, or of each where they have buffers of their own.
    let capacity: Int
    private(set) var full: [FakeCells]
    /// How many sequences have a cell, by its number.
    private var uses: [Int]
    private var free: [Int]
    private(set) var window: FakeWindow?
    private(set) var recurrent: [Recurrent]
    private(set) var violations: [String] = []
    private var random: SeededGenerator
    private var steps: UInt64 = 0
    /// The adapters' scales that the next step is computed with.
    var scales: [Float] = []

    init(_ rules: EngineRules, capacity: Int, seed: UInt64) {
        kind = rules.kind
        isUnified = rules.isUnified
        self.capacity = capacity
        random = SeededGenerator(seed: seed)
        full = Array(repeating: FakeCells(), count: rules.slots)
        let cells = isUnified ? capacity : capacity * rules.slots
        uses = Array(repeating: 0, count: cells)
        free = Array((0..<cells).reversed())
        switch kind {
        case .any: isRecurrent = false
        case .window(let size):
            isRecurrent = false
            window = FakeWindow(
                size: size,
                batch: rules.batch,
                sequences: rules.slots,
                isUnified: isUnified
            )
        case .whole, .rollback: isRecurrent = true
        }
        recurrent = isRecurrent ? Array(repeating: Recurrent(), count: rules.slots) : []
    }

    mutating func fault(_ text: String) {
        if violations.count < 8 { violations.append(text) }
    }

    // MARK: Questions

    func first(of sequence: Int32) -> Int { window?.first(of: Int(sequence)) ?? -1 }

    func length(of sequence: Int32) -> Int { full[Int(sequence)].last + 1 }

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
        case .checkpoint(let sequence, let ticket):
            let isThere = full[Int(sequence)].count > 0 && !isShort()
            return .kept(ticket, isThere ? encode(Int(sequence), whole: false) : nil)
        case .keep(let sequence, let ticket, let limit):
            let bytes = encode(Int(sequence), whole: true)
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
    private mutating func isShort() -> Bool { random.next() % 50 == 0 }

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
        cutCells(sequence, to: position)
        window?.cut(sequence, to: position)
    }

    private mutating func empty(_ sequence: Int) {
        for id in full[sequence].ids { release(id) }
        full[sequence].removeAll()
        window?.empty(sequence)
        if isRecurrent { recurrent[sequence] = Recurrent() }
    }

    private mutating func cutCells(_ sequence: Int, to position: Int) {
        while let id = full[sequence].ids.last, full[sequence].last >= position {
            release(id)
            full[sequence].removeLast()
        }
    }

    private mutating func release(_ id: Int) {
        uses[id] -= 1
        if uses[id] == 0 { free.append(id) }
    }

    private mutating func copy(_ source: Int, to target: Int, length: Int) {
        empty(target)
        if isRecurrent {
            if recurrent[source].isSteppingBack { fault("a recurrent state is copied before its step back is true") }
            recurrent[target] = recurrent[source]
            recurrent[target].back = 0
        }
        let count = full[source].place(of: length)
        if isUnified {
            for place in 0..<count {
                let id = full[source].ids[place]
                uses[id] += 1
                full[target].append(id, position: full[source].positions[place], token: full[source].tokens[place])
            }
            window?.share(source, with: target, below: length)
            return
        }
        for place in 0..<count
        where !add(full[source].tokens[place], at: full[source].positions[place], to: target) {
            fault("there is no room for a copy")
        }
        // Between buffers of their own a state is copied: what the source's last position sees.
        guard let cells = window?.seen(by: source, behind: full[source].last) else { return }
        for cell in cells
        where cell.position < length && window?.add(cell.token, at: cell.position, to: target, &random) == false {
            fault("there is no room for a copied window")
        }
    }

    private mutating func remove(_ sequence: Int, _ range: Range<Int>) {
        if kind != .any { fault("a part is taken out of what has seen it") }
        let places = full[sequence].place(of: range.lowerBound)..<full[sequence].place(of: range.upperBound)
        for place in places { release(full[sequence].ids[place]) }
        full[sequence].removeSubrange(places)
    }

    private mutating func move(_ sequence: Int, _ range: Range<Int>, by distance: Int) {
        for place in full[sequence].place(of: range.lowerBound)..<full[sequence].place(of: range.upperBound) {
            if uses[full[sequence].ids[place]] > 1 { fault("a cell is moved that another sequence has as well") }
            full[sequence].move(place, by: distance)
        }
    }

    // MARK: Copies

    /// What a copy has: the cells if it is of all, then what can't be cut: the last position, the window's cells that are still
    /// seen, the recurrent state.
    private func encode(_ sequence: Int, whole: Bool) -> [UInt8] {
        let cells = full[sequence]
        var words: [Int32] = []
        words.reserveCapacity(cells.count * (whole ? 3 : 1) + 8)
        if whole {
            words.append(Int32(cells.count))
            for place in 0..<cells.count {
                words.append(Int32(cells.positions[place]))
                words.append(cells.tokens[place])
            }
        }
        words.append(Int32(cells.last))
        let seen = window?.seen(by: sequence, behind: cells.last) ?? []
        words.append(Int32(seen.count))
        for cell in seen {
            words.append(Int32(cell.position))
            words.append(cell.token)
        }
        words.append(isRecurrent ? Int32(recurrent[sequence].position) : -1)
        words.append(isRecurrent ? Int32(recurrent[sequence].tokens.count) : 0)
        if isRecurrent { words.append(contentsOf: recurrent[sequence].tokens) }
        return words.withUnsafeBytes { Array($0) }
    }

    private static func words(_ bytes: [UInt8]) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: bytes.count / 4) { words, count in
            count = bytes.count / 4
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(words).copyMemory(from: $0) }
        }
    }

    private mutating func restore(_ sequence: Int, _ bytes: [UInt8]) -> Bool {
        let words = Self.words(bytes)
        let last = Int(words[0])
        if length(of: Int32(sequence)) <= last { fault("a checkpoint at \(last) is put behind the end") }
        window?.empty(sequence)
        guard readPartial(sequence, words[1...]) else {
            // As eh_checkpoint_set leaves it.
            empty(sequence)
            return false
        }
        cutCells(sequence, to: last + 1)
        return true
    }

    private mutating func readPartial(_ sequence: Int, _ words: ArraySlice<Int32>) -> Bool {
        var next = words.startIndex + 1
        for _ in 0..<Int(words[words.startIndex]) {
            let (position, token) = (Int(words[next]), words[next + 1])
            next += 2
            guard window?.add(token, at: position, to: sequence, &random) == true else { return false }
        }
        guard isRecurrent else { return true }
        recurrent[sequence] = Recurrent()
        recurrent[sequence].position = Int(words[next])
        recurrent[sequence].tokens = Array(words[(next + 2)..<(next + 2 + Int(words[next + 1]))])
        return true
    }

    private mutating func load(_ sequence: Int, _ bytes: [UInt8]) -> Bool {
        empty(sequence)
        let words = Self.words(bytes)
        var next = 1
        for _ in 0..<Int(words[0]) {
            guard add(words[next + 1], at: Int(words[next]), to: sequence) else { return false }
            next += 2
        }
        return readPartial(sequence, words[(next + 1)...])
    }

    // MARK: Computing

    private mutating func add(_ token: Int32, at position: Int, to sequence: Int) -> Bool {
        guard isUnified || full[sequence].count < capacity, let id = free.popLast() else { return false }
        uses[id] = 1
        full[sequence].append(id, position: position, token: token)
        return true
    }

    private mutating func addToBoth(_ token: Int32, at position: Int, to sequence: Int) -> Bool {
        guard add(token, at: position, to: sequence) else { return false }
        return window?.add(token, at: position, to: sequence, &random) ?? true
    }

    /// Computes tokens, or nothing where there is no room for all of them. What stood before them is right: ``wrong(_:_:_:)`` has been
    /// asked; here it is seen that it stays so while the step is computed.
    /// - Returns: whether there was room.
    mutating func decode(_ batch: Batch) -> Bool {
        // A copy is made only where room may be short: all arrays would be copied with their first change.
        let hasCells = isUnified || full.allSatisfy { $0.count + batch.count <= capacity }
        let isSafe = hasCells && free.count >= batch.count && window?.hasRoom(for: batch.count) != false
        let before = isSafe ? nil : self
        steps += 1
        for entry in 0..<batch.count {
            let sequence = Int(batch.sequences[entry])
            let token = FakeCells.content(of: batch.tokens[entry], with: scales)
            let position = Int(batch.positions[entry])
            if position <= full[sequence].last { fault("position \(position) stands behind \(full[sequence].last)") }
            guard addToBoth(token, at: position, to: sequence) else {
                let found = violations
                if let before { self = before }
                violations = found
                return false
            }
            if isRecurrent { take(token, at: position, sequence) }
            if window != nil, let text = wrongWindow(sequence) { fault("in a step, \(text)") }
        }
        return true
    }

    private mutating func take(_ token: Int32, at position: Int, _ sequence: Int) {
        let isFirst = recurrent[sequence].step != steps
        recurrent[sequence].tokens.append(token)
        recurrent[sequence].position = position
        recurrent[sequence].isSteppingBack = false
        recurrent[sequence].step = steps
        recurrent[sequence].run = isFirst ? 0 : recurrent[sequence].run + 1
        // The first token of a step can't be taken back.
        if case .rollback(let most) = kind { recurrent[sequence].back = min(recurrent[sequence].run, most) }
    }

    /// Computes a medium; where there is no room, a part of it is there.
    mutating func decode(_ span: MediaLayout.Span, at position: Int, in sequence: Int) -> Bool {
        steps += 1
        let content = FakeCells.content(of: span.identity.id, with: scales)
        for index in 0..<span.tokens {
            let place = position + index * span.positions / span.tokens
            guard addToBoth(content, at: place, to: sequence) else { return false }
            if isRecurrent {
                take(content, at: position + span.positions - 1, sequence)
                recurrent[sequence].back = 0
            }
        }
        return true
    }

    // MARK: What is seen

    /// Says what is wrong with what the next token of a sequence would see.
    /// - Parameters:
    ///   - expected: the tokens of the sequence, and maybe more.
    ///   - count: how many of them it has.
    func wrong(_ sequence: Int, _ expected: [Int32], _ count: Int) -> String? {
        guard full[sequence].tokens.areFirst(count, of: expected) else {
            return "the layers that see everything see \(full[sequence].tokens) instead of \(expected.prefix(count))"
        }
        if isRecurrent, !recurrent[sequence].tokens.areFirst(count, of: expected) {
            return "the recurrent state has seen \(recurrent[sequence].tokens) instead of \(expected.prefix(count))"
        }
        return window == nil ? nil : wrongWindow(sequence, all: true)
    }

    /// Says what is wrong with a sequence's window, which has to be the end of what the other layers see.
    /// - Parameter all: whether to look at each token, and not only at whether one is missing.
    private func wrongWindow(_ sequence: Int, all: Bool = false) -> String? {
        guard let window, full[sequence].count > 0 else { return nil }
        let last = full[sequence].last
        let held = window.cells[sequence]
        if !all, let first = held.first, first.position <= max(0, last + 2 - window.size) { return nil }
        let seen = window.seen(by: sequence, behind: last)
        let due = full[sequence].tokens[full[sequence].place(of: last + 2 - window.size)...]
        guard seen.count == due.count, zip(seen, due).allSatisfy({ $0.token == $1 }) else {
            return "the window sees \(seen.map(\.token)) instead of \(due)"
        }
        return nil
    }
}
