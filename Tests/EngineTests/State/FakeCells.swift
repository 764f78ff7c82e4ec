// SPDX-License-Identifier: MIT

/// What one sequence has in the layers that see everything, column by column.
struct FakeCells {
    /// Which cells: sequences may have some in common.
    private(set) var ids: [Int] = []
    private(set) var positions: [Int] = []
    /// The tokens, as ``content(of:with:)`` makes them.
    private(set) var tokens: [Int32] = []

    var count: Int { tokens.count }

    /// The position of the last cell; -1 for none.
    var last: Int { positions.last ?? -1 }

    mutating func append(_ id: Int, position: Int, token: Int32) {
        ids.append(id)
        positions.append(position)
        tokens.append(token)
    }

    mutating func removeLast() {
        ids.removeLast()
        positions.removeLast()
        tokens.removeLast()
    }

    mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        positions.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
    }

    mutating func removeSubrange(_ places: Range<Int>) {
        ids.removeSubrange(places)
        positions.removeSubrange(places)
        tokens.removeSubrange(places)
    }

    /// A token as a memory has it: other adapters make other keys and values of it.
    static func content(of token: Int32, with scales: [Float]) -> Int32 {
        guard let scale = scales.first else { return token }
        return token ^ Int32(scale * 2) << scaleShift
    }

    /// Tokens lie below the bits that tell scales.
    private static let scaleShift: Int32 = 20
    /// The bits that are the token.
    static let tokenBits: Int32 = ~(3 << scaleShift)

    mutating func move(_ place: Int, by distance: Int) { positions[place] += distance }

    /// The first place whose position is at least this one.
    func place(of position: Int) -> Int {
        var place = count
        while place > 0, positions[place - 1] >= position { place -= 1 }
        return place
    }
}

extension [Int32] {
    /// Whether these are the first tokens of others, exactly so many.
    /// - Parameter bits: those that are compared.
    func areFirst(_ count: Int, of others: [Int32], in bits: Int32 = -1) -> Bool {
        guard self.count == count, others.count >= count else { return false }
        return withUnsafeBufferPointer { own in
            others.withUnsafeBufferPointer { others in
                // Without a way out the loop takes several at once.
                var difference: Int32 = 0
                for index in 0..<count { difference |= own[index] ^ others[index] }
                return difference & bits == 0
            }
        }
    }
}
