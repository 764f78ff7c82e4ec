// SPDX-License-Identifier: MIT

import Engine
import HTTPServer
import Wire

/// `/audio/transcriptions`: what is said in a sound, as models with audio write it down.
struct AudioRoutes: Sendable {
    let state: ModelState

    func add(to routes: inout RouteTable) {
        routes.post("/audio/transcriptions", "/v1/audio/transcriptions", use: transcribe)
    }

    private func transcribe(_ request: Request) async throws -> Response {
        let model = try state.get()
        guard model.abilities.audio else {
            throw APIError(
                .notSupported,
                "The current model does not support audio input; start it with a projector for it (--mmproj), or ask another",
                isFinal: true
            )
        }
        guard let type = request.contentType, let boundary = MultipartScan.boundary(ofContentType: type)
        else {
            throw APIError(.invalidRequest, "a transcription is asked for with a form (multipart/form-data)")
        }
        let fields = try TranscriptionFields(
            form: request.body,
            boundary: boundary,
            words: (try? JSONValue(parsing: model.engine.templates.transcription)) ?? [:],
            marker: model.abilities.marker
        )
        let turn = try await ChatTurn(fields.chat, model: model, onlyOne: true, sources: [.bytes(fields.sound)])
        let choices = try turn.choices(model) { TranscriptionAnswer(fields, conversation: $1) }
        return try await GenerationResponder(model: model, request: request)
            .respond(choices, streams: turn.generation.streams)
    }
}
