// SPDX-License-Identifier: MIT

import Wire

/// What each command has at hand.
struct CommandContext: Sendable {
    let invocation: Invocation
    let surroundings: Surroundings
    let output: Output

    var environment: [String: String] { surroundings.environment }
    var style: Style { output.style }
    var writesJSON: Bool { invocation.flag(.json) }

    /// A file with authorities for TLS, beside the system's.
    var authorities: String? { environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 } }

    /// The command's first word.
    var word: String { invocation.words.first ?? "" }

    func write(_ json: JSONValue) { output.line(json.text) }

    /// A sentence for people, on standard error, so that it isn't taken for the answer.
    func say(_ text: String) {
        var errors = StandardError()
        errors.write(text + "\n")
    }
}
