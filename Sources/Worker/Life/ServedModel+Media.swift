// SPDX-License-Identifier: MIT

import API
import Engine
import NIOPosix
import Wire

extension ServedModel {
    /// What the model takes beside text.
    var abilities: MediaAbilities {
        guard let projector = engine.projector else { return MediaAbilities() }
        return MediaAbilities(
            images: projector.takesImages,
            audio: projector.takesAudio,
            marker: projector.marker
        )
    }

    /// What llama-server calls `modalities`.
    var modalities: PropertiesResource.Modalities {
        PropertiesResource.Modalities(vision: abilities.images, audio: abilities.audio)
    }

    /// The prompt of a text in which markers stand for media.
    /// - Parameter field: where they stand in the request, for errors.
    /// - Throws: 400 for media that can't be had or used, 500 where there is no projector.
    func prompt(_ text: String, _ sources: [MediaSource], in field: String) async throws -> Prompt {
        guard !sources.isEmpty else {
            return Prompt(try engine.model.tokenize(text, addSpecial: true, parseSpecial: true))
        }
        guard let projector = engine.projector else {
            throw APIError.noProjector(
                "Multimodal data provided, but model does not support multimodal requests",
                for: field
            )
        }
        let files = try await media.load(sources)
        let limits = media.limits
        // Unpacking takes a while, and the threads of the event loops have others to serve.
        let result = try await Self.unpacking.runIfActive {
            Result { () throws(EngineError) in try projector.prompt(text, media: files, limits: limits) }
        }
        return try result.get()
    }

    /// Two threads: more would unpack more at a time, and need the memory for it.
    private static let unpacking: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 2)
        pool.start()
        return pool
    }()
}
