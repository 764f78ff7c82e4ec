// SPDX-License-Identifier: MIT

package import StateStore

/// What stands behind the state in a slot's file, so that nothing else than what was saved gets to the engine: 32 bytes, the
/// words little-endian.
///
///     8  "EHSLOT", two digits for the format's version
///     8  bytes of the file before the seal
///     8  fingerprint of what the state was computed with
///     8  CRC-64 of the file before the seal and of the 24 bytes above
package struct SlotSeal: Sendable, Equatable {
    /// Bytes of a seal.
    package static let size = 32
    private static let mark: [UInt8] = Array("EHSLOT01".utf8)

    /// Bytes before the seal.
    package let length: UInt64
    package let fingerprint: UInt64

    package init(length: UInt64, fingerprint: UInt64) {
        self.length = length
        self.fingerprint = fingerprint
    }

    /// The seal's bytes.
    /// - Parameter body: the sum of all bytes before it.
    package func bytes(behind body: Checksum) -> [UInt8] {
        var bytes = Self.mark
        for word in [length, fingerprint, sum(behind: body)] {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// What is wrong with a file that ends with these bytes; nil if nothing is.
    /// - Parameters:
    ///   - bytes: the last ``size`` of the file.
    ///   - length: bytes before them.
    ///   - fingerprint: of what the state must have been computed with.
    ///   - body: the sum of the bytes before them; asked for last, as it takes long.
    package static func problem(
        _ bytes: [UInt8],
        length: UInt64,
        fingerprint: UInt64,
        body: () -> Checksum?
    ) -> String? {
        guard bytes.count == size, bytes.starts(with: mark) else {
            return "it isn't a file that this version has saved, or its end is missing; save the slot anew"
        }
        let seal = SlotSeal(length: word(bytes, 8), fingerprint: word(bytes, 16))
        guard seal.length == length else { return "the file is damaged: some of it is missing, or was added" }
        guard seal.fingerprint == fingerprint else {
            return
                "it was saved from another model, or with other options or adapters, and holds nothing that this one can use"
        }
        guard let body = body() else { return "the file can't be read" }
        guard word(bytes, 24) == seal.sum(behind: body) else {
            return "the file is damaged: it isn't what was saved"
        }
        return nil
    }

    private func sum(behind body: Checksum) -> UInt64 {
        var sum = body
        Self.mark.withUnsafeBytes { sum.add($0) }
        sum.add(length)
        sum.add(fingerprint)
        return sum.value
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        bytes[offset..<(offset + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
