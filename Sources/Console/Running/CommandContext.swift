// SPDX-License-Identifier: MIT

import Platform
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

    /// Asks on the terminal whether something is to be done, unless `-y` says so.
    /// - Parameters:
    ///   - command: what asks.
    ///   - purpose: what `-y` is for: `to delete them`.
    /// - Throws: `UsageError` where there is no terminal to ask on.
    func confirms(_ question: String, _ command: String, _ purpose: String) throws -> Bool {
        if invocation.flag(.yes) { return true }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            throw UsageError("\(command) asks on a terminal only; give -y \(purpose) without a question")
        }
        var errors = StandardError()
        errors.write("\(question) [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        return answer == "y" || answer == "yes"
    }
}
