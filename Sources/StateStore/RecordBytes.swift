// SPDX-License-Identifier: MIT

import Platform

/// The bytes of a record's section, which are only read. Large ones are the file's pages: a conversation that comes back needs no second
/// place of its size in main memory, and no time to fill it.
package final class RecordBytes: Sendable {
    private enum Place: Sendable {
        case copied([UInt8])
        /// Pages of a file, and where in them the bytes begin. Nothing writes to them: records are written once, and renamed.
        case mapped(UInt, length: Int, offset: Int)
    }

    /// Fewer bytes are copied as fast as mapped.
    static let leastMapped = 4 << 20

    package let count: Int
    private let place: Place

    init(_ bytes: [UInt8]) {
        count = bytes.count
        place = .copied(bytes)
    }

    /// The next bytes of a file, which goes on behind them; nil where they can't be mapped. ``sum()`` says whether they can be read, and has to
    /// come first.
    /// - Parameter count: more than 0, and so many are there.
    init?(mapping file: UnsafeMutablePointer<FILE>, _ count: Int) {
        #if os(Linux)
            let start = Int(ftello(file))
            let offset = start % Int(getpagesize())
            let length = count + offset
            guard start >= 0,
                let pages = mmap(nil, length, PROT_READ, MAP_PRIVATE, fileno(file), off_t(start - offset)),
                pages != MAP_FAILED
            else { return nil }
            // A kernel before 5.14 can't be told to read pages: there the bytes are copied.
            let first = UnsafeRawBufferPointer(start: pages + offset, count: 1)
            guard Self.read(first), fseeko(file, off_t(count), SEEK_CUR) == 0 else {
                munmap(pages, length)
                return nil
            }
            self.count = count
            place = .mapped(UInt(bitPattern: pages), length: length, offset: offset)
        #else
            return nil
        #endif
    }

    deinit {
        if case .mapped(let address, let length, _) = place {
            munmap(UnsafeMutableRawPointer(bitPattern: address), length)
        }
    }

    /// The ``SectionSum`` of the bytes, by several threads; nil where they can't be read.
    func sum() -> UInt64? {
        withUnsafeBytes { bytes in
            guard case .mapped = place else { return SectionSum.of(bytes) { _ in true } }
            return SectionSum.of(bytes) { Self.read($0) }
        }
    }

    /// Has the system read mapped bytes. What a disk can't read, or isn't there any more, is an error here; later it would end the process.
    private static func read(_ bytes: UnsafeRawBufferPointer) -> Bool {
        #if os(Linux)
            guard let start = bytes.baseAddress else { return true }
            let page = UnsafeMutableRawPointer(mutating: start).alignedDown(toMultipleOf: Int(getpagesize()))
            // MADV_POPULATE_READ
            return madvise(page, start + bytes.count - UnsafeRawPointer(page), 22) == 0
        #else
            return true
        #endif
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch place {
        case .copied(let bytes): return try bytes.withUnsafeBytes(body)
        case .mapped(let address, _, let offset):
            let start = UnsafeRawPointer(bitPattern: address)
            return try body(UnsafeRawBufferPointer(start: start.map { $0 + offset }, count: count))
        }
    }

    /// The bytes by themselves.
    package var array: [UInt8] {
        if case .copied(let bytes) = place { return bytes }
        return withUnsafeBytes { bytes in
            [UInt8](largeCapacity: count) { buffer, filled in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
                filled = count
            }
        }
    }
}
