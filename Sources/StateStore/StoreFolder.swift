// SPDX-License-Identifier: MIT

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder of records, which only this user can enter: a file for each, there as a whole or not at all. Several processes may use it
/// at once: a record is written beside and renamed, is never changed afterwards, and may be gone at any moment.
package struct StoreFolder: Sendable {
    private static let blockBytes = 1 << 20
    /// A draft that was touched so long ago belongs to a process that is gone, in seconds.
    private static let draftPatience = 600.0

    /// The file that bounds all records.
    private static let limitName = "limit"

    /// A record's content.
    package struct Record: Sendable, Equatable {
        package let header: RecordHeader
        /// The sections' bytes.
        package let contents: [[UInt8]]
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
            let reason = Self.reason
            var status = stat()
            if stat(part, &status) != 0 { throw StoreError("the folder \(path) cannot be made: \(reason)") }
        }
        if let problem = Self.problem(path) { throw StoreError(problem) }
    }

    /// What keeps a folder that is there from being used; nil if nothing does.
    package static func problem(_ path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return "the folder \(path) cannot be looked at: \(reason)" }
        guard status.st_mode & S_IFMT == S_IFDIR else { return "\(path) is no folder" }
        guard status.st_uid == geteuid() else {
            return "the folder \(path) belongs to another user; conversations are written to a folder of one's own only"
        }
        guard status.st_mode & 0o077 == 0 else {
            return "others can enter the folder \(path), and it would hold conversations; run: chmod 700 '\(path)'"
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else { return "the folder \(path) cannot be written to: \(reason)" }
        return nil
    }

    /// Whether a file of that name is one that a store writes.
    package static func isOurs(_ name: String) -> Bool {
        RecordName(name) != nil || name == limitName || name.hasSuffix(RecordName.draftSuffix)
    }

    // MARK: What there is

    /// All records, in no order.
    /// - Parameter now: seconds since 1970.
    package func records(now: Double) -> [RecordWorth.Facts] {
        names.compactMap { name in
            guard let record = RecordName(name), let file = open(name) else { return nil }
            defer { fclose(file) }
            var status = stat()
            guard fstat(fileno(file), &status) == 0 else { return nil }
            let seconds = RecordHeader.seconds(Self.read(file, RecordHeader.fixedSize) ?? [])
            let age = now - Self.modified(status)
            return .init(name: record, bytes: Int64(status.st_size), seconds: seconds, age: age)
        }
    }

    /// Bytes of all records.
    package var bytes: Int64 {
        names.reduce(Int64(0)) { sum, name in
            var status = stat()
            guard RecordName(name) != nil, stat(file(name), &status) == 0 else { return sum }
            return sum + Int64(status.st_size)
        }
    }

    /// A record's header. A record that isn't what was written is removed.
    package func header(of name: RecordName) -> RecordHeader? {
        guard let file = open("\(name)") else { return nil }
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
        guard let file = open("\(name)") else { return nil }
        defer { fclose(file) }
        guard let header = Self.header(file), isOf(name, header) else {
            remove(name)
            return nil
        }
        var contents: [[UInt8]] = []
        for section in header.sections {
            guard let bytes = Self.read(file, section.bytes), Self.sum(of: bytes) == section.sum else {
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
        guard let file = open(Self.limitName) else { return nil }
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
        try Self.write([Array("\(bytes)".utf8)], to: draft)
        guard rename(draft, file(Self.limitName)) == 0 else { throw Self.failure }
    }

    // MARK: Changing

    /// Writes a record, in the place of one with the same name.
    /// - Parameters:
    ///   - describe: what the header says, given the sections of these contents.
    ///   - contents: the sections' bytes, with the tokens before each and the first position that a window held.
    /// - Throws: where it can't be written as a whole.
    package func write(
        _ contents: [(length: Int, first: Int, bytes: [UInt8])],
        describe: ([RecordHeader.Section]) -> RecordHeader
    ) throws(StoreError) -> (name: RecordName, bytes: Int) {
        let header = describe(
            contents.map { part in
                .init(length: part.length, first: part.first, bytes: part.bytes.count, sum: Self.sum(of: part.bytes))
            }
        )
        let name = RecordName(fingerprint: header.fingerprint, id: header.id)
        let draft = file("\(name).\(getpid())-\(UInt32.random(in: .min ... .max))\(RecordName.draftSuffix)")
        do throws(StoreError) {
            try Self.write([header.bytes] + contents.map(\.bytes), to: draft)
            guard rename(draft, file("\(name)")) == 0 else { throw StoreError("a state is not kept: \(Self.reason)") }
        } catch {
            unlink(draft)
            throw error
        }
        return (name, header.recordSize)
    }

    package func remove(_ name: RecordName) { unlink(file("\(name)")) }

    /// Removes what is worth least until the rest has at most so many bytes, and drafts that nothing finishes.
    /// - Parameter now: seconds since 1970.
    /// - Returns: how many records are removed.
    @discardableResult
    package func trim(to limit: Int64, now: Double) -> Int {
        for name in names where name.hasSuffix(RecordName.draftSuffix) {
            var status = stat()
            guard stat(file(name), &status) == 0, abs(now - Self.modified(status)) > Self.draftPatience else {
                continue
            }
            unlink(file(name))
        }
        // Most often there is room, which sizes alone tell.
        guard bytes > limit else { return 0 }
        let leaving = RecordWorth.leaving(records(now: now), limit: limit)
        for name in leaving { remove(name) }
        return leaving.count
    }

    // MARK: Files

    private func file(_ name: String) -> String { path + "/" + name }

    private var names: [String] {
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

    /// Opens a regular file; a link could lead anywhere, a pipe could be waited for.
    private func open(_ name: String) -> UnsafeMutablePointer<FILE>? {
        #if canImport(Glibc)
            let descriptor = Glibc.open(file(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        #elseif canImport(Musl)
            let descriptor = Musl.open(file(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        #else
            let descriptor = Darwin.open(file(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        #endif
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let file = fdopen(descriptor, "rb")
        else {
            close(descriptor)
            return nil
        }
        // What is read is read in one piece.
        setvbuf(file, nil, _IONBF, 0)
        return file
    }

    private static func header(_ file: UnsafeMutablePointer<FILE>) -> RecordHeader? {
        var status = stat()
        guard fstat(fileno(file), &status) == 0, let head = read(file, RecordHeader.fixedSize),
            let size = RecordHeader.size(head), size <= Int(status.st_size),
            let rest = read(file, size - RecordHeader.fixedSize)
        else { return nil }
        return RecordHeader(head + rest, fileSize: Int(status.st_size))
    }

    /// The next bytes; nil if there are fewer.
    private static func read(_ file: UnsafeMutablePointer<FILE>, _ count: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = fread(buffer.baseAddress, 1, count, file)
        }
        return bytes.count == count ? bytes : nil
    }

    private static func write(_ parts: [[UInt8]], to path: String) throws(StoreError) {
        #if canImport(Glibc)
            let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        #elseif canImport(Musl)
            let descriptor = Musl.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        #else
            let descriptor = Darwin.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        #endif
        guard descriptor >= 0 else { throw failure }
        for part in parts {
            var done = 0
            while done < part.count {
                let count = part.withUnsafeBytes { buffer in
                    #if canImport(Glibc)
                        Glibc.write(descriptor, buffer.baseAddress! + done, min(part.count - done, 64 << 20))
                    #elseif canImport(Musl)
                        Musl.write(descriptor, buffer.baseAddress! + done, min(part.count - done, 64 << 20))
                    #else
                        Darwin.write(descriptor, buffer.baseAddress! + done, min(part.count - done, 64 << 20))
                    #endif
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let failure = failure
                    close(descriptor)
                    throw failure
                }
                done += count
            }
        }
        // A full disk may say so only here.
        guard close(descriptor) == 0 else { throw failure }
    }

    private static var failure: StoreError {
        StoreError("a state is not kept: \(reason)", isFull: errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
    }

    private static var reason: String { String(cString: strerror(errno)) }

    private static func sum(of bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { SectionSum.of($0) }
    }

    private static func modified(_ status: stat) -> Double {
        #if canImport(Darwin)
            Double(status.st_mtimespec.tv_sec)
        #else
            Double(status.st_mtim.tv_sec)
        #endif
    }
}
