// SPDX-License-Identifier: MIT

import CLlama
import Synchronization

/// Turns pictures and sounds into embeddings of a model.
///
/// `@unchecked Sendable`: prompts may be made from any thread; only the engine's thread encodes.
package final class Projector: @unchecked Sendable {
    let handle: OpaquePointer
    package let takesImages: Bool
    package let takesAudio: Bool
    /// Samples a second that sounds are converted to; 0 without audio.
    package let sampleRate: Int
    package let marker: String
    /// Floats of one embedding.
    private let width: Int
    private let microBatch: Int
    let register = MediaRegister()
    private let budget: MediaBudget
    private let encoded = Mutex(0)
    // The projector reads the model's vocabulary, so it keeps the model.
    private let model: Model

    /// - Throws: `loadFailed`.
    init(_ options: ProjectorOptions, for model: Model, context: ContextOptions) throws(EngineError) {
        let made = options.lend(beside: context) { raw in
            withUnsafePointer(to: raw) { eh_projector_load(model.handle, options.path, $0) }
        }
        guard let made else { throw .last(.loadFailed, "the projector '\(options.path)' could not be loaded") }
        handle = made
        takesImages = eh_projector_takes_images(made)
        takesAudio = eh_projector_takes_audio(made)
        sampleRate = Int(max(0, eh_projector_sample_rate(made)))
        width = Int(eh_projector_width(made))
        marker = options.marker
        microBatch = Int(min(context.microBatch, context.batch))
        budget = MediaBudget(limit: options.mediaBytes)
        self.model = model
    }

    /// Chunks that were encoded so far.
    package var encodedChunks: Int { encoded.withLock { $0 } }

    deinit {
        eh_projector_free(handle)
    }

    /// Makes a prompt of a text in which each ``marker`` stands for the next medium. Decodes and scales the media, which
    /// may take a second: not for threads that others wait for.
    /// - Throws: `invalidRequest` for media that can't be used, `queueFull` while other requests' media fill the memory.
    package func prompt(_ text: String, media: [Medium], limits: MediaLimits) throws(EngineError) -> Prompt {
        let facts = try limits.check(media, for: self)
        let reservation = try budget.reserve(facts.reduce(0) { $0 + $1.preparedBytes })
        var text = text
        let made = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                lend(media[...], []) { files in
                    eh_media_prompt_create(
                        handle,
                        characters.baseAddress,
                        characters.count,
                        files.baseAddress,
                        Int32(files.count)
                    )
                }
            }
        }
        guard let made else { throw EngineError(.invalidRequest, String(cString: eh_last_error())) }
        return try prompt(MediaPrompt(made, reservation))
    }

    /// The bytes of all media at once.
    private func lend<Result>(
        _ media: ArraySlice<Medium>,
        _ files: [eh_medium],
        to body: (UnsafeBufferPointer<eh_medium>) -> Result
    ) -> Result {
        guard let first = media.first else { return files.withUnsafeBufferPointer(body) }
        return first.bytes.withUnsafeBufferPointer { bytes in
            lend(media.dropFirst(), files + [eh_medium(bytes: bytes.baseAddress, length: bytes.count)], to: body)
        }
    }

    private func prompt(_ owner: MediaPrompt) throws(EngineError) -> Prompt {
        var result = Prompt([])
        var places: [Int32: Int] = [:]
        for index in 0..<eh_media_prompt_count(owner.handle) {
            var chunk = eh_chunk()
            guard eh_media_prompt_chunk(handle, owner.handle, index, &chunk) == 0 else {
                throw .last(.invalidRequest, "the media can't be used")
            }
            guard chunk.kind != Int32(EH_CHUNK_TEXT) else {
                result.tokens += UnsafeBufferPointer(start: chunk.text, count: Int(chunk.tokens))
                continue
            }
            guard chunk.tokens > 0 else { throw EngineError(.invalidRequest, "a medium is too small for this model") }
            if chunk.non_causal, Int(chunk.tokens) > microBatch {
                throw EngineError(
                    .invalidRequest,
                    "this model computes \(chunk.tokens) tokens of an image at once, and the micro-batch holds \(microBatch); "
                        + "start the model with a larger --ubatch-size"
                )
            }
            let place = places[chunk.medium, default: 0]
            places[chunk.medium] = place + 1
            let digest = String(cString: eh_media_prompt_digest(owner.handle, chunk.medium))
            let span = MediaLayout.Span(
                start: result.tokens.count,
                tokens: Int(chunk.tokens),
                positions: Int(chunk.positions),
                identity: register.identity(of: "\(digest)/\(place)")
            )
            result.media.append(MediaChunk(span, owner: owner, index: index))
            result.tokens += repeatElement(span.identity.id, count: span.tokens)
        }
        return result
    }

    /// Computes a chunk's embeddings.
    /// - Throws: `decodeFailed`.
    func encode(_ chunk: MediaChunk) throws(EngineError) -> [Float] {
        let size = chunk.span.tokens * width
        var status: Int32 = -1
        let embeddings = [Float](unsafeUninitializedCapacity: size) { buffer, count in
            status = chunk.lend { eh_media_encode(handle, $0, $1, buffer.baseAddress, size) }
            count = status == 0 ? size : 0
        }
        guard status == 0 else { throw .last(.decodeFailed, "a medium could not be encoded") }
        encoded.withLock { $0 += 1 }
        return embeddings
    }
}
