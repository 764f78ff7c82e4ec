// SPDX-License-Identifier: MIT

import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// `/audio/transcriptions`: what is said in a sound, as models with audio write it down.
struct AudioRoutes: Sendable {
    let state: ModelState

    func add(to router: Router<WorkerContext>) {
        for path in ["/audio/transcriptions", "/v1/audio/transcriptions"] {
            router.post(RouterPath(path)) { request, context in
                try await transcribe(request, context)
            }
        }
    }

    private func transcribe(_ request: Request, _ context: WorkerContext) async throws -> Response {
        let model = try state.get()
        guard model.abilities.audio else {
            throw APIError(
                .invalidRequest,
                "The current model does not support audio input; a model with a projector for it (--mmproj) does"
            )
        }
        guard let type = request.headers[.contentType], let boundary = MultipartScan.boundary(ofContentType: type)
        else {
            throw APIError(.invalidRequest, "a transcription is asked for with a form (multipart/form-data)")
        }
        let body = try await request.body.collect(upTo: WorkerContext.bodyLimit)
        let fields = try TranscriptionFields(
            form: body,
            boundary: boundary,
            words: (try? JSONValue(parsing: model.engine.templates.transcription)) ?? [:],
            marker: model.abilities.marker
        )
        let turn = try await ChatTurn(fields.chat, model: model, onlyOne: true, sources: [.bytes(fields.sound)])
        let choices = try turn.choices(model) { TranscriptionAnswer(fields, conversation: $1) }
        return try await GenerationResponder(model: model, context: context)
            .respond(choices, streams: turn.generation.streams)
    }
}
