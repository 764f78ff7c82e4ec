// SPDX-License-Identifier: MIT

package import Wire

extension APIError {
    /// A medium for a model that was set up without the projector for it: not the caller's to mend, and trying again doesn't
    /// help. The status is llama-server's.
    /// - Parameters:
    ///   - words: what is wrong, in llama-server's words.
    ///   - field: where the medium stands in the request.
    package static func noProjector(_ words: String, for field: String) -> APIError {
        APIError(
            .server,
            "\(words) - hint: the model was started without a projector for '\(field)'; start it with one (--mmproj), or ask "
                + "another model",
            isFinal: true
        )
    }
}
