// SPDX-License-Identifier: MIT

/// A generation that was handed to the engine's thread: what it is to do, and where its events go.
struct SubmittedGeneration {
    let request: GenerationRequest
    let stream: GenerationStream
}
