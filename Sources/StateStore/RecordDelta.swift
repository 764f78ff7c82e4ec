// SPDX-License-Identifier: MIT

import Dispatch
import Synchronization

/// A section's bytes as runs that another record's file has as well, and bytes of its own. States of two conversations with one beginning
/// have the cells of that beginning in common, layer by layer, at other places; what a cell looks like need not be known. All
/// numbers are little-endian:
///
///     8  runs
///     -  the runs: 8 where the file has it, 8 its bytes, 8 own bytes behind it
///     -  the own bytes of all runs
///
/// The way is rsync's: sums of the file's blocks, and a sum that rolls over the section byte by byte (Tridgell and Mackerras, "The rsync
/// algorithm", 1996).
package enum RecordDelta {
    /// Reads bytes of the other file; false where it has fewer.
    package typealias Reader = @Sendable (_ place: Int, _ bytes: UnsafeMutableRawBufferPointer) -> Bool

    struct Run: Equatable {
        var place = 0
        var count = 0
        var own = 0
    }

    /// The least bytes of a block.
    private static let smallestBlock = 1 << 10
    /// The most blocks of a file that are known.
    private static let mostBlocks = 1 << 17
    /// What a sum is multiplied with for each byte: odd, so that no byte is lost (Knuth's MMIX generator has it).
    private static let factor: UInt64 = 6_364_136_223_846_793_005
    private static let pieceBytes = 256 << 10

    // MARK: Finding what both have

    /// - Parameters:
    ///   - size: bytes of the other file.
    /// - Returns: nil where that has less than a quarter of these bytes.
    package static func encode(
        _ bytes: UnsafeRawBufferPointer,
        size: Int,
        from read: Reader
    ) -> [UInt8]? {
        var block = smallestBlock
        while size / block > mostBlocks { block *= 2 }
        guard bytes.count >= 4 * block, let blocks = Blocks(of: size, block, read) else { return nil }
        let runs = runs(bytes, blocks, read)
        let own = runs.reduce(0) { $0 + $1.own }
        guard 8 + 24 * runs.count + own <= bytes.count / 4 * 3 else { return nil }
        return text(of: runs, bytes, own: own)
    }

    /// The blocks of a file by their sums.
    private struct Blocks {
        let size: Int
        /// The factor, as often as a block has bytes.
        let power: UInt64
        private var places: [UInt64: Int] = [:]
        /// Whether there may be a sum with these bits: it spares most looks.
        private var filter = [UInt64](repeating: 0, count: 1 << 16)

        init?(of count: Int, _ size: Int, _ read: Reader) {
            self.size = size
            power = (0..<size).reduce(1) { power, _ in power &* factor }
            places.reserveCapacity(count / size)
            var piece = [UInt8](repeating: 0, count: pieceBytes / size * size)
            if piece.isEmpty { piece = [UInt8](repeating: 0, count: size) }
            var place = 0
            while place + size <= count {
                let length = min(piece.count, (count - place) / size * size)
                let isThere = piece.withUnsafeMutableBytes { buffer -> Bool in
                    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<length])
                    guard read(place, part) else { return false }
                    for start in stride(from: 0, to: length, by: size) {
                        add(RecordDelta.sum(UnsafeRawBufferPointer(part), start, size), at: place + start)
                    }
                    return true
                }
                guard isThere else { return nil }
                place += length
            }
        }

        private mutating func add(_ sum: UInt64, at place: Int) {
            if places[sum] == nil { places[sum] = place }
            filter[Int(sum >> 48)] |= 1 << (sum >> 42 & 63)
        }

        @inline(__always)
        func place(of sum: UInt64) -> Int? {
            filter[Int(sum >> 48)] >> (sum >> 42 & 63) & 1 == 0 ? nil : places[sum]
        }
    }

    @inline(__always)
    private static func sum(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> UInt64 {
        var sum: UInt64 = 0
        for index in start..<(start + count) { sum = sum &* factor &+ UInt64(bytes[index]) &+ 1 }
        return sum
    }

    private static func runs(_ bytes: UnsafeRawBufferPointer, _ blocks: Blocks, _ read: Reader) -> [Run] {
        var runs = [Run()]
        /// Behind what is in a run.
        var done = 0
        var place = 0
        var rolling = sum(bytes, 0, blocks.size)
        while true {
            if let found = blocks.place(of: rolling),
                let match = match(bytes, place, found, from: done, blocks.size, read)
            {
                runs[runs.count - 1].own += match.start - done
                runs.append(Run(place: match.place, count: match.count))
                done = match.start + match.count
                place = done
                guard place + blocks.size <= bytes.count else { break }
                rolling = sum(bytes, place, blocks.size)
                continue
            }
            // Where the first eighth has nothing in common the rest hardly has.
            guard place + blocks.size < bytes.count, done > 0 || place < bytes.count / 8 else { break }
            rolling =
                rolling &* factor &+ UInt64(bytes[place + blocks.size]) &+ 1
                &- (UInt64(bytes[place]) &+ 1) &* blocks.power
            place += 1
        }
        runs[runs.count - 1].own += bytes.count - done
        return runs
    }

    /// How far the bytes around two places are the same.
    /// - Parameter done: bytes before it are in a run already.
    /// - Returns: nil where not even a block is: only the sums were.
    private static func match(
        _ bytes: UnsafeRawBufferPointer,
        _ start: Int,
        _ place: Int,
        from done: Int,
        _ block: Int,
        _ read: Reader
    ) -> (start: Int, place: Int, count: Int)? {
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        return piece.withUnsafeMutableBytes { piece in
            /// Bytes that are the same from there on.
            func same(_ offset: Int, _ limit: Int) -> Int {
                var count = min(limit, bytes.count - start - offset)
                // What lies at the file's end comes in smaller and smaller pieces.
                while count > 0,
                    !read(place + offset, UnsafeMutableRawBufferPointer(rebasing: piece[..<count]))
                {
                    count /= 2
                }
                var index = 0
                while index < count, piece[index] == bytes[start + offset + index] { index += 1 }
                return index
            }
            var count = same(0, block)
            guard count == block else { return nil }
            while true {
                let more = same(count, piece.count)
                count += more
                if more == 0 { break }
            }
            // Backwards at most a block: a block before would have been found by itself.
            let back = min(start - done, place, block)
            var before = 0
            if back > 0, read(place - back, UnsafeMutableRawBufferPointer(rebasing: piece[..<back])) {
                while before < back, piece[back - 1 - before] == bytes[start - 1 - before] { before += 1 }
            }
            return (start - before, place - before, count + before)
        }
    }

    private static func text(of runs: [Run], _ bytes: UnsafeRawBufferPointer, own: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(8 + 24 * runs.count + own)
        func add(_ number: Int) {
            withUnsafeBytes(of: UInt64(number).littleEndian) { text.append(contentsOf: $0) }
        }
        add(runs.count)
        for run in runs {
            add(run.place)
            add(run.count)
            add(run.own)
        }
        var place = 0
        for run in runs {
            place += run.count
            text.append(contentsOf: bytes[place..<(place + run.own)])
            place += run.own
        }
        return text
    }

    // MARK: Putting it together

    /// Several threads fill the section: memory that was never used costs more than what is copied into it.
    /// - Parameters:
    ///   - count: bytes of the section.
    ///   - read: called by any thread.
    /// - Returns: nil for what isn't such a text, or not of that file.
    package static func decode(
        _ text: [UInt8],
        count: Int,
        from read: Reader
    ) -> [UInt8]? {
        text.withUnsafeBytes { text in
            guard let runs = runs(of: text, count: count) else { return nil }
            /// Where each run begins in the section, and its own bytes in the text.
            var starts: [(filled: Int, own: Int)] = []
            var next = (filled: 0, own: 8 + 24 * runs.count)
            for run in runs {
                starts.append(next)
                next = (next.filled + run.count + run.own, next.own + run.own)
            }
            let isRight = Atomic(true)
            let bytes = [UInt8](largeCapacity: count) { buffer, filled in
                // Each thread writes to places of its own, and the text is only read.
                nonisolated(unsafe) let buffer = UnsafeMutableRawBufferPointer(buffer)
                nonisolated(unsafe) let text = text
                DispatchQueue.concurrentPerform(iterations: runs.count) { [starts] index in
                    let (run, start) = (runs[index], starts[index])
                    let end = start.filled + run.count
                    guard read(run.place, .init(rebasing: buffer[start.filled..<end])) else {
                        return isRight.store(false, ordering: .relaxed)
                    }
                    UnsafeMutableRawBufferPointer(rebasing: buffer[end..<(end + run.own)])
                        .copyMemory(from: .init(rebasing: text[start.own..<(start.own + run.own)]))
                }
                filled = isRight.load(ordering: .relaxed) ? count : 0
            }
            return isRight.load(ordering: .relaxed) ? bytes : nil
        }
    }

    /// The runs; nil unless they come to exactly `count` bytes.
    private static func runs(of text: UnsafeRawBufferPointer, count: Int) -> [Run]? {
        func number(_ place: Int) -> Int? {
            Int(exactly: UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
        }
        guard text.count >= 8, let runCount = number(0), runCount <= (text.count - 8) / 24 else { return nil }
        var runs: [Run] = []
        var left = (own: text.count - 8 - 24 * runCount, all: count)
        for index in 0..<runCount {
            let place = 8 + 24 * index
            guard let start = number(place), let bytes = number(place + 8), let own = number(place + 16),
                own <= left.own, own <= left.all, bytes <= left.all - own, start <= Int.max - bytes
            else { return nil }
            left = (left.own - own, left.all - own - bytes)
            runs.append(Run(place: start, count: bytes, own: own))
        }
        return left == (0, 0) ? runs : nil
    }
}
