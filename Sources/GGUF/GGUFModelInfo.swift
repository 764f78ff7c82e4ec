// SPDX-License-Identifier: MIT

/// What a user wants to know about a model before it is loaded, derived from its files' headers.
package struct GGUFModelInfo: Sendable, Equatable {
    /// What the file is for.
    package var kind: GGUFKind
    /// `general.architecture`, such as `llama`; nil in a file that does not say, which no engine can load.
    package var architecture: String?
    /// `general.name`.
    package var name: String?
    /// `general.size_label`, such as `8x7B`.
    package var sizeLabel: String?
    /// The elements of all tensors.
    package var parameterCount: UInt64
    /// The tensors of all shards.
    package var tensorCount: UInt64
    /// The bytes of tensor data by type, without padding.
    package var bytesByType: [GGMLType: UInt64]
    /// The longest context that the model was made for, in tokens.
    package var contextLength: Int?
    /// The width of the residual stream, which is an embedding's dimensions.
    package var embeddingLength: Int?
    /// The number of layers.
    package var blockCount: Int?
    /// What its conversations take in memory; nil where the header doesn't say.
    package var cacheShape: GGUFCacheShape?
    /// The number of tokens in the vocabulary.
    package var vocabularySize: Int?
    /// `tokenizer.ggml.model`, such as `gpt2`.
    package var tokenizer: String?
    /// The chat template, unless it is longer than ``GGUFLimits/stringBytes``.
    package var chatTemplate: String?
    /// How an embedding model pools, or nil where the model does not say.
    package var pooling: GGUFPooling?
    /// Whether the file encodes pictures; of projectors.
    package var hasVisionEncoder: Bool
    /// Whether the file encodes sound; of projectors.
    package var hasAudioEncoder: Bool
    /// The file's place among shards, or nil for a single file and for shards that were joined.
    package var split: GGUFSplit?
    /// The size of the file, or of all shards, in bytes.
    package var byteCount: UInt64

    private var fileType: UInt64?

    /// Reads what the header says.
    package init(header: GGUFHeader) {
        let architecture = header.text("general.architecture")
        func size(_ suffix: String) -> Int? {
            architecture.flatMap { header.count("\($0).\(suffix)") }.flatMap(Int.init(exactly:))
        }
        kind = GGUFKind(header: header)
        self.architecture = architecture
        name = header.text("general.name")
        sizeLabel = header.text("general.size_label")
        var parameterCount: UInt64 = 0
        // By the type's number: a dictionary's look-up for each tensor took longer than all the rest.
        var bytesByNumber = [UInt64](repeating: 0, count: GGMLType.numberCount)
        for tensor in header.tensors {
            // Overflows only in a file whose tensors share bytes; the data of one lies inside the file.
            parameterCount = parameterCount.addingSaturating(tensor.elementCount)
            let number = Int(tensor.type.rawValue)
            bytesByNumber[number] = bytesByNumber[number].addingSaturating(tensor.byteCount)
        }
        var bytesByType: [GGMLType: UInt64] = [:]
        for (number, bytes) in bytesByNumber.enumerated() where bytes > 0 {
            if let type = GGMLType(rawValue: UInt32(number)) { bytesByType[type] = bytes }
        }
        self.parameterCount = parameterCount
        self.bytesByType = bytesByType
        tensorCount = UInt64(header.tensors.count)
        contextLength = size("context_length")
        embeddingLength = size("embedding_length")
        blockCount = size("block_count")
        cacheShape = GGUFCacheShape(header: header)
        vocabularySize = size("vocab_size") ?? header.arrayCount("tokenizer.ggml.tokens").flatMap(Int.init(exactly:))
        tokenizer = header.text("tokenizer.ggml.model")
        chatTemplate = header.text("tokenizer.chat_template")
        pooling = architecture.flatMap { header.count("\($0).pooling_type") }.flatMap(GGUFPooling.init(rawValue:))
        hasVisionEncoder = header.flag("clip.has_vision_encoder") ?? false
        hasAudioEncoder = header.flag("clip.has_audio_encoder") ?? false
        split = GGUFSplit(header: header)
        byteCount = header.fileSize
        fileType = header.count("general.file_type")
    }

    /// Reads the header of the file at `path`.
    ///
    /// - Throws: as ``GGUFHeader/init(path:limits:)``.
    package init(path: String, limits: GGUFLimits = GGUFLimits()) throws(GGUFError) {
        self.init(header: try GGUFHeader(path: path, limits: limits))
    }

    /// The quantisation's name, such as `Q4_K_M`: what the file says of itself, else the type that most bytes have.
    package var quantisation: String? {
        if let name = fileType.flatMap(GGUFFileType.name) { return name }
        return bytesByType.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key.name
    }
}
