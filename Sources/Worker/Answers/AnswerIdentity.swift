// SPDX-License-Identifier: MIT

import API
import Wire

/// What all chunks of one answer have in common.
package struct AnswerIdentity: Sendable {
    let id: String
    /// Seconds since 1970.
    let created: Int64
    /// The model's name.
    let model: String

    /// In the shape of llama-server's, `b` with a number and a name: clients look at it.
    static let fingerprint = "b0-enginehouse-\(Version.current)"

    package init(model: String, created: Int64) {
        id = "chatcmpl-" + Self.randomID()
        self.created = created
        self.model = model
    }

    /// What says whose a completion is, or a chunk of one.
    func head(object: String) -> CompletionHead {
        CompletionHead(
            id: id,
            created: Int(created),
            model: model,
            fingerprint: Self.fingerprint,
            object: object
        )
    }

    /// 32 letters and digits, as OpenAI's ids look.
    static func randomID() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return String((0..<32).map { _ in alphabet[Int.random(in: alphabet.indices)] })
    }
}
