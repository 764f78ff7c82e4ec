// SPDX-License-Identifier: MIT

/// What a model takes as input; the raw values are those of `architecture.input_modalities` in `GET /models`.
package enum InputModality: String, Sendable {
    case text
    case image
    case audio
}
