// SPDX-License-Identifier: MIT

import Platform
import StateStore

/// A slot's file with its ``SlotSeal``.
struct SealedFile {
    private static let blockBytes = 1 << 20

    let path: String

    /// Writes the file, which is there as a whole or as it was.
    /// - Parameters:
    ///   - fingerprint: of what the state was computed with.
    ///   - body: writes what the seal stands behind to a path; false if that failed.
    /// - Returns: the file's bytes.
    /// - Throws: `fileFailed`.
    func write(fingerprint: UInt64, body: (String) -> Bool) throws(EngineError) -> Int {
        let draft = path + ".part"
        guard body(draft), let bytes = Self.seal(draft, fingerprint), rename(draft, path) == 0 else {
            remove(draft)
            throw EngineError(.fileFailed, "Unable to save slot: the file cannot be written")
        }
        return bytes
    }

    /// Looks whether the file is what was written.
    /// - Returns: the file's bytes.
    /// - Throws: `invalidRequest`.
    func check(fingerprint: UInt64) throws(EngineError) -> Int {
        guard let file = fopen(path, "rb") else {
            throw EngineError(.invalidRequest, "Unable to restore slot: there is no such file that can be read")
        }
        defer { fclose(file) }
        let size = Self.size(of: file)
        let length = max(0, size - SlotSeal.size)
        var seal = [UInt8](repeating: 0, count: SlotSeal.size)
        let hasSeal = fseek(file, length, SEEK_SET) == 0 && fread(&seal, 1, seal.count, file) == min(seal.count, size)
        let problem = SlotSeal.problem(
            hasSeal ? seal : [],
            length: UInt64(length),
            fingerprint: fingerprint,
            body: { Self.sum(of: file, length) }
        )
        if let problem { throw EngineError(.invalidRequest, "Unable to restore slot: \(problem)") }
        return size
    }

    /// Adds the seal to a file.
    /// - Returns: the file's bytes; nil if that failed.
    private static func seal(_ path: String, _ fingerprint: UInt64) -> Int? {
        guard let file = fopen(path, "rb+") else { return nil }
        defer { fclose(file) }
        let length = size(of: file)
        guard let body = sum(of: file, length), fseek(file, 0, SEEK_END) == 0 else { return nil }
        let bytes = SlotSeal(length: UInt64(length), fingerprint: fingerprint).bytes(behind: body)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0, fsync(fileno(file)) == 0 else {
            return nil
        }
        return length + bytes.count
    }

    private static func size(of file: UnsafeMutablePointer<FILE>) -> Int {
        fseek(file, 0, SEEK_END) == 0 ? max(0, ftell(file)) : 0
    }

    /// The sum of a file's first `length` bytes; nil if they can't be read.
    private static func sum(of file: UnsafeMutablePointer<FILE>, _ length: Int) -> Checksum? {
        guard fseek(file, 0, SEEK_SET) == 0 else { return nil }
        var sum = Checksum()
        var left = length
        var block = [UInt8](repeating: 0, count: min(blockBytes, max(length, 1)))
        while left > 0 {
            let count = fread(&block, 1, min(block.count, left), file)
            guard count > 0 else { return nil }
            block.withUnsafeBytes { sum.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            left -= count
        }
        return sum
    }
}
