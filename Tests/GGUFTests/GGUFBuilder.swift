// SPDX-License-Identifier: MIT

/// Writes GGUF files, honest ones unless told otherwise.
struct GGUFBuilder {
    struct Tensor {
        var name: [UInt8]
        var dimensions: [Int64]
        var type: UInt32
        var offset: UInt64
    }

    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    /// Claimed in place of the true number.
    var keyCount: UInt64?
    /// Claimed in place of the true number.
    var tensorCount: UInt64?
    var alignment = 32
    /// The bytes of data written behind the header.
    var dataBytes = 0
    private(set) var pairs: [[UInt8]] = []
    private(set) var tensors: [Tensor] = []

    /// A small model that is right in everything.
    static func model(architecture: String = "llama") -> GGUFBuilder {
        var builder = GGUFBuilder()
        builder.add("general.architecture", string: architecture)
        builder.add("general.name", string: "Test")
        builder.add("general.file_type", uint32: 7)
        builder.add("\(architecture).context_length", uint32: 4096)
        builder.add("\(architecture).embedding_length", uint32: 64)
        builder.add("\(architecture).block_count", uint32: 2)
        builder.add("tokenizer.ggml.model", string: "gpt2")
        builder.add("tokenizer.ggml.tokens", strings: ["a", "b", "c"])
        builder.add("tokenizer.ggml.scores", floats: [0, 1, 2])
        builder.add("tokenizer.chat_template", string: "{{ messages }}")
        builder.addTensor("token_embd.weight", [64, 3], type: 0, bytes: 768)
        builder.addTensor("blk.0.attn_q.weight", [64, 64], type: 8, bytes: 4352)
        return builder
    }

    // MARK: Metadata

    mutating func add(rawKey key: [UInt8], payload: [UInt8]) { pairs.append(Self.string(key) + payload) }

    mutating func add(_ key: String, payload: [UInt8]) { add(rawKey: Array(key.utf8), payload: payload) }

    mutating func add(_ key: String, string: String) { add(key, payload: le(UInt32(8)) + Self.string(string)) }

    mutating func add(_ key: String, uint32: UInt32) { add(key, payload: le(UInt32(4)) + le(uint32)) }

    mutating func add(_ key: String, uint64: UInt64) { add(key, payload: le(UInt32(10)) + le(uint64)) }

    mutating func add(_ key: String, int32: Int32) { add(key, payload: le(UInt32(5)) + le(int32)) }

    mutating func add(_ key: String, bool: Bool) { add(key, payload: le(UInt32(7)) + [bool ? 1 : 0]) }

    mutating func add(_ key: String, strings: [String]) {
        let payload = le(UInt32(9)) + le(UInt32(8)) + le(UInt64(strings.count))
        add(key, payload: strings.reduce(into: payload) { $0 += Self.string($1) })
    }

    mutating func add(_ key: String, floats: [Float]) {
        let payload = le(UInt32(9)) + le(UInt32(6)) + le(UInt64(floats.count))
        add(key, payload: floats.reduce(into: payload) { $0 += le($1.bitPattern) })
    }

    // MARK: Tensors

    /// Adds a tensor behind those before it, with its bytes of data.
    mutating func addTensor(_ name: String, _ dimensions: [Int64], type: UInt32, bytes: Int) {
        addTensor(Tensor(name: Array(name.utf8), dimensions: dimensions, type: type, offset: UInt64(dataBytes)))
        dataBytes += (bytes + alignment - 1) / alignment * alignment
    }

    /// Adds a tensor's description only.
    mutating func addTensor(_ tensor: Tensor) { tensors.append(tensor) }

    // MARK: The file

    /// The header without padding.
    func header() -> [UInt8] {
        var bytes = magic + le(version)
        bytes += le(tensorCount ?? UInt64(tensors.count)) + le(keyCount ?? UInt64(pairs.count))
        for pair in pairs { bytes += pair }
        for tensor in tensors {
            bytes += Self.string(tensor.name) + le(UInt32(tensor.dimensions.count))
            for dimension in tensor.dimensions { bytes += le(dimension) }
            bytes += le(tensor.type) + le(tensor.offset)
        }
        return bytes
    }

    /// The whole file.
    func bytes() -> [UInt8] {
        var bytes = header()
        bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment + dataBytes)
        return bytes
    }

    static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

    static func string(_ text: [UInt8]) -> [UInt8] { le(UInt64(text.count)) + text }
}

/// A number's bytes, the lowest first.
func le(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
