// SPDX-License-Identifier: MIT

package import StateStore

/// Records whose content their only word determines; all begin alike, in each of several layers.
package enum ExampleRecord {
    /// How many there are.
    package static let count: UInt64 = 12
    /// Seconds since 1970, for what asks for the time.
    package static let now = 1_800_000_000.0

    private static let layers = 4
    private static let fingerprint: UInt64 = 1

    /// The state of one: for each layer the cells of the beginning and some of its own.
    package static func state(_ word: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        for layer in 0..<UInt64(layers) {
            var shared = SeededGenerator(seed: layer)
            var own = SeededGenerator(seed: 100 + word * 10 + layer)
            for _ in 0..<1_200 { withUnsafeBytes(of: shared.next()) { bytes.append(contentsOf: $0) } }
            for _ in 0..<(60 + 40 * word) { withUnsafeBytes(of: own.next()) { bytes.append(contentsOf: $0) } }
        }
        return bytes
    }

    private static func header(
        _ word: UInt64,
        _ sections: [RecordHeader.Section] = [],
        base: UInt64 = 0
    ) -> RecordHeader {
        RecordHeader(
            model: "a.gguf",
            fingerprint: fingerprint,
            seconds: 1 + Double(word),
            scales: [],
            start: .max,
            base: base,
            words: [Int32(word)],
            sections: sections
        )
    }

    package static func name(of word: UInt64) -> RecordName {
        RecordName(fingerprint: fingerprint, id: header(word).id)
    }

    /// Writes one, perhaps with parts in another one's file.
    @discardableResult
    package static func write(
        _ word: UInt64,
        to folder: StoreFolder,
        sharing base: UInt64? = nil
    ) throws(StoreError) -> RecordHeader {
        let contents = [(length: 1, first: 0, bytes: state(word)), (length: 1, first: 0, bytes: [UInt8(word)])]
        return try folder.write(contents, sharing: base.map(name)) { header(word, $0, base: $1) }.header
    }

    /// Whether a record is what was written.
    package static func isRight(_ record: StoreFolder.Record) -> Bool {
        guard let word = record.header.words.first, word >= 0 else { return false }
        return record.contents.map(\.array) == [state(UInt64(word)), [UInt8(word)]]
    }
}
