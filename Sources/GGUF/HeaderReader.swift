// SPDX-License-Identifier: MIT

import Platform

/// Reads little-endian values one after another through a small window onto a file.
///
/// A length is checked against the rest of the file and the limits before anything is allocated for it. Skipped bytes
/// are not read, unless the window holds them already.
struct HeaderReader {
    /// What is being read, for the words of an error.
    enum Place {
        case fileHeader
        case key(index: UInt64)
        case value(key: String)
        case tensor(index: UInt64)
    }

    private static let firstWindow = 32 << 10
    private static let largestWindow = 256 << 10

    /// The file's size in bytes.
    let fileSize: UInt64
    /// How many bytes have been read or skipped.
    private(set) var position: UInt64 = 0
    /// What is being read now.
    var place = Place.fileHeader

    private let file: RegularFile?
    private let limit: UInt64
    private var window: [UInt8]
    private var windowStart: UInt64 = 0
    private var windowCount: Int

    /// Reads `file`, but never beyond the first `limit` bytes.
    init(file: RegularFile, limit: UInt64) {
        self.file = file
        self.limit = limit
        fileSize = file.size
        window = []
        windowCount = 0
    }

    /// Reads a file's content that is in memory already.
    init(bytes: [UInt8], limit: UInt64) {
        file = nil
        self.limit = limit
        fileSize = UInt64(bytes.count)
        window = bytes
        windowCount = bytes.count
    }

    /// The bytes from here to the file's end.
    var remaining: UInt64 { fileSize - position }

    /// Reads an integer.
    ///
    /// - Throws: `truncated`, `limitExceeded`, `unreadable`.
    mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws(GGUFError) -> Value {
        let offset = try take(MemoryLayout<Value>.size)
        return Value(littleEndian: window.span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// Reads `count` bytes as text.
    ///
    /// - Returns: the text, or nil where the bytes are not UTF-8.
    /// - Throws: `truncated`, `limitExceeded`, `unreadable`.
    mutating func readText(byteCount count: UInt64) throws(GGUFError) -> String? {
        try require(count)
        let offset = try take(Int(count))
        guard let text = try? UTF8Span(validating: window.span.extracting(offset..<offset + Int(count))) else {
            return nil
        }
        return String(copying: text)
    }

    /// Reads `count` bytes as text, with replacement characters where they are not UTF-8.
    ///
    /// - Throws: `truncated`, `limitExceeded`, `unreadable`.
    mutating func readRepairedText(byteCount count: UInt64) throws(GGUFError) -> String {
        try require(count)
        let offset = try take(Int(count))
        return String(decoding: window[offset..<offset + Int(count)], as: UTF8.self)
    }

    /// Passes over `count` bytes.
    ///
    /// - Throws: `truncated`, `limitExceeded`.
    mutating func skip(_ count: UInt64) throws(GGUFError) {
        try require(count)
        position += count
    }

    /// Passes over `count` texts with their lengths before them: a vocabulary has hundreds of thousands.
    ///
    /// - Throws: `truncated`, `limitExceeded`, `unreadable`.
    mutating func skipTexts(_ count: UInt64) throws(GGUFError) {
        var left = count
        while left > 0 {
            position = behindTextsInWindow(&left)
            guard left > 0 else { return }
            // One that reaches beyond the window, or claims to.
            try skip(try read(UInt64.self))
            left -= 1
        }
    }

    /// The position behind those texts that lie in the window and before the limit.
    private func behindTextsInWindow(_ left: inout UInt64) -> UInt64 {
        guard limit >= windowStart else { return position }
        let bytes = window.span.bytes
        let end = Int(min(UInt64(windowCount), limit - windowStart))
        guard position - windowStart <= UInt64(end) else { return position }
        var offset = Int(position - windowStart)
        while left > 0, end - offset >= 8 {
            let length = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            guard length <= UInt64(end - offset - 8) else { break }
            offset += 8 + Int(length)
            left -= 1
        }
        return windowStart + UInt64(offset)
    }

    /// Passes over `count` values of at least `each` bytes after checking that there can be so many.
    ///
    /// - Throws: `truncated`, `limitExceeded`.
    func require(_ count: UInt64, each: UInt64) throws(GGUFError) {
        let (product, overflow) = count.multipliedReportingOverflow(by: each)
        try require(overflow ? .max : product)
    }

    /// Checks that `count` bytes more lie inside the file and the limits.
    ///
    /// - Throws: `truncated`, `limitExceeded`.
    func require(_ count: UInt64) throws(GGUFError) {
        guard count <= remaining else {
            let claimed = count == .max ? "more bytes than any file has" : "\(count) bytes"
            throw GGUFError(
                .truncated,
                "file is truncated or damaged: \(placeName) claims \(claimed), \(remaining) of the file's \(fileSize) are left"
            )
        }
        guard position + count <= limit else {
            throw GGUFError(.limitExceeded, "header is larger than \(limit >> 20) MiB; such a file is not read")
        }
    }

    /// What is being read, in words.
    var placeName: String {
        switch place {
        case .fileHeader: "the file header"
        case .key(let index): "metadata key \(index)"
        case .value(let key): "the value of \(quoted(key))"
        case .tensor(let index): "the description of tensor \(index)"
        }
    }

    /// Moves over `count` bytes, which the window then holds, and gives their place in the window.
    @inline(__always)
    private mutating func take(_ count: Int) throws(GGUFError) -> Int {
        // Positions before the window do not occur: reading only goes forward.
        var offset = position - windowStart
        if offset + UInt64(count) > UInt64(windowCount) || position + UInt64(count) > limit {
            try require(UInt64(count))
            try fill(count)
            offset = position - windowStart
        }
        position += UInt64(count)
        return Int(offset)
    }

    /// Moves the window to the current position; it will hold at least `count` bytes.
    private mutating func fill(_ count: Int) throws(GGUFError) {
        guard let file else { preconditionFailure("the window holds all bytes when there is no file") }
        let capacity = max(count, min(max(window.count * 2, Self.firstWindow), Self.largestWindow))
        if window.count < capacity { window = [UInt8](repeating: 0, count: capacity) }
        windowStart = position
        let wanted = Int(min(UInt64(capacity), remaining))
        windowCount = 0
        windowCount = try file.read(wanted, at: position, into: &window)
        guard windowCount >= count else {
            throw GGUFError(.truncated, "file became shorter while it was read")
        }
    }
}
