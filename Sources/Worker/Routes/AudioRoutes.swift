// SPDX-License-Identifier: MIT

import Hummingbird
import Wire

/// `/audio/transcriptions`, which says what is done instead.
struct AudioRoutes: Sendable {
    let state: ModelState

    func add(to router: Router<WorkerContext>) {
        for path in ["/audio/transcriptions", "/v1/audio/transcriptions"] {
            router.post(RouterPath(path)) { _, _ -> Response in
                guard try state.get().abilities.audio else {
                    throw APIError(.notSupported, "The current model does not support audio input.")
                }
                throw APIError(
                    .notSupported,
                    "transcriptions aren't there yet; send the sound as 'input_audio' to /v1/chat/completions"
                )
            }
        }
    }
}
