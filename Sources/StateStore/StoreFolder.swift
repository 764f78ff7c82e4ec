// SPDX-License-Identifier: MIT

import Platform

/// A folder of records, which only this user can enter: a file for each, there as a whole or not at all. Several processes may use it
/// at once: a record is written beside and renamed, is never changed afterwards, and may be gone at any moment.
///
/// A record can have parts in another one's file (``RecordDelta``). That file gets a second name, so that it stays when its record goes,
/// and is removed with the last record that has parts in it.
package struct StoreFolder: Sendable {
    /// What was touched so long ago, in seconds, and led to no record, belongs to a process that is gone.
    private static let draftPatience = 600.0

    /// The file that bounds all records.
    private static let limitName = "limit"

    /// A record's content.
    package struct Record: Sendable {
        package let header: RecordHeader
        /// The sections' bytes.
        package let contents: [RecordBytes]
    }

    package let path: String

    /// Makes the folder, with those around it, unless it is there.
    /// - Throws: where it can't be made, isn't ours, or others can enter it.
    package init(path: String) throws(StoreError) {
        self.path = path
        var part = ""
        for name in path.split(separator: "/") {
            part += "/" + name
            guard mkdir(part, 0o700) != 0, errno != EEXIST, errno != EISDIR else { continue }
            // One that others may not write to, or see, may be there all the same.
            let reason = StoreFile.reason
            var status = stat()
            if stat(part, &status) != 0 { throw StoreError("the folder \(path) cannot be made: \(reason)") }
        }
        if let problem = Self.problem(path) { throw StoreError(problem) }
    }

    /// What keeps a folder that is there from being used; nil if nothing does.
    package static func problem(_ path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return "the folder \(path) cannot be looked at: \(StoreFile.reason)" }
        guard status.st_mode & S_IFMT == S_IFDIR else { return "\(path) is no folder" }
        guard status.st_uid == geteuid() else {
            return "the folder \(path) belongs to another user; conversations are written to a folder of one's own only"
        }
        guard status.st_mode & 0o077 == 0 else {
            return "others can enter the folder \(path), and it would hold conversations; run: chmod 700 '\(path)'"
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            return "the folder \(path) cannot be written to: \(StoreFile.reason)"
        }
        return nil
    }

    /// Whether a file of that name is one that a store writes.
    package static func isOurs(_ name: String) -> Bool {
        RecordName(name) != nil || RecordName(base: name) != nil || name == limitName
            || name.hasSuffix(RecordName.draftSuffix)
    }

    // MARK: What there is

    /// All records, in no order.
    /// - Parameter now: seconds since 1970.
    package func records(now: Double) -> [RecordWorth.Facts] {
        names.compactMap { name in
            guard let record = RecordName(name), let file = StoreFile.open(file(name)) else { return nil }
            defer { fclose(file) }
            var status = stat()
            guard fstat(fileno(file), &status) == 0 else { return nil }
            let head = StoreFile.read(file, RecordHeader.fixedSize) ?? []
            let base = RecordHeader.base(head)
            return .init(
                name: record,
                bytes: Int64(status.st_size),
                seconds: RecordHeader.seconds(head),
                base: base == 0 ? nil : RecordName(fingerprint: record.fingerprint, id: base),
                age: now - StoreFile.modified(status)
            )
        }
    }

    /// Bytes of all records. A file that has two names counts once.
    package var bytes: Int64 {
        let names = names
        let own = Set(names.compactMap { RecordName($0) })
        return names.reduce(Int64(0)) { sum, name in
            let counts = RecordName(name) != nil || RecordName(base: name).map { !own.contains($0) } == true
            return counts ? sum + (size(name) ?? 0) : sum
        }
    }

    /// A record's header. A record that isn't what was written is removed.
    package func header(of name: RecordName) -> RecordHeader? {
        guard let file = StoreFile.open(file("\(name)")) else { return nil }
        defer { fclose(file) }
        if let header = Self.header(file), isOf(name, header) { return header }
        remove(name)
        return nil
    }

    /// A whole record, which counts as used now. One that isn't what was written is removed.
    package func read(_ name: RecordName) -> Record? {
        guard let record = content(name) else { return nil }
        // What can't be touched leaves earlier.
        _ = utimensat(AT_FDCWD, file("\(name)"), nil, 0)
        return record
    }

    /// Whether a record is what was written. One that isn't is removed.
    package func verify(_ name: RecordName) -> Bool { content(name) != nil }

    private func content(_ name: RecordName) -> Record? {
        guard let file = StoreFile.open(file("\(name)")) else { return nil }
        defer { fclose(file) }
        guard let header = Self.header(file), isOf(name, header) else {
            remove(name)
            return nil
        }
        let base = header.base == 0 ? nil : openBase(name.fingerprint, header.base)
        defer { _ = base.map { fclose($0) } }
        var contents: [RecordBytes] = []
        for section in header.sections {
            guard let bytes = Self.content(section, file, base),
                bytes.sum() == section.sum
            else {
                remove(name)
                return nil
            }
            contents.append(bytes)
        }
        return Record(header: header, contents: contents)
    }

    private func isOf(_ name: RecordName, _ header: RecordHeader) -> Bool {
        header.fingerprint == name.fingerprint && header.id == name.id
    }

    // MARK: A bound for all

    /// The most bytes that all records may have, as the folder itself says: a router lowers it where models need the room. nil where
    /// it says nothing.
    package var limit: Int64? {
        guard let file = StoreFile.open(file(Self.limitName)) else { return nil }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 24)
        guard fgets(&text, CInt(text.count), file) != nil else { return nil }
        return Int64(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Has the folder say it.
    /// - Throws: where it can't be written.
    package func setLimit(_ bytes: Int64) throws(StoreError) {
        let draft = file("\(Self.limitName).\(getpid())\(RecordName.draftSuffix)")
        unlink(draft)
        try StoreFile.write([Array("\(bytes)".utf8)], to: draft)
        guard rename(draft, file(Self.limitName)) == 0 else { throw StoreFile.failure }
    }

    // MARK: Changing

    /// Writes a record, in the place of one with the same name.
    /// - Parameters:
    ///   - contents: the sections' bytes, with the tokens before each and the first position that a window held.
    ///   - base: a record whose state probably has much in common with the first of them, which has no parts in another one's.
    ///   - describe: what the header says, given the sections of these contents and the record that has parts of them.
    /// - Throws: where it can't be written as a whole.
    package func write(
        _ contents: [(length: Int, first: Int, bytes: [UInt8])],
        sharing base: RecordName? = nil,
        describe: (_ sections: [RecordHeader.Section], _ base: UInt64) -> RecordHeader
    ) throws(StoreError) -> (name: RecordName, header: RecordHeader) {
        var parts = contents.map(\.bytes)
        let delta = base.flatMap { base in parts.first.flatMap { shared($0, with: base) } }
        let sums = parts.map { Self.sum(of: $0) }
        if let delta { parts[0] = delta }
        let header = describe(
            contents.indices.map { index in
                let part = contents[index]
                return .init(
                    length: part.length,
                    first: part.first,
                    bytes: part.bytes.count,
                    sum: sums[index],
                    stored: parts[index].count
                )
            },
            delta == nil ? 0 : base?.id ?? 0
        )
        let name = RecordName(fingerprint: header.fingerprint, id: header.id)
        // With parts in a file of its own name it would never be free to go.
        if delta != nil, name == base { return try write(contents, describe: describe) }
        let draft = file("\(name).\(getpid())-\(UInt32.random(in: .min ... .max))\(RecordName.draftSuffix)")
        do throws(StoreError) {
            try StoreFile.write([header.bytes] + parts, to: draft)
            guard rename(draft, file("\(name)")) == 0 else {
                throw StoreError("a state is not kept: \(StoreFile.reason)")
            }
        } catch {
            unlink(draft)
            throw error
        }
        return (name, header)
    }

    /// Removes a record, and the file that none has parts in any more.
    package func remove(_ name: RecordName) {
        let base = base(of: name)
        unlink(file("\(name)"))
        guard let base, !names.contains(where: { RecordName($0).flatMap { self.base(of: $0) } == base }) else { return }
        unlink(file(base.base))
    }

    /// Removes what is worth least until the rest has at most `limit` bytes, and drafts that nothing finishes.
    /// - Parameter now: seconds since 1970.
    /// - Returns: how many records are removed.
    @discardableResult
    package func trim(to limit: Int64, now: Double) -> Int {
        for name in names where name.hasSuffix(RecordName.draftSuffix) {
            if isOld(name, now: now) { unlink(file(name)) }
        }
        // Most often there is room, which sizes alone tell.
        var bases = bases
        guard !bases.isEmpty || bytes > limit else { return 0 }
        let records = records(now: now)
        let used = Set(records.compactMap(\.base))
        for name in bases.keys where !used.contains(name) {
            // One that has just got its name waits for the first record that has parts in it.
            guard limit == 0 || isOld(name.base, now: now) else { continue }
            unlink(file(name.base))
            bases[name] = nil
        }
        let leaving = RecordWorth.leaving(records, bases: bases, limit: limit)
        for name in leaving.records { unlink(file("\(name)")) }
        for name in leaving.bases { unlink(file(name.base)) }
        return leaving.records.count
    }

    // MARK: Files

    /// Whether a file was touched so long ago that nothing will come of it any more.
    private func isOld(_ name: String, now: Double) -> Bool {
        var status = stat()
        guard stat(file(name), &status) == 0 else { return false }
        return abs(now - StoreFile.changed(status)) > Self.draftPatience
    }

    /// Bytes of a file; nil where there is none.
    func size(_ name: String) -> Int64? {
        var status = stat()
        return stat(file(name), &status) == 0 ? Int64(status.st_size) : nil
    }

    func file(_ name: String) -> String { path + "/" + name }

    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func header(_ file: UnsafeMutablePointer<FILE>) -> RecordHeader? {
        var status = stat()
        guard fstat(fileno(file), &status) == 0, let head = StoreFile.read(file, RecordHeader.fixedSize),
            let size = RecordHeader.size(head), size <= Int(status.st_size),
            let rest = StoreFile.read(file, size - RecordHeader.fixedSize)
        else { return nil }
        return RecordHeader(head + rest, fileSize: Int(status.st_size))
    }

    private static func sum(of bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { SectionSum.of($0) }
    }
}
