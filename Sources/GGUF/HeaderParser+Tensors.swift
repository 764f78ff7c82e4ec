// SPDX-License-Identifier: MIT

import Platform

extension HeaderParser {
    /// The key that overrides ``defaultAlignment``.
    private static var alignmentKey: String { "general.alignment" }
    /// `GGUF_DEFAULT_ALIGNMENT`, in bytes.
    private static var defaultAlignment: UInt64 { 32 }
    /// `GGML_MAX_DIMS`.
    private static var largestDimensionCount: UInt32 { 4 }

    /// The alignment that the metadata asks for, in bytes.
    ///
    /// - Throws: `malformed` unless it is a power of two in 32 bits.
    static func alignment(in metadata: [String: GGUFValue]) throws(GGUFError) -> UInt64 {
        guard let value = metadata[alignmentKey] else { return defaultAlignment }
        guard case .unsigned(let alignment) = value, alignment <= UInt32.max, alignment.nonzeroBitCount == 1 else {
            throw GGUFError(.malformed, "\(quoted(alignmentKey)) is not a power of two")
        }
        return alignment
    }

    /// `position`, a place in a header, rounded up to a multiple of `alignment`, a power of two; both below 2^32.
    static func padded(_ position: UInt64, to alignment: UInt64) -> UInt64 {
        (position + alignment - 1) & ~(alignment - 1)
    }

    /// Reads the descriptions of `count` tensors.
    ///
    /// - Throws: `truncated`, `malformed`, `limitExceeded`, `unreadable`.
    mutating func parseTensors(count: UInt64) throws(GGUFError) -> [GGUFTensor] {
        var tensors: [GGUFTensor] = []
        // The count is only a claim: no more than ordinary is reserved for it.
        var names = Set<String>(minimumCapacity: Int(min(count, 512)))
        tensors.reserveCapacity(Int(min(count, 512)))
        for index in 0..<count {
            reader.place = .tensor(index: index)
            let tensor = try parseTensor(index: index)
            guard names.insert(tensor.name).inserted else {
                throw GGUFError(.malformed, "tensor \(quoted(tensor.name)) occurs twice")
            }
            tensors.append(tensor)
        }
        return tensors
    }

    private mutating func parseTensor(index: UInt64) throws(GGUFError) -> GGUFTensor {
        let name = try parseTensorName(index: index)
        let dimensions = try parseDimensions(name: name)
        let number = try reader.read(UInt32.self)
        guard let type = GGMLType(rawValue: number) else {
            throw GGUFError(.malformed, "tensor \(quoted(name)) has the unknown type \(number)")
        }
        let offset = try reader.read(UInt64.self)

        var elementCount: UInt64 = 1
        for dimension in dimensions {
            let (product, overflow) = elementCount.multipliedReportingOverflow(by: dimension)
            guard !overflow, product <= Int64.max else {
                throw GGUFError(.malformed, "tensor \(quoted(name)) has more elements than 64 bits can count")
            }
            elementCount = product
        }
        let rowLength = dimensions.first ?? 1
        guard rowLength.isMultiple(of: type.blockElements) else {
            throw GGUFError(
                .malformed,
                "tensor \(quoted(name)) of type \(type.name) has rows of \(rowLength) elements, "
                    + "not a multiple of \(type.blockElements)"
            )
        }
        let blocks = elementCount / type.blockElements
        let (byteCount, overflow) = blocks.multipliedReportingOverflow(by: type.blockBytes)
        guard !overflow else {
            throw GGUFError(.malformed, "tensor \(quoted(name)) has more bytes than 64 bits can count")
        }
        return GGUFTensor(
            name: name,
            type: type,
            dimensions: dimensions,
            offset: offset,
            elementCount: elementCount,
            byteCount: byteCount
        )
    }

    private mutating func parseTensorName(index: UInt64) throws(GGUFError) -> String {
        let length = try reader.read(UInt64.self)
        try reader.require(length)
        guard length <= limits.tensorNameBytes else {
            throw GGUFError(
                .malformed,
                "the name of tensor \(index) has \(length) bytes; \(limits.tensorNameBytes) are allowed"
            )
        }
        guard let name = try reader.readText(byteCount: length) else {
            throw GGUFError(.malformed, "the name of tensor \(index) is not valid UTF-8")
        }
        return name
    }

    private mutating func parseDimensions(name: String) throws(GGUFError) -> [UInt64] {
        let count = try reader.read(UInt32.self)
        guard count <= Self.largestDimensionCount else {
            throw GGUFError(
                .malformed,
                "tensor \(quoted(name)) has \(count) dimensions; \(Self.largestDimensionCount) are allowed"
            )
        }
        var dimensions: [UInt64] = []
        dimensions.reserveCapacity(Int(count))
        for _ in 0..<count {
            let dimension = try reader.read(Int64.self)
            guard dimension > 0 else {
                throw GGUFError(.malformed, "tensor \(quoted(name)) has a dimension of \(dimension)")
            }
            dimensions.append(UInt64(dimension))
        }
        return dimensions
    }

    /// Checks that every tensor's data lies inside the file and where the alignment allows.
    ///
    /// A server that trusted such offsets read, and gave away, memory behind the file's end: CVE-2026-7482 (Ollama before
    /// 0.17.1).
    /// - Throws: `truncated`, `malformed`.
    func check(tensors: [GGUFTensor], alignment: UInt64, dataOffset: UInt64) throws(GGUFError) {
        var last: (end: UInt64, name: String)?
        for tensor in tensors {
            guard tensor.offset.isMultiple(of: alignment) else {
                throw GGUFError(
                    .malformed,
                    "tensor \(quoted(tensor.name)) starts at \(tensor.offset), not at a multiple of \(alignment)"
                )
            }
            let (start, startOverflow) = dataOffset.addingReportingOverflow(tensor.offset)
            let (end, endOverflow) = start.addingReportingOverflow(tensor.byteCount)
            guard !startOverflow, !endOverflow else {
                throw GGUFError(.malformed, "tensor \(quoted(tensor.name)) ends beyond what 64 bits can count")
            }
            if end > last?.end ?? 0 { last = (end, tensor.name) }
        }
        if let last, last.end > reader.fileSize {
            throw GGUFError(
                .truncated,
                "file is truncated: tensor \(quoted(last.name)) ends at byte \(last.end), "
                    + "file has \(reader.fileSize) bytes"
            )
        }
    }
}
