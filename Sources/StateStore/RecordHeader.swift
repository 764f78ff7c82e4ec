// SPDX-License-Identifier: MIT

/// What stands in front of a record's bytes: whose state it is, and how it is told from a damaged one. A record is this header and,
/// behind it, the bytes of its sections in their order. All numbers are little-endian:
///
///     8  "EHSTATE", one digit for the format's version
///     8  fingerprint of what the state was computed with
///     8  bytes of the header
///     8  what it takes to compute the state again, in microseconds
///     8  the first token that adapters work on; all ones for none
///     8  the number of the record whose file has parts of the sections; 0 for none
///     8  fingerprint of what the draft model's state was computed with, which is the last section; 0 for none
///     4  adapters, 4  words, 4  sections, 4  bytes of the model's name
///     -  the adapters' scales, 4 bytes each
///     -  the words, 4 bytes each: what the tokens are, in the words of the engine
///     -  the sections: 8 tokens before it, 8 the first position that a window holds, 8 bytes, 8 ``SectionSum`` of those, 8 bytes
///        in this file: fewer where it is a ``RecordDelta``
///     -  the model's name, for people
///     8  CRC-64 of the header before it
package struct RecordHeader: Sendable, Equatable {
    /// A state as a whole, which is the first one, or a checkpoint.
    package struct Section: Sendable, Equatable {
        /// Tokens that the sequence had.
        package let length: Int
        /// The first position that a sliding window still held.
        package let first: Int
        package let bytes: Int
        /// The sum of those bytes.
        package let sum: UInt64
        /// Bytes in the record's own file: fewer where it is a ``RecordDelta``.
        package let stored: Int

        package init(length: Int, first: Int, bytes: Int, sum: UInt64, stored: Int? = nil) {
            self.length = length
            self.first = first
            self.bytes = bytes
            self.sum = sum
            self.stored = stored ?? bytes
        }

        /// Whether another record's file has a part of it.
        package var isDelta: Bool { stored < bytes }
    }

    /// Bytes that are there in each header before what differs in length.
    package static let fixedSize = 72
    private static let sectionSize = 40
    /// The most bytes of a header: the tokens of some millions.
    private static let mostBytes = 64 << 20
    /// The most bytes of a section.
    private static let mostContent: UInt64 = 1 << 42
    /// The most bytes of a model's name.
    private static let mostName = 255
    private static let mark: [UInt8] = Array("EHSTATE3".utf8)

    /// Of what the state was computed with: another one's state is worth nothing.
    package let fingerprint: UInt64
    /// What it takes to compute the state again.
    package let seconds: Double
    /// The scales of the adapters; none without.
    package let scales: [Float]
    /// The first token that they work on.
    package let start: Int
    /// The record whose file has parts of the sections; 0 for none.
    package let base: UInt64
    /// Of what the draft model's state was computed with, which is the last section; 0 without one.
    package let draft: UInt64
    package let words: [Int32]
    package let sections: [Section]
    /// What the model's file is called.
    package let model: String

    package init(
        model: String,
        fingerprint: UInt64,
        seconds: Double,
        scales: [Float],
        start: Int,
        base: UInt64 = 0,
        draft: UInt64 = 0,
        words: [Int32],
        sections: [Section]
    ) {
        self.model = String(decoding: Array(model.utf8.prefix(Self.mostName)), as: UTF8.self)
        self.fingerprint = fingerprint
        self.seconds = seconds
        self.scales = scales
        self.start = start
        self.base = base
        self.draft = draft
        self.words = words
        self.sections = sections
    }

    /// The record's number: the same tokens, computed alike, have the same.
    package var id: UInt64 {
        var sum = Checksum()
        sum.add(fingerprint)
        sum.add(UInt64(bitPattern: Int64(start)))
        for scale in scales { sum.add(UInt64(scale.bitPattern)) }
        words.withUnsafeBytes { sum.add($0) }
        return sum.value
    }

    /// Bytes of the header.
    package var size: Int {
        Self.fixedSize + 4 * (scales.count + words.count) + Self.sectionSize * sections.count + model.utf8.count + 8
    }

    /// Bytes of the record's file.
    package var recordSize: Int { sections.reduce(size) { $0 + $1.stored } }

    /// Bytes of all sections.
    package var contentSize: Int { sections.reduce(0) { $0 + $1.bytes } }

    package var bytes: [UInt8] {
        var bytes = Self.mark
        bytes.reserveCapacity(size)
        func add(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        add(fingerprint)
        add(UInt64(size))
        add(UInt64(max(0, min(seconds, 1e9)) * 1e6))
        add(start == .max ? UInt64.max : UInt64(start))
        add(base)
        add(draft)
        for count in [scales.count, words.count, sections.count, model.utf8.count] { add(UInt32(count)) }
        for scale in scales { add(scale.bitPattern) }
        for word in words { add(word) }
        for section in sections {
            add(UInt64(section.length))
            add(Int64(section.first))
            add(UInt64(section.bytes))
            add(section.sum)
            add(UInt64(section.stored))
        }
        bytes.append(contentsOf: model.utf8)
        add(Self.sum(of: bytes))
        return bytes
    }

    /// How long a header is that begins with these bytes; nil if none of this version does.
    /// - Parameter head: the first ``fixedSize`` bytes of a file.
    package static func size(_ head: [UInt8]) -> Int? {
        guard head.count >= fixedSize, head.starts(with: mark) else { return nil }
        let size: UInt64 = number(head, 16)
        return size >= UInt64(fixedSize + 8) && size <= UInt64(mostBytes) ? Int(size) : nil
    }

    /// What it takes to compute the state again, by the first bytes of a file alone; 0 where they say nothing.
    package static func seconds(_ head: [UInt8]) -> Double {
        guard size(head) != nil else { return 0 }
        let microseconds: UInt64 = number(head, 24)
        return Double(min(microseconds, 1 << 50)) / 1e6
    }

    /// The record that one needs, by the first bytes of its file alone; 0 for none, or where they say nothing.
    package static func base(_ head: [UInt8]) -> UInt64 { size(head) == nil ? 0 : number(head, 40) }

    /// Reads a header.
    /// - Parameters:
    ///   - bytes: as many as the header says that it has.
    ///   - fileSize: bytes of the whole file.
    /// - Returns: nil for one that isn't what was written.
    package init?(_ bytes: [UInt8], fileSize: Int) {
        guard Self.size(bytes) == bytes.count,
            Self.number(bytes, bytes.count - 8) == Self.sum(of: bytes.dropLast(8))
        else { return nil }
        let start: UInt64 = Self.number(bytes, 32)
        let counts = (0..<4).map { place -> Int in
            let count: UInt32 = Self.number(bytes, 56 + 4 * place)
            return Int(count)
        }
        // The sum was right, so these were written; they bound each other all the same.
        guard start == .max || start <= UInt64(Int32.max), counts[2] > 0,
            bytes.count == Self.fixedSize + 4 * (counts[0] + counts[1]) + Self.sectionSize * counts[2] + counts[3]
                + 8
        else { return nil }
        var place = Self.fixedSize
        func next<Number: FixedWidthInteger>() -> Number {
            defer { place += Number.bitWidth / 8 }
            return Self.number(bytes, place)
        }
        fingerprint = Self.number(bytes, 8)
        seconds = Self.seconds(bytes)
        self.start = start == .max ? .max : Int(start)
        base = Self.base(bytes)
        draft = Self.number(bytes, 48)
        scales = (0..<counts[0]).map { _ in Float(bitPattern: next()) }
        words = (0..<counts[1]).map { _ in next() }
        var sections: [Section] = []
        var left = fileSize - bytes.count
        for _ in 0..<counts[2] {
            let (length, first, size, sum): (UInt64, Int64, UInt64, UInt64) = (next(), next(), next(), next())
            let stored: UInt64 = next()
            guard length <= UInt64(Int32.max), abs(first) <= Int64(Int32.max), left >= 0, stored <= UInt64(left),
                size <= Self.mostContent, base == 0 ? stored == size : stored <= size
            else { return nil }
            left -= Int(stored)
            sections.append(
                Section(length: Int(length), first: Int(first), bytes: Int(size), sum: sum, stored: Int(stored))
            )
        }
        guard left == 0 else { return nil }
        self.sections = sections
        model = String(decoding: bytes[place..<(place + counts[3])], as: UTF8.self)
    }

    private static func sum(of bytes: some Collection<UInt8>) -> UInt64 {
        var sum = Checksum()
        Array(bytes).withUnsafeBytes { sum.add($0) }
        return sum.value
    }

    private static func number<Number: FixedWidthInteger>(_ bytes: [UInt8], _ place: Int) -> Number {
        bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self)) }
    }
}
