// SPDX-License-Identifier: MIT

import Platform

/// Files that records have parts in.
extension StoreFolder {
    /// Those files, with their bytes.
    var bases: [RecordName: Int64] {
        var bases: [RecordName: Int64] = [:]
        for file in names { if let name = RecordName(base: file) { bases[name] = size(file) } }
        return bases
    }

    func openBase(_ fingerprint: UInt64, _ id: UInt64) -> UnsafeMutablePointer<FILE>? {
        StoreFile.open(file(RecordName(fingerprint: fingerprint, id: id).base))
    }

    /// The record in whose file one has parts; nil for none.
    func base(of name: RecordName) -> RecordName? {
        guard let file = StoreFile.open(file("\(name)")) else { return nil }
        defer { fclose(file) }
        let base = RecordHeader.base(StoreFile.read(file, RecordHeader.fixedSize) ?? [])
        return base == 0 ? nil : RecordName(fingerprint: name.fingerprint, id: base)
    }

    /// A state as parts of another record's file and bytes of its own; nil where that saves little. The file gets its second name here.
    func shared(_ bytes: [UInt8], with name: RecordName) -> [UInt8]? {
        // A file that has parts in another one is no base: a chain of them would have to be read as a whole.
        let isNew = base(of: name) == nil && link(file("\(name)"), file(name.base)) == 0
        guard let base = openBase(name.fingerprint, name.id) else { return nil }
        defer { fclose(base) }
        var status = stat()
        guard fstat(fileno(base), &status) == 0 else { return nil }
        nonisolated(unsafe) let open = base  // pread has no place of its own
        let delta = bytes.withUnsafeBytes { bytes in
            RecordDelta.encode(bytes, size: Int(status.st_size)) { StoreFile.read(open, at: $0, into: $1) }
        }
        if delta == nil, isNew { unlink(file(name.base)) }
        return delta
    }

    /// A section's bytes; nil where the file or that of its base hasn't them.
    static func content(
        _ section: RecordHeader.Section,
        _ file: UnsafeMutablePointer<FILE>,
        _ base: UnsafeMutablePointer<FILE>?
    ) -> RecordBytes? {
        if !section.isDelta, section.stored >= RecordBytes.leastMapped,
            let mapped = RecordBytes(mapping: file, section.stored)
        {
            return mapped
        }
        // A system that can't map them so may be able to read them.
        guard let stored = StoreFile.read(file, section.stored) else { return nil }
        guard section.isDelta else { return RecordBytes(stored) }
        guard let base else { return nil }
        nonisolated(unsafe) let file = base  // pread has no place of its own
        return RecordDelta.decode(stored, count: section.bytes) { StoreFile.read(file, at: $0, into: $1) }
            .map(RecordBytes.init)
    }
}
