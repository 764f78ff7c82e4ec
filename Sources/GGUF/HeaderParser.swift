// SPDX-License-Identifier: MIT

import Platform

/// Parses one header; see ``GGUFHeader``. The tensors' part is in `HeaderParser+Tensors.swift`.
struct HeaderParser {
    var reader: HeaderReader
    let limits: GGUFLimits
    private var keyBytes: UInt64 = 0
    private var stringBytes: UInt64 = 0

    init(reader: HeaderReader, limits: GGUFLimits) {
        self.reader = reader
        self.limits = limits
    }

    /// Reads and checks the header.
    ///
    /// - Throws: `notGGUF`, `unsupportedVersion`, `bigEndian`, `truncated`, `malformed`, `limitExceeded`, `unreadable`.
    mutating func parse() throws(GGUFError) -> GGUFHeader {
        try parseMagic()
        let version = try parseVersion()
        let tensorCount = try reader.read(UInt64.self)
        let keyCount = try reader.read(UInt64.self)
        try check(count: keyCount, of: "metadata keys", limit: limits.keyCount)
        try check(count: tensorCount, of: "tensors", limit: limits.tensorCount)

        let metadata = try parseMetadata(count: keyCount)
        let alignment = try Self.alignment(in: metadata)
        let tensors = try parseTensors(count: tensorCount)
        let dataOffset = Self.padded(reader.position, to: alignment)
        try check(tensors: tensors, alignment: alignment, dataOffset: dataOffset)
        return GGUFHeader(
            version: version,
            metadata: metadata,
            tensors: tensors,
            alignment: alignment,
            dataOffset: dataOffset,
            fileSize: reader.fileSize
        )
    }

    // MARK: The first 24 bytes

    private mutating func parseMagic() throws(GGUFError) {
        guard reader.fileSize > 0 else { throw GGUFError(.notGGUF, "not a GGUF file (it is empty)") }
        guard reader.fileSize >= 4 else {
            throw GGUFError(.notGGUF, "not a GGUF file (its size is \(reader.fileSize))")
        }
        let magic = try reader.read(UInt32.self)
        // "GGUF" as a little-endian number.
        guard magic == 0x4655_4747 else { throw GGUFError(.notGGUF, "not a GGUF file (\(Self.guess(magic: magic)))") }
    }

    private mutating func parseVersion() throws(GGUFError) -> UInt32 {
        let version = try reader.read(UInt32.self)
        switch version {
        case 2, 3: return version
        case 1:
            throw GGUFError(.unsupportedVersion, "GGUF version 1 is no longer supported; convert the model again")
        case _ where version != 0 && version & 0xFFFF == 0:
            // A small number, seen from the other end.
            throw GGUFError(.bigEndian, "the file is big-endian GGUF, made for another kind of machine")
        default:
            throw GGUFError(.unsupportedVersion, "GGUF version \(version) is not supported; versions 2 and 3 are")
        }
    }

    /// What a file that is not GGUF seems to be.
    private static func guess(magic: UInt32) -> String {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: magic >> ($0 * 8)) }
        switch bytes {
        case Array("vers".utf8): return "it looks like a Git LFS pointer; fetch the real file with 'git lfs pull'"
        case Array("<!DO".utf8), Array("<htm".utf8): return "it looks like a web page, saved in the model's place"
        case Array("lmgg".utf8), Array("fmgg".utf8), Array("tjgg".utf8): return "it is a file of a format before GGUF"
        case Array("PK\u{3}\u{4}".utf8): return "it is a ZIP archive"
        default: break
        }
        if bytes.allSatisfy({ $0 == 0 }) { return "it starts with zero bytes, as a download that never finished does" }
        if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            return "it starts with '\(String(decoding: bytes, as: UTF8.self))'"
        }
        let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return "it starts with the bytes \(hex.joined(separator: " "))"
    }

    private func check(count: UInt64, of what: String, limit: UInt64) throws(GGUFError) {
        guard count <= limit else {
            throw GGUFError(.limitExceeded, "header claims \(count) \(what); more than \(limit) are not read")
        }
    }

    // MARK: Metadata

    private mutating func parseMetadata(count: UInt64) throws(GGUFError) -> [String: GGUFValue] {
        // The count is only a claim: no more than ordinary is reserved for it.
        var metadata = [String: GGUFValue](minimumCapacity: Int(min(count, 64)))
        for index in 0..<count {
            reader.place = .key(index: index)
            let key = try parseKey(index: index)
            reader.place = .value(key: key)
            let value = try parseValue()
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw GGUFError(.malformed, "metadata key \(quoted(key)) occurs twice")
            }
        }
        return metadata
    }

    private mutating func parseKey(index: UInt64) throws(GGUFError) -> String {
        let length = try reader.read(UInt64.self)
        try reader.require(length)
        guard length > 0 else { throw GGUFError(.malformed, "metadata key \(index) is empty") }
        guard length <= limits.keyBytes else {
            throw GGUFError(.limitExceeded, "metadata key \(index) has \(length) bytes; \(limits.keyBytes) are allowed")
        }
        keyBytes += length
        guard keyBytes <= limits.allKeyBytes else {
            throw GGUFError(.limitExceeded, "the metadata keys have more than \(limits.allKeyBytes >> 10) KiB")
        }
        guard let key = try reader.readText(byteCount: length) else {
            throw GGUFError(.malformed, "metadata key \(index) is not valid UTF-8")
        }
        return key
    }

    private mutating func parseType() throws(GGUFError) -> GGUFValueType {
        let number = try reader.read(UInt32.self)
        guard let type = GGUFValueType(rawValue: number) else {
            throw GGUFError(.malformed, "\(reader.placeName) has the unknown type \(number)")
        }
        return type
    }

    private mutating func parseValue() throws(GGUFError) -> GGUFValue {
        try parseValue(of: try parseType())
    }

    private mutating func parseValue(of type: GGUFValueType) throws(GGUFError) -> GGUFValue {
        switch type {
        case .uint8: return .unsigned(UInt64(try reader.read(UInt8.self)))
        case .uint16: return .unsigned(UInt64(try reader.read(UInt16.self)))
        case .uint32: return .unsigned(UInt64(try reader.read(UInt32.self)))
        case .uint64: return .unsigned(try reader.read(UInt64.self))
        case .int8: return .signed(Int64(try reader.read(Int8.self)))
        case .int16: return .signed(Int64(try reader.read(Int16.self)))
        case .int32: return .signed(Int64(try reader.read(Int32.self)))
        case .int64: return .signed(try reader.read(Int64.self))
        case .float32: return .float(Double(Float(bitPattern: try reader.read(UInt32.self))))
        case .float64: return .float(Double(bitPattern: try reader.read(UInt64.self)))
        case .bool: return .bool(try reader.read(UInt8.self) != 0)
        case .string: return try parseString()
        case .array:
            let (element, count) = try parseArrayHead()
            var first: [GGUFValue] = []
            if element != .array {
                for _ in 0..<min(count, UInt64(limits.arrayElements)) { first.append(try parseValue(of: element)) }
            }
            try skipElements(of: element, count: count - UInt64(first.count), depth: 1)
            return .array(of: element, count: count, first: first)
        }
    }

    private mutating func parseString() throws(GGUFError) -> GGUFValue {
        let length = try reader.read(UInt64.self)
        try reader.require(length)
        guard length <= limits.stringBytes, stringBytes + length <= limits.allStringBytes else {
            try reader.skip(length)
            return .skippedString(byteCount: length)
        }
        stringBytes += length
        return .string(try reader.readRepairedText(byteCount: length))
    }

    // MARK: Arrays, of which most is passed over

    private mutating func parseArrayHead() throws(GGUFError) -> (element: GGUFValueType, count: UInt64) {
        let element = try parseType()
        let count = try reader.read(UInt64.self)
        try reader.require(count, each: element.minimumByteCount)
        return (element, count)
    }

    private mutating func skipElements(of element: GGUFValueType, count: UInt64, depth: Int) throws(GGUFError) {
        if let size = element.fixedByteCount {
            // Cannot overflow: `parseArrayHead` has compared the product with the file's size.
            try reader.skip(count * size)
        } else if element == .string {
            try reader.skipTexts(count)
        } else {
            guard depth < limits.arrayDepth else {
                throw GGUFError(.limitExceeded, "\(reader.placeName) nests arrays deeper than \(limits.arrayDepth)")
            }
            for _ in 0..<count {
                let (inner, innerCount) = try parseArrayHead()
                try skipElements(of: inner, count: innerCount, depth: depth + 1)
            }
        }
    }
}
