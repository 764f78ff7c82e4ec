// SPDX-License-Identifier: MIT

import Engine

/// One generation of a request and the answer that is made of it.
struct Choice<Made: Answer>: Sendable {
    let request: GenerationRequest
    var answer: Made
}
