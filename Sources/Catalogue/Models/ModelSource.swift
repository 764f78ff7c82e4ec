// SPDX-License-Identifier: MIT

/// Where a model was found; the raw values are those of `source` in `GET /models`.
package enum ModelSource: String, Sendable {
    /// A section of a preset file.
    case preset
    /// A file or folder in a models directory.
    case modelsDirectory = "models_dir"
    /// A section that a client has made, in the server's own preset file.
    case created
    /// The download cache.
    case cache
}
